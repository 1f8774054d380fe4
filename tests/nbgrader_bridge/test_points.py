"""Points that change after an assignment was released: refused or carried over, never capped."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from grader.course import Course
from grader.errors import NotJudgedProblem
from grader.nbgrader_bridge.gradebook import opened
from grader.nbgrader_bridge.layout import Layout, layout_of
from grader.record import Report
from tests.nbgrader_bridge.conftest import ROOT, Command, hand_in, ok
from tests.nbgrader_bridge.test_gradebook import delivered, grades, report

CHANGED = (
    'The points of "rnn_bptt" have changed since it was built (softmax 5 -> 8), and the gradebook '
    "has the old ones. Run `grade build rnn_bptt`, which carries them over, and then the same "
    "command again."
)


def change_points(course: Path) -> Layout:
    """Make softmax's values worth 5 points in the place of 2; the assignment as it is then."""
    hidden = course / "hidden/rnn_bptt"
    shutil.copytree(
        ROOT / "grader/hidden/rnn_bptt", hidden, ignore=shutil.ignore_patterns("__pycache__")
    )
    path = hidden / "assignment.toml"
    text = path.read_text("utf-8")
    assert "{ values = 2 }" in text
    path.write_text(text.replace("{ values = 2 }", "{ values = 5 }"), "utf-8")
    home = Course(course)
    return layout_of(home, home.assignment("rnn_bptt"))


def by_new_points(made: Report, score: float) -> Report:
    """A report whose softmax is out of 8."""
    functions = tuple(
        dataclasses.replace(one, score=score, max_score=8.0) if one.name == "softmax" else one
        for one in made.functions
    )
    return dataclasses.replace(made, functions=functions)


def test_other_points_than_were_built_are_refused(course: Path, run: Command) -> None:
    """One sentence before anything is judged; `nbgrader autograde` says the same."""
    hand_in(course, "ann")
    change_points(course)
    assert run("grade", "run", "rnn_bptt", "--gradebook") == (2, f"Error: {CHANGED}\n")
    assert not (course / "graded").exists()
    code, said = run("nbgrader", "autograde", "rnn_bptt")
    assert code != 0
    assert CHANGED in said


def test_building_carries_them_over(course: Path, run: Command, layout: Layout) -> None:
    """The cell has the new points, scores above the old ones are whole, old grades are refused."""
    hand_in(course, "ann")
    delivered(layout, report("ann"))
    changed = change_points(course)
    ok(run("grade", "build", "rnn_bptt"))
    with pytest.raises(NotJudgedProblem) as problem:
        delivered(changed, report("ann", RNNCell=1.0))
    assert problem.value.message == (
        'The result of "ann" stands with other points than the gradebook (softmax is out of 5, in '
        "the gradebook out of 8). Nothing was written into the gradebook. Run `grade run rnn_bptt "
        "--gradebook --yes` to have everybody's grade by the new points."
    )
    assert grades(changed, "ann")["RNNCell"] == (15.0, None, False)
    delivered(changed, by_new_points(report("ann"), 7.5))
    assert grades(changed, "ann")["softmax"] == (7.5, None, False)
    with opened(changed) as gradebook:
        submission = gradebook.find_submission("rnn_bptt", "ann")
        assert (submission.score, submission.max_score) == (102.5, 123.0)
