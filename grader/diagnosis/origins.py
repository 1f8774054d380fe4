"""Where what an expression reads comes from, as far as it is not known to be right."""

from __future__ import annotations

from collections.abc import Sequence

from grader.diagnosis.expression import Assigned, Expression
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.traces import Array, Spot, Trace, alike

_COMPUTED = frozenset({"", "T", "mT", "data"})
"""Attributes of an array that hold its numbers; others were put there by what was done with it."""
_MOST_STEPS = 40


class Origins:
    """Origins in one watched case; ``right`` says of each value whether it is known."""

    def __init__(
        self, expressions: Expressions, student: Trace, right: Sequence[bool], judged: str
    ) -> None:
        """``judged`` is the function that the case calls."""
        self._judged = judged
        self._expressions, self._student = expressions, student
        made = {spot for spot, _ in student.events}
        self._known = made - {spot for spot, number in student.events if not right[number]}
        self._on_line: dict[tuple[str, int], list[Spot]] = {}
        for spot in made:
            self._on_line.setdefault(spot[:2], []).append(spot)

    def in_sight(self, one: Expression) -> bool:
        """Whether an expression makes its number, or takes it from where it was put in sight.

        What a tensor holds as its gradient was put there by what was done with it.
        """
        parts = (one, *self._expressions.inside(one))
        return not any(
            part.attribute not in _COMPUTED and not part.storage.startswith("self.")
            for part in parts
            if part.spot in self._student.sequences and part.spot not in self._known
        )

    def is_tensor(self, one: Expression) -> bool:
        """Whether an expression makes a tensor."""
        return one.spot in self._student.tensors

    def are_known(self, one: Expression) -> bool:
        """Whether all that an expression was made of is known, and something was."""
        parts = [part for part in one.parts if part in self._student.sequences]
        return bool(parts) and self._known.issuperset(parts)

    def is_of_object(self, one: Expression) -> bool:
        """Whether an expression reads a list, or the like, that an object holds, not self."""
        return any(
            part.attribute not in _COMPUTED
            and not part.storage.startswith("self.")
            and part.spot not in self._student.sequences
            for part in self._expressions.inside(one)
        )

    def lines(self, one: Expression, *, alone: bool = False) -> list[int] | None:
        """Return the lines that made or put what an expression reads and is not known.

        None where some of it was made where nothing could be seen.  What is wrong ``alone`` does
        not go back to what was done with an object: more than that would be wrong.
        """
        lines = self._unpacked(one)
        waiting, met = [one], set[Spot]()
        for _ in range(_MOST_STEPS):
            if not waiting:
                return lines
            part = waiting.pop()
            seen = part.spot in self._student.sequences
            if part.spot in met or (seen and part.spot in self._known and part is not one):
                continue
            met.add(part.spot)
            if alone and not seen and part.attribute not in _COMPUTED:
                continue
            inner = [within for within in map(self._expressions.at, part.parts) if within]
            if part.read:  # what stands behind it is an index
                lines += self._lines_of_index(inner[1:])
                inner = inner[:1]
            waiting += inner
            if not part.name:
                continue
            made, put = self._before(part), self._expressions.stored(part)
            if not made and self._expressions.is_handed_on(part, self._judged):
                return None
            if seen and all(map(_counts, self._student.sequences[part.spot])):
                lines += [some.line for some in made]
                continue
            for some in made:
                value = self._expressions.at(some.value) if some.value else None
                lines.append(some.line)
                if some.value in self._student.sequences and value is not None:
                    waiting.append(value)
                elif not put and not self._all_known((part.spot[0], some.line)):
                    return None
            for stored in put:
                lines.append(stored.spot[1])
                value = self._expressions.at(stored.spot)
                waiting += [] if value is None else [value]
        return None

    def _unpacked(self, one: Expression) -> list[int]:
        """Return the lines that took apart what an expression only hands on: it has no other."""
        while not one.name:
            parts = [part for part in one.parts if part in self._student.sequences]
            inner = self._expressions.at(parts[0]) if len(parts) == 1 else None
            if inner is None or not self._are_same(one, inner):
                return []
            one = inner
        made = self._before(one)
        return [some.line for some in made if some.value not in self._student.sequences]

    def _are_same(self, one: Expression, other: Expression) -> bool:
        """Whether two expressions made the same numbers, one after the other."""
        mine, theirs = (self._student.sequences[some.spot] for some in (one, other))
        return len(mine) == len(theirs) and all(map(alike, mine, theirs))

    def _lines_of_index(self, some: Sequence[Expression]) -> list[int]:
        """Return the lines that give a value to what an index is made of."""
        names = [part for one in some for part in (one, *self._expressions.inside(one))]
        return [
            made.line
            for one in names
            if one.name
            for made in self._before(one)
            if not made.looped or made.line in one.around.loops
        ]

    def _before(self, part: Expression) -> list[Assigned]:
        """Return where the variable that is read was given its value: last, if that is plain."""
        made = self._expressions.assigned(part)
        if part.around.loops:
            return made
        earlier = sorted(
            (one for one in made if one.line <= part.spot[1]), key=lambda one: one.line
        )
        value = self._expressions.at(earlier[-1].value) if earlier and earlier[-1].value else None
        plain = value is not None and not (value.around.branches or value.around.loops)
        return earlier[-1:] if plain else earlier

    def _all_known(self, line: tuple[str, int]) -> bool:
        """Whether something was made on a line, and all of that is known."""
        spots = self._on_line.get(line, [])
        return bool(spots) and self._known.issuperset(spots)


def _counts(value: Array) -> bool:
    return value.size == 1 and float(value.flat[0]).is_integer()
