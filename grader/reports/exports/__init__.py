"""The class as CSV for the systems that grades are imported into: pure functions of records.

With a file that the system itself has exported, that file is filled in (``filling``).  Without
one each format has its system's own header; whose line it is stands in it as far as the system
that the submissions came from has said it.  What could not be judged is an empty cell: an import
leaves it as it is.  Texts are made safe for spreadsheets (``cells``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.record import Identity, Report
from grader.reports import grades_csv
from grader.reports.cells import cell
from grader.reports.entry import shown
from grader.reports.exports.filling import listed
from grader.reports.totals import Totals

CODE = Totals()


@dataclass(frozen=True)
class Export:
    """A text to import, and what somebody should know of it."""

    text: str
    warnings: tuple[str, ...] = ()


def as_csv(reports: Sequence[Report], title: str, totals: Totals = CODE) -> Export:
    """The class as grades.csv has it."""
    return Export(grades_csv.grades(reports, totals=totals), _warnings(reports, totals))


def as_canvas(reports: Sequence[Report], title: str, totals: Totals = CODE) -> Export:
    """The columns of Canvas's gradebook in its order, with its row of possible points."""
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]]
    rows.append(["    Points Possible", "", "", "", "", shown(totals.most(reports))])
    for report, one in _people(reports):
        number = one.user if one.system == "canvas" else ""
        sis = one.user if one.system == "gradescope" else ""
        login = one.login or one.email or ("" if number or sis else report.student)
        name = one.name or report.student
        rows.append([name, number, sis, login, "", shown(totals.final(report))])
    return Export(_table(rows), _warnings(reports, totals))


def as_moodle(reports: Sequence[Report], title: str, totals: Totals = CODE) -> Export:
    """The columns of Moodle's grading worksheet that its importer needs, in English."""
    rows = [
        ["Identifier", "Full name", "Email address", "Grade", "Maximum Grade",
         "Last modified (grade)"]
    ]  # fmt: skip
    for report, one in _people(reports):
        number = f"Participant {one.user}" if one.system == "moodle" and one.user else ""
        who = [number, one.name or report.student, one.email]
        rows.append([*who, shown(totals.final(report)), shown(totals.most([report])), ""])
    advice = (
        "Moodle imports its own grading worksheet alone, in the language of the course: "
        "download it there, and give it with --roster."
    )
    return Export(_table(rows), (*_warnings(reports, totals), advice))


def as_gradescope(reports: Sequence[Report], title: str, totals: Totals = CODE) -> Export:
    """The columns of Gradescope's own list of grades, a line for everybody of a group."""
    rows = [["First Name", "Last Name", "SID", "Email", title, f"{title} - Max Points"]]
    for report, one in _people(reports):
        first, _, last = (one.name or "").rpartition(" ")
        sid = one.user if one.system in ("gradescope", "") else ""
        who = [first or last, last if first else "", sid or one.login, one.email]
        if not any(who):
            who[2] = report.student
        rows.append([*who, shown(totals.final(report)), shown(totals.most([report]))])
    return Export(_table(rows), _warnings(reports, totals))


Maker = Callable[[Sequence[Report], str, Totals], Export]

FORMATS: Mapping[str, Maker] = {
    "csv": as_csv,
    "canvas": as_canvas,
    "moodle": as_moodle,
    "gradescope": as_gradescope,
}


def _people(reports: Sequence[Report]) -> Iterator[tuple[Report, Identity]]:
    """Yield everybody who has a grade, once: students, then others of a group without a report."""
    known = {report.identities[0] for report in reports if report.identities}
    for report in reports:
        first, *others = report.identities or (Identity(),)
        yield report, first
        for one in others:
            if one not in known:
                known.add(one)
                yield report, one


def _table(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([cell(one) for one in row] for row in rows)
    return text.getvalue()


def _warnings(reports: Sequence[Report], totals: Totals) -> tuple[str, ...]:
    missing = totals.missing(reports)
    return tuple(f"{why}: {listed(students)}." for why, students in missing.items())
