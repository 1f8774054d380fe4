"""The class as CSV: ``grades.csv``.

One line per student: ``student,score,max_score`` and then a column per function.  What could
not be judged is an empty cell, and so is the total of such a student.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from grader.record import Report
from grader.reports.entry import shown


def grades(reports: Sequence[Report], functions: Sequence[str] = ()) -> str:
    """Return the CSV text of a class, in the order of the reports.

    ``functions`` fixes the columns and their order; without it they are those of the reports.
    """
    names = functions or dict.fromkeys(
        result.name for report in reports for result in report.functions
    )
    text = io.StringIO()
    # A carriage return in a name is left bare by the sparing style, and read back as a line end.
    sparing = csv.writer(text, lineterminator="\n")
    careful = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    sparing.writerow(["student", "score", "max_score", *names])
    for report in reports:
        student = _encodable(report.student)
        scores = {result.name: result.score for result in report.functions}
        (careful if "\r" in student else sparing).writerow(
            [
                student,
                shown(report.score),
                shown(report.max_score),
                *(shown(scores.get(name)) for name in names),
            ]
        )
    return text.getvalue()


def _encodable(name: str) -> str:
    """Escape the bytes of a file name that are no text; all else stays as the student's id is."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
