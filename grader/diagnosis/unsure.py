"""Which lines have a part in what an expression reads, where it is not known if they are right.

They are told by the text and by what was made: what is not known, what is 0, what only stands in a
list, what nobody reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from grader.diagnosis.expression import Assigned, Expression
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.traces import Spot, Trace, is_plain


class Unsure:
    """Such lines in one watched case; ``right`` says of each value whether it is known."""

    def __init__(self, expressions: Expressions, student: Trace, right: Sequence[bool]) -> None:
        self._expressions, self._student, self._right = expressions, student, right

    def of_unknown(self, one: Expression) -> list[int]:
        """Return the lines that give a value to what an expression reads and is not known."""
        unknown = {spot for spot, number in self._student.events if not self._right[number]}
        return [
            made.line
            for part in self._expressions.inside(one)
            if part.name and part.spot in unknown
            for made in self._expressions.assigned(part)
        ]

    def of_unknown_read(self, one: Expression) -> list[int]:
        """Return the lines that made what an expression read, and was not known when it failed.

        Nobody can tell whether that was right: the mistake may be there as well.
        """
        at_first = self._held_at_first(one.spot)
        lines: list[int] = []
        waiting, met = [one], {one.spot}
        while waiting:
            reader = waiting.pop()
            for part in (reader, *self._expressions.inside(reader)):
                number = at_first.get(part.spot)
                if not part.read or number is None or self._right[number]:
                    continue
                for line, value in self._makers_in_text(part):
                    made = self._student.sequences.get(value, ()) if value else None
                    if made is not None and not any(map(np.any, made)):
                        continue  # nothing was computed there yet
                    maker = self._expressions.at(value) if value else None
                    if maker is not None and self._is_of_sizes(maker):
                        continue
                    lines.append(line)
                    if maker is not None and maker.spot not in met:
                        met.add(maker.spot)
                        waiting.append(maker)
        return lines

    def _is_of_sizes(self, maker: Expression) -> bool:
        """Whether a call makes nothing but zeros and ones of sizes, as that of a unit matrix."""
        made = self._student.sequences
        parts = (one for part in self._expressions.inside(maker) for one in made.get(part.spot, ()))
        patterns = (np.isin(value, (0, 1)).all() for value in made.get(maker.spot, ()))
        return maker.called and all(patterns) and not any(value.size > 1 for value in parts)

    def _held_at_first(self, spot: Spot) -> dict[Spot, int]:
        """Return the number of what each expression made last, as one first went wrong."""
        held: dict[Spot, int] = {}
        for at, number in self._student.events:
            held[at] = number
            if at == spot and not self._right[number]:
                break
        return held

    def _makers_in_text(self, part: Expression) -> Iterator[tuple[int, Spot | None]]:
        """Yield the lines that give a value to what is read, or to a part of it, and the values."""
        for made in self._expressions.assigned(part) if part.name else ():
            yield made.line, made.value
        for put in self._expressions.stored(part):
            if put.scope == part.scope:
                yield put.spot[1], put.spot

    def of_gathered(self, one: Expression) -> list[int]:
        """Return the lines that make and fill a list of which an expression only makes an array.

        Nothing is computed there: what is missing in the list, or stands at another place of it,
        is so by the loop that fills it as well.
        """
        if not one.gathers:
            return []
        inside = list(self._expressions.inside(one))
        if any(part.spot in self._student.sequences for part in inside if part.read):
            return []
        lines = [line for part in inside for line, _ in self._makers_in_text(part)]
        return [line for line in lines if line < one.spot[1]]

    def of_parts_put(self, one: Expression) -> list[int]:
        """Return the lines that make what an augmented assignment changes, if they change parts.

        Nobody reads it as a whole in between, so that it is not known whether it was right then.
        Where it is not made anew in the loop, what the loop leaves out of it may be missing.
        """
        whole = self._expressions.at(one.parts[0]) if one.augments else None
        made = self._expressions.assigned(whole) if whole is not None and whole.name else []
        puts = [some.line for some in made if some.put]
        if not puts:
            return []
        loop = one.around.loops[-1:]
        within = range(loop[0], one.first) if loop else range(0)
        anew = [some.line for some in made if not some.put and some.line in within]
        return [*puts, *(anew or loop)]

    def of_nothing(self, one: Expression) -> list[int]:
        """Return the lines that make what an expression reads, where that only ever is 0.

        They give a variable its only value, or one of several that was computed to be 0, or an
        attribute one in the same function.  What is added there may be right, and 0 not what
        belongs there.  A single number counts where it is 0 but once.
        """
        lines = []
        for part in self._expressions.inside(one):
            values = self._student.sequences.get(part.spot, ()) if part.read else ()
            nothing = [value for value in values if not np.any(value)]
            made = self._expressions.assigned(part) if part.name else []
            made = [some for some in made if len(made) == 1 or self._is_nothing(some)]
            if len(nothing) < len(values):
                single = any(value.size == 1 for value in nothing)
                lines += [some.line for some in made if single and some.value is not None]
                continue
            lines += [some.line for some in made if nothing]
            if nothing and part.storage.startswith("self."):
                puts = self._expressions.stored(part)
                lines += [put.spot[1] for put in puts if put.scope == part.scope]
        return lines

    def is_of_attribute(self, one: Expression) -> bool:
        """Whether an expression reads an attribute that other code gave a value, self's apart.

        What an object holds may have been put there wrongly, far from where it is read.
        """
        return any(
            self._expressions.callers.is_kept(part.spot, part.scope)
            for part in (one, *self._expressions.inside(one))
            if not self._is_made_here(part)
        )

    def _is_made_here(self, part: Expression) -> bool:
        """Whether it is an attribute of a tensor that PyTorch makes in the same function."""
        made = self._expressions.assigned(replace(part, name=part.storage))
        values = [self._expressions.at(some.value) if some.value else None for some in made]
        return bool(values) and all(
            value is not None
            and value.spot in self._student.tensors
            and self._expressions.callers.is_library(value.spot[0], value.storage)
            for value in values
        )

    def _is_nothing(self, made: Assigned) -> bool:
        values = self._student.sequences.get(made.value, ()) if made.value else ()
        return bool(values) and not any(map(np.any, values))

    def unread(self, one: Expression) -> list[int]:
        """Return the lines of a suspect's function that give a value to what nobody reads."""
        return [
            line
            for line, value in self._expressions.unread(one)
            if not all(map(is_plain, self._student.sequences.get(value, ())))
        ]
