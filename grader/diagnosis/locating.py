"""Where a student's numbers part from those of the formula, with no catalogue of mistakes.

One small case that fails is run once more with every expression watched, and so was the solution.
A value is *known* where the solution has it too, whatever the order of its axes.  An expression
that makes something else of what is known may be the mistake, or only another way to compute the
same; so it is tried out: the case is run again with the solution's number in its place, for each
of the solution's numbers that the student never has.  Where that makes every output right, the
mistake is there: all that is read there is right, and with the right result the rest is.

Where a number is right but not the one that belongs there (something was left out), more than one
place mends all.  Then the lines between the first and the last of them are named, or nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.diagnosis.expressions import Expression, Expressions
from grader.diagnosis.traces import (
    Array,
    Quantities,
    Spot,
    Trace,
    alike,
    is_plain,
    turned_to,
)
from grader.record import Place

MOST_LINES = 8
"""Lines that are still a place to look at."""

_MOST_SUSPECTS = 10
_MOST_DONORS = 10
_MOST_TRIES = 64
_MOST_STEPS = 12

Values = Sequence[Array]


@dataclass(frozen=True)
class Try:
    """A number of the solution's in the place of the student's: the n-th time the n-th value."""

    spot: Spot
    values: Values


Run = Callable[[Sequence[Try]], Sequence[frozenset[str]]]
"""Runs the case once for each try and returns which outputs are wrong then."""


class Search:
    """The search in one function of a submission, for one case.

    ``student`` and ``solution`` are what both made in it, ``wrong`` the outputs that are wrong,
    ``elsewhere`` the contract's other functions: their mistakes are their own.
    """

    def __init__(
        self,
        expressions: Expressions,
        student: Trace,
        solution: Solution,
        wrong: frozenset[str],
        elsewhere: frozenset[str],
    ) -> None:
        self._expressions, self._student = expressions, student
        self._wrong, self._elsewhere = wrong, elsewhere
        self._right = [is_plain(value) or solution.known.known(value) for value in student.values]
        mine = Quantities(student.values)
        # what the student never has goes first
        self._donated = sorted(solution.donors, key=lambda one: _all_known(one, mine))
        self._suspects, self._doubtful, self._unsuspected = self._sorted()

    def places(self, run: Run) -> tuple[Place, ...]:
        """Return the lines to look at, () where nothing surely is."""
        tries = self._tries(self._suspects[:_MOST_SUSPECTS])
        found = _mending(tries, run(tries), self._wrong)
        if found:
            return self._of_suspects(found, run)
        tries = self._tries([*self._unsuspected, *self._doubtful])
        mending = _mending(tries, run(tries), self._wrong)
        place = self._between([one.spot for one, left in mending if not left])
        return () if place is None else (place,)

    def _sorted(self) -> tuple[list[Expression], list[Expression], list[Expression]]:
        """Sort the expressions that may be watched, each in the order in which they came up.

        First those that once made something unknown of what is known, then those that made it of
        what is not, then those that only ever made what is known.
        """
        clean: dict[Spot, bool] = {}
        suspects: dict[Spot, Expression] = {}
        doubtful: dict[Spot, Expression] = {}
        known: dict[Spot, Expression] = {}
        for spot, number in self._student.events:
            right = self._right[number]
            one = self._expressions.at(spot)
            if one is None:
                continue
            parts = [clean[part] for part in one.parts if part in clean]
            # a read is of what is known if it is known itself, or a part of what is
            of_known = all(parts) and (bool(parts) or not one.read)
            clean[spot] = right or of_known
            if not one.owner or one.owner in self._elsewhere:
                continue
            if right:
                known.setdefault(spot, one)
            elif of_known:
                suspects.setdefault(spot, one)
            else:
                doubtful.setdefault(spot, one)
        return (
            list(suspects.values()),
            [one for spot, one in doubtful.items() if spot not in suspects],
            [one for spot, one in known.items() if spot not in suspects and spot not in doubtful],
        )

    def _tries(self, some: Iterable[Expression]) -> list[Try]:
        tries = (
            Try(one.spot, values)
            for one in some
            for values in itertools.islice(self._donors(one.spot), _MOST_DONORS)
        )
        return list(itertools.islice(tries, _MOST_TRIES))

    def _donors(self, spot: Spot) -> Iterator[Values]:
        """Yield what of the solution's may stand in an expression's place."""
        mine = self._student.sequences[spot]
        for values in self._donated:
            for theirs in _of_length(values, len(mine)):
                both = zip(theirs, mine, strict=True)
                ways = [list(turned_to(value, own.shape)) for value, own in both]
                yield from ([*one] for one in zip(*ways, strict=False))

    def _of_suspects(
        self, found: Sequence[tuple[Try, frozenset[str]]], run: Run
    ) -> tuple[Place, ...]:
        places: list[Place] = []
        left = self._wrong
        while left and len(places) < 2:
            mends = [
                (one.spot, self._wrong - still)
                for one, still in found
                if (self._wrong - still) & left
            ]
            if not mends:
                break
            most = max(len(mended & left) for _, mended in mends)
            spot, mended = next(one for one in mends if len(one[1] & left) == most)
            place = self._line_of(spot, mended, run)
            if place is None or (mended != self._wrong and place.first != place.last):
                break
            places.append(place)
            left -= mended
        return tuple(places)

    def _line_of(self, spot: Spot, mended: frozenset[str], run: Run) -> Place | None:
        """Return the line of a suspect, with that before it where the mistake may be as well."""
        one = self._expressions.at(spot)
        assert one is not None
        earlier: dict[Spot, int] = {}
        for part in map(self._expressions.at, self._inside(one)):
            if part is not None and part.name:
                for made in self._expressions.assigned(part):
                    if made.line < one.spot[1]:
                        earlier[made.value or part.spot] = made.line
        parts = [self._expressions.at(part) for part in earlier if part in self._student.sequences]
        tries = self._tries(part for part in parts if part is not None)
        left = run(tries) if tries else ()
        also = {
            tried.spot
            for tried, still in zip(tries, left, strict=True)
            if mended <= self._wrong - still
        }
        first = min([one.spot[1], *(earlier[part] for part in also)])
        return _place(one.spot[0], first, one.spot[3], mended)

    def _inside(self, one: Expression) -> Iterator[Spot]:
        for spot in one.parts:
            part = self._expressions.at(spot)
            if part is not None:
                yield spot
                yield from self._inside(part)

    def _between(self, spots: Sequence[Spot]) -> Place | None:
        """Return the lines from the first to the last of some expressions, if they are few."""
        found = [one for one in map(self._expressions.at, spots) if one is not None]
        if not found or len({(one.spot[0], one.owner) for one in found}) > 1:
            return None
        doubtful = {one.spot for one in self._doubtful}
        lines = [one.spot[1] for one in found]
        began = next((one for one in found if one.spot in doubtful), None)
        if began is not None:
            lines += [one.spot[1] for one in self._suspects if one.owner == began.owner]
            return _place(began.spot[0], min(lines), began.spot[3], self._wrong)
        for one in found:
            if one.name and not one.whole:
                lines += [made.line for made in self._expressions.assigned(one)]
        first, last = min(lines), max(one.spot[3] for one in found)
        return _place(found[0].spot[0], first, last, self._wrong)


class Solution:
    """What the solution's expressions made in one case, ready for many searches."""

    def __init__(self, trace: Trace) -> None:
        parts = [part for value in trace.values for part in _steps(value)]
        self.known = Quantities([*trace.values, *parts])
        self.donors: list[Values] = []
        """What each made, one time after the other, each once; what was made step by step also
        at once, and from the last step on."""
        seen: dict[tuple[float, ...], list[Values]] = {}
        for values in trace.sequences.values():
            if all(map(is_plain, values)):
                continue
            for made in _arranged(values):
                alike_ones = seen.setdefault(_key(made), [])
                if not any(_same(made, other) for other in alike_ones):
                    alike_ones.append(made)
                    self.donors.append(made)


def _key(values: Values) -> tuple[float, ...]:
    """Return what is the same, but for rounding, of values that are the same."""
    first = values[0]
    total = float(f"{float(np.abs(first).sum()):.4g}")
    return (len(values), first.size, total)


def _all_known(values: Values, student: Quantities) -> bool:
    return all(is_plain(one) or student.known(one) for one in values)


def _of_length(values: Values, count: int) -> Iterator[Values]:
    """Yield values as often as they are wanted: one step may have been left out at either end."""
    if len(values) == count:
        yield values
    elif len(values) == count + 1:
        yield values[1:]
        yield values[:-1]


def _arranged(values: list[Array]) -> Iterator[list[Array]]:
    yield values
    if len(values) > 1:
        yield values[::-1]
        if len({one.shape for one in values}) == 1 and values[0].ndim < 4:
            yield [np.stack(values, axis=-1)]
            yield [np.stack(values[::-1], axis=-1)]
    elif len(steps := _steps(values[0])) > 1:
        yield steps
        yield steps[::-1]


def _steps(value: Array) -> list[Array]:
    """Return what a value holds for each place along its last axis, which may be time."""
    if not value.ndim or value.shape[-1] > _MOST_STEPS:
        return []
    return [value[..., step] for step in range(value.shape[-1])]


def _same(one: Values, other: Values) -> bool:
    return len(one) == len(other) and all(
        a.size == b.size and alike(a, b) for a, b in zip(one, other, strict=True)
    )


def _mending(
    tries: Sequence[Try], left: Sequence[frozenset[str]], wrong: frozenset[str]
) -> list[tuple[Try, frozenset[str]]]:
    """Return the tries that mend some outputs and spoil none, with what they leave wrong."""
    both = zip(tries, left, strict=True)
    return [(one, still) for one, still in both if still < wrong]


def _place(file: str, first: int, last: int, outputs: frozenset[str]) -> Place | None:
    if last - first >= MOST_LINES:
        return None
    output = next(iter(outputs)) if len(outputs) == 1 else ""
    return Place(file, first, last, output=output)


def watched(tries: Sequence[Try], *, record: bool = False) -> list[Mapping[str, object]]:
    """Return how a worker is to watch the case, once for each try (see ``worker.watching``)."""
    return [
        {"record": record, "places": [list(one.spot)], "values": [list(one.values)]}
        for one in tries
    ]
