"""Which expressions of a watched case may be the mistake, what is most suspect first.

A *suspect* makes something that the solution never has of what the solution has as well.  Two
kinds of such values are none of a mistake: one that was made before already, or is put together of
what was, or is a part of it (it only hands on what went wrong elsewhere), and one of which only
right values are made again (it is on another way to the same).
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.diagnosis.expression import Expression
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.traces import Array, Spot, Trace, is_plain

_MOST_SLICES = 16


@dataclass(frozen=True)
class Sorted:
    """Expressions that may be watched, each kind in the order in which they came up.

    ``suspects`` once made something unknown of what is known; ``doubtful`` made it of what is
    not; ``known`` only ever made what is known, the last of them before anything went wrong first.
    In ``nothing`` nothing was computed yet, as where zeros stand.
    ``began`` is the event at which a suspect first did so, ``fed`` the last one at which it made
    something unknown of what is not known.
    """

    suspects: list[Expression]
    doubtful: list[Expression]
    known: list[Expression]
    nothing: list[Expression]
    began: Mapping[Spot, int]
    fed: Mapping[Spot, int]

    def before(self, one: Expression) -> list[Expression]:
        """Return the other suspects that may have made what a suspect went on from."""
        last = self.fed.get(one.spot, -1)
        return [
            other
            for other in self.suspects
            if self.began[other.spot] < last
            if not (other.read or other.spot == one.spot)
            and not (_holds(one, other) or _holds(other, one))
        ]


def sort(
    trace: Trace, right: Sequence[bool], expressions: Expressions, elsewhere: frozenset[str]
) -> Sorted:
    """Sort the expressions of a trace; ``right`` says of each value whether it is known.

    Those of the contract's functions ``elsewhere`` are left out: their mistakes are their own.
    """
    events = [
        (expressions.at(spot), spot, number, number_of_event)
        for number_of_event, (spot, number) in enumerate(trace.events)
    ]
    harmless = _harmless(trace, right, expressions)
    # one value may be that of many events
    plain = functools.cache(lambda number: is_plain(trace.values[number]))
    counts = functools.cache(lambda number: _counts(trace.values[number]))
    made = _Made(trace.values, right)
    numeric: dict[Spot, bool] = {}
    last: dict[tuple[str, int, str], bool] = {}
    sure = {spot for spot, number in trace.events if right[number] and not plain(number)}
    makers: dict[int, Spot] = {}
    clean: dict[Spot, bool] = {}
    suspects: dict[Spot, Expression] = {}
    doubtful: dict[Spot, Expression] = {}
    known: dict[Spot, Expression] = {}
    nothing: dict[Spot, Expression] = {}
    began: dict[Spot, int] = {}
    fed: dict[Spot, int] = {}
    all_right = True
    for one, spot, number, event in events:
        if one is None:
            continue
        # what a quotient is rounded to may look like a size, or like nothing
        rounds = one.computes and counts(number) and _all_numeric(one, numeric)
        numeric[spot] = rounds or not counts(number)
        is_right = right[number] and not (rounds and plain(number))
        new = is_right or rounds or made.is_new(number)
        all_right &= is_right or bool(one.name)
        parts = [clean[part] for part in one.parts if part in clean]
        parts += [False for part in one.parts if part in trace.busy]
        if _adds_to_part(one, expressions):  # it is not seen, but what the variable was last
            parts.append(last.get((spot[0], one.scope, one.storage), True))
        # a read is of what is known if it is known itself, or a part of what is
        whole = not one.read or (bool(one.parts) and one.parts[0] in clean)
        of_known = new and all(parts) and whole and (bool(parts) or not one.read)
        maker = makers.setdefault(number, spot)
        of_helper = one.called and bool(parts) and all(parts) and maker in sure
        clean[spot] = is_right or of_known
        if one.name:
            last[spot[0], one.scope, one.name] = clean[spot]
        if not is_right and counts(number) and not rounds:
            clean[spot] = True  # a size, an index, a mask: what is made with it will tell
            continue
        if not one.owner or one.owner in elsewhere:
            continue
        if is_right and plain(number):
            nothing.setdefault(spot, one)
            continue  # nothing was computed there yet
        if is_right:
            if all_right:  # what was made last before anything went wrong goes first
                known.pop(spot, None)
            known.setdefault(spot, one)
        elif event in harmless:
            continue
        elif of_known or (of_helper and _scope(expressions, maker) != one.scope):
            suspects.setdefault(spot, one)
            began.setdefault(spot, event)
        else:
            fed[spot] = event
            doubtful.setdefault(spot, one)
    return Sorted(
        list(suspects.values()),
        [one for spot, one in doubtful.items() if spot not in suspects],
        [
            one
            for spot, one in reversed(known.items())
            if spot not in suspects and spot not in doubtful
        ],
        list(nothing.values()),
        began,
        fed,
    )


def _all_numeric(one: Expression, numeric: Mapping[Spot, bool]) -> bool:
    """Whether all that an expression was made of, as far as it is known, were no whole numbers."""
    parts = [numeric[part] for part in one.parts if part in numeric]
    return bool(parts) and all(parts)


def _adds_to_part(one: Expression, expressions: Expressions) -> bool:
    """Whether it is what an augmented assignment makes of a part of a variable."""
    target = expressions.at(one.parts[0]) if one.augments else None
    return target is not None and not target.name


def without(kinds: Sorted, some: Collection[Spot]) -> Sorted:
    """Return what was sorted without some of the expressions."""
    suspects, doubtful, known = (
        [one for one in kind if one.spot not in some]
        for kind in (kinds.suspects, kinds.doubtful, kinds.known)
    )
    return replace(kinds, suspects=suspects, doubtful=doubtful, known=known)


def _scope(expressions: Expressions, spot: Spot) -> int:
    one = expressions.at(spot)
    return 0 if one is None else one.scope


def _counts(value: Array) -> bool:
    """Whether a value is a whole number, or says yes or no, as the entries of a unit matrix do."""
    if value.size == 1:
        return float(value.flat[0]).is_integer()
    if value.size and value.flat[0] not in (0, 1):
        return False  # as nearly all
    return bool(((value == 0) | (value == 1)).all())


def outermost(some: Sequence[Expression]) -> list[Expression]:
    """Return the expressions, those first that stand in no other of them."""
    inside = {one.spot: any(_holds(other, one) for other in some) for one in some}
    return sorted(some, key=lambda one: inside[one.spot])


def _holds(outer: Expression, inner: Expression) -> bool:
    file, first, start, last, end = outer.spot
    other, began, column, ended, stop = inner.spot
    return (
        file == other
        and outer.spot != inner.spot
        and (first, start) <= (began, column)
        and (ended, stop) <= (last, end)
    )


class _Made:
    """The unknown values that were made so far, and their parts."""

    def __init__(self, values: Sequence[Array], right: Sequence[bool]) -> None:
        self._values = values
        self._right = {
            _key(value) for value, is_right in zip(values, right, strict=True) if is_right
        }
        self._numbers: set[int] = set()
        self._parts: set[_Key] = set()

    def is_new(self, number: int) -> bool:
        """Whether an unknown value is new, and keep it in mind."""
        if number in self._numbers:
            return False
        self._numbers.add(number)
        parts = {_key(self._values[number]), *map(_key, _slices(self._values[number]))}
        parts -= self._right
        new = self._parts.isdisjoint(parts)
        self._parts |= parts
        return new


_Key = tuple[int, float, float]


def _key(value: Array) -> _Key:
    """Return what is the same for the same entries in any order."""
    return value.size, float(value.max()), float(value.min())


def _slices(value: Array) -> Iterator[Array]:
    """Yield the parts of a value along each of its axes, those that say something."""
    for axis, size in enumerate(value.shape):
        if 1 < value.size != size <= _MOST_SLICES:
            parts = (value.take([n], axis) for n in range(size))
            yield from (part for part in parts if not is_plain(part))


def _harmless(trace: Trace, right: Sequence[bool], expressions: Expressions) -> frozenset[int]:
    """Return the events whose unknown value becomes nothing but right ones."""
    users = _users(trace, expressions)
    harmful: set[int] = set()
    later: dict[int, list[int]] = {}
    read: dict[tuple[str, int, str], int] = {}
    unknown = []
    for event in range(len(trace.events) - 1, -1, -1):
        spot, number = trace.events[event]
        one = expressions.at(spot)
        if not right[number]:
            unknown.append(event)
            used = users.get(event)
            if one is not None and _adds_to_part(one, expressions):  # that is in the whole
                used = read.get((spot[0], one.scope, one.storage), used)
            uses = [used] if used is not None else later.get(number, [])
            if not uses or any(use in harmful for use in uses):
                harmful.add(event)
        if one is not None and (one.read or one.called):
            later.setdefault(number, []).append(event)
        if one is not None and one.name:
            read[spot[0], one.scope, one.name] = event
    return frozenset(unknown) - harmful


def _users(trace: Trace, expressions: Expressions) -> dict[int, int]:
    """Return by event the one that used its value directly: of the expression around it."""
    users: dict[int, int] = {}
    waiting: dict[Spot, int] = {}
    for event, (spot, _) in enumerate(trace.events):
        one = expressions.at(spot)
        for part in one.parts if one is not None else ():
            if part in waiting:
                users[waiting.pop(part)] = event
        waiting[spot] = event
    return users
