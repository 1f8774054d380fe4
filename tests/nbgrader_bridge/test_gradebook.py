"""Scores in nbgrader's gradebook: plain, clamped, all or none, and a person's word stands."""

from __future__ import annotations

import dataclasses
import math
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.errors import NotJudgedProblem, UsageProblem
from grader.nbgrader_bridge.delivery import deliver
from grader.nbgrader_bridge.gradebook import opened, register
from grader.nbgrader_bridge.layout import Layout, layout_of
from grader.phrases import Phrases
from grader.record import Report, Status
from tests.classes import class_of
from tests.nbgrader_bridge.conftest import Command, answer, hand_in
from tests.powerless import powerless

FUNCTIONS = {
    "softmax": 5.0,
    "rnn_cell_forward": 15.0,
    "rnn_cell_backward": 25.0,
    "rnn_forward": 10.0,
    "rnn_backward": 25.0,
    "RNNCell": 15.0,
    "compare_with_torch": 5.0,
}
WRITTEN = {"question-6-1": 10.0, "question-6-2": 10.0}


def report(student: str, **scores: float | None) -> Report:
    """A report with full points but for the scores given."""
    (made,) = class_of(1)
    results = []
    for one in made.functions:
        score = scores.get(one.name, one.max_score)
        status = Status.NOT_JUDGED if score is None else Status.PASSED
        results.append(
            dataclasses.replace(one, score=score, status=status, finding=None, criteria=())
        )
    return dataclasses.replace(made, student=student, functions=tuple(results), remarks=())


def delivered(layout: Layout, *reports: Report) -> list[str]:
    """Deliver reports as a run does."""
    return deliver(layout, reports, Phrases.of(layout.assignment.hidden))


def grades(layout: Layout, student: str) -> dict[str, tuple[Any, ...]]:
    """Automatic score, a person's, and whether a person is asked, by cell."""
    with opened(layout) as gradebook:
        sheet = gradebook.find_submission_notebook("rnn_bptt", "rnn_bptt", student)
        return {
            one.cell.name: (one.auto_score, one.manual_score, one.needs_manual_grade)
            for one in sheet.grades
        }


def give(layout: Layout, student: str, cell: str, score: float, comment: str = "") -> None:
    """Grade a cell by hand, as formgrader does."""
    with opened(layout) as gradebook:
        grade = gradebook.find_grade(cell, "rnn_bptt", "rnn_bptt", student)
        grade.manual_score, grade.needs_manual_grade = score, False
        if comment:
            found = gradebook.find_comment(cell, "rnn_bptt", "rnn_bptt", student)
            found.manual_comment = comment
        gradebook.db.commit()


def test_a_new_gradebook_holds_every_cell_and_its_points(layout: Layout) -> None:
    """Registering makes the assignment, its notebook, a cell a function and the questions."""
    register(layout)
    register(layout)
    with opened(layout) as gradebook:
        (assignment,) = gradebook.assignments
        (notebook,) = assignment.notebooks
        assert notebook.name == "rnn_bptt"
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
        assert points == FUNCTIONS | WRITTEN
        assert {cell.name for cell in notebook.solution_cells} == WRITTEN.keys()
        assert assignment.max_score == 120.0


def test_a_new_gradebook_needs_no_path(run: Command, new: Path) -> None:
    """With the environment off PATH it is made whole, by ours and by nbgrader's own command."""
    build = ("grade", "build", "rnn_bptt")
    for commands in ([build], [("nbgrader", "db", "assignment", "add", "rnn_bptt"), build]):
        (new / "gradebook.db").unlink(missing_ok=True)
        for words in commands:
            code, output = run(*words, PATH="/nowhere")
            assert code == 0, output
        with sqlite3.connect(new / "gradebook.db") as database:
            assert database.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
            cells = database.execute("SELECT name FROM base_cell").fetchall()
        assert {name for (name,) in cells} >= FUNCTIONS.keys() | WRITTEN.keys()


def test_a_half_made_gradebook_is_finished(layout: Layout, course: Path) -> None:
    """One whose making failed for want of alembic is noted as what it is."""
    register(layout)
    with sqlite3.connect(course / "gradebook.db") as database:
        database.execute("DROP TABLE alembic_version")
    register(layout)
    with sqlite3.connect(course / "gradebook.db") as database:
        assert database.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


def test_scores_arrive_and_an_untouched_question_earns_nothing(
    layout: Layout, course: Path
) -> None:
    """Functions need nobody any more; a question that was answered waits for a person."""
    answer(hand_in(course, "ann"))
    assert delivered(layout, report("ann", softmax=4.5, RNNCell=0.0)) == []
    due = {name: (points, None, False) for name, points in FUNCTIONS.items()}
    due |= {"softmax": (4.5, None, False), "RNNCell": (0.0, None, False)}
    due |= {"question-6-1": (None, None, True), "question-6-2": (0.0, None, False)}
    assert grades(layout, "ann") == due


def test_scores_are_clamped_and_none_is_left_to_a_person(layout: Layout, course: Path) -> None:
    """What nbgrader would take for full marks, or refuse, never gets there."""
    hand_in(course, "ann")
    said = delivered(
        layout,
        report(
            "ann",
            softmax=99.0,
            RNNCell=-3.0,
            rnn_forward=None,
            rnn_backward=math.nan,
            compare_with_torch=np.float64(2.5),
        ),
    )
    assert said == ['"ann": rnn_forward, rnn_backward could not be judged; grade by hand']
    found = grades(layout, "ann")
    assert found["softmax"] == (5.0, None, False)
    assert found["RNNCell"] == (0.0, None, False)
    assert found["rnn_forward"] == found["rnn_backward"] == (None, None, True)
    assert found["compare_with_torch"] == (2.5, None, False)
    with sqlite3.connect(course / "gradebook.db") as database:
        kinds = database.execute("SELECT DISTINCT typeof(auto_score) FROM grade").fetchall()
    assert {kind for (kind,) in kinds} == {"real", "null"}


def test_a_persons_score_survives(layout: Layout, course: Path) -> None:
    """A second run leaves it alone; only another submission or score asks for a second look."""
    place = hand_in(course, "ann")
    answer(place)
    delivered(layout, report("ann", softmax=1.0))
    give(layout, "ann", "question-6-1", 7.5, "Why?")
    give(layout, "ann", "softmax", 3.0)
    delivered(layout, report("ann", softmax=1.0))
    assert grades(layout, "ann")["question-6-1"] == (None, 7.5, False)
    assert grades(layout, "ann")["softmax"] == (1.0, 3.0, False)
    delivered(layout, report("ann", softmax=2.0))
    assert grades(layout, "ann")["question-6-1"] == (None, 7.5, False)
    assert grades(layout, "ann")["softmax"] == (2.0, 3.0, True)
    (place / "timestamp.txt").write_text("2026-03-09 10:00:00.000000 UTC")
    delivered(layout, report("ann", softmax=2.0))
    assert grades(layout, "ann")["question-6-1"] == (None, 7.5, True)


def test_all_are_written_or_none(layout: Layout, course: Path) -> None:
    """Where the database refuses the last grade of the second, the first has none either."""
    answer(hand_in(course, "ann"))
    hand_in(course, "bob")
    delivered(layout, report("ann", softmax=1.0))
    give(layout, "ann", "question-6-1", 7.5)
    before = grades(layout, "ann")
    with sqlite3.connect(course / "gradebook.db") as database:
        database.execute(
            "CREATE TRIGGER full BEFORE UPDATE ON grade "
            "WHEN NEW.cell_id IN (SELECT id FROM base_cell WHERE name = 'question-6-2') "
            "AND NEW.auto_score = 0 AND EXISTS "
            "(SELECT 1 FROM submitted_assignment WHERE student_id = 'bob') "
            "BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
        )
    with pytest.raises(NotJudgedProblem) as problem:
        delivered(layout, report("ann", softmax=2.0), report("bob"))
    assert problem.value.message == (
        f'The gradebook "{course}/gradebook.db" cannot be used: disk is full. Nothing was written '
        "into it. End what else has it open, or mend it, and run the command again."
    )
    assert grades(layout, "ann") == before
    with opened(layout) as gradebook:
        assert [one.id for one in gradebook.students] == ["ann"]
    with sqlite3.connect(course / "gradebook.db") as database:
        database.execute("DROP TRIGGER full")
    delivered(layout, report("ann", softmax=2.0), report("bob"))
    assert grades(layout, "ann")["softmax"] == (2.0, None, False)
    assert grades(layout, "bob")["softmax"] == (5.0, None, False)


def test_files_that_nbgrader_made_read_only_are_replaced(layout: Layout, course: Path) -> None:
    """What `nbgrader autograde` leaves may not be written, and is no obstacle."""
    place = hand_in(course, "ann")
    delivered(layout, report("ann"))
    shown = course / "autograded/ann/rnn_bptt"
    (shown / "checks/earlier").mkdir(mode=0o555)
    (shown / "checks/old.txt").write_text("old")
    for path in shown.iterdir():
        path.chmod(0o444)
    (place / "rnn_cell.py").write_text("# another")
    with powerless():
        delivered(layout, report("ann"))
    assert (shown / "rnn_cell.py").read_text() == "# another"
    names = {path.name for path in shown.rglob("*")}
    assert "checks" in names
    assert not names & {"earlier", "old.txt"}
    assert not [*shown.parent.glob(".*")]


def test_a_tree_that_cannot_be_written_costs_no_score(layout: Layout, course: Path) -> None:
    """Where formgrader's tree is closed, one sentence says so, and nothing is written."""
    hand_in(course, "ann")
    (course / "autograded").mkdir(mode=0o555)
    with powerless(), pytest.raises(NotJudgedProblem) as problem:
        delivered(layout, report("ann"))
    assert problem.value.message == (
        f'"{course}/autograded/ann/rnn_bptt" cannot be written: Permission denied. Nothing was '
        "written into the gradebook. Mend that and run the same command again."
    )
    with opened(layout) as gradebook:
        assert gradebook.students == []


def test_another_kernel_and_another_name_lose_no_score(layout: Layout, course: Path) -> None:
    """A notebook run by another kernel is the course's; one by another name is no notebook."""
    import nbformat

    ann, bob = hand_in(course, "ann"), hand_in(course, "bob")
    answer(ann)
    notebook = nbformat.read(ann / "rnn_bptt.ipynb", as_version=4)
    notebook.metadata["kernelspec"] = {"name": "ir", "display_name": "R", "language": "R"}
    nbformat.write(notebook, ann / "rnn_bptt.ipynb")
    (bob / "rnn_bptt.ipynb").rename(bob / "rnn_bptt (1).ipynb")
    assert delivered(layout, report("ann"), report("bob")) == [
        '"bob" handed in no notebook "rnn_bptt.ipynb", but "rnn_bptt (1).ipynb"; rename it if it '
        "is that; the empty one is shown in its place"
    ]
    shown = nbformat.read(course / "autograded/ann/rnn_bptt/rnn_bptt.ipynb", as_version=4)
    assert shown.metadata["kernelspec"]["name"] == "python3"
    for student in ("ann", "bob"):
        assert grades(layout, student)["softmax"] == (5.0, None, False)
    assert grades(layout, "ann")["question-6-1"] == (None, None, True)


def test_a_gradebook_in_use_is_said(layout: Layout, course: Path) -> None:
    """Somebody else's lock ends in one sentence, and in exit code 3."""
    hand_in(course, "ann")
    register(layout)
    layout.coursedir.db_url += "?timeout=0.1"
    with sqlite3.connect(course / "gradebook.db") as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(NotJudgedProblem) as problem:
            delivered(layout, report("ann"))
        other.rollback()
    assert "database is locked. Nothing was written into it." in problem.value.message
    assert problem.value.exit_code == 3


def test_late_submissions_cost_what_the_course_says(layout: Layout, course: Path) -> None:
    """The penalty is that of nbgrader's configured plugin, and takes no more than there is."""
    hand_in(course, "ann", "2026-03-02 10:00:00.000000 UTC")
    hand_in(course, "bob", "2026-03-01 09:00:00.000000 UTC")
    register(layout)
    with opened(layout) as gradebook:
        gradebook.update_or_create_assignment("rnn_bptt", duedate="2026-03-01 12:00:00 UTC")
    layout.config.LateSubmissionPlugin.penalty_method = "zero"
    delivered(layout, report("ann", softmax=0.0), report("bob", softmax=0.0))
    with opened(layout) as gradebook:
        late, early = (gradebook.find_submission("rnn_bptt", one) for one in ("ann", "bob"))
        assert (late.score, late.late_submission_penalty) == (95.0, 95.0)
        assert (early.score, early.late_submission_penalty) == (95.0, 0.0)
    give(layout, "ann", "question-6-1", 8.0)
    delivered(layout, report("ann", softmax=0.0))
    with opened(layout) as gradebook:
        assert gradebook.find_submission("rnn_bptt", "ann").late_submission_penalty == 103.0


def test_cells_that_came_or_went_are_refused(layout: Layout, course: Path) -> None:
    """With submissions in the gradebook, another set of questions ends in one sentence."""
    hand_in(course, "ann")
    delivered(layout, report("ann"))
    path = course / "assignments/rnn_bptt/rnn_bptt.ipynb"
    path.write_text(path.read_text("utf-8").replace("question-6-2", "question-6-9"), "utf-8")
    with pytest.raises(UsageProblem, match="questions or functions have come or gone since"):
        register(layout)


def test_a_course_without_nbgrader_is_told_what_to_write(course: Path, layout: Layout) -> None:
    """A missing configuration is named, and what belongs into it."""
    (course / "nbgrader_config.py").unlink()
    with pytest.raises(UsageProblem) as problem:
        layout_of(layout.course, layout.assignment)
    assert problem.value.message == (
        f'"{course}/nbgrader_config.py" is not there. Write these lines into it: from '
        "grader.nbgrader_bridge.course_config import configure; c = get_config(); "
        "configure(c, __file__)."
    )


def test_formgraders_tree_holds_the_students_files(layout: Layout, course: Path) -> None:
    """Files are the student's own, links are left out, outputs are ours, cells are the course's."""
    import nbformat

    place = hand_in(course, "ann", "2026-03-01 10:00:00.000000 UTC", "rnn_cell.py")
    (place / "secret").symlink_to("/etc/passwd")
    path = place / "rnn_bptt.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.id == "softmax":
            cell.outputs = [nbformat.v4.new_output("stream", text="5 of 5")]
            cell.source = "5.0"
    notebook.cells = [cell for cell in notebook.cells if cell.id != "rnn_forward"]
    nbformat.write(notebook, path)
    assert delivered(layout, report("ann")) == []
    shown = course / "autograded/ann/rnn_bptt"
    for name in ("rnn_cell.py", "rnn_sequence.py", "timestamp.txt"):
        assert (shown / name).read_bytes() == (place / name).read_bytes()
    assert not (shown / "secret").exists()
    cells = {cell.id: cell for cell in nbformat.read(shown / "rnn_bptt.ipynb", 4).cells}
    assert cells["softmax"].source == 'public_tests("softmax")'
    assert [one.text for one in cells["softmax"].outputs] == ["+   5 of 5 points\n"]
    names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in cells.values()]
    assert "rnn_forward" in names


@pytest.mark.parametrize("content", [None, "no JSON", '{"cells": 3}', "[]"])
def test_a_notebook_that_is_none_loses_no_score(
    layout: Layout, course: Path, content: str | None
) -> None:
    """The empty one is shown in its place, and the instructor is told."""
    path = hand_in(course, "ann") / "rnn_bptt.ipynb"
    path.unlink()
    if content is not None:
        path.write_text(content)
    (said,) = delivered(layout, report("ann"))
    assert said.startswith('"ann" handed in ')
    assert said.endswith("the empty one is shown in its place")
    assert grades(layout, "ann")["softmax"] == (5.0, None, False)
    assert grades(layout, "ann")["question-6-1"] == (0.0, None, False)
