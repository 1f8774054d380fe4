"""A second assignment in the same course and gradebook, by the commands an instructor types."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from pathlib import Path

import nbformat
import pytest

from grader.course import Course
from grader.nbgrader_bridge.gradebook import opened
from grader.nbgrader_bridge.layout import layout_of
from tests.nbgrader_bridge.conftest import ROOT, Command

NAME = "long_term_dependencies"
QUESTION = "question-6-3"
POINTS = {
    "backpropagate_error": 20.0,
    "growth_factors": 5.0,
    "residual_forward": 10.0,
    "residual_backward": 25.0,
    "clip_by_value": 5.0,
    "clip_by_global_norm": 10.0,
    "weight_decay": 10.0,
    "rtrl_gradients": 15.0,
}


@pytest.fixture
def both(course: Path) -> Path:
    """The course with the second assignment beside the first."""
    for part in ("assignments", "solutions"):
        shutil.copytree(
            ROOT / part / NAME,
            course / part / NAME,
            ignore=shutil.ignore_patterns("__pycache__", ".*"),
        )
    return course


def done(answer: tuple[int, str]) -> str:
    """Return what a command said that did what it should."""
    assert answer[0] == 0, answer[1]
    return answer[1]


def submit(course: Path, student: str, answer: str | None = None) -> None:
    """Hand in the stubs, or, with a written answer, the solutions."""
    place = course / "submitted" / student / NAME
    shutil.copytree(course / "assignments" / NAME, place)
    (place / "timestamp.txt").write_text("2026-03-01 10:00:00.000000 UTC")
    (place / "submission_secret.txt").write_text(f"secret of {student}")
    if answer is not None:
        for path in (course / "solutions" / NAME).glob("*.py"):
            if path.stem != NAME:
                shutil.copy(path, place)
        notebook = nbformat.read(place / f"{NAME}.ipynb", as_version=4)
        (cell,) = [one for one in notebook.cells if one.id == QUESTION]
        cell.source = answer
        nbformat.write(notebook, place / f"{NAME}.ipynb")


def grades(course: Path, student: str) -> dict[str, tuple[float | None, bool]]:
    """Automatic score, and whether a person is asked, by cell."""
    home = Course(course)
    with opened(layout_of(home, home.assignment(NAME))) as gradebook:
        sheet = gradebook.find_submission_notebook(NAME, NAME, student)
        return {one.cell.name: (one.auto_score, one.needs_manual_grade) for one in sheet.grades}


def test_build_registers_the_second_assignment_beside_the_first(both: Path, run: Command) -> None:
    """One gradebook holds both: eight functions with their points, and question 6-3 with ten."""
    done(run("grade", "build", "rnn_bptt"))
    done(run("grade", "build", NAME))
    with sqlite3.connect(both / "gradebook.db") as database:
        rows = database.execute(
            "SELECT assignment.name, base_cell.name, grade_cells.max_score FROM grade_cells "
            "JOIN base_cell ON grade_cells.id = base_cell.id "
            "JOIN notebook ON base_cell.notebook_id = notebook.id "
            "JOIN assignment ON notebook.assignment_id = assignment.id"
        ).fetchall()
    assert {name for name, _, _ in rows} == {"rnn_bptt", NAME}
    assert {cell: most for name, cell, most in rows if name == NAME} == {**POINTS, QUESTION: 10.0}


def whole(folder: Path) -> list[Path]:
    """Return all files of a folder, those of its folders as well."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_class_of_the_second_assignment(both: Path, run: Command, tmp_path: Path) -> None:
    """Release, judge, grade 6-3 by hand, export: no answer leaves, and every point arrives."""
    done(run("grade", "build", NAME))
    done(run("nbgrader", "release_assignment", NAME))
    released = tmp_path / "exchange/unrolled/outbound" / NAME
    notebook = (released / f"{NAME}.ipynb").read_text("utf-8")
    assert QUESTION in notebook
    for path in whole(released):
        text = path.read_text("utf-8")
        assert "SOLUTION" not in text, path.name
        assert "Rubric" not in text, path.name
        assert "(I + G_" not in text, path.name
    assert not (released / f"{NAME}.py").exists()

    submit(both, "ann", "The Jacobian is $I + G$, and its product holds $I$.")
    submit(both, "bob")
    done(run("grade", "run", NAME, "--gradebook"))
    full = {name: (most, False) for name, most in POINTS.items()}
    assert grades(both, "ann") == {**full, QUESTION: (None, True)}
    assert grades(both, "bob") == {name: (0.0, False) for name in (*POINTS, QUESTION)}

    home = Course(both)
    with opened(layout_of(home, home.assignment(NAME))) as gradebook:
        grade = gradebook.find_grade(QUESTION, NAME, NAME, "ann")
        grade.manual_score, grade.needs_manual_grade = 7.5, False
        gradebook.db.commit()
    done(run("grade", "feedback", NAME))
    page = (both / "feedback/ann" / NAME / f"{NAME}.html").read_text("utf-8")
    for text in ("Question 6-3", "7.5 of 10 points", "its product holds $I$."):
        assert text in page
    done(run("nbgrader", "export"))
    with (both / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = {
            row["student_id"]: (row["score"], row["max_score"])
            for row in csv.DictReader(file)
            if row["assignment"] == NAME and row["timestamp"]
        }
    assert rows == {"ann": ("107.5", "110.0"), "bob": ("0.0", "110.0")}


def test_nbgraders_own_commands_take_the_second_assignment(both: Path, run: Command) -> None:
    """generate_assignment changes nothing, and autograde scores as `grade run` does."""
    handed_out = both / "assignments" / NAME
    before = {path: path.read_bytes() for path in whole(handed_out)}
    done(run("nbgrader", "generate_assignment", NAME, "--force"))
    assert {path: path.read_bytes() for path in whole(handed_out)} == before
    submit(both, "ann", "An answer.")
    submit(both, "bob")
    done(run("nbgrader", "autograde", NAME))
    full = {name: (most, False) for name, most in POINTS.items()}
    assert grades(both, "ann") == {**full, QUESTION: (None, True)}
    assert grades(both, "bob") == {name: (0.0, False) for name in (*POINTS, QUESTION)}
