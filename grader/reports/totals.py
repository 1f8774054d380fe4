"""What a student's work earned in all: code, written answers, and what being late costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.record import Report

CODE_ALONE = (
    "These are points of the code alone: no gradebook has these students, so that written answers "
    "and lateness are not in them."
)


@dataclass(frozen=True)
class Total:
    """One student's points in the gradebook.

    ``waiting`` names what a person is still to grade; ``code`` and ``written`` are without it.
    ``late_penalty`` is what being late costs, ``most`` what all of it can earn.
    """

    code: float
    written: float
    late_penalty: float
    most: float
    waiting: tuple[str, ...] = ()

    @property
    def so_far(self) -> float:
        """The points without what is still to be graded."""
        return max(self.code + self.written - self.late_penalty, 0.0)

    @property
    def final(self) -> float | None:
        """The points that count, None while a person is still to grade."""
        return None if self.waiting else self.so_far


@dataclass(frozen=True)
class Totals:
    """The gradebook's points by student; ``found`` is None where the code's are all there are.

    ``alone`` says that written answers and lateness are missing from the code's, ``behind`` whose
    points the gradebook has not all.
    """

    found: Mapping[str, Total] | None = None
    alone: bool = False
    behind: tuple[str, ...] = ()

    def final(self, report: Report) -> float | None:
        """Return what counts for a student; None where something is not graded."""
        if self.found is None:
            return report.score
        one = self.found.get(report.student)
        return None if one is None else one.final

    def most(self, reports: Sequence[Report]) -> float:
        """Return what can be earned."""
        if self.found is None:
            return max((report.max_score for report in reports), default=0.0)
        return max((one.most for one in self.found.values()), default=0.0)

    def missing(self, reports: Sequence[Report]) -> Mapping[str, Sequence[str]]:
        """Return who has no grade, by the reason."""
        if self.found is None:
            unjudged = [one.student for one in reports if one.score is None]
            return {"Not judged, so without a grade": unjudged} if unjudged else {}
        absent = [one.student for one in reports if one.student not in self.found]
        waiting = [student for student, one in sorted(self.found.items()) if one.waiting]
        named = {
            "Not in the gradebook, so without a grade": absent,
            "Still to be graded by hand, so without a grade": waiting,
        }
        return {why: students for why, students in named.items() if students}
