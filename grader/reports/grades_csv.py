"""The class as CSV: ``grades.csv``.

One line per student: ``student,score,max_score``, then a column per function, then what the
system that the submission came from said of the student.  What could not be judged is an empty
cell, and so is the total of such a student.  Texts are written as ``grade export`` writes them:
no cell is a formula, and what cannot be printed is escaped.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from grader.record import Identity, Report
from grader.reports.cells import cell
from grader.reports.entry import shown
from grader.reports.totals import Totals

IDENTITY = ("system", "user", "submission", "name", "email", "login", "late", "attempt")
PARTS = ("code", "written", "late_penalty")


def grades(
    reports: Sequence[Report], functions: Sequence[str] = (), totals: Totals | None = None
) -> str:
    """Return the CSV text of a class, in the order of the reports.

    ``functions`` fixes the columns and their order; without it they are those of the reports.
    With a gradebook's ``totals``, code, written answers and lateness have columns of their own.
    """
    names = functions or dict.fromkeys(
        result.name for report in reports for result in report.functions
    )
    totals = totals or Totals()
    parts = () if totals.found is None else PARTS
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["student", "score", "max_score", *parts, *names, *IDENTITY])
    for report in reports:
        scores = {result.name: result.score for result in report.functions}
        table.writerow(
            [
                cell(report.student),
                shown(totals.final(report)),
                shown(totals.most([report])),
                *(_part(totals, report.student, part) for part in parts),
                *(shown(scores.get(name)) for name in names),
                *identity_cells(report),
            ]
        )
    return text.getvalue()


def _part(totals: Totals, student: str, part: str) -> str:
    one = (totals.found or {}).get(student)
    return "" if one is None else shown(getattr(one, part))


def identity_cells(report: Report) -> list[str]:
    """Return what is known of the student as cells; empty where nothing is."""
    one = report.identities[0] if report.identities else Identity()
    return [
        *(cell(text) for text in (one.system, one.user, one.submission)),
        *(cell(text) for text in (one.name, one.email, one.login)),
        "late" if one.late else "",
        str(one.attempt) if one.attempt else "",
    ]
