"""What a hidden case may say is due, beside plain numbers, and how far they may be off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Tolerance:
    """How far a number may be off: ``atol + rtol * |due|``.

    With ``step_axis`` the error is measured against the largest entry of each slice along that
    axis, so that entries far apart in size are all judged by their own step.  ValueError says
    which of them is no such number.
    """

    rtol: float = 1e-9
    atol: float = 1e-10
    step_axis: int | None = None

    def __post_init__(self) -> None:
        """See that a case's author gave numbers."""
        for name, number in (("rtol", self.rtol), ("atol", self.atol)):
            if not isinstance(number, int | float) or not number >= 0:
                raise ValueError(f"{name} must be a number from 0 up, not {number!r}")
        if not isinstance(self.step_axis, int | None):
            raise ValueError(f"step_axis must be the number of an axis, not {self.step_axis!r}")

    def tightened(self, share: float) -> Tolerance:
        """Return a share of it."""
        if share == 1.0:
            return self
        return replace(self, rtol=share * self.rtol, atol=share * self.atol)

    def bound(self, due: Array) -> Array:
        """Return the largest error allowed for each entry."""
        size = np.abs(due) if self.step_axis is None else self.scale(due)
        bound: Array = self.atol + self.rtol * size
        return bound

    def scale(self, due: Array) -> Array:
        """Return what each entry is large or small beside: the largest entry, or its step's."""
        if not due.size or not due.ndim:
            return np.abs(due)
        kept = () if self.step_axis is None else (self.step_axis % due.ndim,)
        others = tuple(n for n in range(due.ndim) if n not in kept)
        return np.broadcast_to(np.abs(due).max(axis=others, keepdims=True), due.shape)


@dataclass(frozen=True)
class Summed:
    """A due array of which only the sum over ``axes`` of what comes back is judged."""

    due: Array
    axes: tuple[int, ...] = (0,)


class Exactly(dict[str, Any]):
    """A due dict beside whose keys no others may come back."""


class _Anything:
    """Due where nothing is asked of what comes back."""


ANYTHING = _Anything()
