"""Recognises known mistakes by their numbers, whatever the code that made them looks like.

What a function answered is compared with what each catalogued mistake answers on the same
inputs (``grader.diagnosis.variants``), and the smallest set of mistakes is looked for that
explains everything that is wrong:

1. one mistake that answers the same in every place, right and wrong ones;
2. up to three mistakes that show in different outputs;
3. two mistakes at once, run together, which answer the same in every place;
4. what explains a part of what is wrong, where nothing speaks against it.

A mistake is named only where no other set as small explains as much.  What numbers cannot tell
is left to the rules (``grader.diagnosis.rules``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from grader.cases.collecting import Suite
from grader.course import Assignment, Function
from grader.diagnosis.general_mistakes import general_variants, relations
from grader.diagnosis.observing import Observations, Place, deciding
from grader.diagnosis.rules import Evidence, recognised_by_rule
from grader.diagnosis.smallest_explanation import MOST, Fit, complete, cover, surely
from grader.diagnosis.table import Table
from grader.diagnosis.two_mistakes import Pairs
from grader.diagnosis.variants import (
    Mistakes,
    Variants,
    differences,
    load_mistakes,
    right_parts,
)
from grader.isolation.answers import GroupAnswer, Value
from grader.record import Finding
from grader.source.reading import Source

_TOO_MANY = 24
"""Pairs that look alike in a few cases; to run as many on all cases takes too long."""


class Diagnosis:
    """The catalogue of one assignment, evaluated lazily on one run's hidden inputs."""

    def __init__(self, assignment: Assignment, suite: Suite) -> None:
        self._suite = suite
        self._mistakes = load_mistakes(assignment)
        self._probes = load_probes(assignment)
        self._known: dict[str, _Known] = {}

    def recognise(
        self,
        function: Function,
        findings: Sequence[Finding],
        answers: Mapping[str, GroupAnswer],
        mode: str,
        source: Source,
        right: frozenset[str] = frozenset(),
    ) -> tuple[str, ...]:
        """Return the keys of the mistakes that explain what is wrong, () if none surely does.

        ``answers`` are what the function answered in each mode, ``mode`` the one that counts;
        ``source`` the text that was handed in, and ``right`` the functions known to be right.
        """
        answer = answers.get(mode)
        evidence = Evidence(function, answer, source, right)
        found: tuple[str, ...] = ()
        if self._mistakes is not None and answer is not None and _says_something(answer):
            found, told = self.known(function.name).explain(mode, answer)
            evidence = replace(evidence, **told)
        own = self._mistakes.rules.get(function.name, {}) if self._mistakes else {}
        return tuple(dict.fromkeys((*found, *recognised_by_rule(findings, evidence, own))))[:MOST]

    def known(self, function: str) -> _Known:
        """Return all that is known to go wrong with a function."""
        if function not in self._known:
            assert self._mistakes is not None
            self._known[function] = _Known(self._mistakes, self._suite, self._probes, function)
        return self._known[function]


class _Known:
    """Every mistake that is known of one function, ready to be compared with an answer."""

    def __init__(
        self, mistakes: Mistakes, suite: Suite, probes: Mapping[str, Any], function: str
    ) -> None:
        cases = suite.cases[function]
        self.variants = Variants(mistakes, suite, probes, function, cases)
        self.right = self.variants.right
        listed = [one for one in self.variants.singles() if one.changes]
        general = general_variants(self.right, self.variants.observer.arrays)
        known = Table(one.seen for one in listed)
        both = [*listed, *(one for one in general if not known.holds(one.seen))]
        self._table = Table(one.seen for one in both)
        # what they answer is kept once, in the table
        self.all = [replace(one, seen={}) for one in both]
        self.singles = self.all[: len(listed)]
        self._pairs = Pairs(mistakes, suite, probes, function)

    def explain(self, mode: str, answer: GroupAnswer) -> tuple[tuple[str, ...], dict[str, Any]]:
        """Return the keys of the smallest set of mistakes that explains an answer.

        With them goes what else the numbers tell (see ``Evidence``).
        """
        seen = self.variants.observer.of_replies(mode, answer.replies)
        wrong = frozenset(differences(seen, self.right))
        found = self._smallest(seen, wrong, mode, answer) if wrong else ()
        outputs = deciding(wrong)
        both = outputs & seen.keys() & self.right.keys()
        parts = [list(right_parts(seen[one], self.right[one])) for one in both]
        return found, {
            "explained": bool(found),
            "keys": frozenset(
                path[0]
                for criterion, path in self.right
                if not criterion and path and isinstance(path[0], str)
            ),
            "in_rules_alone": not outputs and not found and any(one == "rules" for one, _ in wrong),
            "begins_right": bool(parts) and all(some and some[0] for some in parts),
            "right_somewhere": bool(parts) and all(map(any, parts)),
        }

    def _smallest(
        self, seen: Observations, wrong: frozenset[Place], mode: str, answer: GroupAnswer
    ) -> tuple[str, ...]:
        fits = [*self._fits(seen, wrong), *self._related(seen, wrong)]
        outputs = deciding(wrong)
        if not outputs:
            return complete(fits, wrong) or cover(fits, wrong, whole=True)
        whole = complete(fits, wrong) or self._with_a_small_one(fits, wrong, seen)
        return (
            whole
            or cover(fits, outputs, whole=True)
            or self._pair(fits, outputs, mode, answer, seen)
            or cover(fits, outputs, whole=False)
        )

    def _fits(self, seen: Observations, wrong: frozenset[Place]) -> Iterator[Fit]:
        same = self._table.fits(seen)
        telling = (same[place] for place in wrong if place in same and seen[place].numbers.size)
        for number in sorted(frozenset().union(*telling)):
            variant = self.all[number]
            alike = {place for place in variant.changes if number in same.get(place, ())}
            yield Fit(variant, frozenset(alike & wrong), variant.changes - alike)

    def _related(self, seen: Observations, wrong: frozenset[Place]) -> Iterator[Fit]:
        for one in relations(seen, self.right, wrong, self.variants.observer.arrays):
            yield Fit(one, one.changes, frozenset())

    def _with_a_small_one(
        self, fits: Sequence[Fit], wrong: frozenset[Place], seen: Observations
    ) -> tuple[str, ...]:
        """Explain the outputs by one mistake, and small criteria by one that shows only there."""
        outputs = deciding(wrong)
        bases = [
            fit.variant
            for fit in fits
            if outputs <= fit.explains and not deciding(fit.against) and fit.variant.hooks
        ]
        small = [one for one in self.singles if not deciding(one.changes)]
        both = [
            self.variants.variant((*base.keys, *one.keys), {**base.hooks, **one.hooks})
            for base in bases
            for one in small
            if base.hooks and one.hooks and not base.hooks.keys() & one.hooks.keys()
        ]
        found = {one.keys for one in both if not any(differences(one.seen, seen))}
        return surely(found) or surely({base.keys for base in bases})

    def _pair(
        self,
        fits: Sequence[Fit],
        outputs: frozenset[Place],
        mode: str,
        answer: GroupAnswer,
        seen: Observations,
    ) -> tuple[str, ...]:
        """Explain the outputs by two mistakes at once; at best one shows alone in some output."""
        anchors = [fit.variant for fit in fits if fit.explains & outputs and fit.variant.hooks]
        for pairs in (
            self._pairs.with_anchor(anchors, self.singles),
            self._pairs.any_two(self.singles),
        ):
            alike = list(itertools.islice(self._pairs.alike(pairs, mode, answer), _TOO_MANY))
            if len(alike) == _TOO_MANY:  # the few cases hardly show anything
                return ()
            found = {
                keys
                for keys, hooks in alike
                if not deciding(differences(self.variants.seen(hooks), seen))
            }
            if found:
                return surely(found)
        return ()


def _says_something(answer: GroupAnswer) -> bool:
    """Whether anything came back, to the end, that can be compared with known mistakes."""
    replies = itertools.chain.from_iterable(one or () for one in answer.replies)
    return answer.stopped is None and any(isinstance(reply, Value) for reply in replies)


def load_probes(assignment: Assignment) -> dict[str, Any]:
    """Load the assignment's probe functions, {} where it has none."""
    path = assignment.hidden / "probes.py"
    namespace: dict[str, Any] = {}
    if path.exists():
        exec(compile(path.read_bytes(), str(path), "exec"), namespace)
    return namespace
