"""Tells quickly which answers cannot have mended anything: only the others are judged in full.

Hundreds of answers to one case differ in a number here and there.  Where an output was wrong, the
judge knows which part of the answer it looked at and what was due there; an answer in which none
of these parts is as due is as wrong as before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from grader.cases.comparing import Mismatch
from grader.cases.tolerances import Summed
from grader.isolation.answers import Reply, Value

_RTOL, _ATOL = 1e-7, 1e-8


class Glance:
    """What was wrong in one answer to a case, and where in it that stands."""

    def __init__(self, replies: Sequence[Reply], wrong: Sequence[Mismatch]) -> None:
        leaves = list(_leaves(replies))
        numbers = {id(leaf): number for number, leaf in enumerate(leaves)}
        self._count = len(leaves)
        self._parts: list[tuple[list[int], Any]] = []
        self.knows = bool(wrong)
        """Whether every wrong output was found in the answer."""
        for one in wrong:
            parts = [numbers.get(id(leaf), -1) for leaf in _leaves(one.got)]
            several = len(one.by_key) > 1  # what was looked at is under the first of the keys
            if one.due is None or not parts or -1 in parts or several:
                self.knows = False
            self._parts.append((parts, one.due))

    def may_mend(self, replies: Sequence[Reply]) -> bool:
        """Whether another answer to the case may be right where that one was wrong."""
        if not self.knows:
            return True
        leaves = list(_leaves(replies))
        if len(leaves) != self._count:
            return True
        return any(_near([leaves[n] for n in parts], due) for parts, due in self._parts)


def _leaves(value: Any) -> Iterator[Any]:
    """Yield the arrays of an answer, in order."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, Value):
        yield from _leaves(value.data)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _leaves(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _leaves(part)


def _near(got: list[Any], due: Any) -> bool:
    """Whether the arrays may be what was due; True where that cannot be told."""
    axes: tuple[int, ...] = ()
    if isinstance(due, Summed):
        axes, due = due.axes, due.due
    leaves = list(_leaves(due))
    if not leaves:
        return True
    try:
        if axes:
            got = [np.stack(got).sum(axis=axes) if len(got) > 1 else got[0].sum(axis=axes)]
        if len(got) != len(leaves):
            return True
        both = list(zip(got, leaves, strict=True))
        if any(one.shape != other.shape for one, other in both):
            return False
        with np.errstate(all="ignore"):
            return all(
                bool((np.abs(one - other) <= _ATOL + _RTOL * np.abs(other)).all())
                for one, other in both
            )
    except (TypeError, ValueError):  # another form altogether: the judge will say
        return True
