"""The class as CSV for the systems that grades are imported into: pure functions of records.

Each format has the columns that its system asks for.  A roster, which is what that system
exports itself, tells the ids it knows students by; without one a student's id stands in the
login column.  What could not be judged is an empty cell: an import leaves it as it is.

A spreadsheet takes a cell that starts with = + - or @ for a formula; where a text of a student
does, an apostrophe stands before it.  Numbers are left alone.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.record import Report
from grader.reports import grades_csv
from grader.reports.entry import shown

_STARTS = ("=", "+", "-", "@", "\t", "\r")

Roster = Sequence[Mapping[str, str]]
"""The rows of a system's own export, by column."""


@dataclass(frozen=True)
class Export:
    """A text to import, and what somebody should know of it."""

    text: str
    warnings: tuple[str, ...] = ()


def safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    try:
        float(text)
    except ValueError:
        return f"'{text}" if text.startswith(_STARTS) else text
    return text


def read_roster(text: str) -> Roster:
    """Read a system's own export; ValueError if it has no columns."""
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    if not rows:
        raise ValueError("it has no rows")
    return [
        {key.strip(): value.strip() for key, value in row.items() if key and isinstance(value, str)}
        for row in rows
    ]


def _table(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue()


def as_csv(reports: Sequence[Report], title: str, roster: Roster | None) -> Export:
    """The class as grades.csv has it, safe for spreadsheets."""
    rows = csv.reader(io.StringIO(grades_csv.grades(reports)))
    return Export(_table(rows), _warnings(reports, ()))


CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
"""The columns by which Canvas knows whose line it is."""


def as_canvas(reports: Sequence[Report], title: str, roster: Roster | None) -> Export:
    """The columns of Canvas's gradebook, with its row of possible points."""
    known, strangers = _matched(reports, roster, ("SIS Login ID", "SIS User ID", "ID", "Student"))
    column = title
    if roster:  # the assignment as Canvas names it: "rnn_bptt (12345)"
        column = next((name for name in roster[0] if name.startswith(f"{title} (")), title)
    rows: list[list[str]] = [[*CANVAS, column]]
    most = max((report.max_score for report in reports), default=0.0)
    rows.append(["    Points Possible", "", "", "", "", shown(most)])
    for report in reports:
        row = known.get(report.student)
        if row is not None:
            who = [row.get(name, "") for name in CANVAS]
        else:
            who = [report.student, "", "", report.student, ""]
        rows.append([*who, shown(report.score)])
    return Export(_table(rows), _warnings(reports, strangers))


def as_moodle(reports: Sequence[Report], title: str, roster: Roster | None) -> Export:
    """A line per user name, with the grade and a word on where the feedback is."""
    names = ("Username", "Email address", "ID number")
    known, strangers = _matched(reports, roster, names)
    identity = next((name for name in names if roster and name in roster[0]), "Username")
    rows = [[identity, title, f"{title} (feedback)"]]
    for report in reports:
        who = known.get(report.student, {}).get(identity, report.student)
        told = ", ".join(
            f"{one.name} {shown(one.score)}/{shown(one.max_score)}" for one in report.functions
        )
        rows.append([who, shown(report.score), told])
    return Export(_table(rows), _warnings(reports, strangers))


def as_gradescope(reports: Sequence[Report], title: str, roster: Roster | None) -> Export:
    """The columns of Gradescope's own grades: name, SID, email, score, the most there is."""
    identity = ("First Name", "Last Name", "SID", "Email")
    known, strangers = _matched(reports, roster, ("SID", "Email", "Name"))
    rows = [[*identity, title, f"{title} - Max Points"]]
    for report in reports:
        row = known.get(report.student, {"SID": report.student})
        who = [row.get(name, "") for name in identity]
        rows.append([*who, shown(report.score), shown(report.max_score)])
    return Export(_table(rows), _warnings(reports, strangers))


Maker = Callable[[Sequence[Report], str, Roster | None], Export]

FORMATS: Mapping[str, Maker] = {
    "csv": as_csv,
    "canvas": as_canvas,
    "moodle": as_moodle,
    "gradescope": as_gradescope,
}


def _matched(
    reports: Sequence[Report], roster: Roster | None, keys: Sequence[str]
) -> tuple[dict[str, Mapping[str, str]], list[str]]:
    """Return each student's row of the roster, and who has none; emails match by their name too."""
    if roster is None:
        return {}, []
    by_name: dict[str, Mapping[str, str]] = {}
    for key in reversed(keys):
        for row in roster:
            if value := row.get(key, ""):
                by_name[value.casefold()] = row
                if "@" in value:
                    by_name.setdefault(value.partition("@")[0].casefold(), row)
    found = {
        report.student: by_name[report.student.casefold()]
        for report in reports
        if report.student.casefold() in by_name
    }
    return found, [report.student for report in reports if report.student not in found]


def _warnings(reports: Sequence[Report], strangers: Sequence[str]) -> tuple[str, ...]:
    warnings = []
    unjudged = [report.student for report in reports if not report.judged]
    if unjudged:
        warnings.append(f"Not judged, so without a grade: {', '.join(unjudged)}.")
    if strangers:
        warnings.append(f"Not in the roster: {', '.join(strangers)}.")
    return tuple(warnings)
