"""Puts the class report together: stored results, what else is known, and the sources compared."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence, Set
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from grader.authoring.notebook import notebook_source
from grader.course import Assignment, Course
from grader.errors import UsageProblem, quoted
from grader.intake.discovery import discover
from grader.nbgrader_bridge.decisions import undecided
from grader.nbgrader_bridge.layout import layout_of, uses_nbgrader
from grader.nbgrader_bridge.senders import doubtful
from grader.nbgrader_bridge.timestamps import timestamp
from grader.nbgrader_bridge.totals import totals_of
from grader.phrases import Phrases, notes
from grader.record import Report
from grader.reports.class_report import class_page
from grader.reports.to_do import Alike, Doubt, Group, Known, Likeness
from grader.running import ledger
from grader.running.staged import waiting
from grader.running.stored_results import kept_notebooks, stored_reports, students_in
from grader.similarity.side_by_side import look_alikes

_NAMED = 3
"""Students that a warning names."""


def class_report(
    course: Course,
    task: Assignment,
    out: Path,
    paths: Sequence[Path],
    phrases: Phrases,
    page: Path,
) -> tuple[str, list[str]]:
    """Return the text of the ``page`` about a class, and what is to be said beside it.

    UsageProblem where nothing has been graded.
    """
    reports = list(stored_reports(out, task))
    names = {report.student for report in reports}
    folders = students_in(out, set(os.listdir(out)))
    came_in = ledger.read(out)
    named = {student for line in came_in for student in line.students}
    likeness, why_not = _likeness(course, task, out, paths, names, named)
    known = Known(
        totals=totals_of(course, task, reports),
        likeness=likeness,
        doubts=list(_doubts(course, task, out, reports)),
        staged=waiting(out),
        entries=[one.entry for one in came_in if ledger.left_over(one)],
        absent=[name for one in came_in if one.outcome == ledger.ABSENT for name in one.students],
    )
    text = class_page(
        reports,
        phrases,
        notes=notes(task.hidden, phrases.language),
        links={
            name: quote(os.path.relpath(place, page.parent))
            for name, folder in folders.items()
            if (place := out / folder / "feedback.html").exists()
        },
        known=known,
        made=f"{datetime.now().astimezone():%Y-%m-%d %H:%M %Z}",
    )
    return text, [why_not] if why_not else []


def _doubts(
    course: Course, task: Assignment, out: Path, reports: Sequence[Report]
) -> Iterator[Doubt]:
    """Yield what is doubtful about who handed in, but what the instructor has decided."""
    held = undecided(out)
    for student, accounts in held.items():
        yield Doubt("sender", student, tuple(accounts))
    if not uses_nbgrader(course) or notebook_source(task) is None:
        return
    layout = layout_of(course, task)
    names = [one.student for one in reports if timestamp(layout.folder("submitted", one.student))]
    for one in doubtful(layout, names):
        if one.kind != "sender":  # who sent what is kept, with what was decided
            yield one


def _likeness(
    course: Course,
    task: Assignment,
    out: Path,
    paths: Sequence[Path],
    graded: Set[str],
    named: Set[str],
) -> tuple[Likeness, str]:
    """Compare the sources; says as well why that cannot be, or of whom it cannot, or ""."""
    try:
        found = discover(
            paths,
            task,
            submitted=course.folder / "submitted",
            from_notebook=kept_notebooks(out),
        )
    except UsageProblem as problem:
        return Likeness(compared=False), f"The sources were not compared. {problem.message}"
    submissions = {
        handle.student: handle.read().files
        for handle in found.submissions
        if handle.student in graded
    }
    said = " ".join(_others(graded, named, {handle.student for handle in found.submissions}))
    if not submissions:
        return Likeness(compared=False), f"The sources were not compared. {said}"
    alike = look_alikes(
        submissions,
        _sources(task.stubs),
        _sources(task.solutions),
        tuple(function.name for function in task.functions),
    )
    return Likeness(
        groups=[Group(one.students, one.lowest, one.highest) for one in alike.groups],
        pairs=[
            Alike(
                pair.first,
                pair.second,
                pair.share,
                tuple((one.name, one.first, one.second) for one in pair.files),
            )
            for pair in alike.pairs
        ],
        left_out=[(one.student, one.file) for one in alike.left_out],
    ), said


def _others(graded: Set[str], named: Set[str], found: Set[str]) -> Iterator[str]:
    """Say where the submissions are not those of the students who have results.

    ``named`` are those whom the last run accounted for, graded or not.
    """
    if without := graded - found:
        yield (
            f"Of {len(graded)} students with results {_few(without)} have no submission there: "
            "name the folder or zip that the class was graded from."
        )
    if new := found - graded - named:
        yield f"No results have {_few(new)}, who have a submission there."


def _few(names: Set[str]) -> str:
    more = ", ..." if len(names) > _NAMED else ""
    return f"{len(names)} ({', '.join(map(quoted, sorted(names)[:_NAMED]))}{more})"


def _sources(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.py")}
