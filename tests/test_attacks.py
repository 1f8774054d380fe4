"""Golden submissions that mean harm, or do some: none earns more than its honest part."""

from __future__ import annotations

import dataclasses
import functools
import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.course import Assignment, find_course
from grader.intake.submission import Submission, read_submission
from grader.judging.judge import Judge
from grader.phrases import Phrases
from grader.record import Report
from grader.reports import grades_csv, markdown, results_json, text
from grader.running.settings import Settings
from grader.running.start import open_judge

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).parent / "golden"
ATTACKS = sorted(path.parent.name for path in (GOLDEN / "attacks").glob("*/expected.toml"))

TIMEOUT = 1.0
"""Seconds of processor time: a right function takes a hundredth of it."""


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """The assignment that is attacked."""
    return find_course(ROOT).assignment("rnn_bptt")


@pytest.fixture(scope="module")
def judge(assignment: Assignment) -> Iterator[Judge]:
    """One judge for all attacks, as a class has: what one breaks, the next one would feel."""
    with open_judge(assignment, Settings(seed=1, timeout=TIMEOUT)) as judge:
        yield judge


@pytest.fixture(scope="module")
def right(assignment: Assignment) -> Submission:
    """A right submission."""
    return read_submission(GOLDEN / "base" / "right", "right", assignment)


def expected_of(name: str) -> dict[str, Any]:
    """What an attack is and what it may earn."""
    return tomllib.loads((GOLDEN / "attacks" / name / "expected.toml").read_text("utf-8"))


Attacked = Callable[[str], tuple[Report, Report]]


@pytest.fixture(scope="module")
def attacked(
    judge: Judge,
    assignment: Assignment,
    right: Submission,
    tmp_path_factory: pytest.TempPathFactory,
) -> Attacked:
    """A function that judges an attack, once, and a right submission after it."""

    @functools.cache
    def both(name: str) -> tuple[Report, Report]:
        folder = tmp_path_factory.mktemp("attacks") / name
        shutil.copytree(GOLDEN / "base" / expected_of(name)["base"], folder)
        shutil.copytree(GOLDEN / "attacks" / name, folder, dirs_exist_ok=True)
        report = judge.judge(read_submission(folder, name, assignment))
        return report, judge.judge(dataclasses.replace(right, student="next"))

    return both


@pytest.mark.parametrize("name", ATTACKS)
def test_attack(attacked: Attacked, name: str) -> None:
    """It earns what its honest part earns, carries nothing out, and the next one is untouched."""
    expected = expected_of(name)
    report, after = attacked(name)
    scores = {result.name: result.score for result in report.functions}
    assert report.judged
    due = expected.get("scores", {})
    assert {function: scores[function] for function in due} == due
    for function, least in expected.get("at_least", {}).items():
        assert scores[function] is not None
        assert scores[function] >= least
    for function, most in expected.get("at_most", {}).items():
        assert scores[function] is not None
        assert scores[function] <= most
    phrases = Phrases.load()
    for told in (
        text.feedback(report, phrases),
        markdown.feedback(report, phrases),
        results_json.dumps(report, phrases),
        grades_csv.grades([report]),
    ):
        for lacking in expected.get("feedback_lacks", ()):
            assert lacking not in told
        assert "\x1b" not in told
    for result in report.functions:
        if result.score != result.max_score:
            assert result.finding is not None
            assert phrases.what(result.finding)
            assert phrases.next(result)
    assert after.score == 100


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("loop_in_one_function", "It uses more than 1 second of processor time and is stopped."),
        (
            "sleeps_for_ever",
            "It waits for more than 1 second, in which it computes nothing, and is stopped.",
        ),
        ("huge_array", "It needs too much memory and is stopped."),
        ("os_exit", "It ends the Python process (exit status 0)."),
        ("sys_exit", "It ends the program (SystemExit) instead of returning."),
        (
            "segfault",
            "It crashes Python (signal 11, as a segmentation fault or an abort does).",
        ),
        ("exec", "It tries to start a process, which is not allowed here."),
        (
            "kills_itself",
            "It tries to send a signal to a process, which is not allowed here.",
        ),
        (
            "forged_frames",
            "Its process sent the grader more data than any answer has; it earns nothing here",
        ),
        ("self_containing_list", "The answer is a list, a tuple or a dict that holds itself."),
        (
            "inputs_in_messages",
            'It raises ValueError at line 20 of rnn_cell.py: raise ValueError("',
        ),
    ],
)
def test_what_is_said(attacked: Attacked, name: str, said: str) -> None:
    """The feedback says in plain words what happened."""
    report, _ = attacked(name)
    (result,) = [one for one in report.functions if one.name == "rnn_cell_backward"]
    assert result.finding is not None
    assert Phrases.load().what(result.finding).startswith(said)


def test_another_seed_gives_the_same_scores(assignment: Assignment) -> None:
    """What is drawn decides no score: right, wrong and empty submissions keep theirs."""
    sample = ROOT / "samples" / "rnn_bptt" / "submitted"
    due = tomllib.loads((GOLDEN / "sample_class.toml").read_text("utf-8"))
    quick = [name for name in due if name not in ("quentin_dubois", "liam_obrien")]
    with open_judge(assignment, Settings(seed=2, timeout=TIMEOUT)) as judge:
        for name in quick:
            submission = read_submission(sample / name / "rnn_bptt", name, assignment)
            report = judge.judge(submission, explain=False)
            scores = {result.name: result.score for result in report.functions}
            assert scores == due[name]["scores"], name
