"""What the families of several assignments are made with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace as State
from typing import Any

import numpy as np


def columns(array: Any) -> Any:
    """Sum over the examples, which are columns; keep a column."""
    return array.sum(axis=1, keepdims=True)


def work_out(h: State, s: State, names: Iterable[str]) -> State:
    """Have hooks compute quantities in turn, each from what is known so far."""
    for name in names:
        setattr(s, name, getattr(h, name)(s))
    return s


def along_time(done: Mapping[int, Any], T: int, of: Callable[[Any], Any]) -> Any:
    """Put what the steps gave into an array with time as its last axis; the rest stays 0."""
    parts = {t: of(step) for t, step in done.items()}
    array = np.zeros((*next(iter(parts.values())).shape, T))
    for t, part in parts.items():
        array[:, :, t] = part
    return array


def totals(h: State, done: Mapping[int, Any], names: Iterable[str]) -> dict[str, Any]:
    """Add up what the steps gave, each quantity by its hook ``total_...``."""
    return {
        name: getattr(h, f"total_{name}")([getattr(step, name) for step in done.values()])
        for name in names
    }


def summed(*names: str) -> dict[str, Any]:
    """Return the hooks ``total_...`` that add up, as is right."""
    return {f"total_{name}": sum for name in names}
