"""Hidden cases run by hand, with plain pytest, against one submission."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.public_runs import Warm

ROOT = Path(__file__).resolve().parents[1]
HIDDEN = ROOT / "grader" / "hidden"
SOLUTIONS = ROOT / "solutions" / "rnn_bptt"
WITH_CASES = sorted(path.name for path in HIDDEN.iterdir() if list(path.glob("test_*.py")))


ByHand = Callable[..., tuple[int, str]]


@pytest.fixture
def by_hand(warm: Warm) -> ByHand:
    """A function that runs hidden cases as an instructor does; the exit code, and what it says.

    It does so in a fork of a process that has PyTorch, and with the plugins that are installed.
    """

    def run(where: str | Path, *options: str | Path) -> tuple[int, str]:
        chosen = (HIDDEN / where, "-q", "--no-header", *options)
        return warm.run_here(ROOT, *chosen, PYTEST_DISABLE_PLUGIN_AUTOLOAD="")

    return run


def by_hand_at_first(where: str | Path, *options: str | Path) -> tuple[int, str]:
    """Do the same in a process that has imported nothing yet."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", HIDDEN / where, "-q", "--no-header", *options],
        cwd=ROOT,
        env={**os.environ, "PYTEST_ADDOPTS": "", "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def of(path: Path) -> str:
    """Return the option that names a submission."""
    return f"--submission={path}"


def submission(folder: Path, **changes: tuple[str, str]) -> Path:
    """The solutions with one text of a file (named without .py) replaced by another."""
    shutil.copytree(SOLUTIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name, (right, wrong) in changes.items():
        source = (folder / f"{name}.py").read_text("utf-8")
        assert source.count(right) == 1
        (folder / f"{name}.py").write_text(source.replace(right, wrong), "utf-8")
    return folder


@pytest.mark.parametrize("assignment", WITH_CASES)
def test_a_right_submission_passes_every_case_by_hand(by_hand: ByHand, assignment: str) -> None:
    """The solutions of each assignment pass all of its hidden cases, and nothing is skipped."""
    code, said = by_hand(assignment, of(ROOT / "solutions" / assignment))
    assert code == 0, said
    assert " passed in " in said.splitlines()[-1]
    assert "skipped" not in said


def test_k_and_a_file_choose_cases_by_hand(by_hand: ByHand, tmp_path: Path) -> None:
    """`-k rnn_backward` takes that function's cases alone, as naming its file does."""
    right = submission(tmp_path / "right")
    code, chosen = by_hand("rnn_bptt", of(right), "-k", "rnn_backward")
    assert code == 0, chosen
    code, named = by_hand("rnn_bptt/test_rnn_backward.py", of(right))
    assert code == 0, named
    count = named.splitlines()[-1].split(" passed")[0]
    assert int(count) >= 5
    assert chosen.splitlines()[-1].startswith(f"{count} passed, ")


def test_a_wrong_submission_fails_with_got_and_due(tmp_path: Path) -> None:
    """An instructor sees what came back, and the very numbers that were due."""
    wrong = submission(
        tmp_path / "wrong", rnn_cell=("axis=1, keepdims=True),\n    }", "axis=1),\n    }")
    )
    code, said = by_hand_at_first(
        "rnn_bptt", of(wrong), "-k", "rnn_cell_backward and published_numbers"
    )
    assert code == 1
    # The numbers of the published example, which need not be kept from anybody.
    assert (
        "dba has shape (5,); it must be (5, 1).\n"
        "  got  array([ 0.4870198929,  0.4833235179, -0.4235032998, -0.8560810676,\n"
        "        0.8051716648])\n"
        "  due  array([[ 0.4870198929],\n"
        "       [ 0.4833235179],\n"
        "       [-0.4235032998],\n"
        "       [-0.8560810676],\n"
        "       [ 0.8051716648]])\n"
    ) in said
    assert said.splitlines()[-1].startswith("1 failed, ")


def test_nobody_pays_by_hand_for_a_neighbour(by_hand: ByHand, tmp_path: Path) -> None:
    """A case passes beside a right neighbour, and a mistake told is the function's own."""
    neighbour = ('"dWaa": dz', '"dWaa": nothing')
    select = ("-k", "rnn_backward and published_numbers")
    one = submission(tmp_path / "one", rnn_cell=neighbour)
    code, said = by_hand("rnn_bptt", of(one), *select)
    assert code == 0, said
    two = submission(
        tmp_path / "two",
        rnn_cell=neighbour,
        rnn_sequence=('dWaa += gradients["dWaa"]', "dWaa += missing"),
    )
    code, said = by_hand("rnn_bptt", of(two), *select)
    assert code == 1
    assert "It raises NameError (name 'missing' is not defined) at line " in said
    assert " of rnn_sequence.py: dWaa += missing\n" in said
    assert "nothing" not in said


def test_a_file_not_handed_in_fails_by_hand(by_hand: ByHand, tmp_path: Path) -> None:
    """A missing file is said, and costs its own functions' cases."""
    part = submission(tmp_path / "part")
    (part / "rnn_sequence.py").unlink()
    code, said = by_hand("rnn_bptt", of(part), "-k", "published_numbers")
    assert code == 1
    assert said.count("\nrnn_sequence.py is not among the files handed in.\n") == 2
    assert "test_rnn_cell_backward" not in said.partition("short test summary")[2]


def test_hidden_cases_are_refused_without_a_submission() -> None:
    """There is nobody to ask: one sentence, exit code 4, and no traceback."""
    code, said = by_hand_at_first("rnn_bptt")
    assert code == 4
    assert said.endswith("ERROR: Hidden cases need a submission: add --submission=PATH.\n\n")
    assert "Traceback" not in said


def test_a_submission_that_is_not_there_is_refused(by_hand: ByHand, tmp_path: Path) -> None:
    """The path is named, in one sentence."""
    code, said = by_hand("rnn_bptt", of(tmp_path / "nobody"))
    assert code == 4
    assert f'ERROR: "{tmp_path}/nobody" is not there. ' in said
    assert "Traceback" not in said


def test_a_folder_that_is_no_assignment_is_refused(by_hand: ByHand, tmp_path: Path) -> None:
    """Cases of two assignments cannot be asked of one submission."""
    code, said = by_hand(".", of(SOLUTIONS))
    assert code == 4
    assert 'ERROR: There is no assignment "hidden".' in said
    assert "Traceback" not in said


@pytest.mark.parametrize("words", [1, 2])
def test_nothing_of_a_submission_runs_beside_the_judge(
    by_hand: ByHand, tmp_path: Path, words: int
) -> None:
    """Not its conftest.py, which pytest would take from a path that stands by itself."""
    evil = submission(tmp_path / "evil")
    (evil / "conftest.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    given = (of(evil),) if words == 1 else ("--submission", evil)
    code, said = by_hand("rnn_bptt/test_rnn_forward.py", *given, "-k", "published_numbers")
    assert code == 0, said
    assert not (tmp_path / "ran").exists()


def test_settings_of_a_submission_are_refused(by_hand: ByHand, tmp_path: Path) -> None:
    """Where nothing above the cases has settings, pytest takes those of any path it is given."""
    cases = shutil.copytree(HIDDEN / "rnn_bptt", tmp_path / "cases" / "rnn_bptt")
    evil = submission(tmp_path / "evil")
    (evil / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    code, said = by_hand(cases, "--submission", evil, "-k", "published_numbers")
    assert code == 4
    assert "ERROR: Write --submission=PATH as one word: " in said
