"""Fills the grades in a file that a system has exported: one column, and nothing else changes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.errors import UsageProblem, quoted
from grader.record import Report
from grader.reports.cells import cell
from grader.reports.entry import shown
from grader.reports.exports.columns import bare, columns_of, grade_column, number_of
from grader.reports.exports.matching import Matched, match, owners_of
from grader.reports.exports.table import Table
from grader.reports.totals import Totals

CODE = Totals()

LISTED = 20
"""Students, or lines, that one sentence names."""


@dataclass(frozen=True)
class Filled:
    """The file with the grades in it, what somebody should know of it, and whether all are in."""

    data: bytes
    said: tuple[str, ...]
    whole: bool


def fill(
    table: Table,
    reports: Sequence[Report],
    names: Sequence[str],
    column: str | None,
    *,
    may_add: bool,
    totals: Totals = CODE,
) -> Filled:
    """Fill in the grades of some reports; ``names`` are those of the assignment.

    UsageProblem where the column cannot be told, or the file has another maximum than ours.
    """
    columns = columns_of(table)
    try:
        place = grade_column(table, columns, names, column)
    except ValueError as error:
        raise UsageProblem(f"The roster cannot be filled in: {error}.") from error
    cells: dict[tuple[int, int], str] = {}
    said: list[str] = []
    if place < 0:
        if not may_add or columns.canvas >= 0 or columns.participant >= 0:
            raise UsageProblem(
                f"No column of the roster is that of {quoted(names[0])}. "
                f"Name one with --column; it has: {', '.join(table.names)}."
            )
        place = len(table.rows[table.header])
        cells[table.header, place] = names[0]
        said.append(f"The roster has no column of {quoted(names[0])}; one was added at its end.")
    most = totals.most(reports)
    _refuse_other_maximum(table, place, most)
    matched = match(table, owners_of(reports))
    comma = _writes_commas(table, place)
    by_student = {report.student: report for report in reports}
    for row, student in matched.lines.items():
        score = shown(totals.final(by_student[student]))
        if score:
            cells[row, place] = score.replace(".", ",") if comma else score
    said += _said(table, matched, totals.missing(reports))
    whole = not matched.doubts and not matched.strangers
    return Filled(table.filled(cells), tuple(said), whole)


def _said(table: Table, matched: Matched, missing: Mapping[str, Sequence[str]]) -> list[str]:
    said = [f"{why}: {listed(students)}." for why, students in missing.items()]
    for student, rows in list(matched.doubts.items())[:LISTED]:
        lines = ", ".join(str(_line(table, row)) for row in rows)
        more = "lines" if len(rows) > 1 else "more than one student, with line"
        said.append(f"In doubt, so left out: {cell(student)} fits {more} {lines} of the roster.")
    if len(matched.doubts) > LISTED:
        said.append(f"In doubt, so left out: {len(matched.doubts) - LISTED} more.")
    if matched.strangers:
        said.append(f"Graded, but without a line in the roster: {listed(matched.strangers)}.")
    idle = [line_name(table, row) for row in matched.idle]
    if people := [name for name in idle if is_person(name)]:
        who = listed(people)
        said.append(f"Lines of the roster without graded work, left as they are: {who}.")
    if others := [name for name in idle if not is_person(name)]:
        said.append(f"Lines that are nobody's, left as they are: {listed(others)}.")
    return said


def listed(names: Sequence[str]) -> str:
    """Return names, the first few of many."""
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return "; ".join(cell(name) for name in names[:LISTED]) + more


def line_name(table: Table, row: int) -> str:
    """Return whose line it is, as the roster says it."""
    first, *others = [one.text.strip() for one in table.rows[row] if one.text.strip()][:2]
    if not others or number_of(others[0]) is not None or "@" in others[0]:
        return first
    return first if "," in first or "@" in first else f"{first} {others[0]}"


def _line(table: Table, row: int) -> int:
    """Return the line of the file that a row begins on, counted from 1."""
    before = table.text[: table.rows[row][0].start]
    return len(re.findall(r"\r\n|\r|\n", before)) + 1


def _refuse_other_maximum(table: Table, place: int, most: float) -> None:
    """Refuse a file that says that another number of points can be earned."""
    for row, column in _maxima(table, place):
        theirs = number_of(table.at(row, column))
        if theirs is not None and abs(theirs - most) > 1e-6:
            raise UsageProblem(
                f"The roster says that {shown(theirs)} points can be earned, and it is "
                f"{shown(most)} here. Set the points of the assignment there to {shown(most)}, "
                "and export it again."
            )


def _maxima(table: Table, place: int) -> list[tuple[int, int]]:
    """Return the cells that say how much can be earned."""
    columns, names = columns_of(table), table.names
    if columns.canvas >= 0:  # a row without an id, as that of "Points Possible"
        return [(row, place) for row in table.body() if not table.at(row, columns.canvas)]
    header = names[place] if place < len(names) else ""
    due = {bare(f"{header} - Max Points"), bare(f"{header} Max Points")}
    found = [i for i, name in enumerate(names) if header and bare(name) in due]
    if columns.participant >= 0 and place + 1 < len(names):
        values = {table.at(row, place + 1) for row in table.body()}
        if len(values) == 1 or bare(names[place + 1]) in ("maximumgrade", "maxgrade"):
            found.append(place + 1)
    return [(row, column) for column in found for row in table.body()]


def _writes_commas(table: Table, place: int) -> bool:
    """Whether numbers in the column, or in the one of the maximum, have a decimal comma."""
    near = [place, *{column for _, column in _maxima(table, place)}]
    texts = [table.at(row, column) for row in table.body() for column in near]
    numbers = [text for text in texts if number_of(text) is not None]
    return any("," in text for text in numbers) and not any("." in text for text in numbers)


def is_person(name: str) -> bool:
    """Whether a line is somebody's, and not one that Canvas adds to all gradebooks."""
    return name.strip().casefold() not in ("points possible", "student, test", "manual posting")
