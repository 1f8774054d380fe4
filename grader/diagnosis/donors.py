"""What the solution makes in a case: a student's numbers are compared with it, and given it."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grader.diagnosis.cuts import cuts_of, parts_of
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.traces import Array, Quantities, Trace, alike, is_plain

_MOST_STEPS = 12
_MOST_GIVEN = 8

Values = Sequence[Array]


@dataclass
class Donor:
    """What an expression of the solution made; ``read`` if it also stands in a variable there.

    ``turned`` says that it was made in the opposite order.
    """

    values: Values
    read: bool
    turned: bool = False


Form = tuple[tuple[int, ...], ...]
"""The sizes of a row of values, each value's in ascending order; axes of one entry do not count."""


class Solution:
    """What the solution's expressions made in one case, ready for many searches."""

    def __init__(self, trace: Trace, expressions: Expressions) -> None:
        self.donors: list[Donor] = []
        """What each made, one time after the other, each once; what was made step by step also
        at once, and from the last step on."""
        seen: dict[tuple[float, ...], list[Donor]] = {}
        for spot, values in trace.sequences.items():
            if all(map(is_plain, values)):
                continue
            one = expressions.at(spot)
            read = one is not None and one.read
            for made, turned in _arranged(values):
                near = seen.setdefault(_key(made), [])
                same = next((donor for donor in near if _same(made, donor.values)), None)
                if same is None:
                    near.append(Donor(made, read, turned))
                    self.donors.append(near[-1])
                else:
                    same.read |= read
                    same.turned &= turned
        self.donors += [Donor([made], read=True) for made in _sums(trace, expressions)]
        cuts = cuts_of(trace, expressions)
        whole = [donor for donor in self.donors if not donor.turned]
        self.donors += [
            Donor(part, one.read) for one in whole for part in parts_of(cuts, one.values)
        ]
        self._trace, self._expressions = trace, expressions
        self._made: tuple[Quantities, list[Array]] | None = None
        arranged = [value for donor in self.donors for value in donor.values]
        self.known = Quantities([*trace.values, *arranged])
        self._whole: dict[Form, list[tuple[int, Values]]] = {}
        self._cut: dict[Form, list[tuple[int, Values]]] = {}
        for number, donor in enumerate(self.donors):
            self._whole.setdefault(form(donor.values), []).append((number, donor.values))
            for some in (donor.values[1:], donor.values[:-1]) if len(donor.values) > 1 else ():
                self._cut.setdefault(form(some), []).append((number, some))
        self._arranged = Quantities(arranged)

    def made_by(
        self, judged: str, file: str, elsewhere: Collection[str]
    ) -> tuple[Quantities, list[Array]]:
        """Return what the judged function and its helpers make, in order, each number once.

        It is in a ``file``; those ``elsewhere`` are the contract's other functions.  With it comes
        what the function is handed, or takes out of that.
        """
        if self._made is None:
            made: dict[int, None] = {}
            given: dict[int, None] = {}
            for spot, number in self._trace.events:
                one = self._expressions.at(spot)
                value = self._trace.values[number]
                if one is None or one.owner in elsewhere or value.size < 2 or is_plain(value):
                    continue
                if spot[0] != file:
                    continue  # a helper of others
                made[number] = None
                name = one.name or one.storage
                of_case = one.read and not one.attribute and one.owner == judged
                if of_case and name and self._expressions.is_handed(one, name):
                    given[number] = None
            values = self._trace.values
            self._made = Quantities([values[number] for number in made]), [values[n] for n in given]
        return self._made

    def fitting(self, mine: Values) -> list[tuple[int, Values]]:
        """Return the numbers of donors that may stand in the place of some values, and as what.

        They are made as often as these: one step may have been left out at either end.  One may
        be missing at the end: nobody may have asked for it.
        """
        wanted = form(mine)
        found = [*self._whole.get(wanted, ()), *self._cut.get(wanted, ())]
        if len(wanted) > 1:
            found += self._whole.get(wanted[:-1], ())
        return sorted(found, key=lambda one: one[0])

    def without_some(
        self, mine: Values, had: Sequence[Sequence[bool]]
    ) -> Iterator[tuple[int, Values]]:
        """Yield the numbers of donors with some values in a row left out, that may then stand so.

        Those left out are ``had``: another way than through some expression led to them.
        """
        wanted = form(mine)
        for number, donor in enumerate(self.donors):
            count = len(donor.values) - len(mine)
            if count > 0 and any(had[number]):
                for at in range(len(mine) + 1):
                    if all(had[number][at : at + count]):
                        rest = [*donor.values[:at], *donor.values[at + count :]]
                        if form(rest) == wanted:
                            yield number, rest

    def begun_with(self, mine: Values) -> list[tuple[int, Values]]:
        """Return the numbers of donors that may stand in the place of all values but the first."""
        some = self._whole.get(form(mine[1:]), ()) if len(mine) > 1 else ()
        return [(number, [mine[0], *theirs]) for number, theirs in some]

    def turns(self, values: Values) -> bool:
        """Whether the solution only made some values in the opposite order, one after the other."""
        fits = [
            self.donors[number] for number, theirs in self.fitting(values) if _same(theirs, values)
        ]
        return bool(fits) and all(donor.turned for donor in fits)

    def makes_as_often(self, values: Values, mine: Values) -> bool:
        """Whether the solution makes what stands in the place of some values as often as these.

        So it is where it is not known of the solution at all.
        """
        fits = [
            self.donors[number] for number, theirs in self.fitting(mine) if _same(theirs, values)
        ]
        if fits:
            return any(len(donor.values) == len(mine) for donor in fits)
        return not any(_is_within(values, donor.values) for donor in self.donors)

    def reads(self, values: Values) -> bool:
        """Whether some values, made one after the other, stand in a variable of the solution."""
        return any(
            self.donors[number].read and _same(theirs, values)
            for number, theirs in self.fitting(values)
        )

    def had_by(self, student: Quantities) -> list[list[bool]]:
        """Return which of each donor's values are among a student's, or say nothing."""
        known = iter(student.known(self._arranged))
        return [[next(known) or is_plain(value) for value in donor.values] for donor in self.donors]


def form(values: Values) -> Form:
    """Return the form of a row of values."""
    return tuple(tuple(sorted(size for size in one.shape if size != 1)) for one in values)


def _sums(trace: Trace, expressions: Expressions) -> Iterator[Array]:
    """Yield the sums of two vectors that the case gives: both biases may be kept as one."""
    given: list[Array] = []
    for spot, values in trace.sequences.items():
        place, first = expressions.at(spot), values[0]
        vector = max(first.shape, default=1) == first.size > 1
        if place is None or not place.read or not vector:
            continue
        if all(made is first for made in values) and not any(first is one for one in given):
            given.append(first)
    for left, right in itertools.combinations(given[:_MOST_GIVEN], 2):
        if left.shape == right.shape:
            yield left + right


def _key(values: Values) -> tuple[float, ...]:
    """Return what is the same, but for rounding, of values that are the same."""
    first = values[0]
    total = float(f"{float(np.abs(first).sum()):.4g}")
    return (len(values), first.size, total)


def _arranged(values: list[Array]) -> Iterator[tuple[list[Array], bool]]:
    """Yield how some values may have been made, and whether in the opposite order."""
    yield values, False
    if len(values) > 1:
        yield values[::-1], True
        if len({one.shape for one in values}) == 1 and values[0].ndim < 4:
            yield [np.stack(values, axis=-1)], False
            yield [np.stack(values[::-1], axis=-1)], False
            if values[0].ndim > 1 and len(_steps(values[0])) > 1:  # one example after the other
                whole = [_steps(one) for one in values]
                yield [one for some in zip(*whole, strict=True) for one in some], False
                yield [one for some in whole for one in some], False
    elif len(steps := _steps(values[0])) > 1:
        yield steps, False
        yield steps[::-1], False


def _steps(value: Array) -> list[Array]:
    """Return what a value holds for each place along its last axis, which may be time."""
    if not value.ndim or value.shape[-1] > _MOST_STEPS:
        return []
    return [value[..., step] for step in range(value.shape[-1])]


def _same(one: Values, other: Values) -> bool:
    return len(one) == len(other) and all(
        a.size == b.size and alike(a, b) for a, b in zip(one, other, strict=True)
    )


def _is_within(some: Values, values: Values) -> bool:
    """Whether some values are others with a few in a row left out."""
    left_out = len(values) - len(some)
    if left_out <= 0 or (not _same(some[:1], values[:1]) and not _same(some[-1:], values[-1:])):
        return False
    return any(
        _same(some[:at], values[:at]) and _same(some[at:], values[at + left_out :])
        for at in range(len(some) + 1)
    )


def likeness(one: Values, other: Values) -> float:
    """Return how near two rows of values are to being multiples of one another, from 0 to 1.

    It is less by a half where a value is missing at the end.
    """
    count = min(len(one), len(other))
    mine = np.concatenate([value.ravel() for value in one[:count]])
    theirs = np.concatenate([value.ravel() for value in other[:count]])
    with np.errstate(all="ignore"):
        size = float(np.sqrt((mine @ mine) * (theirs @ theirs)))
        near = abs(float(mine @ theirs)) / size if size else 0.0
    missing = 0.5 if len(one) != len(other) else 0.0
    return round(near - missing, 9) if np.isfinite(near) else 0.0
