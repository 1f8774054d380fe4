"""Puts the class report together: stored results, notes, and the sources side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from grader.course import Assignment, Course
from grader.errors import UsageProblem
from grader.intake.discovery import discover
from grader.nbgrader_bridge.totals import totals_of
from grader.phrases import Phrases, notes
from grader.reports.class_report import Alike, Likeness, class_page
from grader.reports.exports.filling import listed
from grader.running.folder_names import folder_name
from grader.running.stored_results import stored_reports
from grader.similarity.side_by_side import look_alikes


def class_report(course: Course, task: Assignment, out: Path, paths: Sequence[Path]) -> str:
    """Return the page about a class; UsageProblem where nothing has been graded."""
    reports = list(stored_reports(out, task))
    names = [report.student for report in reports]
    pages = {name: f"{folder_name(name)}/feedback.html" for name in names}
    totals, said = totals_of(course, task, reports)
    return class_page(
        reports,
        Phrases.of(task.hidden),
        notes=notes(task.hidden),
        links={name: quote(page) for name, page in pages.items() if (out / page).exists()},
        likeness=_likeness(course, task, paths, set(names)),
        totals=totals,
        said=[*said, *(f"{why}: {listed(who)}." for why, who in totals.missing(reports).items())],
        made=f"Made on {datetime.now().astimezone():%Y-%m-%d %H:%M %Z}.",
    )


def _likeness(
    course: Course, task: Assignment, paths: Sequence[Path], graded: set[str]
) -> Likeness:
    try:
        found = discover(paths, task, submitted=course.folder / "submitted", students=())
    except UsageProblem as problem:
        return Likeness(why_not=f"The sources were not compared. {problem.message}")
    submissions = {
        handle.student: handle.read().files
        for handle in found.submissions
        if handle.student in graded
    }
    alike = look_alikes(
        submissions,
        _sources(task.stubs),
        _sources(task.solutions),
        tuple(function.name for function in task.functions),
    )
    return Likeness(
        pairs=[
            Alike(
                pair.first,
                pair.second,
                pair.share,
                tuple((one.name, one.first, one.second) for one in pair.files),
            )
            for pair in alike.pairs
        ],
        more=alike.more,
        left_out=[
            f"{one.student}: lines of {one.file} do not parse and were not compared."
            for one in alike.left_out
        ],
    )


def _sources(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.py")}
