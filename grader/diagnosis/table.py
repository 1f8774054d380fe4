"""Many observations, arranged so that one more is compared with all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.diagnosis.observing import Observations, Observed, Place, Row, bound

_FEW, _LOOSE = 6, 1e-3
"""The first numbers of a row, compared loosely, rule out most observations."""


@dataclass(frozen=True)
class _Rows:
    """What was seen in one place, in one form: each row once, and which observations share it.

    ``numbers`` are those of observations, ``row_of`` says which row each has.
    """

    rows: Row
    largest: Row
    numbers: NDArray[np.int32]
    row_of: NDArray[np.int32]
    slack: float

    def same(self, observed: Observed) -> frozenset[int]:
        """Return the numbers of the observations whose row is the same."""
        same = np.ones(len(self.rows), bool)
        if self.rows.shape[1]:
            got = observed.numbers[: self.rows.shape[1]]
            few = np.abs(self.rows[:, :_FEW] - got[:_FEW])
            same[:] = (few <= _LOOSE * (1 + np.abs(got[:_FEW]))).all(axis=1)
            rows = self.rows[same]
            near = np.abs(rows - got) <= self.slack * bound(rows, self.largest[same])
            same[same] = near.all(axis=1)
        return frozenset(self.numbers[same[self.row_of]].tolist())


class Table:
    """Observations by number, in the order they came.

    Those that share what they saw in a place, as most variants do with the right answer, are
    compared there but once.  Of a row as many numbers are compared as were kept; ``slack`` is
    how many times further off they may be.
    """

    def __init__(self, seen: Iterable[Observations], slack: float = 1.0) -> None:
        alike: dict[tuple[Place, tuple[Any, ...]], dict[int, tuple[Observed, list[int]]]] = {}
        for number, observations in enumerate(seen):
            for place, observed in observations.items():
                some = alike.setdefault((place, observed.form), {})
                some.setdefault(id(observed), (observed, []))[1].append(number)
        self._rows = {key: _arranged(list(some.values()), slack) for key, some in alike.items()}

    def packed(self) -> list[Any]:
        """Return it as plain data."""
        return [
            [place, form, rows.rows, rows.largest, rows.numbers, rows.row_of]
            for (place, form), rows in self._rows.items()
        ]

    @classmethod
    def unpacked(cls, data: list[Any], count: int, slack: float = 1.0) -> Table:
        """Return a table of ``count`` observations from its data.

        Raises ValueError where that is not what ``packed`` returns.
        """
        table = cls((), slack)
        for place, form, rows, largest, numbers, row_of in data:
            whole = (
                rows.ndim == 2
                and largest.shape == (len(rows), 1)
                and numbers.shape == row_of.shape == (numbers.size,)
                and all(one.min() >= 0 for one in (numbers, row_of) if one.size)
                and numbers.max(initial=-1) < count
                and row_of.max(initial=-1) < len(rows)
            )
            if not whole:
                raise ValueError(place)
            table._rows[place, form] = _Rows(rows, largest, numbers, row_of, slack)
        return table

    def fits(self, seen: Observations) -> dict[Place, frozenset[int]]:
        """Return, for each place, the numbers of the observations that are the same there.

        Where nothing came that holds a number, those are the same that hold none either.
        """
        found = {}
        for place, observed in seen.items():
            rows = self._rows.get((place, observed.form))
            found[place] = frozenset() if rows is None else rows.same(observed)
        return found

    def holds(self, seen: Observations) -> frozenset[int]:
        """Return the numbers of the observations that are the same in every place.

        None are where a place holds no number: that proves nothing.
        """
        if not all(observed.numbers.size for observed in seen.values()):
            return frozenset()
        return frozenset.intersection(*self.fits(seen).values())


def _arranged(some: Sequence[tuple[Observed, Sequence[int]]], slack: float) -> _Rows:
    return _Rows(
        rows=np.stack([observed.numbers for observed, _ in some]),
        largest=np.array([[max(1.0, observed.largest)] for observed, _ in some]),
        numbers=np.array([number for _, numbers in some for number in numbers], np.int32),
        row_of=np.repeat(np.arange(len(some), dtype=np.int32), [len(one) for _, one in some]),
        slack=slack,
    )
