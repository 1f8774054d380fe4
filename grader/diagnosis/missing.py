"""What the solution makes and the student never does, put wherever it may stand.

A function that only hands numbers on, under many names, makes little of its own.  There the search
goes from the solution's numbers to the student's places: the first that the student lacks is tried
out in the place of everything of its form, then the next.  So is what the case gives: it may be
there already, and not where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.diagnosis.donors import Values, form, likeness
from grader.diagnosis.expression import Expression
from grader.diagnosis.traces import Array, Spot, Trace, alike, turned_to
from grader.diagnosis.trying import Try

_MOST_NUMBERS = 10
_EACH = 24
_FEW = 10
_FEW_DUE = 2


class Missing:
    """Such numbers in one watched case; ``right`` says of each of the student's if it is known."""

    def __init__(
        self,
        student: Trace,
        right: Sequence[bool],
        lacking: Sequence[Array],
        given: Sequence[Array],
        due: Sequence[Array],
        *,
        first: bool = False,
    ) -> None:
        """``lacking`` are the numbers that the student lacks, ``given`` those the case gives.

        ``due`` are those that belong into what is wrong of the answer.  What is given goes
        ``first`` where it is to.
        """
        self._student, self._unknown = student, _unknown(student, right)
        self._lacking = _each_once(lacking)
        self._due = _each_once(due)
        lacking = self._lacking[:_MOST_NUMBERS]
        self._numbers = _each_once([*given, *lacking] if first else [*lacking, *given])

    def tries(
        self, places: Sequence[Expression], last: Sequence[Expression]
    ) -> Iterator[list[Try]]:
        """Yield what to try out for each number, what the solution makes first before the rest.

        What is due may stand in the ``last`` places alone, made of what is known.
        """
        spots = [one.spot for one in self._outer(places)]
        turned = [Try((spot,), mine[::-1]) for spot in spots if len(mine := self._known(spot)) > 1]
        yield turned[:_FEW]
        made = [one.spot for one in self._outer(last)]
        due = [(value, made) for value in self._due]
        numbers = [(value, spots) for value in self._numbers]
        for value, there in [*due, *numbers] if len(due) <= _FEW_DUE else [*numbers, *due]:
            tries = [tried for spot in there for tried in self._at(spot, value)]
            if tries:
                yield tries[:_EACH]

    def due_instead(self, places: Sequence[Expression]) -> list[Try]:
        """Return what is due in the place of what has another form, of each place that may be."""
        spots = [one.spot for one in places if len(self._student.sequences[one.spot]) == 1]
        return [Try((spot,), [value]) for value in self._due for spot in spots][:_EACH]

    def _known(self, spot: Spot) -> Values:
        """Return what an expression made, one after the other, where all of that is known."""
        return [] if spot in self._unknown else self._student.sequences[spot]

    def _outer(self, places: Sequence[Expression]) -> list[Expression]:
        """Return the expressions that are no part of another that only hands their number on."""
        sequences = self._student.sequences
        inner = set()
        for one in places:
            parts = [part for part in one.parts if part in sequences]
            same = [part for part in parts if form(sequences[part]) == form(sequences[one.spot])]
            if len(parts) == 1 and (one.spot in self._student.tensors) == (
                parts[0] in self._student.tensors
            ):
                inner.update(same)
        return [one for one in places if one.spot in sequences and one.spot not in inner]

    def _at(self, spot: Spot, value: Array) -> Iterator[Try]:
        """Yield how a number may stand in the place of an expression."""
        mine, unknown = self._student.sequences[spot], self._unknown.get(spot, [])
        if len(mine) == 1 or len(unknown) == 1:
            at = unknown[0] if unknown else 0
            new = next(turned_to(value, mine[at].shape), None)
            if new is not None and not alike(new, mine[at]):
                yield Try((spot,), [*mine[:at], new, *mine[at + 1 :]])
        elif len(unknown) > 1:
            yield from self._several(spot, mine, unknown, value)

    def _several(
        self, spot: Spot, mine: Values, unknown: Sequence[int], value: Array
    ) -> Iterator[Try]:
        """Yield the numbers that are lacking, from this one on, for all that are not known."""
        some = [one for one in self._lacking if form([one]) == form([value])]
        if not some or some[0] is not value or len(some) < len(unknown):
            return
        in_order = dict(zip(unknown, some, strict=False))
        nearest = {
            at: max(some, key=lambda one: likeness([one], [mine[at].reshape(one.shape)]))
            for at in unknown
            if form([mine[at]]) == form([value])
        }
        for way in (in_order, nearest):
            new = [next(turned_to(way.get(at, own), own.shape), own) for at, own in enumerate(mine)]
            yield Try((spot,), new)


def _unknown(student: Trace, right: Sequence[bool]) -> dict[Spot, list[int]]:
    """Return which of what each expression made, one after the other, is not known."""
    unknown: dict[Spot, list[int]] = {}
    counts: dict[Spot, int] = {}
    for spot, number in student.events:
        if not right[number]:
            unknown.setdefault(spot, []).append(counts.get(spot, 0))
        counts[spot] = counts.get(spot, 0) + 1
    return unknown


def _each_once(values: Sequence[Array]) -> list[Array]:
    found: list[Array] = []
    for value in values:
        if not any(one.size == value.size and alike(one, value) for one in found):
            found.append(value)
    return found
