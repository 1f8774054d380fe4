"""Known mistakes on a few small cases: what a submission answers there rules out most of them.

To run every mistake on all cases takes ten times as long.  A mistake that answers a quantity as
a submission does in all cases does so in the few as well, so that only those have to be run on
all that are alike there, and those that the few do not show.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.cases.case import Case
from grader.cases.collecting import Suite
from grader.cases.keeping import Store
from grader.diagnosis.catalogue import Mistakes
from grader.diagnosis.observing import Observations, Place, deciding
from grader.diagnosis.table import Table
from grader.diagnosis.variants import Variant, Variants
from grader.isolation.answers import GroupAnswer

_SLACK = 1e3
"""In all cases the largest number may be larger, and with it what is allowed: looser by this."""


class Few:
    """The smallest cases of a function that together decide all outputs."""

    def __init__(
        self, mistakes: Mistakes, suite: Suite, probes: Mapping[str, Any], function: str
    ) -> None:
        cases = suite.cases[function]
        self._numbers = _few(cases)
        few = [cases[number] for number in self._numbers]
        self.variants = Variants(mistakes, suite, probes, function, few)

    def seen(self, mode: str, answer: GroupAnswer) -> Observations:
        """Return what a submission answered there."""
        replies = [answer.replies[number] for number in self._numbers]
        return self.variants.observer.of_replies(mode, replies)


class Sketch:
    """Every listed mistake of a function, as it answers the few cases.

    ``singles`` holds them by number, ``changes`` what they change there; ``quiet`` are the
    numbers of those that change no output there: what they do shows elsewhere, if at all.
    """

    def __init__(self, few: Variants, store: Store | None = None, name: str = "") -> None:
        if not (store and self._kept(few, store.read(name))):
            self._make(few)
            if store:
                changes = [sorted(one.changes, key=repr) for one in self.singles]
                store.write(name, [changes, self._table.packed()])
        self.quiet = frozenset(
            number for number, one in enumerate(self.singles) if not deciding(one.changes)
        )

    def _make(self, few: Variants) -> None:
        both = few.singles()
        self.singles = [replace(one, seen={}) for one in both]
        self._table = Table((one.seen for one in both), slack=_SLACK)

    def _kept(self, few: Variants, kept: Any) -> bool:
        """Take what was kept of an earlier run; False where it is not what is kept."""
        listed = list(few.listed())
        try:
            changes, table = kept
            self.singles = [
                Variant((key,), hooks, {}, frozenset(places))
                for (key, hooks), places in zip(listed, changes, strict=True)
            ]
            self._table = Table.unpacked(table, len(listed), _SLACK)
        except (TypeError, ValueError, AttributeError):
            return False
        return True

    def near(self, sketched: Observations, places: frozenset[Place]) -> list[int]:
        """Return the numbers of those that may answer as was answered in one of the places."""
        alike = self._table.fits(sketched)
        found = (alike[place] for place in deciding(places) if place in alike)
        return sorted(self.quiet.union(*found))


def _few(cases: Sequence[Case]) -> list[int]:
    """Return the numbers of the smallest cases that together decide all outputs."""
    deciding = [number for number, case in enumerate(cases) if not case.criterion]
    some = deciding or list(range(len(cases)))
    sized = [number for number in some if cases[number].sizes] or some
    found: list[int] = []
    decided: set[str] = set()
    for number in sorted(sized, key=lambda number: math.prod(cases[number].sizes.values())):
        if set(cases[number].decides) - decided:
            decided |= set(cases[number].decides)
            found.append(number)
    return found
