"""The real commands, from release to fetched feedback, with what goes wrong on the way."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from pathlib import Path

import nbformat
import pytest

from tests.nbgrader_bridge.conftest import ROOT, Command, hand_in

PLENTY = "--timeout=5"


def ok(done: tuple[int, str]) -> str:
    """Return what a command said that did what it should."""
    code, output = done
    assert code == 0, output
    return output


def scores(course: Path) -> dict[str, dict[str, float | None]]:
    """Automatic scores in the gradebook, by student and cell."""
    found: dict[str, dict[str, float | None]] = {}
    with sqlite3.connect(course / "gradebook.db") as database:
        for student, cell, score in database.execute(
            "SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score FROM grade "
            "JOIN base_cell ON grade.cell_id = base_cell.id "
            "JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id "
            "JOIN submitted_assignment ON submitted_notebook.assignment_id "
            "= submitted_assignment.id"
        ):
            found.setdefault(student, {})[cell] = score
    return found


def answer(folder: Path, text: str) -> None:
    """Answer question 6-1 in a notebook."""
    path = folder / "rnn_bptt.ipynb"
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [one for one in notebook.cells if one.id == "question-6-1"]
    cell.source = text
    nbformat.write(notebook, path)


def export(course: Path, run: Command) -> dict[str, dict[str, str]]:
    """Run `nbgrader export`; its rows by student."""
    ok(run("nbgrader", "export"))
    with (course / "grades.csv").open(newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_the_whole_way(course: Path, run: Command, tmp_path: Path) -> None:
    """Release, fetch, submit (one late, one twice, one untouched), collect, grade, export."""
    with (course / "nbgrader_config.py").open("a") as file:
        file.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    ok(run("grade", "build", "rnn_bptt"))
    ok(run("nbgrader", "db", "assignment", "add", "rnn_bptt", "--duedate=2099-01-01"))
    ok(run("nbgrader", "release_assignment", "rnn_bptt"))
    assert "rnn_bptt" in ok(run("nbgrader", "list"))
    home = tmp_path / "students"
    home.mkdir()
    shutil.copy(course / "nbgrader_config.py", home)
    config = (home / "nbgrader_config.py").read_text()
    (home / "nbgrader_config.py").write_text(
        config.replace("configure(c, __file__)\n", "").replace(
            "from grader.nbgrader_bridge.course_config import configure\n", ""
        )
    )
    ok(run("nbgrader", "fetch_assignment", "rnn_bptt", where=home))
    fetched = {path.name for path in (home / "rnn_bptt").iterdir()}
    assert {"README.md", "rnn_bptt.ipynb", "rnn_cell.py", "test_public.py"} <= fetched
    ok(run("nbgrader", "submit", "rnn_bptt", "--student=bea", where=home))  # untouched
    ok(run("nbgrader", "submit", "rnn_bptt", "--student=ann", where=home))
    shutil.copy(ROOT / "solutions/rnn_bptt/rnn_cell.py", home / "rnn_bptt")
    answer(home / "rnn_bptt", "By the **chain rule**.")
    ok(run("nbgrader", "submit", "rnn_bptt", "--student=ann", where=home))
    ok(run("nbgrader", "submit", "rnn_bptt", "--student=cid", where=home))
    ok(run("nbgrader", "collect", "rnn_bptt"))
    late = course / "submitted/cid/rnn_bptt/timestamp.txt"
    late.write_text("2099-01-02 00:00:00.000000 UTC")
    said = ok(run("grade", "run", "rnn_bptt", "--gradebook", PLENTY))
    assert "gradebook: the scores of 3 submissions are in it" in said
    assert 'belongs to the account "' in said
    assert 'sender unknown, not in the exchange any more: "cid"' in said
    found = scores(course)
    assert found["ann"] == found["cid"]
    assert [found["ann"][name] for name in ("softmax", "rnn_cell_forward")] == [5.0, 15.0]
    assert found["ann"]["rnn_forward"] == found["ann"]["question-6-2"] == 0.0
    assert found["ann"]["question-6-1"] is None
    assert set(found["bea"].values()) == {0.0}
    rows = export(course, run)
    assert [rows["ann"][key] for key in ("raw_score", "score", "max_score")] == [
        "45.0",
        "45.0",
        "120.0",
    ]
    assert [rows["cid"][key] for key in ("raw_score", "late_submission_penalty", "score")] == [
        "45.0",
        "45.0",
        "0.0",
    ]


def test_autograde_gives_the_same_scores(course: Path, run: Command) -> None:
    """By the same judge and seed, to the last digit, and the students' files stay theirs."""
    hand_in(course, "ann", "2026-03-01 10:00:00.000000 UTC", "rnn_cell.py", "rnn_sequence.py")
    hand_in(course, "bea")
    hand_in(course, "cid", "2026-03-01 10:00:00.000000 UTC", "rnn_cell.py")
    wrong = course / "submitted/cid/rnn_bptt/rnn_cell.py"
    wrong.write_text(wrong.read_text().replace("keepdims=True", "keepdims=False"))
    ok(run("grade", "build", "rnn_bptt"))
    ok(run("nbgrader", "autograde", "rnn_bptt"))
    first = scores(course)
    assert sum(first["ann"].values()) == 80.0  # type: ignore[arg-type]
    assert set(first["bea"].values()) == {0.0}
    for student in ("ann", "bea", "cid"):
        for file in ("rnn_cell.py", "rnn_sequence.py", "numpy_vs_torch.py", "test_public.py"):
            shown = course / "autograded" / student / "rnn_bptt" / file
            assert (
                shown.read_bytes()
                == (course / "submitted" / student / "rnn_bptt" / file).read_bytes()
            )
        assert not (course / "autograded" / student / "rnn_bptt/rnn_bptt.py").exists()
    ok(run("grade", "run", "rnn_bptt", "--gradebook", "--force"))
    assert scores(course) == first


@pytest.mark.parametrize("more", [(), ("--force",)])
def test_generate_assignment_by_habit_builds(
    course: Path, run: Command, more: tuple[str, ...]
) -> None:
    """It makes the same folder, even where somebody paired the notebook with an .ipynb."""
    (course / "solutions/rnn_bptt/rnn_bptt.ipynb").write_text("{}")
    before = {path.name: path.read_bytes() for path in (course / "assignments/rnn_bptt").iterdir()}
    (course / "assignments/rnn_bptt/rnn_cell.py").unlink()
    ok(run("nbgrader", "generate_assignment", "rnn_bptt", *more))
    after = {path.name: path.read_bytes() for path in (course / "assignments/rnn_bptt").iterdir()}
    assert after == before


def test_generate_assignment_says_what_is_wrong(course: Path, run: Command) -> None:
    """A solution without markers ends the command; nothing of it gets out."""
    path = course / "solutions/rnn_bptt/rnn_cell.py"
    path.write_text(path.read_text().replace("### BEGIN SOLUTION\n", "\n", 1))
    code, output = run("nbgrader", "generate_assignment", "rnn_bptt")
    assert code == 1
    assert "ends a solution that was not begun" in output


def test_a_folder_that_leaks_is_not_released(course: Path, run: Command, tmp_path: Path) -> None:
    """release_assignment looks first, names file and line, and copies nothing."""
    shutil.copy(course / "solutions/rnn_bptt/rnn_cell.py", course / "assignments/rnn_bptt/mine.py")
    code, output = run("nbgrader", "release_assignment", "rnn_bptt")
    assert code == 1
    assert "is not released: mine.py, line " in output
    assert not (tmp_path / "exchange/unrolled/outbound/rnn_bptt").exists()
