"""Whether an argument is as it was before a call."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from grader.worker.wire import TOO_LARGE, Odd


def _same_scalar(before: Any, after: Any) -> bool:
    if isinstance(after, (np.ndarray, dict, list, tuple)):
        return False  # an array has no truth, and tells one for each entry
    both = isinstance(before, float) and isinstance(after, float)
    return bool(before == after) or (both and math.isnan(before) and math.isnan(after))


def unchanged(before: Any, after: Any, name: str = "") -> str | None:
    """Return the name of the first part of an argument that is not as it was, or None.

    Compared to the bit: a NaN is itself, and a new key is a change.
    """
    if isinstance(before, np.ndarray):
        same = (
            isinstance(after, np.ndarray)
            and before.dtype == after.dtype
            and np.array_equal(before, after, equal_nan=True)
        )
        return None if same else name
    if isinstance(before, dict):
        if not isinstance(after, dict) or before.keys() != after.keys():
            return name
        pairs = [(f"{name}[{key!r}]", before[key], after[key]) for key in before]
    elif isinstance(before, (list, tuple)):
        if not isinstance(after, (list, tuple)) or len(before) != len(after):
            return name
        pairs = [(f"{name}[{n}]", *both) for n, both in enumerate(zip(before, after, strict=True))]
    else:
        return None if _same_scalar(before, after) else name
    for part, mine, theirs in pairs:
        if (changed := unchanged(mine, theirs, part)) is not None:
            return changed
    return None


def cut_short(after: Any) -> bool:
    """Whether no room was left for a part of what has come back: it may be as it was."""
    if isinstance(after, dict):
        return any(map(cut_short, after.values()))
    if isinstance(after, (list, tuple)):
        return any(map(cut_short, after))
    return isinstance(after, Odd) and after.what == TOO_LARGE
