"""What nbgrader's gradebook has of a class: the points that count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from grader.authoring.notebook import notebook_source
from grader.course import Assignment, Course
from grader.errors import quoted
from grader.nbgrader_bridge import gradebook
from grader.nbgrader_bridge.layout import Layout, layout_of, uses_nbgrader
from grader.record import Report
from grader.reports.totals import CODE_ALONE, Total, Totals


def totals_of(course: Course, task: Assignment, reports: Sequence[Report]) -> Totals:
    """Return the gradebook's points of some students.

    They are of the code alone where no gradebook has any of the students.
    """
    if notebook_source(task) is None:
        return Totals()
    if not uses_nbgrader(course):
        return Totals(alone=True)
    layout = layout_of(course, task)
    if not _there(layout.coursedir.db_url):
        return Totals(alone=True)
    found, behind = read(layout, reports)
    return Totals(found, behind=tuple(behind)) if found else Totals(alone=True)


def read(layout: Layout, reports: Iterable[Report]) -> tuple[dict[str, Total], list[str]]:
    """Return the points of those whom the gradebook has, and whose points it has not all.

    Behind are those whose code has other points in the results, and those who pay for being late
    by fewer written points than they have now.
    """
    from nbgrader.api import MissingEntry

    found: dict[str, Total] = {}
    behind = []
    with gradebook.opened(layout) as book:
        for report in reports:
            try:
                sheet = book.find_submission_notebook(
                    layout.notebook, layout.assignment.name, report.student
                )
            except MissingEntry:
                continue
            scores = {one.name: one.score for one in report.functions}
            code = written = 0.0
            waiting = []
            current = True
            for grade in sheet.grades:
                name = grade.cell.name
                if grade.needs_manual_grade:
                    waiting.append(name)
                elif name in scores:
                    code += gradebook.counted(grade)
                else:
                    written += gradebook.counted(grade)
                if name in scores and scores[name] != grade.auto_score:
                    current = False
            late = float(sheet.late_submission_penalty or 0.0)
            due = gradebook.penalty(layout, sheet.assignment, sheet) or 0.0
            if not current or abs(due - late) > 1e-6:
                behind.append(report.student)
            most = sum(float(grade.cell.max_score) for grade in sheet.grades)
            found[report.student] = Total(code, written, late, most, tuple(waiting))
    return found, behind


def _there(url: str) -> bool:
    """Whether a gradebook has been made: to look into it would make one."""
    file = url.removeprefix("sqlite:///")
    return file == url or Path(file).is_file()


def said_of(task: Assignment, totals: Totals) -> Iterator[str]:
    """Yield what is to be known of some totals."""
    if totals.alone:
        yield CODE_ALONE
    if totals.behind:
        listed = ", ".join(quoted(one) for one in totals.behind)
        yield (
            f"The gradebook does not have the last points of {listed}, or took off for lateness "
            f"before all was graded: run `grade run {task.name} --gradebook`, and this again."
        )
