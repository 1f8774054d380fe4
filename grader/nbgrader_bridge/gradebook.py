"""nbgrader's gradebook: assignments are registered, and judged scores written, all or none."""

from __future__ import annotations

import contextlib
import math
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import NotJudgedProblem, UsageProblem, quoted
from grader.nbgrader_bridge.layout import Layout
from grader.nbgrader_bridge.points import refuse_another_scale, refuse_other_points
from grader.nbgrader_bridge.timestamps import timestamp
from grader.record import Report


@dataclass(frozen=True)
class Graded:
    """What the gradebook is to know of one student's submission.

    ``timestamp`` is nbgrader's, None where the submission has none.  ``untouched`` are the
    written questions that nothing was written to.  ``again`` says that it was handed in anew,
    where the gradebook cannot tell any more.
    """

    report: Report
    timestamp: str | None
    untouched: frozenset[str]
    again: bool = False


@contextlib.contextmanager
def opened(layout: Layout) -> Iterator[Any]:
    """Open the course's gradebook, made if need be; what fails is said in one sentence."""
    from nbgrader.api import Gradebook
    from sqlalchemy.exc import SQLAlchemyError

    coursedir = layout.coursedir
    try:
        with alembic_found(), Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            _finish_half_made(gradebook)
            yield gradebook
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise NotJudgedProblem(
            f"The gradebook {quoted(_place(coursedir.db_url))} cannot be used: {said}. Nothing was "
            "written into it. End what else has it open, or mend it, and run the command again."
        ) from error


def _place(url: str) -> str:
    return url.removeprefix("sqlite:///")


@contextlib.contextmanager
def alembic_found() -> Iterator[None]:
    """Let nbgrader find alembic, which it runs from PATH, beside the Python that runs us."""
    before = os.environ.get("PATH")
    here = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([here, before] if before else [here])
    try:
        yield
    finally:
        if before is None:
            del os.environ["PATH"]
        else:
            os.environ["PATH"] = before


def _finish_half_made(gradebook: Any) -> None:
    """Note the version in a gradebook whose making failed for want of alembic."""
    from nbgrader.api import get_alembic_version
    from sqlalchemy import inspect, text

    if "alembic_version" not in inspect(gradebook.engine).get_table_names():
        version = get_alembic_version()
        gradebook.db.execute(
            text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        )
        gradebook.db.execute(
            text("INSERT INTO alembic_version (version_num) VALUES (:version)"),
            {"version": version},
        )
        gradebook.db.commit()


def register(layout: Layout) -> None:
    """Tell the gradebook of the assignment, its notebook and its graded cells.

    Dates and scores stay as they are.  UsageProblem where cells came or went and there are
    submissions already, and where points have changed since the notebook was made.
    """
    import nbformat
    from nbgrader.preprocessors import SaveCells

    refuse_other_points(layout)
    with opened(layout) as gradebook:
        gradebook.update_or_create_assignment(layout.assignment.name)
    notebook = nbformat.read(layout.released, as_version=4)
    resources = {
        "nbgrader": {
            "notebook": layout.notebook,
            "assignment": layout.assignment.name,
            "db_url": layout.coursedir.db_url,
        }
    }
    try:
        SaveCells().preprocess(notebook, resources)
    except RuntimeError as error:
        raise UsageProblem(
            f"The gradebook has submissions of {quoted(layout.assignment.name)}, and questions or "
            "functions have come or gone since. Build the assignment under another name, or "
            f"remove it first: nbgrader db assignment remove {layout.assignment.name}."
        ) from error


def record(layout: Layout, graded: Iterable[Graded]) -> list[str]:
    """Write the scores of many students in one transaction; say what is left to a person.

    A score a person has given stays, and is marked for a second look where what was handed in,
    or its own score, is another than it was.  NotJudgedProblem where points are others than the
    gradebook's: no score is cut down to them.
    """
    said: list[str] = []
    with opened(layout) as gradebook:
        for one in graded:
            said += _record_one(gradebook, layout, one)
        gradebook.db.commit()
    return said


def resubmitted(layout: Layout, students: Iterable[str]) -> frozenset[str]:
    """Return those whose submission is another than the one that was graded."""
    from nbgrader.utils import parse_utc

    with opened(layout) as gradebook:
        known = {
            one.student.id: one.timestamp
            for one in gradebook.assignment_submissions(layout.assignment.name)
        }
    found = set()
    for student in known.keys() & set(students):
        said = timestamp(layout.folder("submitted", student))
        if known[student] != (parse_utc(said) if said else None):
            found.add(student)
    return frozenset(found)


def _record_one(gradebook: Any, layout: Layout, graded: Graded) -> Iterator[str]:
    from nbgrader.utils import parse_utc

    report = graded.report
    submission = _submission(gradebook, layout, report.student)
    sent = parse_utc(graded.timestamp) if graded.timestamp else None
    another = graded.again or submission.timestamp != sent
    submission.timestamp = sent
    (notebook,) = [one for one in submission.notebooks if one.notebook.name == layout.notebook]
    scores = {one.name: one.score for one in report.functions}
    most = {grade.cell.name: float(grade.cell.max_score) for grade in notebook.grades}
    refuse_another_scale(report, most)
    left = []
    for grade in notebook.grades:
        name = grade.cell.name
        if name in scores:
            score = _plain(scores[name], most[name])
            if score is None:
                left.append(name)
        else:
            score = 0.0 if name in graded.untouched else None
        changed = another or score != grade.auto_score
        grade.auto_score = score
        if grade.manual_score is None:
            grade.needs_manual_grade = score is None
        elif changed:
            grade.needs_manual_grade = True
    for comment in notebook.comments:
        comment.auto_comment = "No response." if comment.cell.name in graded.untouched else None
    gradebook.db.flush()
    notebook.late_submission_penalty = penalty(layout, submission, notebook)
    if left:
        yield f"{quoted(report.student)}: {', '.join(left)} could not be judged; grade by hand"


def _plain(score: float | None, most: float) -> float | None:
    """Return a score as the gradebook must have it: a float between 0 and the most."""
    if score is None or not math.isfinite(score):
        return None
    return min(max(float(score), 0.0), float(most))


def _submission(gradebook: Any, layout: Layout, student: str) -> Any:
    """Return the student's submission with a row for every graded cell; commit nothing."""
    from nbgrader.api import (
        Comment,
        Grade,
        MissingEntry,
        Student,
        SubmittedAssignment,
        SubmittedNotebook,
    )

    name = layout.assignment.name
    try:
        return gradebook.find_submission(name, student)
    except MissingEntry:
        pass
    with gradebook.db.no_autoflush:
        person = gradebook.db.get(Student, student) or Student(id=student)
        submission = SubmittedAssignment(assignment=gradebook.find_assignment(name), student=person)
        for notebook in submission.assignment.notebooks:
            sheet = SubmittedNotebook(notebook=notebook, assignment=submission)
            for cell in notebook.grade_cells:
                Grade(cell_id=cell.id, cell=cell, notebook=sheet)
            for cell in notebook.solution_cells:
                Comment(cell_id=cell.id, cell=cell, notebook=sheet)
        gradebook.db.add(submission)
    gradebook.db.flush()
    return submission


def penalty(layout: Layout, submission: Any, notebook: Any) -> float | None:
    """Return what being late costs, by the assignment's own rule or the configuration's plugin."""
    late = submission.total_seconds_late
    if late <= 0:
        return None
    score = sum(counted(grade) for grade in notebook.grades)
    if (own := layout.assignment.late) is not None:
        return own.penalty(score, late) or None
    from nbgrader.preprocessors import AssignLatePenalties

    rule = AssignLatePenalties(config=layout.config)
    rule.init_plugin()
    taken = rule.plugin_inst.late_submission_penalty(submission.student.id, score, late)
    return None if taken is None else min(max(float(taken), 0.0), score)


def counted(grade: Any) -> float:
    """Return the score of a cell as nbgrader adds it up."""
    given = grade.auto_score if grade.manual_score is None else grade.manual_score
    return (given or 0.0) + ((grade.extra_credit or 0.0) if given is not None else 0.0)


def written(layout: Layout, students: Iterable[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return score, most and comment of each written question, by student and question.

    ``score`` is None where nobody has graded it yet.
    """
    from nbgrader.api import MissingEntry

    functions = {one.name for one in layout.assignment.functions}
    found: dict[str, dict[str, Any]] = {}
    with opened(layout) as gradebook:
        for student in students:
            try:
                notebook = gradebook.find_submission_notebook(
                    layout.notebook, layout.assignment.name, student
                )
            except MissingEntry:
                continue
            comments = {one.cell.name: one.comment or "" for one in notebook.comments}
            found[student] = {
                grade.cell.name: {
                    "score": None if grade.needs_manual_grade else counted(grade),
                    "most": float(grade.cell.max_score),
                    "comment": comments.get(grade.cell.name, ""),
                }
                for grade in notebook.grades
                if grade.cell.name not in functions
            }
    return found
