"""A course that lives in nbgrader, with its gradebook, for tests of the bridge."""

from __future__ import annotations

import functools
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import Course
from grader.nbgrader_bridge.gradebook import register
from grader.nbgrader_bridge.layout import Layout, layout_of
from tests.command import QUICK_START
from tests.warm_commands import run_warm

ROOT = Path(__file__).resolve().parents[2]
Command = Callable[..., tuple[int, str]]


def home_of_nobody(home: Path) -> dict[str, str]:
    """Make a home, and return the variables by which no other configuration counts."""
    home.mkdir()
    places = {
        name: str(home / place)
        for name, place in {
            "HOME": ".",
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_RUNTIME_DIR": "runtime",
            "IPYTHONDIR": "ipython",
        }.items()
    }
    return {**places, "PYTHONPATH": str(QUICK_START)}


def new_course(home: Path) -> Path:
    """Copy the course in this repository into a folder, with an exchange of its own beside it."""
    place = home / "course"
    for part in ("assignments", "solutions"):
        shutil.copytree(
            ROOT / part / "rnn_bptt",
            place / part / "rnn_bptt",
            ignore=shutil.ignore_patterns("__pycache__", ".*"),
        )
    (place / "submitted").mkdir()
    (home / "exchange").mkdir(mode=0o777)
    (home / "exchange").chmod(0o777)
    text = (ROOT / "nbgrader_config.py").read_text("utf-8")
    text += f'\nc.Exchange.root = "{home}/exchange"\nc.Exchange.cache = "{home}/cache"\n'
    (place / "nbgrader_config.py").write_text(text, "utf-8")
    return place


def command(
    program: str,
    *arguments: str | Path,
    where: Path,
    head: tuple[str, ...] = (),
    **env: str,
) -> tuple[int, str]:
    """Run `nbgrader` or `grade` in a folder; its exit code and all it says."""
    code, said, _ = run_warm(program, arguments, where, {**os.environ, **env}, head, together=True)
    return code, said


@pytest.fixture(autouse=True)
def nobodys_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of whoever runs the tests counts, and none is written."""
    for name, place in home_of_nobody(tmp_path / "home").items():
        monkeypatch.setenv(name, place)


@pytest.fixture(scope="session")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gradebook that knows the assignment and nobody: making one takes two seconds."""
    place = tmp_path_factory.mktemp("registered")
    course = new_course(place)
    with pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in home_of_nobody(place / "home").items():
            monkeypatch.setenv(name, value)
        home = Course(course)
        register(layout_of(home, home.assignment("rnn_bptt")))
    return course / "gradebook.db"


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A copy of the course in this repository that has no gradebook yet."""
    return new_course(tmp_path)


@pytest.fixture
def course(new: Path, registered: Path) -> Path:
    """A copy of the course in this repository, registered, with an exchange of its own."""
    shutil.copy(registered, new)
    return new


@pytest.fixture
def layout(course: Path) -> Layout:
    """The assignment of that course as nbgrader sees it."""
    home = Course(course)
    return layout_of(home, home.assignment("rnn_bptt"))


@pytest.fixture
def run(new: Path) -> Command:
    """A function that runs `nbgrader` or `grade` in the course; its exit code and all it says."""
    return functools.partial(command, where=new)


def hand_in(
    course: Path, student: str, timestamp: str = "2026-03-01 10:00:00.000000 UTC", *solved: str
) -> Path:
    """Put a submission where nbgrader collects them: the stubs, some files of them solved."""
    place = course / "submitted" / student / "rnn_bptt"
    shutil.copytree(course / "assignments/rnn_bptt", place)
    for name in solved:
        shutil.copy(course / "solutions/rnn_bptt" / name, place)
    (place / "timestamp.txt").write_text(timestamp)
    (place / "submission_secret.txt").write_text(f"secret of {student}")
    return place


def answer(place: Path, text: str = "delta = 1", question: str = "question-6-1") -> None:
    """Write an answer into a submitted notebook."""
    import nbformat

    path = place / "rnn_bptt.ipynb"
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [one for one in notebook.cells if one.id == question]
    cell.source = text
    nbformat.write(notebook, path)


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
