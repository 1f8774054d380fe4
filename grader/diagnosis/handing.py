"""Where a function goes wrong that hands numbers on: to others of the contract, and as many parts.

Each wrong part of its answer is looked at by itself.  What mends all of them is one place, or some
lines near each other: what reads a number may be the mistake as well as what made it or put it
there.  What mends but some of the parts is the mistake only where all that it was made of is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.diagnosis.expression import Expression
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.missing import Missing
from grader.diagnosis.offers import Offers
from grader.diagnosis.origins import Origins
from grader.diagnosis.suspects import Sorted, outermost
from grader.diagnosis.trying import Run, Try, key_of, mending
from grader.record import Place

_MOST_LINES = 8
_MOST_PLACES = 2
_MOST_TRIES, _FEW_TRIES = 80, 64

Found = list[tuple[Try, frozenset[str]]]


class Handing:
    """The search in one watched case."""

    def __init__(
        self,
        expressions: Expressions,
        origins: Origins,
        kinds: Sorted,
        offers: Offers,
        missing: Missing,
        wrong: frozenset[str],
        *,
        by_tensors: bool,
    ) -> None:
        """``by_tensors`` says that all that is ``wrong`` is what PyTorch computes."""
        self._wrong = wrong
        self._by_tensors = by_tensors
        self._expressions, self._origins = expressions, origins
        self._kinds, self._offers, self._missing = kinds, offers, missing

    def places(self, run: Run, *, thorough: bool) -> tuple[Place, ...]:
        """Return the lines to look at, () where nothing surely is."""
        found: Found = []
        wrong = self._wrong
        for tries in self._tries(_MOST_TRIES if thorough else _FEW_TRIES):
            found += mending(tries, run(tries), wrong)
            if any(not left for _, left in found):
                break
        mending_all = [tried for tried, left in found if not left]
        return self._of_all(mending_all) if mending_all else self._of_parts(found, wrong)

    def _tries(self, most: int) -> Iterator[list[Try]]:
        kinds = self._kinds
        suspects = [one for one in outermost(kinds.suspects) if self._origins.in_sight(one)]
        of_suspects = self._offers.tries(suspects, most // 4)
        most -= len(of_suspects)
        places = [*kinds.suspects, *kinds.doubtful, *kinds.known, *kinds.nothing]
        places = [one for one in places if self._origins.in_sight(one)]
        alone = len(self._wrong) == 1
        last = [
            one
            for one in places
            if self._origins.are_known(one) or (alone and self._origins.is_of_object(one))
        ]
        if not any(key_of(one) != one for one in self._wrong):  # what is wrong has another form
            unknown = {one.spot for one in (*kinds.suspects, *kinds.doubtful)}
            yield self._missing.due_instead([one for one in last if one.spot in unknown])
            return
        # what is not PyTorch's goes into the other parts
        places = [one for one in places if self._by_tensors == self._origins.is_tensor(one)]
        for tries in self._missing.tries(places, last):
            if most <= 0:
                break
            yield tries[:most]
            most -= len(tries)
        yield of_suspects

    def _of_all(self, tries: Sequence[Try]) -> tuple[Place, ...]:
        """Return the lines of what mends all, and of where that comes from if it is not known."""
        some = [(one, tried) for tried in tries if (one := self._expressions.at(tried.spots[0]))]
        sure = any(self._origins.are_known(one) for one, _ in some)
        lines: set[tuple[str, int]] = set()
        for one, tried in some:
            from_where = self._origins.lines(one, alone=len(self._wrong) == 1)
            if from_where is None:
                if sure:
                    continue  # it only hands on what goes wrong there
                return ()
            lines |= {(one.spot[0], line) for line in (one.spot[1], one.spot[3], *from_where)}
            if len(tried.values) > 1:  # they may be right, in another order
                lines |= {(one.spot[0], line) for line in one.around.loops[-1:]}
        return _places(lines)

    def _of_parts(self, found: Found, wrong: frozenset[str]) -> tuple[Place, ...]:
        """Return the lines that mend all parts together, each some of them."""
        sure: list[tuple[Expression, frozenset[str]]] = []
        for tried, still in found:
            one = self._expressions.at(tried.spots[0])
            if one is not None and self._origins.are_known(one):
                sure.append((one, wrong - still))
        lines: dict[tuple[str, int, int], frozenset[str]] = {}
        left = wrong
        while left:
            one, mended = max(sure, key=lambda some: len(some[1] & left), default=(None, wrong))
            if one is None or not mended & left:
                return ()
            at = (one.spot[0], one.spot[1], one.spot[3])
            lines[at] = lines.get(at, frozenset()) | mended
            left -= mended
        if len(lines) > _MOST_PLACES:
            return ()
        return tuple(Place(*at, output=key_of(min(mended))) for at, mended in lines.items())


def _places(lines: set[tuple[str, int]]) -> tuple[Place, ...]:
    files = {file for file, _ in lines}
    numbers = sorted({line for _, line in lines})
    if len(files) != 1:
        return ()
    (file,) = files
    if numbers[-1] - numbers[0] < _MOST_LINES:
        return (Place(file, numbers[0], numbers[-1]),)
    return tuple(Place(file, line, line) for line in numbers) if len(numbers) == 2 else ()
