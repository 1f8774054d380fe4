"""What happens once a class is judged: into formgrader's tree, and into the gradebook."""

from __future__ import annotations

from collections.abc import Iterable

from grader.errors import NotJudgedProblem, quoted
from grader.nbgrader_bridge import autograded, gradebook
from grader.nbgrader_bridge.layout import Layout
from grader.phrases import Phrases
from grader.record import Report


def deliver(layout: Layout, reports: Iterable[Report], phrases: Phrases) -> list[str]:
    """Give the scores of judged submissions to nbgrader, and return what is to be said of them.

    All scores are written or none, and only when every submission stands where formgrader looks.
    NotJudgedProblem says what could not be written.
    """
    gradebook.register(layout)
    said: list[str] = []
    graded = []
    for report in reports:
        try:
            shown = autograded.show(layout, report, phrases)
        except OSError as error:
            place = layout.folder("autograded", report.student)
            raise NotJudgedProblem(
                f"{quoted(place)} cannot be written: {error.strerror}. Nothing was written into "
                "the gradebook. Mend that and run the same command again."
            ) from error
        graded.append(shown.graded)
        said += shown.warnings
    return said + gradebook.record(layout, graded)
