"""What of the solution's numbers is offered in the place of a student's, in one watched case."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from grader.diagnosis.donors import Solution, Values, likeness
from grader.diagnosis.expression import Expression
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.traces import Quantities, Spot, Trace, turned_to
from grader.diagnosis.trying import Try

_EACH_TURN, _MOST_TURNS = 4, 6


class Offers:
    """Donors for the expressions of a student's trace; ``mine`` are the values in that."""

    def __init__(
        self, expressions: Expressions, student: Trace, solution: Solution, mine: Quantities
    ) -> None:
        self._expressions, self._student, self._solution = expressions, student, solution
        self._had = solution.had_by(mine)
        self._has = list(map(all, self._had))

    def tries(self, some: Iterable[Expression], most: int, *, missing: bool = False) -> list[Try]:
        """Return what to try out: the donors of some expressions, a few of each in turn."""
        waiting = [(one.spot, self.donors(one.spot, missing=missing)) for one in some]
        tries: list[Try] = []
        for _ in range(_MOST_TURNS):
            for spot, donors in waiting:
                tries += [Try((spot,), one) for one in itertools.islice(donors, _EACH_TURN)]
                if len(tries) >= most:
                    return tries[:most]
        return tries

    def in_variable(self, spot: Spot) -> bool:
        """Whether what an expression made also stands in a variable of the solution."""
        return self._solution.reads(self._student.sequences[spot])

    def donors(
        self,
        spot: Spot,
        *,
        read: bool = False,
        missing: bool = False,
        mixed: bool = False,
        begun: bool = False,
    ) -> Iterator[Values]:
        """Yield what of the solution's may stand in an expression's place.

        What the student never has goes first, alone if it is to be ``missing``, and what stands
        in a variable of the solution before what does not, or each kind in turn if they are to be
        ``mixed``; of a kind what is most like the student's.  What lacks some in a row goes last.
        What is to be a ``read`` stands in a variable of the solution; what has ``begun`` keeps its
        first value.
        """
        mine, solution = self._student.sequences[spot], self._solution
        one = self._expressions.at(spot)
        whole = one is not None and one.whole

        def in_order(offered: Iterable[tuple[int, Values]]) -> Iterator[Values]:
            # what is all that a line gives to a variable is mostly a variable of the solution, too
            fitting: dict[tuple[bool, bool], list[Values]] = {}
            for number, theirs in offered:
                in_variable = solution.donors[number].read
                kind = (self._has[number], whole and not in_variable)
                if (read and not in_variable) or (missing and kind[0]):
                    continue
                both = zip(theirs, mine, strict=False)
                ways = [list(turned_to(value, own.shape)) for value, own in both]
                fitting.setdefault(kind, []).extend([*it] for it in zip(*ways, strict=False))
            made = [
                sorted(fitting[kind], key=lambda it: -likeness(it, mine))
                for kind in sorted(fitting)
            ]
            if mixed:
                in_turn = itertools.chain(*itertools.zip_longest(*made))
                yield from (one for one in in_turn if one is not None)
            else:
                yield from itertools.chain(*made)

        yield from in_order(solution.begun_with(mine) if begun else solution.fitting(mine))
        yield from in_order(solution.without_some(mine, self._had))
