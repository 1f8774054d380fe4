"""Catalogued mistakes as variants of the right function, run on the hidden inputs of a run.

Two mistakes together are both sets of hooks at once.  A variant is run when it is first needed,
and its answers kept.
"""

from __future__ import annotations

import contextlib
import functools
import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.cases.case import LENT, Case
from grader.cases.collecting import Suite
from grader.diagnosis.catalogue import Hooks, Mistakes
from grader.diagnosis.observing import (
    ABSENT,
    Answers,
    Observations,
    Observed,
    Observer,
    Place,
    Quantities,
    bound,
    looked_at,
    same,
)
from grader.worker.plain import plain
from grader.worker.script import Script


@dataclass(frozen=True)
class Variant:
    """One way to make a mistake, and what it answers.

    ``hooks`` is None for a mistake that is made of a right answer, not of the function.
    ``changes`` are the places where it answers otherwise than a right function.
    """

    keys: tuple[str, ...]
    hooks: Hooks | None
    seen: Observations
    changes: frozenset[Place]


class _Player(Script):
    """Runs the calls of cases in this process, on functions that are the grader's own."""

    def play(self, case: Case) -> list[Any]:
        """Return what the looked-at steps of a case answer; ABSENT after an exception."""
        wanted = looked_at(case, LENT)
        self._results, arguments = [], []
        answers: dict[int, Any] = {}
        with contextlib.suppress(Exception):  # a variant may break where the mistake would
            for number, step in enumerate(case.recordings[LENT].steps):
                value: Any
                if step[0] == "call":
                    given, named = self.resolve(step[2]), self.resolve(step[4])
                    arguments.append([*given, *named.values()])
                    value = self.function(step[1])(*given, **named)
                else:
                    value = (self._results if step[0] == "look" else arguments)[step[1]]
                    for key in step[2]:
                        value = value[key]
                    arguments.append([])
                self._results.append(value)
                if number in wanted:
                    answers[number] = _copied(value)
        return [answers.get(number, ABSENT) for number in wanted]


class _Made:
    """A module of right functions but one, each made when it is first asked for."""

    def __init__(self, make: Callable[[str, Hooks], Any], function: str, hooks: Hooks) -> None:
        self.__make, self.__function, self.__hooks = make, function, hooks

    def __getattr__(self, name: str) -> Any:
        made = self.__make(name, self.__hooks if name == self.__function else {})
        setattr(self, name, made)
        return made


def _copied(value: Any) -> Any:
    """Return an answer of the grader's own functions as data: faster than for a student's."""
    kind = type(value)
    if kind is np.ndarray and value.dtype == np.float64:
        return value.copy()
    if kind is tuple or kind is list:
        return kind(map(_copied, value))
    if kind is dict and all(type(key) is str for key in value):
        return {key: _copied(item) for key, item in value.items()}
    return plain(value)


class Variants:
    """The variants of one function, run on some of its hidden cases."""

    def __init__(
        self,
        mistakes: Mistakes,
        suite: Suite,
        probes: Mapping[str, Any],
        function: str,
        cases: Sequence[Case],
    ) -> None:
        self._mistakes, self._suite = mistakes, suite
        self._probes = {**probes, **mistakes.probes}
        self._function, self._cases = function, cases
        right = self.answers({})
        quantities = mistakes.quantities.get(function, Quantities())
        self.observer = Observer(cases, quantities, right)
        self.right = self.observer.of_answers(right)

    def singles(self) -> list[Variant]:
        """Evaluate every mistake of the catalogue alone."""
        return [self.variant((key,), hooks) for key, hooks in self.listed()]

    def listed(self) -> Iterator[tuple[str, Hooks]]:
        """Yield every mistake of the catalogue in every way to make it, in its order."""
        for key, several in self._mistakes.variants.get(self._function, {}).items():
            for hooks in several:
                yield key, hooks

    def seen(self, hooks: Hooks) -> Observations:
        """Run a set of hooks and return what was seen."""
        return self.observer.of_answers(self.answers(hooks))

    def variant(self, keys: tuple[str, ...], hooks: Hooks) -> Variant:
        """Evaluate a set of hooks."""
        seen = self.seen(hooks)
        changes = frozenset(differences(seen, self.right))
        # where it changes nothing it is kept as the right one is, once for all
        shared = {at: one if at in changes else self.right[at] for at, one in seen.items()}
        return Variant(keys, hooks, shared, changes)

    def answers(self, hooks: Hooks) -> Answers:
        """Return what the function answers in each case with these hooks in place."""
        module = _Made(self._mistakes.make, self._function, hooks)

        def find(name: str) -> Any:
            kind, _, function = name.rpartition(":")
            if kind == "make":
                return self._mistakes.makers[function]
            if kind:
                return functools.partial(self._probes[function], module)
            return getattr(module, name)

        player = _Player(self._suite.constants.arrays, find)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [player.play(case) for case in self._cases]


def with_one_more(
    one: Variant, others: Sequence[Variant]
) -> Iterator[tuple[tuple[str, ...], Hooks]]:
    """Yield the keys and hooks of a mistake and each other that leaves its hooks alone."""
    for other in others:
        if one.hooks and other.hooks and one.keys != other.keys:
            hooks = {**one.hooks, **other.hooks}
            if len(hooks) == len(one.hooks) + len(other.hooks):
                yield (*one.keys, *other.keys), hooks


def differences(one: Observations, other: Observations) -> Iterator[Place]:
    """Yield the places where two observations are not the same."""
    for place in {**one, **other}:
        mine, theirs = one.get(place), other.get(place)
        if mine is None or theirs is None or not (theirs.numbers.size and same(mine, theirs)):
            yield place


def right_parts(got: Observed, due: Observed) -> Iterator[bool]:
    """Say of each array in a row, one of a case after the other, whether it is as due."""
    for (form, mine), (due_form, theirs) in zip(_parts(got), _parts(due), strict=False):
        yield form == due_form and bool(np.all(np.abs(mine - theirs) <= bound(theirs)))


def _parts(seen: Observed) -> Iterator[tuple[Any, Any]]:
    """Yield each array of a row with its shape; what else there is has no numbers."""
    start = 0
    for form in seen.form:
        is_array = isinstance(form, tuple) and all(isinstance(size, int) for size in form)
        size = math.prod(form) if is_array else 0
        yield form, seen.numbers[start : start + size]
        start += size
