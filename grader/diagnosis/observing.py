"""What a function answered, as rows of numbers that many variants can be compared with at once.

An answer falls into *quantities*, as a rule what the contract names (``dba``, part 1 of a
tuple).  What one quantity was in all cases of one criterion is a *place*.  The numbers seen in
a place stand in one row; its form holds the shapes, and whatever there was in place of numbers.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.cases.case import LENT, OWN, Case
from grader.cases.comparing import Path, type_name
from grader.cases.exact import as_kind, is_exact
from grader.cases.floats import as_array
from grader.cases.tape import PROBE, TOGETHER
from grader.isolation.answers import Reply, Value
from grader.record import Finding

Row = NDArray[np.float64]
Place = tuple[str, Path]
"""A criterion ("" for the cases that decide the outputs) and the path of a quantity."""

_NAN, _INFINITE = 7e299, 9e299
"""What stands for a NaN and an infinity in a row, so that each is equal to itself alone."""

_LARGE = 1e299
"""Numbers from here on stand for NaN and infinities."""

RTOL, ATOL = 1e-9, 1e-10
"""How far a row may be off, as of the judge: the same formula in another order is nearer."""

_MOST_ODD_PARTS = 60


class _Absent:
    """What stands in the place of an answer that never came."""


ABSENT = _Absent()


@dataclass(frozen=True)
class Observed:
    """What was seen in one place.

    ``numbers`` may be only the first of a row; ``largest`` is then what they are measured by.
    """

    form: tuple[Any, ...]
    numbers: Row
    largest: float = 0.0

    @functools.cached_property
    def scale(self) -> float:
        """The size of the largest number that is there, 1 at least: see ``bound``."""
        size = np.abs(self.numbers)
        return float(np.max(size, initial=1.0, where=size < _LARGE))

    def beginning(self, count: int) -> Observed:
        """Return the same with its first numbers alone."""
        size = np.abs(self.numbers)
        largest = float(np.max(size, initial=0.0, where=size < _LARGE))
        return Observed(self.form, self.numbers[:count].copy(), largest)


Observations = Mapping[Place, Observed]


def deciding(places: Iterable[Place]) -> frozenset[Place]:
    """Return those of the places that decide outputs, not a small criterion."""
    return frozenset(place for place in places if not place[0])


Answers = Sequence[Sequence[Any]]
"""Per case, what its looked-at steps returned as plain data, ABSENT where nothing came."""


@dataclass(frozen=True)
class Quantities:
    """How a function's answer falls into quantities.

    ``depth`` is the length of their paths; ``sums`` gives the axes over which a quantity is
    judged as a sum; ``ignored`` the quantities that mean nothing in the cases of a criterion.
    """

    depth: int = 1
    sums: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    ignored: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Observer:
    """Turns the answers of one function into observations.

    ``right`` are the answers of a right function: what else is answered is read along them.
    """

    def __init__(self, cases: Sequence[Case], quantities: Quantities, right: Answers) -> None:
        self._cases = cases
        self._falls = quantities
        self._looks = {mode: [looked_at(case, mode) for case in cases] for mode in (OWN, LENT)}
        starts = [
            [_start(case, step) for step in steps]
            for case, steps in zip(cases, self._looks[LENT], strict=True)
        ]
        self._right = [
            [(start, _lists_as_arrays(part)) for start, part in zip(some, parts, strict=True)]
            for some, parts in zip(starts, right, strict=True)
        ]
        self.arrays = frozenset(
            path
            for parts in self._right
            for start, part in parts
            for path, due, _ in self._quantities(start, part, part)
            if isinstance(due, np.ndarray)
        )
        """The quantities that are one array."""

    def of_replies(self, mode: str, replies: Sequence[Sequence[Reply] | None]) -> Observations:
        """Observe what a submission answered."""
        answers = []
        for steps, some in zip(self._looks[mode], replies, strict=True):
            values = {one.step: one.data for one in some or () if isinstance(one, Value)}
            answers.append([values.get(step, ABSENT) for step in steps])
        return self.of_answers(answers)

    def of_answers(self, answers: Answers) -> Observations:
        """Observe what a variant answered."""
        forms: dict[Place, list[Any]] = {}
        rows: dict[Place, list[Row]] = {}
        for case, right, mine in zip(self._cases, self._right, answers, strict=True):
            ignored = self._falls.ignored.get(case.criterion, frozenset())
            for (start, due), got in zip(right, mine, strict=True):
                for path, part_due, part_got in self._quantities(start, due, got):
                    if not path or path[0] not in ignored:
                        place = (case.criterion, path)
                        form, row = forms.setdefault(place, []), rows.setdefault(place, [])
                        self._read(path, part_due, part_got, form, row)
        return {
            place: Observed(tuple(form), _canonical(rows[place])) for place, form in forms.items()
        }

    def _quantities(self, path: Path, due: Any, got: Any) -> Iterator[tuple[Path, Any, Any]]:
        if len(path) >= self._falls.depth or not isinstance(due, (dict, tuple)):
            yield path, due, got
            return
        parts = due.items() if isinstance(due, dict) else enumerate(due)
        if isinstance(due, dict):
            alike = isinstance(got, dict)
            held = got if alike else {}
        else:
            alike = isinstance(got, (tuple, list)) and len(got) == len(due)
            held = dict(enumerate(got)) if alike else {}
        for key, part in parts:
            yield from self._quantities((*path, key), part, held.get(key, ABSENT))
        if not alike and got is not ABSENT:
            yield (*path, ""), ABSENT, got

    def _read(self, path: Path, due: Any, got: Any, form: list[Any], row: list[Row]) -> None:
        axes = self._falls.sums.get(str(path[0]), ()) if path else ()
        if axes and got is not ABSENT:
            array = as_array(got)
            if not isinstance(array, Finding):
                there = tuple(axis for axis in axes if axis < array.ndim)
                with np.errstate(all="ignore"):
                    got = array.sum(axis=there)
        _read(due, got, form, row)


_OF_THE_JUDGED = (PROBE, TOGETHER)
"""Steps beside its own calls that show what the judged function returned."""


def looked_at(case: Case, mode: str) -> list[int]:
    """Return the steps of a case that show what the judged function returned."""
    steps = case.recordings[mode].steps
    judged = [
        step[0] == "call" and (step[1] == case.function or step[1].startswith(_OF_THE_JUDGED))
        for step in steps
    ]
    return [
        number
        for number, step in enumerate(steps)
        if (judged[number] and step[3]) or (step[0] == "look" and judged[step[1]])
    ]


def _start(case: Case, step: int) -> Path:
    """Return which part of an answer a step shows."""
    shown = case.recordings[LENT].steps[step]
    return tuple(shown[2]) if shown[0] == "look" else ()


def _lists_as_arrays(due: Any) -> Any:
    if isinstance(due, dict):
        return {key: _lists_as_arrays(part) for key, part in due.items()}
    if isinstance(due, tuple):
        return tuple(_lists_as_arrays(part) for part in due)
    if isinstance(due, list):
        array = as_array(due)
        return [_lists_as_arrays(part) for part in due] if isinstance(array, Finding) else array
    return due


def _read(due: Any, got: Any, form: list[Any], row: list[Row]) -> None:
    if got is ABSENT:
        form.append("absent")
    elif isinstance(due, dict) and isinstance(got, dict):
        for key, part in due.items():
            _read(part, got.get(key, ABSENT), form, row)
    elif isinstance(due, (tuple, list)) and isinstance(got, (tuple, list)):
        if len(due) == len(got):
            for part, mine in zip(due, got, strict=True):
                _read(part, mine, form, row)
        else:
            form.append(("length", len(got)))
            _read_odd(got, form, row)
    elif due is ABSENT or isinstance(due, (dict, tuple, list)):
        _read_odd(got, form, row)
    elif due is None or isinstance(due, str):
        form.append(type_name(got))
        if got is None or isinstance(got, str):  # a number that stands for the text
            row.append(np.array([float(zlib.crc32(str(got).encode()))]))
    else:
        array = as_array(_as_due(got, due))
        if isinstance(array, Finding):
            _read_odd(got, form, row)
        else:
            form.append(array.shape)
            row.append(array.ravel())


def _as_due(got: Any, due: Any) -> Any:
    """Return whole numbers and booleans as numbers where that is what is due."""
    if not is_exact(due):
        return got
    array = as_kind(got, np.asarray(due))
    alike = array is not None and array.dtype.kind in "iub"
    return array.astype(np.float64) if alike else got


def _read_odd(got: Any, form: list[Any], row: list[Row], depth: int = 0) -> None:
    """Read what is not built as it should be: types and shapes as they come."""
    if len(form) > _MOST_ODD_PARTS * len(row) + _MOST_ODD_PARTS or depth > 6:
        return
    array = None if got is None else as_array(got)
    if isinstance(array, np.ndarray):
        form.append(array.shape)
        row.append(array.ravel())
        return
    dtype = got.dtype.name if isinstance(got, np.ndarray) else ""
    form.append((type_name(got), dtype))
    if isinstance(got, dict):
        for key in sorted(got)[:_MOST_ODD_PARTS]:
            form.append(key)
            _read_odd(got[key], form, row, depth + 1)
    elif isinstance(got, (tuple, list)):
        form.append(len(got))
        for part in got[:_MOST_ODD_PARTS]:
            _read_odd(part, form, row, depth + 1)


def _canonical(parts: list[Row]) -> Row:
    row = np.concatenate(parts) if parts else np.empty(0)
    if not np.isfinite(row).all():
        row = np.nan_to_num(row, nan=_NAN, posinf=_INFINITE, neginf=-_INFINITE)
    return np.clip(row, -_INFINITE, _INFINITE)


def bound(due: Any, largest: Any = 1.0) -> Any:
    """Return the largest error allowed for each number of a row, or of a stack of rows.

    ``largest`` is the size of the largest number of each that is not there, 1 at least.
    """
    size = np.abs(due)
    scale = np.max(size, axis=-1, keepdims=True, initial=1.0, where=size < _LARGE)
    return ATOL * np.maximum(scale, largest) + RTOL * size


def same(got: Observed, due: Observed) -> bool:
    """Whether the same was seen in a place; where there is no number, that there is none."""
    if got.form != due.form:
        return False
    if got.numbers is due.numbers:
        return True
    # as `bound` has it, and what it does for stacks of rows left out: this is asked most of all
    allowed = RTOL * np.abs(due.numbers)
    allowed += ATOL * due.scale
    return bool((np.abs(got.numbers - due.numbers) <= allowed).all())
