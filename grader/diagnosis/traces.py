"""What the expressions of watched code made, read from a worker's answer and never believed.

A worker may answer anything: what does not have the form that ``grader.worker.watching`` gives
it is no trace at all, and a place that is not in the file's own tree is left out by whoever looks
it up there.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.worker.watching import MAX_DIMENSIONS, MAX_EVENTS, MAX_NUMBERS, MAX_VALUES

Array = NDArray[np.float64]
Spot = tuple[str, int, int, int, int]
"""An expression of a file: its name, first line and column, last line and column."""

_RTOL = 1e-8
_MOST_PLACES = 40_000
_AT_ONCE = 64


@dataclass(frozen=True)
class Trace:
    """Which expression made which value, in order; values by number; and which made tensors.

    ``fills`` are what variables hold behind the loops that fill them; what is ``busy`` made too
    much to be among the events.
    """

    events: tuple[tuple[Spot, int], ...] = ()
    values: tuple[Array, ...] = ()
    tensors: frozenset[Spot] = frozenset()
    fills: tuple[tuple[Spot, int], ...] = ()
    busy: frozenset[Spot] = frozenset()

    @cached_property
    def sequences(self) -> dict[Spot, list[Array]]:
        """What each expression made, one value after the other."""
        found: dict[Spot, list[Array]] = {}
        for spot, number in self.events:
            found.setdefault(spot, []).append(self.values[number])
        return found


def read_trace(data: Any) -> Trace:
    """Return the trace that a worker's answer holds, an empty one where it holds none."""
    try:
        return _read(data)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError):
        return Trace()


def _read(data: Any) -> Trace:
    files = data["files"]
    places = _table(data["places"], 5, _MOST_PLACES)
    events = _table(data["events"], 2, MAX_EVENTS)
    shapes = _table(data["shapes"], 1 + MAX_DIMENSIONS, MAX_VALUES)
    numbers = data["numbers"]
    if not isinstance(numbers, np.ndarray) or numbers.dtype != np.float64 or numbers.ndim != 1:
        raise ValueError("numbers")
    if numbers.size > MAX_NUMBERS or not isinstance(files, list):
        raise ValueError("too much")
    if not all(isinstance(file, str) for file in files):
        raise ValueError("files")
    values, start = [], 0
    for dimensions, *sizes in shapes.tolist():
        shape = sizes[:dimensions]
        if not 0 <= dimensions <= MAX_DIMENSIONS or not all(0 < n <= MAX_NUMBERS for n in shape):
            raise ValueError("shape")
        end = start + int(np.prod(shape, dtype=object))
        values.append(numbers[start:end].reshape(shape))
        start = end
    if start != numbers.size:
        raise ValueError("numbers that belong to no value")
    spots: list[Spot] = [(files[file], *rest) for file, *rest in places.tolist() if file >= 0]
    made, filled = events.tolist(), _table(data["fills"], 2, MAX_EVENTS).tolist()
    both = (*made, *filled)
    if len(spots) != len(places) or not all(a >= 0 and 0 <= b < len(values) for a, b in both):
        raise ValueError("numbers of places or values")
    marked = []
    for name in ("tensors", "busy"):
        numbers = _table(data[name], 1, _MOST_PLACES)[:, 0].tolist()
        if not all(0 <= place < len(spots) for place in numbers):
            raise ValueError("numbers of places")
        marked.append(frozenset(spots[place] for place in numbers))
    tensors, busy = marked
    rows = (tuple((spots[place], value) for place, value in some) for some in (made, filled))
    made_by, filled_by = rows
    return Trace(made_by, tuple(values), tensors, filled_by, busy)


def _table(data: Any, columns: int, most: int) -> NDArray[np.int64]:
    if not isinstance(data, np.ndarray) or data.dtype != np.int64 or data.ndim != 2:
        raise ValueError("a table")
    if data.shape[1] != columns or len(data) > most:
        raise ValueError("a table of another size")
    return data


class Quantities:
    """Values that are known, and which of others are among them, their axes in any order."""

    def __init__(self, values: Sequence[Array]) -> None:
        self.values = values
        self._by_size = {size: _Rows(values, some) for size, some in _sizes(values).items()}

    def known(self, others: Quantities) -> list[bool]:
        """Return which of others are among them, in order.

        Axes of one entry are left out, the others may be in any order.
        """
        found = [False] * len(others.values)
        for size, rows in others._by_size.items():
            mine = self._by_size.get(size)
            for row, number in rows.near(mine, size) if mine is not None else ():
                if not found[row]:
                    found[row] = alike(others.values[row], self.values[number])
        return found


class _Rows:
    """Those of some values that are of one size: their numbers, sums, and sums of squares."""

    def __init__(self, values: Sequence[Array], numbers: list[int]) -> None:
        self._numbers = numbers
        rows = np.stack([values[number].ravel() for number in numbers])
        with np.errstate(all="ignore"):
            self._sums, self._squares = rows.sum(axis=1), (rows * rows).sum(axis=1)

    def near(self, others: _Rows, size: int) -> Iterator[tuple[int, int]]:
        """Yield which of them may be which of others: their sums agree."""
        for first in range(0, len(self._numbers), _AT_ONCE):
            square = self._squares[first : first + _AT_ONCE, None]
            total = self._sums[first : first + _AT_ONCE, None]
            with np.errstate(all="ignore"):
                near = np.abs(others._squares - square) <= _RTOL * square
                near &= np.abs(others._sums - total) <= _RTOL * np.sqrt(square * size)
            for row, other in np.argwhere(near).tolist():
                yield self._numbers[first + row], others._numbers[other]


def _sizes(values: Sequence[Array]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for number, one in enumerate(values):
        found.setdefault(one.size, []).append(number)
    return found


def alike(one: Array, other: Array) -> bool:
    """Whether two arrays hold the same numbers, the axes of the second in some order."""
    return any(_close(one, turned) for turned in turned_to(other, one.shape))


def turned_to(value: Array, shape: tuple[int, ...]) -> Iterator[Array]:
    """Yield a value with its axes so ordered that it has a shape, in every way there is.

    Axes of one entry come and go.
    """
    value = np.squeeze(value)
    wanted = tuple(size for size in shape if size != 1)
    if sorted(value.shape) != sorted(wanted):
        return
    for order in itertools.permutations(range(value.ndim)):
        if tuple(value.shape[axis] for axis in order) == wanted:
            yield value.transpose(order).reshape(shape)


def _close(one: Array, other: Array) -> bool:
    largest = np.abs(other).max(initial=0.0)
    with np.errstate(all="ignore"):
        return bool((np.abs(one - other) <= _RTOL * largest).all())


def is_plain(value: Array) -> bool:
    """Whether a value says nothing: all its entries are 0, 1 or 2."""
    first = value.flat[0]
    return first in (0.0, 1.0, 2.0) and bool((value == first).all())
