"""Mistakes that any function can make with a right answer: a sign, a factor, axes in disorder.

Each is made of the right answer's own numbers, one quantity at a time, so that an assignment
need not list them.  Their words stand in ``grader/phrases/mistakes/``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from grader.judging.observe import Observations, Observed, Place, Row
from grader.judging.variants import Variant, differences

_Change = Callable[[Row], Row]

_ORDERS = tuple(itertools.permutations(range(3)))[1:]

CHANGES: Mapping[str, tuple[_Change, ...]] = {
    "left_at_zero": (np.zeros_like,),
    "sign": (np.negative,),
    "factor_two": (lambda a: 2 * a, lambda a: a / 2),
    "transposed": (lambda a: a.T if a.ndim == 2 else a,),
    "axes_in_other_order": tuple(
        (lambda a, order=order: a.transpose(order) if a.ndim == 3 else a)  # type: ignore[misc]
        for order in _ORDERS
    ),
    "time_reversed": (
        lambda a: a[..., ::-1] if a.ndim == 3 else a,
        lambda a: a[::-1] if a.ndim == 3 else a,
    ),
    "flattened": (lambda a: a.ravel() if a.ndim > 1 and min(a.shape) > 1 else a,),
    "squeezed": (lambda a: np.asarray(np.squeeze(a)),),
    "rounded": tuple(
        (lambda a, digits=digits: np.round(a, digits))  # type: ignore[misc]
        for digits in range(2, 9)
    ),
}
"""By key, what may have become of one quantity of the right answer."""


def general_variants(right: Observations, arrays: frozenset[Any]) -> Iterator[Variant]:
    """Yield every general mistake in every quantity that is one array; ``arrays`` names them."""
    for path in arrays:
        places = {place: seen for place, seen in right.items() if place[1] == path}
        for key, changes in CHANGES.items():
            for change in changes:
                seen = {**right, **{at: _changed(one, change) for at, one in places.items()}}
                changed = frozenset(differences(seen, right))
                if changed and (key != "squeezed" or not _deciding(changed)):
                    yield Variant((key,), None, seen, changed)


def _deciding(places: frozenset[Place]) -> bool:
    return any(not criterion for criterion, _ in places)


def _changed(seen: Observed, change: _Change) -> Observed:
    form, row, start = [], [], 0
    for shape in seen.form:
        size = int(np.prod(shape))
        array = change(seen.numbers[start : start + size].reshape(shape))
        form.append(array.shape)
        row.append(array.ravel())
        start += size
    return Observed(tuple(form), np.concatenate(row))
