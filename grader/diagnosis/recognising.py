"""Recognises known mistakes by their numbers, whatever the code that made them looks like.

What a function answered is compared with what each catalogued mistake answers on the same
inputs (``grader.diagnosis.known_mistakes``).  What numbers cannot tell is left to the rules
(``grader.diagnosis.rules``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.cases.collecting import Suite
from grader.cases.keeping import Store
from grader.course import Assignment, Function
from grader.diagnosis.catalogue import load_mistakes
from grader.diagnosis.known_mistakes import KnownMistakes
from grader.diagnosis.observing import Place
from grader.diagnosis.rule_evidence import Evidence
from grader.diagnosis.rules import recognised_by_rule
from grader.diagnosis.smallest_explanation import MOST
from grader.isolation.answers import GroupAnswer, Value
from grader.record import Finding
from grader.source.reading import Source


class Diagnosis:
    """The catalogue of one assignment, evaluated lazily on one run's hidden inputs."""

    def __init__(self, assignment: Assignment, suite: Suite, store: Store | None = None) -> None:
        self._suite, self._store = suite, store
        self._mistakes = load_mistakes(assignment)
        self._probes = load_probes(assignment)
        self._known: dict[str, KnownMistakes] = {}

    def explained(
        self,
        function: Function,
        findings: Sequence[Finding],
        answers: Mapping[str, GroupAnswer],
        mode: str,
        source: Source,
        right: frozenset[str] = frozenset(),
    ) -> Mapping[str, tuple[str, ...]]:
        """Return the keys of the mistakes that explain what is wrong, none if none surely does.

        With each go the outputs that it explains, () where that is not told.  ``answers`` are what
        the function answered in each mode, ``mode`` the one that counts; ``source`` the text that
        was handed in, and ``right`` the functions known to be right.
        """
        answer = answers.get(mode)
        evidence = Evidence(function, answer, source, right)
        found: tuple[str, ...] = ()
        shares: Mapping[str, frozenset[Place]] = {}
        if self._mistakes is not None and answer is not None and _says_something(answer):
            found, shares, told = self.known(function.name).explain(mode, answer)
            evidence = replace(evidence, **told)
        own = self._mistakes.rules_of(function.name) if self._mistakes else {}
        keys = dict.fromkeys((*found, *recognised_by_rule(findings, evidence, own)))
        return {key: _outputs(function, shares.get(key, ())) for key in [*keys][:MOST]}

    @property
    def unplaced(self) -> frozenset[str]:
        """The mistakes for which no line is looked for."""
        return frozenset() if self._mistakes is None else self._mistakes.unplaced

    def prepare(self, *, thoroughly: bool) -> None:
        """Get ready for whatever may be wrong, so that a fork of this process need not.

        Two mistakes at once take longest: they are tried where that is to be done ``thoroughly``.
        """
        if self._mistakes is not None:
            for name in self._suite.cases:
                known = self.known(name)
                if thoroughly:
                    known.try_pairs()

    def known(self, function: str) -> KnownMistakes:
        """Return all that is known to go wrong with a function."""
        if function not in self._known:
            assert self._mistakes is not None
            made_with = self._mistakes, self._suite, self._probes
            self._known[function] = KnownMistakes(*made_with, function, self._store)
        return self._known[function]


def _outputs(function: Function, places: Iterable[Place]) -> tuple[str, ...]:
    """Return which of a function's outputs some places belong to, by their keys where they have
    no other name; () where one has none.
    """
    names = list(function.outputs)
    found: dict[str, None] = {}
    for _, path in places:
        first = path[0] if path else 0
        if isinstance(first, int) and first < len(names):
            first = names[first]
        if not isinstance(first, str) or (not first.isidentifier() and first not in names):
            return ()
        found[first] = None
    return tuple(name for name in [*names, *sorted(found.keys() - set(names))] if name in found)


def _says_something(answer: GroupAnswer) -> bool:
    """Whether anything came back, to the end, that can be compared with known mistakes."""
    replies = itertools.chain.from_iterable(one or () for one in answer.replies)
    return answer.stopped is None and any(isinstance(reply, Value) for reply in replies)


def load_probes(assignment: Assignment) -> dict[str, Any]:
    """Load the assignment's probe functions, {} where it has none."""
    namespace: dict[str, Any] = {}
    exec(compile(assignment.code.get("probes.py", ""), "probes.py", "exec"), namespace)
    return namespace
