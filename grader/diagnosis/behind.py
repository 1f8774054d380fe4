"""What may be behind a suspect: other suspects that it goes on from, and what it reads.

It is told by the text of its function; where that is too much to be named, nothing can be said of
the suspect alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.diagnosis.expression import Expression
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.suspects import Sorted
from grader.diagnosis.traces import Trace, is_plain
from grader.diagnosis.unsure import Unsure

MOST_LINES = 8
"""Lines that are still a place to look at."""
_GRADIENT = "grad"


class Behind:
    """Such lines in one watched case; ``right`` says of each value whether it is known."""

    def __init__(
        self,
        expressions: Expressions,
        student: Trace,
        right: Sequence[bool],
        kinds: Sorted,
        unsure: Unsure,
    ) -> None:
        self._expressions, self._student, self._right = expressions, student, right
        self._sorted, self._unsure = kinds, unsure
        self.resting: dict[tuple[str, int], set[int]] = {}
        """By file and line the lines of others that a suspect there may go on from."""

    def others(self, one: Expression) -> list[int] | None:
        """Return all that may go into a suspect where another suspect may have made some of it.

        So it is with what a tensor holds as its gradient.  None where that is too much.
        """
        feeding = self._expressions.feeding
        others = [other for other in self._sorted.before(one) if feeding.may_go_into(one, other)]
        if not others:
            return self.gradients(one)
        apart = any(other.scope != one.scope for other in others)
        lines = [] if apart else feeding.lines(one)
        if _are_few(lines, one):
            return lines
        beside = {other.spot[1] for other in others}
        self.resting.setdefault(one.spot[:2], set()).update(beside - {one.spot[1]})
        return None

    def gradients(self, one: Expression) -> list[int] | None:
        """Return all that may go into what reads a gradient that is not known, or nothing yet.

        It was put there by what was done with its tensor.  None where that is too much.
        """
        parts = (one, *self._expressions.inside(one))
        if all(self._is_known(part) for part in parts if part.attribute == _GRADIENT):
            return []
        lines = self._expressions.feeding.lines(one)
        return lines if _are_few(lines, one) else None

    def unknown(self, one: Expression) -> list[int]:
        """Return the lines of what a suspect read and is not known, and of all that goes into it.

        The latter where they are few: a loop may leave something out of a sum.
        """
        lines = self._unsure.of_unknown_read(one)
        feeding = [*lines, *self._expressions.feeding.lines(one)] if lines else []
        return feeding if _are_few(feeding, one) else lines

    def ends(self, one: Expression) -> list[int]:
        """Return the conditions that end a turn before a suspect that is right in other turns."""
        made = {number for at, number in self._student.events if at == one.spot}
        right = any(self._right[n] and not is_plain(self._student.values[n]) for n in made)
        return self._expressions.feeding.deciding(one) if right else []

    def read_by_suspects(self) -> list[int]:
        """Return the lines that give a value to what suspects read, which may belong elsewhere."""
        parts = [part for one in self._sorted.suspects for part in self._expressions.inside(one)]
        names = [part for part in parts if part.name]
        return [made.line for part in names for made in self._expressions.assigned(part)]

    def _is_known(self, one: Expression) -> bool:
        """Whether all that an expression made is known, and says something."""
        made = {number for at, number in self._student.events if at == one.spot}
        return all(self._right[n] and not is_plain(self._student.values[n]) for n in made)


def _are_few(lines: Sequence[int], one: Expression) -> bool:
    """Whether there are lines, and few enough from the first to the last with an expression's."""
    return bool(lines) and max(*lines, one.spot[3]) - min(*lines, one.spot[1]) < MOST_LINES
