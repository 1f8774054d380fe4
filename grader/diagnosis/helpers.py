"""What a student's own helpers have to do with an expression: they hand it what it reads.

They are functions that no contract names, in whatever file they stand.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from grader.diagnosis.expression import Expression
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.offers import Offers
from grader.diagnosis.traces import Spot, Trace, is_plain


class Helpers:
    """The helpers in one watched case of the function ``judged``.

    ``right`` says of each value whether it is known; ``contract`` are the contract's others.
    """

    def __init__(
        self,
        expressions: Expressions,
        student: Trace,
        right: list[bool],
        offers: Offers,
        judged: str,
        contract: Collection[str],
    ) -> None:
        self._expressions, self._student, self._right = expressions, student, right
        self._offers, self._judged = offers, judged
        self._names = expressions.callers.functions.difference(contract, {judged})

    def answer_several(self, one: Expression) -> bool:
        """Whether an expression reads what one helper answered to several calls, none of it sure.

        What is known of an answer need not be what belongs there; where it stands in a variable of
        the solution it most likely is.  That another answer mends all cannot be tried out: each
        call would have to answer something else.
        """
        calls: dict[str, set[Spot]] = {}
        for part in self._expressions.inside(one):
            if part.function in self._names:
                calls.setdefault(part.function, set()).add(part.spot)
            for made in self._expressions.assigned(part) if part.name else ():
                if made.called in self._names and made.value is not None:
                    calls.setdefault(made.called, set()).add(made.value)
        return any(
            len(spots) > 1 and not any(map(self._is_sure, spots)) for spots in calls.values()
        )

    def _is_sure(self, spot: Spot) -> bool:
        return spot not in self._student.sequences or self._offers.in_variable(spot)

    def answer_nothing(self, one: Expression) -> list[int]:
        """Return the lines of the helpers whose answers an expression reads, where all are 0."""
        made = self._student.sequences
        return [
            line
            for part in self._expressions.inside(one)
            if part.function in self._names and part.spot in made
            if not any(map(np.any, made[part.spot]))
            for line in self._expressions.callers.lines(part.spot[0], part.function)
        ]

    def is_read_by(self, one: Expression) -> bool:
        """Whether an expression reads a list, or the like, that a helper answered or hands out."""
        parts = [
            part
            for part in self._expressions.inside(one)
            if part.spot not in self._student.sequences
        ]
        made = (some for part in parts if part.name for some in self._expressions.assigned(part))
        return any(
            one in self._names
            for one in (*(part.function for part in parts), *(some.called for some in made))
        )

    def called_at(self, one: Expression) -> list[int]:
        """Return the lines that hand an expression's helper what that reads, by its name.

        What it is handed may be right and not what belongs there.
        """
        reads = (part for part in (one, *self._expressions.inside(one)) if part.name)
        if not any(self._expressions.is_handed(part, part.name) for part in reads):
            return []
        return self._expressions.callers.calls(one.spot[0], one.scope, self._judged)

    def is_right_for_others(self, one: Expression) -> bool:
        """Whether an expression of a helper that is called on several lines was right for some."""
        made = (number for at, number in self._student.events if at == one.spot)
        return len(self.called_at(one)) > 1 and any(
            self._right[number] and not is_plain(self._student.values[number]) for number in made
        )

    def handed_nothing(self, one: Expression) -> list[int]:
        """Return the lines that hand a helper what an expression reads, where that only ever is 0.

        What is added to it may be right, and 0 not what belongs there.
        """
        return [
            line
            for part in self._expressions.inside(one)
            if part.name and self._expressions.is_handed(part, part.name)
            if not any(map(np.any, self._student.sequences.get(part.spot, ([1.0],))))
            for line in self._expressions.callers.calls(
                part.spot[0], part.scope, self._judged, own_too=True
            )
        ]
