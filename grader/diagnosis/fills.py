"""What loops filled entry by entry in a watched case, and which of it went wrong first.

Such a variable holds a number of the formula's only behind the loop, where it is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grader.diagnosis.donors import Solution
from grader.diagnosis.traces import Array, Quantities, Spot, Trace, is_plain

_MOST_TIMES = 240
_OF_STEPS, _MOST_AXES = 3, 3


@dataclass(frozen=True)
class Fills:
    """Where variables are filled, by their first places in the text.

    The solution never has what is ``wrong`` so, in the order in which that came up; ``right`` are
    the others.
    """

    wrong: tuple[Spot, ...] = ()
    right: tuple[Spot, ...] = ()


def sorted_fills(student: Trace, right: Sequence[bool], solution: Solution) -> Fills:
    """Sort what is filled; ``right`` says of each of the student's values whether it is known."""
    numbers: dict[Spot, list[int]] = {}
    for spot, number in student.fills:
        numbers.setdefault(spot, []).append(number)
    fine = {number: right[number] for _, number in student.fills}
    for number in fine:
        value = student.values[number]
        if not fine[number] and value.ndim == _OF_STEPS:
            fine[number] = _known([value[..., step] for step in range(value.shape[-1])], solution)
    wrong: dict[Spot, None] = {}
    for spot, number in student.fills:
        last = numbers[spot][-1]  # where that is right, what came before was not full yet
        if not fine[number] and (not fine[last] or is_plain(student.values[last])):
            wrong.setdefault(spot)
    in_parts = {
        spot
        for spot in wrong
        if any(
            _known(together, solution)
            for together in _together([student.values[number] for number in numbers[spot]])
        )
    }
    return Fills(
        tuple(spot for spot in wrong if spot not in in_parts),
        tuple(spot for spot in numbers if spot not in wrong or spot in in_parts),
    )


def _together(values: Sequence[Array]) -> Iterator[list[Array]]:
    """Yield values, some at a time each time, as rows are filled in turn."""
    if len(values) > _MOST_TIMES or len({value.shape for value in values}) > 1:
        return
    if values[0].ndim > _MOST_AXES:
        return
    count = len(values)
    for size in (size for size in range(2, count + 1) if count % size == 0):
        yield [np.stack(values[at : at + size], axis=-1) for at in range(0, count, size)]
        yield [np.stack(values[at :: count // size], axis=-1) for at in range(count // size)]


def _known(values: Sequence[Array], solution: Solution) -> bool:
    known = solution.known.known(Quantities(values))
    return all(one or is_plain(value) for one, value in zip(known, values, strict=True))
