"""Golden submissions and the sample class of gated_rnn: what each earns, and what it is told."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from grader.course import find_course
from grader.intake.submission import Submission, read_submission
from grader.judging.judge import Judge
from grader.phrases import Phrases
from grader.record import Report
from tests.judges import JudgeOf

ROOT = Path(__file__).resolve().parents[1]
TASK = find_course(ROOT).assignment("gated_rnn")
GOLDEN = Path(__file__).parent / "golden" / "gated"
NAMES = sorted(path.name for path in GOLDEN.iterdir())
CLASS = ROOT / "samples" / "gated_rnn" / "submitted"
DUE = tomllib.loads((GOLDEN.parent / "sample_class_gated.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of one seed; `grade verify` holds that others score alike."""
    return judge_of(TASK.name)


def scores(report: Report) -> dict[str, float]:
    """The points of each function."""
    return {one.name: round(one.score or 0, 6) for one in report.functions}


@pytest.mark.parametrize("name", NAMES)
def test_golden_submission_of_gated(judge: Judge, tmp_path: Path, name: str) -> None:
    """It earns these points, and is told these words where it loses some."""
    expected: dict[str, Any] = tomllib.loads((GOLDEN / name / "expected.toml").read_text("utf-8"))
    for file in TASK.files:
        own = GOLDEN / name / file
        shutil.copy(own if own.exists() else TASK.solutions / file, tmp_path / file)
    report = judge.judge(read_submission(tmp_path, name, TASK), explain=False)
    assert scores(report) == expected["scores"]
    phrases = Phrases.load()
    told = {one.name: phrases.what(one.finding) for one in report.functions if one.finding}
    assert {one.name for one in report.functions if one.score != one.max_score} == set(told)
    for function, words in expected.get("said", {}).items():
        assert told[function].startswith(words)


def test_a_comparison_that_holds_its_functions_in_other_things(judge: Judge) -> None:
    """It is seen to go through them all the same: they are changed, not their names."""
    files = dict(TASK.solution)
    held = b"import functools\n\n_STEP = [functools.partial(gru_cell_forward), lstm_forward]\n"
    text = files["gates_vs_torch.py"]
    assert text.count(b"= gru_cell_forward(") == text.count(b"= lstm_forward(") == 1
    text = text.replace(b"= gru_cell_forward(", b"= _STEP[0](")
    text = text.replace(b"= lstm_forward(", b"= _STEP[1](")
    files["gates_vs_torch.py"] = text.replace(b"LSTM_GATES = ", held + b"\nLSTM_GATES = ", 1)
    report = judge.judge(Submission("ada", files, (), ""), explain=False)
    assert scores(report)["compare_gates_with_torch"] == 5


@pytest.fixture(scope="module")
def reports(judge: Judge) -> dict[str, Report]:
    """The whole sample class, judged once."""
    return {
        path.name: judge.judge(read_submission(path / TASK.name, path.name, TASK))
        for path in sorted(CLASS.iterdir())
    }


def test_the_sample_class_of_gated_earns_what_its_readme_tells(reports: dict[str, Report]) -> None:
    """Every student, function by function, and nobody is left out."""
    assert {name: {"scores": scores(report)} for name, report in reports.items()} == DUE


MISTAKES = {
    ("dalia_mansour", "lstm_backward"): ("gradient_not_carried",),
    ("emre_yilmaz", "lstm_backward"): ("cell_gradient_not_carried",),
    ("fatima_diallo", "lstm_cell_forward"): ("stacked_in_other_order",),
    ("fatima_diallo", "lstm_cell_backward"): ("cut_in_other_order", "stacked_in_other_order"),
    ("goran_petrovic", "gru_cell_forward"): ("update_gate_turned_round",),
    ("goran_petrovic", "gru_cell_backward"): ("update_gate_turned_round_on_way_back",),
    ("hana_suzuki", "lstm_cell_backward"): ("lost_keepdims",),
    ("ivan_horvat", "lstm_cell_forward"): ("sigma_overflows",),
    ("ivan_horvat", "lstm_cell_backward"): ("later_cell_gradient_ignored",),
    ("jiwoo_park", "lstm_cell_backward"): ("writes_into_argument",),
    ("karim_benali", "gru_cell_backward"): ("one_gradient_for_both_biases",),
    ("karim_benali", "compare_gates_with_torch"): ("gradients_left_in_modules",),
    ("oumou_keita", "gru_cell_forward"): ("reset_gate_before_weights",),
    ("oumou_keita", "lstm_cell_backward"): ("hidden_gradient_added_to",),
}


def test_mistakes_of_the_sample_class_of_gated_are_named(reports: dict[str, Report]) -> None:
    """By their numbers, in code that was not written for the catalogue; the published one too."""
    found = {
        (student, one.name): tuple(sorted(one.mistakes))
        for student, report in reports.items()
        for one in report.functions
    }
    assert {key: found[key] for key in MISTAKES} == MISTAKES
