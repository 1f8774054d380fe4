"""Decides an appeal: points given by hand, or taken back, in a results folder."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.course import Assignment, Course
from grader.errors import UsageProblem, quoted
from grader.intake.discovery import discover
from grader.phrases import Phrases
from grader.program import now
from grader.record import Adjustment, Report
from grader.reports.entry import shown
from grader.running.adjustments import Adjustments
from grader.running.book import Book, readable
from grader.running.grading import student_files, write_class
from grader.running.language import phrases_of
from grader.running.results_folder import ResultsFolder
from grader.running.stored_results import kept_notebooks, stored_report


@dataclass(frozen=True)
class Appeal:
    """What is asked for; ``points`` None takes back what was given."""

    student: str
    function: str
    points: float | None
    reason: str


def decide(task: Assignment, course: Course, out: Path, appeal: Appeal) -> str:
    """Carry out an appeal and return a sentence on it; UsageProblem says why it cannot be."""
    report = stored_report(out, appeal.student, task)
    (asked,) = (one for one in task.functions if one.name == appeal.function)
    if appeal.points is not None and appeal.points > asked.points:
        raise UsageProblem(
            f"{quoted(appeal.function)} is worth {shown(asked.points)} points; "
            f"{shown(appeal.points)} are more than that."
        )
    phrases = phrases_of(task, None, out)
    with ResultsFolder(out, task.name) as folder:
        given = Adjustments(folder)
        if appeal.points is not None:
            given.give(report, appeal.function, Adjustment(appeal.points, appeal.reason, now()))
        elif not given.take_back(appeal.student, appeal.function):
            raise UsageProblem(
                f"{quoted(appeal.student)} was given no points by hand for "
                f"{quoted(appeal.function)}."
            )
        book = Book(
            folder, folder.stored_seed(), report.fingerprint, command="adjust", reason=appeal.reason
        )
        before = report.score
        report = book.take(
            report,
            functools.partial(
                student_files, phrases=phrases, files=_sources(course, task, out, report)
            ),
        )
        _rewrite(folder, task, phrases)
    (result,) = (one for one in report.functions if one.name == appeal.function)
    return (
        f"{report.student}: {result.name} {shown(result.score) or 'not judged'} of "
        f"{shown(result.max_score)} points; in all {shown(report.score) or 'no total'} of "
        f"{shown(report.max_score)}, before {shown(before) or 'no total'}"
    )


def _sources(course: Course, task: Assignment, out: Path, report: Report) -> Mapping[str, bytes]:
    """Return the files that were judged, for the page that shows lines of them; {} if gone."""
    place = course.folder / "submitted"
    try:
        found = discover(
            (),
            task,
            submitted=place,
            students=(report.student,),
            from_notebook=kept_notebooks(out),
        )
        (handle,) = found.submissions
        submission = handle.read()
    except (UsageProblem, OSError, ValueError):
        return {}
    return submission.files if submission.digest == report.digest else {}


def _rewrite(folder: ResultsFolder, task: Assignment, phrases: Phrases) -> None:
    """Write the class's table anew."""
    reports = {
        student: report
        for student, stored in folder.students()
        if (report := readable(stored)) is not None
    }
    write_class(folder, task, reports)
