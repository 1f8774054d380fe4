"""Turns whatever a function returned into plain data, which alone can travel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .wire import DTYPE_CODES, MAX_DIMENSIONS, Odd

MAX_DEPTH = 16
MAX_NODES = 200_000
MAX_ANSWER = 16 << 20
"""Bytes of array data in one answer."""

_FLOAT = np.dtype(np.float64)


class _Budget:
    """What one answer may cost: parts, bytes and depth."""

    def __init__(self) -> None:
        self.nodes, self.bytes = MAX_NODES, MAX_ANSWER


def plain(value: Any, tensor: Callable[[Any], Any] | None = None) -> Any:
    """Turn whatever a function returned into data that can travel.

    Arrays lose their subclass and memory order, long doubles become float64; what is no
    data, too large or nested too deeply (a list may hold itself) becomes ``Odd``.
    ``tensor`` turns a torch tensor into an array and returns None for anything else.
    """
    return _plain(value, tensor, _Budget(), 0, {})


def _plain(
    value: Any,
    tensor: Callable[[Any], Any] | None,
    budget: _Budget,
    depth: int,
    arrays: dict[int, tuple[Any, Any]],
) -> Any:
    budget.nodes -= 1
    if budget.nodes < 0 or depth > MAX_DEPTH:
        return Odd("too large")
    kind = type(value)
    if isinstance(value, np.ndarray):
        known = arrays.get(id(value))
        if known is None:
            known = arrays[id(value)] = (value, _plain_array(value, budget))
        return known[1]
    if value is None or kind in (bool, float):
        return value
    if isinstance(value, np.generic):
        return _plain_array(np.asarray(value), budget)
    if isinstance(value, (bool, int)):
        return int(value) if -(1 << 63) <= value < 1 << 63 else Odd("too large")
    if isinstance(value, float):
        return float(value)
    if isinstance(value, str):
        return str(value[:1000])
    if isinstance(value, tuple):
        return tuple(_plain(item, tensor, budget, depth + 1, arrays) for item in value)
    if isinstance(value, list):
        return [_plain(item, tensor, budget, depth + 1, arrays) for item in value]
    if isinstance(value, Mapping):
        pairs = {}
        for key, item in value.items():
            name = key if type(key) is str else f"{type(key).__name__} {key!r:.50}"
            pairs[name[:100]] = _plain(item, tensor, budget, depth + 1, arrays)
        return pairs
    if tensor is not None and (array := tensor(value)) is not None:
        return _plain_array(array, budget)
    return Odd(f"{kind.__name__}")


def _plain_array(value: np.ndarray[Any, Any], budget: _Budget) -> Any:
    budget.bytes -= value.nbytes
    if budget.bytes < 0:
        return Odd("too large")
    if value.ndim > MAX_DIMENSIONS:
        return Odd(f"array of {value.ndim} dimensions")
    # a copy: it travels later, and whoever returned it may write into it until then
    if type(value) is np.ndarray and value.dtype is _FLOAT:
        return value.copy()
    array = np.array(np.asarray(value), order="C")
    if array.dtype == np.longdouble:
        array = array.astype(np.float64)
    array = array.astype(array.dtype.newbyteorder("="), copy=False)
    if array.dtype.str not in DTYPE_CODES:
        return Odd(f"array of {array.dtype.name}")
    return array
