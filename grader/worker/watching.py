"""Watches what the expressions of a submission's functions make, in one small case.

A watched file is compiled with every expression of its functions that may make a number handing
that number on to a recorder, which returns it; nothing else changes.  A group of calls then says
for each case how it is watched, a map with

``record``  whether to say, after the case's own replies, what was made: a map with

            ``files``    names of files
            ``places``   (P, 5) integers: file, first line and column, last line and column
            ``events``   (E, 2) integers: which place made which value, in order
            ``shapes``   (V, 1 + 4) integers: the number of dimensions of each value, then their
                         sizes
            ``numbers``  all values one after the other, float64
            ``tensors``  (N, 1) integers: the places that made tensors of PyTorch's
            ``fills``    (F, 2) integers: which place is the first that fills a variable, and which
                         value it has behind the loop, in order; lists are arrays there
            ``busy``     (N, 1) integers: places that made values so often that they are no events

``places``  places, five integers each, the file by its number in ``files``
``edit``    None, or a change of a file: its name, which bytes go (the first, and the one after
            the last), and what comes in their place; what is edited is not recorded
``values``  for each of these places what it is to make instead, the n-th time the n-th array

Loops end after so many rounds in all, so that a case ends wherever it is run: with a change, or
other values, after not many more than it takes without.  All cases of one function together have
so many as well, for what is found is not to rest on how fast a machine is.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Mapping, Sequence
from types import CodeType
from typing import Any

import numpy as np

from .changing import Changeable
from .modules import Codes
from .watched_code import CLEAR, FILL, RECORD, TICK, Watched

MAX_EVENTS = 6_000
MAX_VALUES = 2_500
MAX_NUMBERS = 120_000
MAX_DIMENSIONS = 4
_MAX_ENTRIES = 4_096
_BUSY = 64
"""Times that an expression may make something: loops that go entry by entry take more."""
_MAX_FILLS = 600
_MOST_KEPT = 3 * MAX_EVENTS
_MAX_ROUNDS = 50_000
_SOME_ROUNDS, _TIMES_AS_MANY = 2_000, 20
"""Rounds of a changed case: so many, and so many times what it takes unchanged."""
_ALL_ROUNDS = 300_000


_Key = tuple[Any, bytes]
"""The shape and the numbers of a value."""
_BYTES = 8


class TooManyRoundsError(BaseException):
    """A watched case loops on."""


class Watcher:
    """Compiles files to be watched, and records what they make."""

    def __init__(self) -> None:
        self._files: list[str] = []
        self._changeable: dict[str, Changeable] = {}
        self._places: list[tuple[int, ...]] = []
        self._instead: dict[int, list[Any]] = {}
        self._recording = False
        self._rounds, self._most_rounds, self._rounds_left = 0, _MAX_ROUNDS, _ALL_ROUNDS
        self._events: list[tuple[int, _Key]] = []
        self._fills: list[tuple[int, _Key]] = []
        self._times: dict[int, int] = {}
        self._tensors: set[int] = set()

    def install(self) -> None:
        """Be there for watched code, under names that no student writes."""
        setattr(builtins, RECORD, self._take)
        setattr(builtins, TICK, self._round)
        setattr(builtins, FILL, self._filled)
        setattr(builtins, CLEAR, _cleared)

    def compile(self, content: bytes, file: str) -> CodeType:
        """Compile a file to be watched, or as it is where its tree is too deep for that."""
        code: CodeType
        try:
            tree = ast.parse(content, file)
            number = len(self._files)
            watched = Watched(number, len(self._places))
            watched.module(tree)
            ast.fix_missing_locations(tree)
            code = compile(tree, file, "exec", dont_inherit=True)
        except (RecursionError, MemoryError, ValueError):
            return compile(content, file, "exec", dont_inherit=True)
        self._files.append(file)
        self._places += watched.places
        return code

    def edited(self, edit: Sequence[Any], files: Mapping[str, bytes]) -> dict[str, Codes]:
        """Compile a file with a change made to it; what is no Python is as if it were empty."""
        file, start, end, text = edit
        try:
            if file not in self._changeable:
                self._changeable[file] = Changeable(files[file], file)
            return {file: self._changeable[file].changed(start, end, text.encode())}
        except (SyntaxError, RecursionError, MemoryError, ValueError):
            return {file: ()}

    def start(self, wanted: Mapping[str, Any]) -> None:
        """Begin a case."""
        self._rounds = 0
        self._events, self._fills, self._times, self._tensors = [], [], {}, set()
        self._recording = wanted["record"]
        if self._recording:
            self._most_rounds = _MAX_ROUNDS
        self._instead = {}
        numbers = {place: number for number, place in enumerate(self._places)}
        for place, values in zip(wanted["places"], wanted["values"], strict=True):
            file, *rest = place
            if file in self._files:
                number = numbers.get((len(self._files) - 1 - self._files[::-1].index(file), *rest))
                if number is not None:
                    self._instead[number] = list(reversed(values))

    def forget(self) -> None:
        """Forget how many rounds were taken: they are another function's from now on."""
        self._most_rounds, self._rounds_left = _MAX_ROUNDS, _ALL_ROUNDS

    def stop(self) -> dict[str, Any] | None:
        """End a case and return what was recorded, if anything was to be."""
        recorded, self._recording, self._instead = self._recording, False, {}
        self._rounds_left -= self._rounds
        if not recorded:
            return None
        self._most_rounds = min(_MAX_ROUNDS, _SOME_ROUNDS + _TIMES_AS_MANY * self._rounds)
        busy = {place for place, times in self._times.items() if times > _BUSY}
        values = _Values()
        fills = values.numbered(self._fills)
        events = values.numbered([one for one in self._events if one[0] not in busy])
        shapes = np.zeros((len(values.numbers), 1 + MAX_DIMENSIONS), np.int64)
        for row, (shape, _) in zip(shapes, values.numbers, strict=True):
            row[: 1 + len(shape)] = (len(shape), *shape)
        return {
            "files": list(self._files),
            "places": np.array(self._places, np.int64).reshape(-1, 5),
            "events": np.array(events, np.int64).reshape(-1, 2),
            "fills": np.array(fills, np.int64).reshape(-1, 2),
            "busy": np.array(sorted(busy), np.int64).reshape(-1, 1),
            "shapes": shapes,
            "tensors": np.array(sorted(self._tensors), np.int64).reshape(-1, 1),
            "numbers": np.frombuffer(b"".join(data for _, data in values.numbers), np.float64),
        }

    def _round(self) -> None:
        self._rounds += 1
        if self._rounds > min(self._most_rounds, self._rounds_left):
            raise TooManyRoundsError

    def _take(self, place: int, value: Any) -> Any:
        if self._instead and place in self._instead:
            return self._replaced(place, value)
        if not self._recording:
            return value
        kind = type(value)
        array: Any
        if kind is np.ndarray:
            array = value
        elif kind is float or kind is np.float64 or (kind is int and abs(value) < 1 << 50):
            array = np.float64(value)
        else:
            torch = sys.modules.get("torch")
            if torch is None or not isinstance(value, torch.Tensor):
                return value
            array = value.detach().numpy()
            self._tensors.add(place)
        if array.dtype == np.float64 and array.ndim <= MAX_DIMENSIONS and array.size:
            self._record(place, array)
        return value

    def _record(self, place: int, array: Any) -> None:
        times = self._times[place] = self._times.get(place, 0) + 1
        if times <= _BUSY and array.size <= _MAX_ENTRIES and len(self._events) < _MOST_KEPT:
            self._events.append((place, (array.shape, array.tobytes())))

    def _filled(self, place: int, value: Any) -> Any:
        kind = type(value)
        if self._instead.get(place) and kind is list:
            return self._instead[place].pop().tolist()
        if self._instead:
            return self._take(place, value)
        if self._recording and kind in (np.ndarray, list) and len(self._fills) < _MAX_FILLS:
            array = _as_array(value)
            if array is not None and array.ndim <= MAX_DIMENSIONS and array.size <= _MAX_ENTRIES:
                self._fills.append((place, (array.shape, array.tobytes())))
        return value

    def _replaced(self, place: int, value: Any) -> Any:
        kind = type(value)
        torch = sys.modules.get("torch")
        is_tensor = torch is not None and kind is torch.Tensor
        if not is_tensor and kind not in (np.ndarray, float, np.float64):
            return value
        if not self._instead[place]:
            return value
        new = self._instead[place].pop()
        if is_tensor:
            return _as_tensor(torch, new, value)
        if kind is not np.ndarray:
            return kind(new) if new.size == 1 else value
        return new.copy()


class _Values:
    """Values that were made, each once, with its number."""

    def __init__(self) -> None:
        self.numbers: dict[_Key, int] = {}
        self._size = 0

    def numbered(self, made: Sequence[tuple[int, _Key]]) -> list[tuple[int, int]]:
        """Return which place made which value, without those that are too many."""
        found: list[tuple[int, int]] = []
        for place, key in made[:MAX_EVENTS]:
            size = len(key[1]) // _BYTES
            if key not in self.numbers:
                if len(self.numbers) >= MAX_VALUES or self._size + size > MAX_NUMBERS:
                    continue
                self.numbers[key] = len(self.numbers)
                self._size += size
            found.append((place, self.numbers[key]))
        return found


def _as_array(value: Any) -> Any:
    """Return an array, or a list of numbers or of such lists, as an array; else None."""
    try:
        array = np.array(value, np.float64)
    except (TypeError, ValueError):
        return None
    return array if array.size else None


def _as_tensor(torch: Any, new: Any, value: Any) -> Any:
    """Return a tensor of other numbers, through which gradients go as through the given one."""
    if value.dtype != torch.float64 or tuple(value.shape) != new.shape:
        return value
    other = torch.from_numpy(new.copy())
    if not value.requires_grad:
        return other
    if value.is_leaf:
        value.data = other
        return value
    return value + (other - value).detach()


def _cleared(value: Any) -> Any:
    """Return an array that was just made with zeros in it, whatever its memory held."""
    if type(value) is np.ndarray and value.dtype.kind in "biufc":
        value.fill(0)
    return value
