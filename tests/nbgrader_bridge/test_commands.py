"""What instructors type by habit, or by mistake, into nbgrader: no leak, no overwritten file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import attack_class
from tests.nbgrader_bridge.conftest import Command, hand_in, ok, scores


@pytest.mark.parametrize("more", [("--force",)])
def test_generate_assignment_by_habit_builds(
    course: Path, run: Command, more: tuple[str, ...]
) -> None:
    """It makes the same folder, even where somebody paired the notebook with an .ipynb."""
    (course / "solutions/rnn_bptt/rnn_bptt.ipynb").write_text("{}")
    built = course / "assignments/rnn_bptt"
    before = {path: path.read_bytes() for path in built.rglob("*") if path.is_file()}
    (course / "assignments/rnn_bptt/rnn_cell.py").unlink()
    ok(run("nbgrader", "generate_assignment", "rnn_bptt", *more))
    after = {path: path.read_bytes() for path in built.rglob("*") if path.is_file()}
    assert after == before


def test_generate_assignment_says_what_is_wrong(course: Path, run: Command) -> None:
    """A solution without markers ends the command; nothing of it gets out."""
    path = course / "solutions/rnn_bptt/rnn_cell.py"
    path.write_text(path.read_text().replace("### BEGIN SOLUTION\n", "\n", 1))
    code, output = run("nbgrader", "generate_assignment", "rnn_bptt")
    assert code == 1
    assert "ends a solution that was not begun" in output


def test_a_folder_that_leaks_or_is_stale_is_not_released(
    course: Path, run: Command, tmp_path: Path
) -> None:
    """release_assignment looks first, names file and line, and copies nothing."""
    shutil.copy(course / "solutions/rnn_bptt/rnn_cell.py", course / "assignments/rnn_bptt/mine.py")
    code, output = run("nbgrader", "release_assignment", "rnn_bptt")
    assert code == 1
    assert "is not released: mine.py, line " in output
    assert not (tmp_path / "exchange/unrolled/outbound/rnn_bptt").exists()
    (course / "assignments/rnn_bptt/mine.py").unlink()
    with (course / "assignments/rnn_bptt/rnn_cell.py").open("a") as file:
        file.write("\n# a hint\n")
    code, output = run("nbgrader", "release_assignment", "rnn_bptt")
    assert code == 1
    assert "is not released: rnn_cell.py " in output
    assert not (tmp_path / "exchange/unrolled/outbound/rnn_bptt").exists()


def test_attacks_earn_in_autograde_what_they_earn_elsewhere(course: Path, run: Command) -> None:
    """Replies, lending and words are held to the same by nbgrader's own command."""
    for name in attack_class.ATTACKS:
        attack_class.write(name, hand_in(course, name))
    ok(run("nbgrader", "autograde", "rnn_bptt"))
    given = scores(course)
    for name in attack_class.ATTACKS:
        due = attack_class.due(name)
        assert {function: given[name][function] for function in due} == due
