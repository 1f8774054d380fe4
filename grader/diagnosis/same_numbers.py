"""Numbers that stand in an answer more than once: under two names, at all steps, in columns."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

import numpy as np

MOST_PARTS = 24
"""Parts of one answer that are compared: there are no more in any that is asked for."""


def are_alike(data: Any) -> bool:
    """Whether two parts of an answer, or all steps of one, hold the same numbers, not just 0."""
    parts = data.values() if isinstance(data, dict) else data if isinstance(data, tuple) else [data]
    arrays = [part for part in itertools.islice(parts, MOST_PARTS) if _of_floats(part)]
    some = [part for part in arrays if np.any(part)]
    steps = [part for part in some if part.ndim == 3 and part.shape[2] > 1]
    pairs = itertools.combinations(some, 2)
    return any(np.array_equal(one, other) for one, other in pairs) or any(
        np.array_equal(part, np.broadcast_to(part[:, :, :1], part.shape)) for part in steps
    )


def is_one_column(parts: Iterable[Any], due: object) -> bool:
    """Whether what must be one column is the same one over and over, wherever it is wider."""
    if not isinstance(due, tuple) or due[1:] != (1,):
        return False
    wide = [one for one in parts if getattr(one, "shape", ())[1:] not in ((), (1,))]
    return all(map(_repeats_a_column, wide)) and any(np.ptp(one) > 0 for one in wide if one.size)


def _repeats_a_column(part: Any) -> bool:
    is_matrix = _of_floats(part) and part.ndim == 2
    return is_matrix and np.array_equal(part, np.broadcast_to(part[:, :1], part.shape))


def _of_floats(part: Any) -> bool:
    """Whether a part is an array of numbers: what a submission answers may be anything."""
    return isinstance(part, np.ndarray) and part.dtype.kind == "f"
