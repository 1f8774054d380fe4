"""Answers that are compared to a tolerance: floats.

Where they are off by no more than float32 arithmetic makes it, that is what is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.cases.mask import mask, where
from grader.cases.tolerances import Array, Summed, Tolerance
from grader.record import Finding
from grader.worker.wire import HOLDS_ITSELF, NOT_DETACHED, TOO_LARGE, Odd

_PRECISION = 1e-5
"""Relative error that float32 arithmetic explains and a wrong formula hardly ever stays under."""

ODD_KINDS = {
    TOO_LARGE: "too large answer",
    HOLDS_ITSELF: "holds itself",
    NOT_DETACHED: "not detached",
}
"""What is said of an answer that has no type to be named by."""


def compare_numbers(got: Any, due: Any, tolerance: Tolerance) -> Finding | None:
    axes: tuple[int, ...] = ()
    if isinstance(due, Summed):
        axes, due = due.axes, due.due
    due_array = np.asarray(due, dtype=np.float64)
    array = as_array(got)
    if isinstance(array, Finding):
        return array
    if axes:
        if array.ndim <= max(axes):
            return Finding("shape", facts={"shape": array.shape, "due": due_array.shape})
        with np.errstate(all="ignore"):  # what is not finite is told by the comparison
            array = array.sum(axis=axes)
    number = isinstance(due, float)  # an array of one entry is as good as a number
    if array.shape != due_array.shape and not (number and array.size == 1):
        return Finding("shape", facts={"shape": array.shape, "due": due_array.shape})
    return compare_values(array.reshape(due_array.shape), due_array, tolerance)


def as_array(got: Any) -> Array | Finding:
    """Return an answer's numbers as a float64 array, or why it has none."""
    if got is None:
        return Finding("returned nothing")
    if isinstance(got, Odd):
        kind = ODD_KINDS.get(got.what)
        return Finding(kind) if kind else Finding("not numbers", facts={"type": got.what})
    if isinstance(got, (list, tuple)):
        return _list_as_array(got)
    if isinstance(got, (bool, str, bytes, dict)):
        return Finding("not numbers", facts={"type": type(got).__name__})
    if isinstance(got, np.ndarray) and got.dtype != np.float64:
        return Finding("dtype", facts={"dtype": got.dtype.name, "due": "float64"})
    return np.asarray(got, dtype=np.float64)


def _list_as_array(got: Sequence[Any]) -> Array | Finding:
    parts = [as_array(item) for item in got]
    for part in parts:
        if isinstance(part, Finding):
            return part
    arrays = [part for part in parts if not isinstance(part, Finding)]
    if len({array.shape for array in arrays}) > 1:
        return Finding("ragged")
    return np.array(arrays, dtype=np.float64)


def compare_values(
    got: Array, due: Array, tolerance: Tolerance, time_axis: int = -1
) -> Finding | None:
    with np.errstate(all="ignore"):
        wrong = ~(np.abs(got - due) <= tolerance.bound(due))
        if not wrong.any():
            return None
        infinite = ~np.isfinite(got)
        if infinite.any():
            facts = {"nan": bool(np.isnan(got).any()), **mask(infinite, time_axis)}
            return Finding("not finite", facts=facts)
        if np.all(np.abs(got - due) <= _PRECISION * tolerance.scale(due)):
            return Finding("precision")
    return Finding("values", facts=where(wrong, time_axis))
