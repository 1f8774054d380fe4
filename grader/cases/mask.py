"""Says where an output is off, in steps, counts and a small mask; never by how much.

A mask is kept only where it shows a shape that teaches: whole rows and columns, a rectangle, a
diagonal, a triangle.  Wrong entries strewn about teach little, and as they depend on the hidden
values themselves, a submission could write those into such a mask and read them off its page.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from grader.record import Fact

Mask = NDArray[np.bool_]

WRONG, RIGHT = "x", "."
"""The letters of a mask's rows."""

MASK = frozenset({"mask", "depth"})
PLACE = MASK | {"where", "steps", "wrong", "of"}
"""The facts that tell a place, and those of them that show it."""

MOST_ROWS, MOST_COLUMNS = 12, 40
"""The largest mask that is kept."""


def where(wrong: Mask, time_axis: int = -1) -> dict[str, Fact]:
    """Return the facts of an output that is wrong in some entry; a 3-D one has a time axis."""
    count, total = int(wrong.sum()), wrong.size
    if count == total:
        return {"where": "everywhere"}
    if wrong.ndim == 3:
        steps = np.moveaxis(wrong, time_axis, -1).any(axis=(0, 1))
        if not steps.all():
            which = tuple(int(n) for n in np.flatnonzero(steps))
            return {"where": "steps", "steps": which, **mask(wrong, time_axis)}
    return {"where": "entries", "wrong": count, "of": total, **mask(wrong, time_axis)}


def mask(wrong: Mask, time_axis: int = -1) -> dict[str, Fact]:
    """Return the facts ``mask``, its rows as texts, and ``depth``; {} where none teaches.

    A 3-D output is shown as units by time steps: a place is wrong if it is so for any of the
    ``depth`` examples of the batch, which is the middle axis.
    """
    depth: dict[str, Fact] = {}
    if wrong.ndim == 3:
        depth = {"depth": wrong.shape[1]} if wrong.shape[1] > 1 else {}
        batch = 0 if time_axis == 0 else 1  # where the middle axis is once time is the last
        wrong = np.asarray(np.moveaxis(wrong, time_axis, -1).any(axis=batch))
    if wrong.ndim == 1:
        wrong = wrong[np.newaxis]
    if wrong.ndim != 2 or wrong.size < 2 or wrong.all() or not _teaches(wrong):
        return {}
    rows = tuple("".join(WRONG if one else RIGHT for one in row) for row in wrong)
    return {"mask": rows, **depth}


def _teaches(wrong: Mask) -> bool:
    rows, columns = wrong.shape
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        return False
    if rows == 1 or columns == 1:
        return True
    kinds = (np.unique(wrong, axis=0).shape[0], np.unique(wrong, axis=1).shape[1])
    return max(kinds) <= 2 or _is_triangular(wrong)


def _is_triangular(wrong: Mask) -> bool:
    """Whether an entry is wrong by its side of the diagonal alone."""
    side = np.sign(np.subtract.outer(np.arange(wrong.shape[0]), np.arange(wrong.shape[1])))
    return all(len(np.unique(wrong[side == one])) <= 1 for one in (-1, 0, 1))
