"""Where the solution cuts an array into parts along an axis: weights that it keeps side by side.

Who keeps each apart has the parts of all that is made of them, which the solution never has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from grader.diagnosis.expressions import Expressions
from grader.diagnosis.traces import Array, Trace, is_plain

Cuts = Mapping[int, Sequence[tuple[int, int]]]
"""By the size of an axis that is cut: where each of its parts begins and ends."""


def cuts_of(trace: Trace, expressions: Expressions) -> Cuts:
    """Return the cuts by which an axis falls into parts, none of it left over."""
    found: dict[int, set[tuple[int, int]]] = {}
    for spot, values in trace.sequences.items():
        one = expressions.at(spot)
        whole = trace.sequences.get(one.parts[0]) if one and one.read and one.parts else None
        if whole is not None:
            for size, *part in _cut(whole[-1], values[-1]):
                found.setdefault(size, set()).add((part[0], part[1]))
    return {
        size: sorted(parts)
        for size, parts in found.items()
        if len(parts) > 1 and [end for _, end in sorted(parts)] == _begins(sorted(parts), size)
    }


def parts_of(cuts: Cuts, values: Sequence[Array]) -> Iterator[list[Array]]:
    """Yield the parts of some values along an axis that is cut, where they have but one such."""
    axes = [[n for n, size in enumerate(value.shape) if size in cuts] for value in values]
    if all(len(some) == 1 for some in axes):
        sizes = {value.shape[axis] for value, (axis,) in zip(values, axes, strict=True)}
        for begin, end in cuts[sizes.pop()] if len(sizes) == 1 else ():
            both = zip(values, axes, strict=True)
            found = [value.take(range(begin, end), axis) for value, (axis,) in both]
            if not all(map(is_plain, found)):
                yield found


def _begins(parts: Sequence[tuple[int, int]], size: int) -> list[int]:
    """Return where each part but the first begins, and the end."""
    return [*(begin for begin, _ in parts[1:]), size] if parts[0][0] == 0 else []


def _cut(whole: Array, part: Array) -> Iterator[tuple[int, int, int]]:
    """Yield the size of the only axis that was cut, and where the part begins and ends."""
    if whole.ndim != part.ndim:
        return
    axes = [n for n in range(whole.ndim) if whole.shape[n] != part.shape[n]]
    if len(axes) != 1:
        return
    (axis,) = axes
    size, length = whole.shape[axis], part.shape[axis]
    for begin in range(size - length + 1):
        if np.array_equal(whole.take(range(begin, begin + length), axis), part):
            yield size, begin, begin + length
