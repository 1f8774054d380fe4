"""Mistakes that any function can make with a right answer: a sign, a factor, axes in disorder.

Each is made of the right answer's own numbers, one quantity at a time, so that an assignment
need not list them.  Their words stand in ``grader/phrases/mistakes/``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from grader.diagnosis.observing import Observations, Observed, Place, Row, bound, deciding
from grader.diagnosis.variants import Variant, differences

_Change = Callable[[Row], Row]

_TINY = 1e-6
_NAMED_FACTORS = (-1, 2, 1 / 2)
"""Factors that have a key of their own."""
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
                seen = {at: _changed(one, change) for at, one in places.items()}
                changed = frozenset(differences(seen, places))
                if changed and (key != "squeezed" or not deciding(changed)):
                    yield Variant((key,), None, {**right, **seen}, changed)


def relations(
    seen: Observations, right: Observations, wrong: frozenset[Place], arrays: frozenset[Any]
) -> Iterator[Variant]:
    """Yield what makes wrong quantities of the right ones by a number that only they tell."""
    for path in arrays:
        places = [place for place in wrong if place[1] == path and place in right]
        if places and all(seen[place].form == right[place].form for place in places):
            got = np.concatenate([seen[place].numbers for place in places])
            due = np.concatenate([right[place].numbers for place in places])
            for key, related in RELATIONS.items():
                if related(got, due):
                    yield Variant((key,), None, {}, frozenset(places))


def _scaled(got: Row, due: Row) -> bool:
    if not due.any():  # nothing but 0 is a multiple of 0
        return False
    factor = float(got @ due) / float(due @ due)
    named = any(abs(factor - one) < _TINY for one in _NAMED_FACTORS)
    return abs(factor) > _TINY and not named and _near(got, factor * due)


def _clipped(got: Row, due: Row) -> bool:
    limit = float(np.abs(got).max())
    return limit > 0 and _near(got, np.clip(due, -limit, limit))


def _partly_zero(got: Row, due: Row) -> bool:
    left = got == 0
    return not left.all() and _near(got[~left], due[~left])


def _near(got: Row, due: Row) -> bool:
    return bool(np.all(np.abs(got - due) <= bound(due)))


RELATIONS: Mapping[str, Callable[[Row, Row], bool]] = {
    "constant_factor": _scaled,
    "clipped": _clipped,
    "partly_left_at_zero": _partly_zero,
}
"""By key, whether wrong numbers are made of right ones in that way."""

KEYS = frozenset(CHANGES) | frozenset(RELATIONS)
"""Every key that is named here."""


def _changed(seen: Observed, change: _Change) -> Observed:
    form, row, start = [], [], 0
    for shape in seen.form:
        size = int(np.prod(shape))
        array = change(seen.numbers[start : start + size].reshape(shape))
        form.append(array.shape)
        row.append(array.ravel())
        start += size
    return Observed(tuple(form), np.concatenate(row))
