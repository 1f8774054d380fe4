"""Recognises known mistakes by their numbers, whatever the code that made them looks like.

What a function answered is compared with what each catalogued mistake answers on the same
inputs (``grader.judging.variants``), and the smallest set of mistakes is looked for that
explains everything that is wrong:

1. one mistake that answers the same in every place, right and wrong ones;
2. up to three mistakes that show in different outputs;
3. two mistakes at once, run together, which answer the same in every place;
4. what explains a part of what is wrong, where nothing speaks against it.

A mistake is named only where no other set as small explains as much.  What numbers cannot tell
is left to the rules (``grader.judging.rules``).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.course import Assignment, Function
from grader.isolation.lane import GroupAnswer
from grader.judging.collect import Suite
from grader.judging.general import general_variants, relations
from grader.judging.observe import Observations, Place
from grader.judging.pairs import Pairs
from grader.judging.rules import Evidence, recognised_by_rule
from grader.judging.variants import (
    Mistakes,
    Table,
    Variant,
    Variants,
    differences,
    load_mistakes,
)
from grader.record import Finding

_MOST = 3
"""Mistakes that are named together: more is no help to anyone."""

_TOO_MANY = 24
"""Pairs that look alike in one case; to run as many on all cases takes too long."""


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
        source: str,
    ) -> tuple[str, ...]:
        """Return the keys of the mistakes that explain what is wrong, () if none surely does.

        ``answers`` are what the function answered in each mode, ``mode`` the one that counts;
        ``source`` is the text of its file.
        """
        answer = answers.get(mode)
        found: tuple[str, ...] = ()
        wrong: frozenset[Place] = frozenset()
        if self._mistakes is not None and answer is not None and answer.stopped is None:
            found, wrong = self.known(function.name).explain(mode, answer)
        alone = bool(wrong) and all(criterion == "rules" for criterion, _ in wrong)
        evidence = Evidence(answer, source, bool(found), alone and not found)
        own = self._mistakes.rules.get(function.name, {}) if self._mistakes else {}
        return tuple(dict.fromkeys((*found, *recognised_by_rule(findings, evidence, own))))[:_MOST]

    def known(self, function: str) -> _Known:
        """Return all that is known to go wrong with a function."""
        if function not in self._known:
            assert self._mistakes is not None
            self._known[function] = _Known(self._mistakes, self._suite, self._probes, function)
        return self._known[function]


@dataclass(frozen=True)
class _Fit:
    """How far one variant explains what is wrong.

    ``explains`` are wrong places where it answers the same, ``against`` those it changes where
    the answer is another: wrong in another way, or right.
    """

    variant: Variant
    explains: frozenset[Place]
    against: frozenset[Place]


class _Known:
    """Every mistake that is known of one function, ready to be compared with an answer."""

    def __init__(
        self, mistakes: Mistakes, suite: Suite, probes: Mapping[str, Any], function: str
    ) -> None:
        cases = suite.cases[function]
        self.variants = Variants(mistakes, suite, probes, function, cases)
        self.right = self.variants.right
        self.singles = [one for one in self.variants.singles() if one.changes]
        general = general_variants(self.right, self.variants.observer.arrays)
        listed = Table([one.seen for one in self.singles])
        self.all = [*self.singles, *(one for one in general if not listed.holds(one.seen))]
        self._table = Table([one.seen for one in self.all])
        self._pairs = Pairs(mistakes, suite, probes, function)

    def explain(self, mode: str, answer: GroupAnswer) -> tuple[tuple[str, ...], frozenset[Place]]:
        """Return the keys of the smallest set of mistakes that explains an answer.

        With them go the places where the answer is not a right one.
        """
        seen = self.variants.observer.of_replies(mode, answer.replies)
        wrong = frozenset(differences(seen, self.right))
        return (self._smallest(seen, wrong, mode, answer) if wrong else ()), wrong

    def _smallest(
        self, seen: Observations, wrong: frozenset[Place], mode: str, answer: GroupAnswer
    ) -> tuple[str, ...]:
        fits = [*self._fits(seen, wrong), *self._related(seen, wrong)]
        deciding = _deciding(wrong)
        if not deciding:
            return _complete(fits, wrong) or _cover(fits, wrong, whole=True)
        complete = _complete(fits, wrong) or self._with_a_small_one(fits, wrong, seen)
        return (
            complete
            or _cover(fits, deciding, whole=True)
            or self._pair(fits, deciding, mode, answer, seen)
            or _cover(fits, deciding, whole=False)
        )

    def _fits(self, seen: Observations, wrong: frozenset[Place]) -> Iterator[_Fit]:
        same = self._table.fits(seen)
        for number in sorted(frozenset().union(*(same[p] for p in wrong if p in same))):
            variant = self.all[number]
            alike = {place for place in variant.changes if number in same.get(place, ())}
            yield _Fit(variant, frozenset(alike & wrong), variant.changes - alike)

    def _related(self, seen: Observations, wrong: frozenset[Place]) -> Iterator[_Fit]:
        for one in relations(seen, self.right, wrong, self.variants.observer.arrays):
            yield _Fit(one, one.changes, frozenset())

    def _with_a_small_one(
        self, fits: Sequence[_Fit], wrong: frozenset[Place], seen: Observations
    ) -> tuple[str, ...]:
        """Explain the outputs by one mistake, and small criteria by one that shows only there."""
        deciding = _deciding(wrong)
        bases = [
            fit.variant
            for fit in fits
            if deciding <= fit.explains and not _deciding(fit.against) and fit.variant.hooks
        ]
        small = [one for one in self.singles if not _deciding(one.changes)]
        both = [
            self.variants.variant((*base.keys, *one.keys), {**base.hooks, **one.hooks})
            for base in bases
            for one in small
            if base.hooks and one.hooks and not base.hooks.keys() & one.hooks.keys()
        ]
        found = {one.keys for one in both if not any(differences(one.seen, seen))}
        return _surely(found) or _surely({base.keys for base in bases})

    def _pair(
        self,
        fits: Sequence[_Fit],
        deciding: frozenset[Place],
        mode: str,
        answer: GroupAnswer,
        seen: Observations,
    ) -> tuple[str, ...]:
        """Explain the outputs by two mistakes at once; at best one shows alone in some output."""
        anchors = [fit.variant for fit in fits if fit.explains & deciding and fit.variant.hooks]
        for pairs in (
            self._pairs.with_anchor(anchors, self.singles),
            self._pairs.any_two(self.singles),
        ):
            alike = list(itertools.islice(self._pairs.alike(pairs, mode, answer), _TOO_MANY))
            if len(alike) == _TOO_MANY:  # the one case hardly shows anything
                return ()
            found = {
                pair.keys
                for pair in alike
                if not _deciding(differences(self._everywhere(pair).seen, seen))
            }
            if found:
                return _surely(found)
        return ()

    def _everywhere(self, pair: Variant) -> Variant:
        assert pair.hooks is not None
        return self.variants.variant(pair.keys, pair.hooks)


def _deciding(places: Iterable[Place]) -> frozenset[Place]:
    """Return those of the places that decide outputs, not a small criterion."""
    return frozenset(place for place in places if not place[0])


def _complete(fits: Iterable[_Fit], wrong: frozenset[Place]) -> tuple[str, ...]:
    """Return the one mistake that answers the same in every place."""
    return _surely({fit.variant.keys for fit in fits if fit.explains == wrong and not fit.against})


def _cover(fits: Sequence[_Fit], wrong: frozenset[Place], *, whole: bool) -> tuple[str, ...]:
    """Return the smallest set of mistakes that explains all wrong places, each in some of them.

    A mistake that would change a place that is wrong in another way does not count; one that
    would change a right one counts where no other explains as much.  Without ``whole``,
    places that no mistake explains are left out.
    """
    by_key: dict[str, tuple[frozenset[Place], int]] = {}
    for fit in sorted(fits, key=lambda fit: (len(fit.against), -len(fit.explains))):
        explains = fit.explains & wrong
        elsewhere = _deciding(fit.against) & wrong or (not _deciding(wrong) and fit.against)
        if explains and not elsewhere:
            (key,) = fit.variant.keys
            known, against = by_key.get(key, (frozenset(), 0))
            if explains - known:
                by_key[key] = known | explains, against + len(_deciding(fit.against))
    explained = frozenset().union(*(places for places, _ in by_key.values()))
    if not explained or (whole and explained != wrong):
        return ()
    for size in range(1, _MOST + 1):
        covers = [
            keys
            for keys in itertools.combinations(by_key, size)
            if frozenset().union(*(by_key[key][0] for key in keys)) == explained
        ]
        if covers:
            least = min(sum(by_key[key][1] for key in keys) for keys in covers)
            return _surely(
                {keys for keys in covers if sum(by_key[key][1] for key in keys) == least}
            )
    return ()


def _surely(found: Collection[tuple[str, ...]]) -> tuple[str, ...]:
    """Return what all explanations have in common, in the order of the first."""
    if not found:
        return ()
    first, *others = sorted(found)
    return tuple(key for key in first if all(key in other for other in others))


def load_probes(assignment: Assignment) -> dict[str, Any]:
    """Load the assignment's probe functions, {} where it has none."""
    path = assignment.hidden / "probes.py"
    namespace: dict[str, Any] = {}
    if path.exists():
        exec(compile(path.read_bytes(), str(path), "exec"), namespace)
    return namespace
