"""A student's feedback page where nbgrader's release_feedback looks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.errors import NotJudgedProblem, quoted
from grader.intake.submission import read_submission
from grader.nbgrader_bridge import autograded, gradebook
from grader.nbgrader_bridge.layout import Layout
from grader.nbgrader_bridge.sharing import share
from grader.nbgrader_bridge.timestamps import TIMESTAMP, note, timestamp
from grader.phrases import Phrases
from grader.record import Report
from grader.reports.html import WrittenAnswer, page
from grader.reports.totals import Total
from grader.whole_files import PUBLIC, write_whole

SECRET = "submission_secret.txt"
"""What nbgrader's exchange tells a submission by; release_feedback stops without it."""


@dataclass(frozen=True)
class LeftOut:
    """Why a student gets no page; it ``waits`` where the instructor can change that."""

    said: str
    waits: bool


def put_out(
    layout: Layout, reports: Iterable[Report], phrases: Phrases, totals: Mapping[str, Total]
) -> Iterator[LeftOut]:
    """Write the page of every student, with the gradebook's total; yield who is left out."""
    everybody = list(reports)
    graded = gradebook.written(layout, [one.student for one in everybody])
    for report in everybody:
        source = layout.folder("submitted", report.student)
        left_out = _left_out(layout, report.student, source)
        if left_out:
            yield left_out
            continue
        target = layout.folder("feedback", report.student)
        try:
            target.mkdir(parents=True, exist_ok=True)
            for name in (TIMESTAMP, SECRET):
                write_whole(target / name, note(source / name) or b"", PUBLIC)
            found, total = graded.get(report.student, {}), totals.get(report.student)
            made = page_of(layout, report, phrases, found, total)
            write_whole(target / f"{layout.notebook}.html", made, PUBLIC)
            share(layout, "feedback", target, 0o644)
        except OSError as error:
            raise NotJudgedProblem(
                f"{quoted(error.filename or target)} stands in the way of the feedback of "
                f"{quoted(report.student)}: {error.strerror}. Mend that and run the command again."
            ) from error


def page_of(
    layout: Layout,
    report: Report,
    phrases: Phrases,
    graded: Mapping[str, Mapping[str, Any]],
    total: Total | None,
) -> str:
    """Return a student's page, with what was written and what a person says to it."""
    submitted = layout.folder("submitted", report.student)
    submission = read_submission(submitted, report.student, layout.assignment)
    if total is not None:
        waiting = tuple(_called(name) if name in graded else name for name in total.waiting)
        total = replace(total, waiting=waiting)
    answers = list(_answers(layout, report, graded))
    return page(report, phrases, files=submission.files, answers=answers, total=total)


def _called(question: str) -> str:
    """Return a written question's name as people read it."""
    return question.replace("-", " ", 1).capitalize()


def _answers(
    layout: Layout, report: Report, graded: Mapping[str, Mapping[str, Any]]
) -> Iterator[WrittenAnswer]:
    import nbformat

    path = layout.folder("autograded", report.student) / f"{layout.notebook}.ipynb"
    typed = autograded.answers(nbformat.read(path, as_version=4)) if path.exists() else {}
    for name, one in graded.items():
        yield WrittenAnswer(
            question=_called(name),
            score=one["score"],
            max_score=one["most"],
            comment=one["comment"],
            answer=typed.get(name, ""),
        )


def _left_out(layout: Layout, student: str, source: Path) -> LeftOut | None:
    who = quoted(student)
    if not source.is_dir():
        return LeftOut(f"{who} has no submission in {quoted(layout.submitted)} any more", False)
    if note(source / SECRET) is None or timestamp(source) is None:
        way = "did not hand in by way of nbgrader's exchange, and can fetch nothing from it"
        return LeftOut(f"{who} {way}", False)
    if timestamp(source) != timestamp(layout.folder("autograded", student)):
        run = f"run `grade run {layout.assignment.name} --gradebook` first"
        return LeftOut(f"{who} has not been graded since the last submission: {run}", True)
    return None
