"""Changes one part of a plain answer: what a wrong answer there would look like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

Path = tuple[int | str, ...]


class Impossible(Exception):
    """A part cannot be changed in that way."""


def leaves(data: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every array, number and text in an answer."""
    if isinstance(data, Mapping):
        for key, part in data.items():
            yield from leaves(part, (*path, key))
    elif isinstance(data, (list, tuple)):
        for number, part in enumerate(data):
            yield from leaves(part, (*path, number))
    else:
        yield path


def changed(data: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """Return an answer with one part changed; the rest is shared."""
    if not path:
        return change(data)
    key, rest = path[0], path[1:]
    if isinstance(data, Mapping):
        return {**data, key: changed(data[key], rest, change)}
    items = list(data)
    items[key] = changed(items[key], rest, change)  # type: ignore[index]
    return items if isinstance(data, list) else tuple(items)


def without(data: Any, path: Path) -> Any:
    """Return an answer without one entry of a dict; Impossible where it stands in none."""
    key, rest = path[0] if path else None, path[1:]
    if isinstance(data, Mapping) and not rest:
        return {name: part for name, part in data.items() if name != key}
    if not path:
        raise Impossible
    return changed(data, (path[0],), lambda part: without(part, rest))


def _value(part: Any) -> Any:
    if isinstance(part, np.ndarray) and part.dtype.kind in "fc":
        return part + 1 + np.abs(part)
    if isinstance(part, np.ndarray) and part.dtype.kind == "b":
        return ~part
    if isinstance(part, np.ndarray):
        return part + part.dtype.type(1)
    if isinstance(part, bool):
        return not part
    if isinstance(part, (int, float)):
        return part + 1 + abs(part)
    return f"{part} or not" if isinstance(part, str) else 1.0


def _shape(part: Any) -> Any:
    if isinstance(part, np.ndarray):
        return part[..., np.newaxis]
    if isinstance(part, (int, float)):
        return np.array([part, part], float)
    raise Impossible


def _dtype(part: Any) -> Any:
    if isinstance(part, np.ndarray) and part.dtype == np.float64:
        return part.astype(np.float32)
    if isinstance(part, np.ndarray):
        return part.astype(np.float64)
    raise Impossible


def _not_finite(part: Any) -> Any:
    if isinstance(part, np.ndarray) and part.dtype == np.float64 and part.size:
        return np.full_like(part, np.nan)
    if isinstance(part, float):
        return float("nan")
    raise Impossible


CHANGES: Mapping[str, Callable[[Any], Any]] = {
    "value": _value,
    "shape": _shape,
    "dtype": _dtype,
    "NaN": _not_finite,
}
"""By what is wrong, how a part is changed; a missing key is no change of a part."""
