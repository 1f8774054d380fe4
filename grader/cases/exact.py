"""Answers that are compared exactly: integers, booleans, text and None.

An integer or a boolean is due as a number or as an array; what comes back may be a number, an
array or nested lists, of any width, but of the same kind: 1.0 is no label, and 1 is not True.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.cases.mask import where
from grader.cases.tolerances import ANYTHING, Summed
from grader.record import Finding
from grader.worker.wire import HOLDS_ITSELF, NOT_DETACHED, TOO_LARGE, Odd

_KINDS = {"i": "iu", "u": "iu", "b": "b"}
"""By the kind of dtype that is due, the kinds that may come back."""


_ODD = {
    NOT_DETACHED: "a tensor that is not detached",
    HOLDS_ITSELF: "a list or a dict that holds itself",
    TOO_LARGE: "an answer of that size",
}


def is_exact(due: Any) -> bool:
    """Whether something due is compared exactly, not to a tolerance."""
    if isinstance(due, (np.ndarray, np.generic)):
        return due.dtype.kind in _KINDS
    return due is None or isinstance(due, (bool, int, str))


def compare_exactly(got: Any, due: Any, type_name: str) -> Finding | None:
    """Return what is wrong with an answer, None where it is as due; ``type_name`` is its type."""
    if due is None:
        return None if got is None else Finding("type", facts={"type": type_name, "due": "None"})
    if got is None:
        return Finding("returned nothing")
    if isinstance(due, str):
        if not isinstance(got, str):
            return Finding("type", facts={"type": type_name, "due": "str"})
        return None if got == due else Finding("values", facts={"where": "everywhere"})
    return _compare_arrays(got, np.asarray(due), type_name)


def _compare_arrays(got: Any, due: Any, type_name: str) -> Finding | None:
    array = as_kind(got, due)
    if array is None:
        return Finding("not numbers", facts={"type": type_name})
    if array.dtype.kind not in _KINDS[due.dtype.kind]:
        return Finding("dtype", facts={"dtype": array.dtype.name, "due": due.dtype.name})
    if array.shape != due.shape and not (due.ndim == 0 and array.size == 1):
        return Finding("shape", facts={"shape": array.shape, "due": due.shape})
    wrong = array.reshape(due.shape) != due
    if not wrong.any():
        return None
    return Finding("values", facts=where(np.atleast_1d(wrong)))


def as_kind(got: Any, due: Any) -> Any:
    """Return an answer as an array of numbers or booleans, None where it is none.

    An empty list is an array of whatever is due.
    """
    if isinstance(got, np.ndarray):
        return got
    if isinstance(got, (list, tuple)):
        parts = [as_kind(item, due) for item in got]
        if any(part is None for part in parts) or len({part.shape for part in parts}) > 1:
            return None
        if len({part.dtype.kind for part in parts}) > 1:  # 1 beside True is neither kind
            return np.array([part.astype(object) for part in parts])
        return np.array(parts) if parts else np.empty(0, due.dtype)
    return np.asarray(got) if isinstance(got, (bool, int, float)) else None


def unjudgeable(due: Any) -> str:
    """Return the type of what cannot be compared in something due, "" where all can."""
    if isinstance(due, Summed):
        return unjudgeable(due.due)
    if isinstance(due, (np.ndarray, np.generic)):
        return "" if due.dtype.kind in "fiub" else f"an array of dtype {due.dtype}"
    if due is ANYTHING or due is None or isinstance(due, (bool, int, float, str)):
        return ""
    if isinstance(due, Mapping):
        return next((said for said in map(unjudgeable, due.values()) if said), "")
    if isinstance(due, (list, tuple)):
        return next((said for said in map(unjudgeable, due) if said), "")
    if isinstance(due, Odd):  # what a witness answered
        return _ODD.get(due.what, f"a {due.what}")
    return f"a {type(due).__name__}"
