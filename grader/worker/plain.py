"""Turns whatever a function returned into plain data, which alone can travel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .wire import (
    DTYPE_CODES,
    HOLDS_ITSELF,
    MAX_DIMENSIONS,
    MAX_KEY,
    MAX_TEXT,
    TOO_LARGE,
    Odd,
    bearable,
)

MAX_DEPTH = 16
MAX_NODES = 40_000
"""Parts of all answers of one function together."""
MAX_PART = 10_000
"""Parts of one output."""
MAX_ANSWERS = 3 << 20
"""Bytes of array data in all answers of one function together."""

_COST = 500
"""Parts that one which is too large counts as."""

_FLOAT = np.dtype(np.float64)


class Budget:
    """What the answers of one function may cost together: parts and bytes."""

    def __init__(self) -> None:
        self.nodes, self.bytes = MAX_NODES, MAX_ANSWERS


class _TooLargeError(Exception):
    """An answer has more parts than any can have."""


class _HoldsItselfError(Exception):
    """A container is a part of itself; ``which`` is its id."""

    def __init__(self, which: int) -> None:
        self.which = which


def plain(
    value: Any,
    tensor: Callable[[Any], Any] | None = None,
    budget: Budget | None = None,
) -> Any:
    """Turn whatever a function returned into data that can travel.

    Arrays lose their subclass and memory order, long doubles become float64; what is no
    data, too large, or holds itself becomes ``Odd``.  ``tensor`` turns a torch tensor into an
    array and returns None for anything else.
    """
    try:
        return _Plain(tensor, budget or Budget()).of(value, 0)
    except _TooLargeError:
        return Odd(TOO_LARGE)


class _Plain:
    def __init__(self, tensor: Callable[[Any], Any] | None, budget: Budget) -> None:
        self._tensor, self._budget = tensor, budget
        self._least = max(0, budget.nodes - MAX_PART)
        self._arrays: dict[int, tuple[Any, Any, int]] = {}
        self._around: set[int] = set()

    def of(self, value: Any, depth: int) -> Any:
        budget = self._budget
        budget.nodes -= 1
        if budget.nodes < self._least or depth > MAX_DEPTH:
            raise _TooLargeError
        kind = type(value)
        if kind is np.ndarray or isinstance(value, np.ndarray):
            known = self._arrays.get(id(value))
            if known is None:
                known = self._arrays[id(value)] = (value, self._array(value), value.nbytes)
            elif budget.bytes < known[2]:
                return Odd(TOO_LARGE)
            else:
                budget.bytes -= known[2]
            return known[1]
        if value is None or kind in (bool, float):
            return value
        if isinstance(value, np.generic):
            return self._array(np.asarray(value))
        if isinstance(value, (bool, int)):
            return int(value) if -(1 << 63) <= value < 1 << 63 else Odd(TOO_LARGE)
        if isinstance(value, float):
            return float(value)
        if isinstance(value, str):
            return travelling(str(value[:MAX_TEXT]))
        if isinstance(value, (tuple, list, Mapping)):
            return self._container(value, depth)
        if self._tensor is not None and (array := self._tensor(value)) is not None:
            return array if isinstance(array, Odd) else self._array(array)
        return Odd(f"{kind.__name__}")

    def _output(self, value: Any, depth: int) -> Any:
        """Return a part of the answer itself: one that is too large leaves room for the others."""
        before = self._budget.nodes
        self._least = max(0, before - MAX_PART)
        try:
            return self.of(value, depth)
        except _TooLargeError:
            self._budget.nodes = before - _COST
            if self._budget.nodes < 0:
                raise
            return Odd(TOO_LARGE)

    def _container(self, value: Any, depth: int) -> Any:
        """Return a container's parts; one that is among them, however far down, is said to be."""
        if id(value) in self._around:
            raise _HoldsItselfError(id(value))
        self._around.add(id(value))
        part = self.of if depth else self._output
        depth += 1
        try:
            # what a subclass makes of looking at it is not asked for
            if isinstance(value, tuple):
                return tuple([part(item, depth) for item in tuple.__iter__(value)])
            if isinstance(value, list):
                return [part(item, depth) for item in list.__iter__(value)]
            pairs = {}
            for key, item in dict.items(value) if isinstance(value, dict) else value.items():
                name = _name(key, value)
                pairs[travelling(name[:MAX_KEY])] = part(item, depth)
            return pairs
        except _HoldsItselfError as error:
            if error.which != id(value):
                raise
            return Odd(HOLDS_ITSELF)
        finally:
            self._around.discard(id(value))

    def _room_for(self, array: np.ndarray[Any, Any]) -> bool:
        room = self._budget.bytes >= array.nbytes and (array.size > 0 or bearable(array.shape))
        self._budget.bytes -= array.nbytes if room else 0
        return room

    def _array(self, value: np.ndarray[Any, Any]) -> Any:
        if not self._room_for(value):
            return Odd(TOO_LARGE)
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


def _name(key: Any, value: Any) -> str:
    """Return the text that a key is found by; of one that no text finds, its type and form."""
    if isinstance(key, str):
        text = str.__str__(key)  # of np.str_, or of an enumeration of texts
        if type(key) is str or not isinstance(value, dict) or dict.__contains__(value, text):
            return text
    return f"{type(key).__name__} {key!r:.50}"


def travelling(text: str) -> str:
    """Return a text as it can travel: half a character becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")
