"""The list of what came in, in the results folder: ``entries.csv``, a line for each entry.

An entry is a folder, an archive or the files of one student in what was given; it is graded, not
graded (it may be somebody's work, and it is said why not) or ignored (it is nobody's, and why).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from grader.errors import UsageProblem, quoted
from grader.intake.discovery import Found
from grader.intake.listing import GRADED, IGNORED, NOT_GRADED, Line, counted
from grader.phrases import Phrases
from grader.record import Report
from grader.reports.cells import cell

FILE = "entries.csv"
NAMED = 20
"""Entries, or students, that are named on the terminal."""


ABSENT = "handed in nothing"
"""The outcome of somebody in the roster who has no entry."""

_COLUMNS = ("entry", "outcome", "student", "why", "notes")
_HELD = "somebody else sent it"
_UNJUDGED = "it could not be read or judged"


@dataclass(frozen=True)
class Ledger:
    """What became of each entry; ``absent`` are those of the roster who handed in nothing.

    ``in_notebooks`` counts submissions whose functions only a notebook defines.
    """

    lines: Sequence[Line]
    absent: Sequence[str] = ()
    in_notebooks: int = 0

    @property
    def left(self) -> list[Line]:
        """Return the entries that may be somebody's work and are not graded."""
        return [line for line in self.lines if line.outcome == NOT_GRADED]

    def balance(self) -> str:
        """Say in one line what became of the entries."""
        each = ", ".join(
            f"{sum(line.outcome == outcome for line in self.lines)} {outcome}"
            for outcome in (GRADED, NOT_GRADED, IGNORED)
        )
        return f"{counted(len(self.lines), 'entry', 'entries')}: {each}"

    def say(self) -> None:
        """Name what is not graded and who handed in nothing, then say in one line what came in."""
        # a run has named those that it could not read or judge, and said why
        left = [one for one in self.left if one.why != _UNJUDGED]
        _listed("not graded", [f"{quoted(one.entry)}: {one.why}" for one in left])
        _listed(ABSENT, [quoted(name) for name in self.absent])
        if self.in_notebooks:
            click.echo(
                f"note: {counted(self.in_notebooks, 'submission has', 'submissions have')} "
                "functions in a notebook alone; grade run --from-notebook takes them",
                err=True,
            )
        click.echo(self.balance())

    def csv(self, reports: Mapping[str, Report], phrases: Phrases) -> str:
        """Return the list as CSV, safe for spreadsheets."""
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(_COLUMNS)
        for line in self.lines:
            for student in line.students or ("",):
                report = reports.get(student)
                notes = " ".join(phrases.what(one) for one in report.remarks) if report else ""
                row = (line.entry, line.outcome, student, line.why, notes)
                table.writerow([cell(one) for one in row])
        for name in self.absent:
            row = ("", ABSENT, name, "in the roster, and without a submission", "")
            table.writerow([cell(one) for one in row])
        return text.getvalue()


def of(
    found: Found,
    reports: Mapping[str, Report],
    *,
    unread: Collection[str] = (),
    held: Collection[str] = (),
    absent: Sequence[str] = (),
    from_notebook: bool = False,
) -> Ledger:
    """Return the ledger of a run: what was found, and what could not be read or judged.

    ``held`` are students whose submission somebody else sent; ``from_notebook`` says that what
    a notebook alone defines was taken, where it can be.
    """
    unjudged = {*unread, *(name for name, report in reports.items() if not report.judged)}
    lines = [
        replace(line, outcome=NOT_GRADED, why=_HELD)
        if line.outcome == GRADED and set(held).intersection(line.students)
        else replace(line, outcome=NOT_GRADED, why=_UNJUDGED)
        if line.outcome == GRADED and unjudged.intersection(line.students)
        else line
        for line in found.ledger
    ]
    in_notebooks = sum(
        any("notebook" in one.facts and one.kind == "missing file" for one in report.remarks)
        for report in reports.values()
    )
    return Ledger(lines, absent, 0 if from_notebook else in_notebooks)


def read(out: Path) -> list[Line]:
    """Return the ledger of the last run in a results folder, a line for each student's entry.

    [] where there is none; UsageProblem where it cannot be read.
    """
    path = out / FILE
    try:
        rows = csv.DictReader(io.StringIO(path.read_text("utf-8"), newline=""))
        return [
            Line(row["entry"], row["outcome"], row["why"], tuple(filter(None, [row["student"]])))
            for row in rows
        ]
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, csv.Error) as error:
        raise UsageProblem(
            f"{quoted(path)} is not as a run wrote it. Run the same `grade run` again to have it "
            "made anew."
        ) from error


def left_over(line: Line) -> bool:
    """Whether an entry is of nobody who has a report, and may be somebody's work."""
    return line.outcome == NOT_GRADED and line.why not in (_HELD, _UNJUDGED)


def _listed(label: str, said: Sequence[str]) -> None:
    for one in said[:NAMED]:
        click.echo(f"{label}: {one}", err=True)
    if len(said) > NAMED:
        click.echo(f"{label}: {len(said) - NAMED} more, in {FILE}", err=True)
