"""Where else a mistake may be, beside an expression at which the solution's number mends all.

What the expression reads may be right and not what belongs there: so the lines that made it, or
put it where it is taken out, are tried out in the same way.  What comes after it may only hand
its number on; and a line that was never reached, or whose result nobody reads, may be the one
that should have made it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from grader.diagnosis.donors import Values
from grader.diagnosis.expression import Assigned, Expression, Stored
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.suspects import Sorted
from grader.diagnosis.traces import Spot, Trace, alike, is_plain
from grader.diagnosis.trying import Other, Try

_MOST_LATER = 8
_MOST_MAKERS = 6
_MOST_EXCHANGES = 6

Donors = Callable[..., Iterator[Values]]
"""What of the solution's may stand in an expression's place (``grader.diagnosis.offers``)."""


class Elsewhere:
    """Other places in one watched case; ``right`` says of each value whether it is known."""

    def __init__(
        self,
        expressions: Expressions,
        student: Trace,
        right: Sequence[bool],
        kinds: Sorted,
        donors: Donors,
    ) -> None:
        self._expressions, self._student, self._right = expressions, student, right
        self._sorted, self._donors = kinds, donors

    def later(self, one: Expression, values: Values) -> list[tuple[Expression, Try]]:
        """Return the same number in the place of what comes after a suspect.

        What was to make it right, and hands it on as it is, may be the mistake.
        """
        made_here = self._student.sequences
        some = [
            other
            for other in self._sorted.doubtful
            if other.scope == one.scope and other.spot[0] == one.spot[0]
            if other.spot[1] > one.spot[3] and not other.read
            if [len(made_here[other.spot]), made_here[other.spot][0].shape]
            == [len(made_here[one.spot]), made_here[one.spot][0].shape]
        ]
        return [(other, Try((other.spot,), values)) for other in some[:_MOST_LATER]]

    def earlier(self, one: Expression, suspect: Spot, most: int) -> tuple[list[Other], list[int]]:
        """Return what to try out of what an expression reads, where it was made or put.

        With it come the lines that make what it reads and were never reached.
        """
        made_here = self._student.sequences
        found: list[Other] = []
        never = []
        parts = list(self._expressions.inside(one))
        for part in parts:
            for made in self._expressions.assigned(part) if part.name else ():
                if part.spot not in made_here:
                    continue
                if made.value is not None and made.value not in made_here:
                    never.append(made.line)  # perhaps it should have come to that
                elif made.line < one.spot[1]:
                    for spots, read in self._where_it_stands(part, made, one):
                        others = self._other_values(spots, suspect, read, most)
                        found += [Other(made.line, part.scope, tried) for tried in others]
            for line in self.given_anew(part) if part.spot in made_here else ():
                if line != one.spot[1]:
                    others = self._other_values([part.spot], suspect, False, most)
                    found += [Other(line, part.scope, tried) for tried in others]
        stored = {put.spot: put for part in parts for put in self._stored(part)}
        for put in stored.values():
            never += self._never_put(put, one.spot[0])
            if put.spot[1] != one.spot[1]:
                others = self._other_values([put.spot], suspect, False, most)
                found += [Other(put.spot[1], put.scope, tried) for tried in others]
        tried = {other.tried.spots[0] for other in found}
        for maker in self._makers(one, suspect):
            if maker.spot not in tried:
                others = self._other_values([maker.spot], suspect, False, most)
                found += [Other(maker.spot[1], maker.scope, other) for other in others]
        return found[:most], never

    def exchanged(self, one: Expression) -> list[Other]:
        """Return what to try out where variables may have been given each other's values.

        It is done on a line that gives a value to several, one of which an expression reads.
        """
        found = []
        for part in self._expressions.inside(one):
            own = self._expressions.assigned(part) if part.name else []
            if len(own) != 1 or own[0].line == one.spot[1]:
                continue
            reads = self._expressions.reads(part)
            for name in self._expressions.given_with(part):
                theirs = self._expressions.reads(replace(part, name=name))
                swaps = [*self._instead(reads, theirs), *self._instead(theirs, reads)]
                if {reads[0], theirs[0]} <= {spot for spot, _ in swaps}:
                    (spot, values), *others = swaps
                    tried = Try((spot,), values, tuple(others))
                    found.append(Other(own[0].line, part.scope, tried))
        return found[:_MOST_EXCHANGES]

    def other_name(self, one: Expression) -> list[int]:
        """Return the lines that only give another name to what an expression reads.

        Nothing is computed there: what should have been may be of any shape.
        """
        lines = []
        for part in self._expressions.inside(one):
            made = self._expressions.assigned(part) if part.name else []
            value = self._expressions.at(made[0].value) if made and made[0].value else None
            if len(made) == 1 and value is not None and value.name:
                lines.append(made[0].line)
        return lines

    def _instead(
        self, spots: Sequence[Spot], others: Sequence[Spot]
    ) -> Iterator[tuple[Spot, Values]]:
        """Yield for each place that reads a variable what another one holds there.

        That is known where it only ever holds the same, or is read as often.
        """
        held = [self._student.sequences[spot] for spot in others if spot in self._student.sequences]
        for spot in spots:
            mine = self._student.sequences.get(spot, [])
            for values in held if mine else ():
                if len(values) == len(mine):
                    yield spot, values
                    break
                if all(np.array_equal(value, values[0]) for value in values):
                    yield spot, [values[0]] * len(mine)
                    break

    def given_anew(self, part: Expression) -> list[int]:
        """Return the lines of a loop that give a value to what a part of it is taken out of.

        What is taken out may be right, and not what belongs there by then.
        """
        if not part.storage or part.name or "." in part.storage or not part.around.loops:
            return []
        made = self._expressions.assigned(replace(part, name=part.storage))
        again = [some.line for some in made if some.line > part.around.loops[-1]]
        return again if len(made) > 1 else []

    def handed_on(self, one: Expression, suspect: Spot, judged: str, most: int) -> list[Try]:
        """Return other values for what an expression's function is handed by other code."""
        reads = [
            self._expressions.reads(part)
            for part in {part.name: part for part in self._expressions.inside(one)}.values()
            if part.spot in self._student.sequences
            if self._expressions.is_handed_on(part, judged)
        ]
        return [
            tried
            for spots in reads
            for begun in (False, True)
            for tried in self._other_values(spots, suspect, not begun, most, begun=begun)
        ]

    def taken_out(self, one: Expression, suspect: Spot, most: int) -> list[Try]:
        """Return other values for what an expression takes out of what its function was handed.

        That is no array itself: another function of the student's may have put the wrong one there.
        """
        parts = [part for part in self._expressions.inside(one) if part.read and part.storage]
        spots = [part.spot for part in parts if self._handed(part, part.storage)]
        return [
            tried
            for spot in spots
            for tried in self._other_values([spot], suspect, False, max(most // len(spots), 3))
        ]

    def _handed(self, part: Expression, storage: str) -> bool:
        """Whether a storage goes back to what is handed to the function, and is no array."""
        waiting, met = [storage], {""}
        while waiting:
            name = waiting.pop()
            if name not in met:
                met.add(name)
                named = replace(part, name=name)
                made = self._expressions.assigned(named)
                waiting += [one.storage for one in made]
                reads = self._expressions.reads(named)
                if not made and self._expressions.is_handed(part, name):
                    return not any(at in self._student.sequences for at in reads)
        return False

    def _where_it_stands(
        self, part: Expression, assigned: Assigned, one: Expression
    ) -> Iterator[tuple[list[Spot], bool]]:
        """Yield where the value of a variable may be given otherwise, and what may stand there.

        What is made another number of times than it is read, as the terms of a sum are, is given
        otherwise where it is read, but not where that is what a suspect makes anew of it; with it
        goes whether that is in a variable of the solution, too.
        """
        made_here, value = self._student.sequences, assigned.value
        times = len(made_here[part.spot])
        if value is not None:
            yield [value], False
        if value is None or len(made_here[value]) != times:
            reads = self._expressions.reads(part)
            anew = any(some.line == one.first for some in self._expressions.assigned(part))
            here = [
                spot
                for spot in reads
                if len(made_here.get(spot, ())) == times
                if not (anew and spot[1] > one.last)
            ]
            yield here, not assigned.looped

    def _makers(self, one: Expression, suspect: Spot) -> list[Expression]:
        """Return what made the very numbers that an expression reads, on whatever way they came."""
        inside = {part.spot for part in self._expressions.inside(one)}
        known = {other.spot for other in self._sorted.known}
        made: dict[int, list[Expression]] = {}
        last: dict[Spot, int] = {}
        for spot, number in self._student.events:
            if spot == suspect and not self._right[number]:
                break
            if spot in inside:
                last[spot] = number
            elif spot in known and not is_plain(self._student.values[number]):
                maker = self._expressions.at(spot)
                if maker is not None and not maker.read and spot != one.spot:
                    made.setdefault(number, []).append(maker)
        found = [maker for number in last.values() for maker in made.get(number, ())]
        apart = {maker.spot: maker for maker in found if maker.spot[1] != one.spot[1]}
        return list(apart.values())[:_MOST_MAKERS]

    def not_reached(self, one: Expression) -> list[int]:
        """Return the lines that give a value to the same, were not reached, and what decided it."""
        file, reached = one.spot[0], {spot[1] for spot in self._student.sequences}
        others = [line for line in self._expressions.beside(one) if line not in reached]
        asked = {line: self._expressions.condition(file, line) for line in others}
        return [both for line, at in asked.items() if at != line for both in (line, at)]

    def _stored(self, part: Expression) -> list[Stored]:
        """Return what is put where a part takes its value out, or what it reads was taken out."""
        return self._expressions.stored(part) if part.read or part.called else []

    def _never_put(self, put: Stored, file: str) -> list[int]:
        """Return the line of what was to be put there and never was, and the if that decided it."""
        line = put.spot[1]
        decided = self._expressions.condition(file, line)
        reached = any(spot[:2] == (file, line) for spot in self._student.sequences)
        return [] if decided == line or reached else [line, decided]

    def _other_values(
        self,
        spots: Iterable[Spot | None],
        suspect: Spot,
        read: bool,
        most: int,
        *,
        begun: bool = False,
    ) -> Iterator[Try]:
        """Yield other values for what was made before a suspect first went wrong.

        Zeros are among them, and a third of the ``most`` that are tried of all.
        """
        there = tuple(spot for spot in spots if spot and spot in self._student.sequences)
        if not there or len({len(self._student.sequences[spot]) for spot in there}) > 1:
            return
        before = max(self._count_before(spot, suspect) for spot in there)
        mine = self._student.sequences[there[0]]
        donors = self._donors(there[0], read=read, mixed=True, begun=begun)
        usual = [mine[::-1], [np.zeros(one.shape) for one in mine]]
        for values in [*usual, *itertools.islice(donors, most // 3)]:
            changed = zip(values[:before], mine, strict=False)
            if not all(alike(value, own) for value, own in changed):
                yield Try(there, values)

    def _count_before(self, spot: Spot, suspect: Spot) -> int:
        """Return how often an expression was reached before a suspect first went wrong."""
        count = 0
        for at, number in self._student.events:
            if at == suspect and not self._right[number]:
                break
            count += at == spot
        return count
