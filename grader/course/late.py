"""What being late costs, where a course says so of one assignment."""

from __future__ import annotations

import math
from dataclasses import dataclass

_DAY = 86_400.0


@dataclass(frozen=True)
class Late:
    """``percent_per_day`` of the points earned for each day begun, ``grace_minutes`` late or less
    costing nothing."""

    percent_per_day: float
    grace_minutes: float = 0.0

    def penalty(self, score: float, seconds: float) -> float:
        """Return the points that a submission some seconds late loses of its score."""
        if seconds <= 60.0 * self.grace_minutes:
            return 0.0
        return score * min(1.0, self.percent_per_day / 100.0 * math.ceil(seconds / _DAY))


NOTHING, EVERYTHING = Late(0.0), Late(100.0)
