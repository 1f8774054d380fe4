"""Mistakes that any function can make with a right answer: a sign, a factor, axes in disorder.

Each is made of the right answer's own numbers, one quantity at a time, so that an assignment
need not list them.  Their words stand in ``grader/phrases/mistakes/``.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    alike = {place for place in wrong if place in right and seen[place].form == right[place].form}
    for path in arrays:
        places = [place for place in wrong if place[1] == path and place in right]
        if places and alike.issuperset(places):
            got = np.concatenate([seen[place].numbers for place in places])
            due = np.concatenate([right[place].numbers for place in places])
            shapes = [shape for place in places for shape in right[place].form]
            for key, related in RELATIONS.items():
                if related(got, due, _sizes(shapes, got.size)):
                    yield Variant((key,), None, {}, frozenset(places))
    yield from _exchanges(seen, right, frozenset(one for one in alike if one[1] in arrays))


def _exchanges(
    seen: Observations, right: Observations, wrong: frozenset[Place]
) -> Iterator[Variant]:
    """Yield two quantities of which each is what the other must be, wherever they are wrong."""
    for one, other in itertools.combinations(sorted({path for _, path in wrong}, key=repr), 2):
        criteria = {criterion for criterion, path in wrong if path in (one, other)}
        pairs = [((criterion, one), (criterion, other)) for criterion in criteria]
        if all(
            mine in wrong
            and theirs in wrong
            and right[mine].form == right[theirs].form
            and _near(seen[mine].numbers, right[theirs].numbers)
            and _near(seen[theirs].numbers, right[mine].numbers)
            for mine, theirs in pairs
        ):
            yield Variant((EXCHANGED,), None, {}, frozenset(itertools.chain(*pairs)))


def _sizes(shapes: Sequence[Any], together: int) -> Sequence[int]:
    """Return how many numbers each answer has, or all together where one is not an array."""
    whole = [one for one in shapes if type(one) is tuple and all(type(n) is int for n in one)]
    sizes = [math.prod(shape) for shape in whole]
    return sizes if len(whole) == len(shapes) and sum(sizes) == together else [together]


def _scaled(got: Row, due: Row, sizes: Sequence[int]) -> bool:
    if not due.any():  # nothing but 0 is a multiple of 0
        return False
    factor = float(got @ due) / float(due @ due)
    named = any(abs(factor - one) < _TINY for one in _NAMED_FACTORS)
    return abs(factor) > _TINY and not named and _near(got, factor * due)


def _clipped(got: Row, due: Row, sizes: Sequence[int]) -> bool:
    limit = float(np.abs(got).max())
    return limit > 0 and _near(got, np.clip(due, -limit, limit))


def _partly_zero(got: Row, due: Row, sizes: Sequence[int]) -> bool:
    left = got == 0
    if left.all() or not _near(got[~left], due[~left]):
        return False
    # what is 0 in some answers as a whole, and right in others, has another reason
    ends = np.cumsum(sizes)[:-1]
    answers = zip(np.split(left, ends), np.split(due, ends), strict=True)
    return any(np.any(none & (numbers != 0)) and not none.all() for none, numbers in answers)


def _near(got: Row, due: Row) -> bool:
    return bool(np.all(np.abs(got - due) <= bound(due)))


RELATIONS: Mapping[str, Callable[[Row, Row, Sequence[int]], bool]] = {
    "constant_factor": _scaled,
    "clipped": _clipped,
    "partly_left_at_zero": _partly_zero,
}
"""By key, whether wrong numbers are made of right ones in that way, answers of some sizes."""

EXCHANGED = "outputs_exchanged"

KEYS = frozenset({*CHANGES, *RELATIONS, EXCHANGED})
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
