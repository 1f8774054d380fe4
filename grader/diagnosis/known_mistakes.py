"""All that is known to go wrong with one function, and what of it explains an answer.

The smallest set of mistakes is looked for that explains everything that is wrong:

1. one mistake that answers the same in every place, right and wrong ones;
2. up to three mistakes that show in different outputs;
3. two mistakes at once, run together, which answer the same in every place;
4. what explains a part of what is wrong, where nothing speaks against it.

A mistake is named only where no other set as small explains as much.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.cases.collecting import Suite
from grader.cases.comparing import Path
from grader.cases.keeping import Store
from grader.diagnosis.catalogue import Mistakes
from grader.diagnosis.general_mistakes import general_variants, relations
from grader.diagnosis.observing import Observations, Place, bound, deciding, same
from grader.diagnosis.sketch import Few, Sketch
from grader.diagnosis.smallest_explanation import (
    Fit,
    complete,
    cover,
    only_in_part,
    shares_of,
    surely,
)
from grader.diagnosis.two_mistakes import Pairs
from grader.diagnosis.variants import Variant, Variants, differences, right_parts
from grader.isolation.answers import GroupAnswer

_TOO_MANY = 24
"""Pairs that look alike in a few cases; to run as many on all cases takes too long."""


class KnownMistakes:
    """Every mistake that is known of one function, ready to be compared with an answer.

    All are run on the few small cases alone (``grader.diagnosis.sketch``); on all cases, when it
    is first needed, those that answer there as a submission does.
    """

    def __init__(
        self,
        mistakes: Mistakes,
        suite: Suite,
        probes: Mapping[str, Any],
        function: str,
        store: Store | None = None,
    ) -> None:
        self._cases = suite.cases[function]
        self.variants = Variants(mistakes, suite, probes, function, self._cases)
        self.right = self.variants.right
        self._few = Few(mistakes, suite, probes, function)
        self._sketch = Sketch(self._few.variants, store, f"{function}-alone")
        self._pairs = Pairs(self._few, store, f"{function}-two")
        self._once = mistakes.once
        self._run: dict[int, Variant] = {}
        self._general: dict[Path, tuple[Variant, ...]] = {}

    def explain(
        self, mode: str, answer: GroupAnswer
    ) -> tuple[tuple[str, ...], Mapping[str, frozenset[Place]], dict[str, Any]]:
        """Return the keys of the smallest set of mistakes that explains an answer.

        With them goes what each explains, where they share it out among them, and what else the
        numbers tell (see ``Evidence``).
        """
        seen = self.variants.observer.of_replies(mode, answer.replies)
        wrong = frozenset(differences(seen, self.right))
        found, shares = self._smallest(seen, wrong, mode, answer) if wrong else ((), {})
        outputs = deciding(wrong)
        both = outputs & seen.keys() & self.right.keys()
        parts = [list(right_parts(seen[one], self.right[one])) for one in both]
        return (
            found,
            shares,
            {
                "explained": bool(found),
                "keys": frozenset(
                    path[0]
                    for criterion, path in self.right
                    if not criterion and path and isinstance(path[0], str)
                ),
                "in_rules_alone": not outputs
                and not found
                and any(one == "rules" for one, _ in wrong),
                "begins_right": bool(parts) and all(some and some[0] for some in parts),
                "sizes_of_right": self._sizes_of_right(parts),
            },
        )

    def _sizes_of_right(self, parts: Sequence[Sequence[bool]]) -> frozenset[int]:
        """Return what a dimension is in all cases that are right, and in no other."""
        deciding_cases = [case for case in self._cases if not case.criterion]
        if not parts or {len(some) for some in parts} != {len(deciding_cases)}:
            return frozenset()
        right: list[set[tuple[str, int]]] = []
        wrong: list[set[tuple[str, int]]] = []
        for case, *some in zip(deciding_cases, *parts, strict=True):
            if case.sizes:  # one of numbers written by hand tells none
                (right if all(some) else wrong).append(set(case.sizes.items()))
        same = set.intersection(*right).difference(*wrong) if right else set()
        return frozenset(size for _, size in same)

    def try_pairs(self) -> None:
        """Run two mistakes at once on the few cases, as far as no anchor is needed for that."""
        for _ in self._pairs.any_two(self.singles):
            pass

    @functools.cached_property
    def singles(self) -> list[Variant]:
        """Every listed mistake that changes an answer, as far as it is known without need."""
        return [
            self._whole(number) if number in self._sketch.quiet else one
            for number, one in enumerate(self._sketch.singles)
            if number not in self._sketch.quiet or self._whole(number).changes
        ]

    def _whole(self, number: int) -> Variant:
        """Return a listed mistake as it answers in all cases."""
        if number not in self._run:
            one = self._sketch.singles[number]
            assert one.hooks is not None
            self._run[number] = self.variants.variant(one.keys, one.hooks)
        return self._run[number]

    def _smallest(
        self, seen: Observations, wrong: frozenset[Place], mode: str, answer: GroupAnswer
    ) -> tuple[tuple[str, ...], Mapping[str, frozenset[Place]]]:
        sketched = self._few.seen(mode, answer)
        fits = [*self._fits(seen, wrong, sketched), *self._related(seen, wrong)]
        outputs = deciding(wrong)
        if not outputs:
            return complete(fits, wrong) or cover(fits, wrong, whole=True), {}
        if whole := complete(fits, wrong) or self._with_a_small_one(fits, wrong, seen):
            return whole, {}
        if parts := cover(fits, outputs, whole=True):
            told = len(parts) > 1 or only_in_part(parts, fits, outputs)
            return parts, shares_of(parts, fits, outputs) if told else {}
        if pair := self._pair(fits, outputs, sketched, seen):
            return pair, {}
        parts = cover(fits, outputs, whole=False)
        return parts, shares_of(parts, fits, outputs)

    def _fits(
        self, seen: Observations, wrong: frozenset[Place], sketched: Observations
    ) -> list[Fit]:
        telling = frozenset(place for place in wrong if place in seen and seen[place].numbers.size)
        near = self._sketch.near(sketched, telling)
        listed = [self._whole(number) for number in near]
        general = [
            one
            for path in {path: None for _, path in sorted(telling, key=repr)}
            for one in self._general_in(path)
            if not any(_answers_the_same(other, one) for other in listed)
        ]
        fits = []
        for variant in (*listed, *general):
            alike = frozenset(
                place
                for place, due in variant.seen.items()
                if place in variant.changes | telling and place in seen and same(seen[place], due)
            )
            if alike & telling:
                changed = alike & variant.changes
                if changed & deciding(wrong):
                    changed |= frozenset(_left_out(variant, wrong, seen))
                against = variant.changes - changed
                disproved = self._disproves(against, variant)
                fits.append(Fit(variant, changed & wrong, against, disproved))
        return fits

    def _disproves(self, places: frozenset[Place], variant: Variant) -> bool:
        """Whether outputs that are not as a mistake has them show that nothing of it is there."""
        return bool(deciding(places)) and not self._once.isdisjoint(variant.hooks or ())

    def _general_in(self, path: Path) -> tuple[Variant, ...]:
        """Return what may have become of one quantity of the right answer."""
        if path not in self._general:
            arrays = frozenset({path}) & self.variants.observer.arrays
            self._general[path] = tuple(general_variants(self.right, arrays))
        return self._general[path]

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
        sketched: Observations,
        seen: Observations,
    ) -> tuple[str, ...]:
        """Explain the outputs by two mistakes at once; at best one shows alone in some output."""
        anchors = [fit.variant for fit in fits if fit.explains & outputs and fit.variant.hooks]
        for pairs in (
            self._pairs.with_anchor(anchors, self.singles),
            self._pairs.any_two(self.singles),
        ):
            alike = list(itertools.islice(self._pairs.alike(pairs, sketched), _TOO_MANY))
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


def _left_out(variant: Variant, wrong: frozenset[Place], seen: Observations) -> Iterator[Place]:
    """Yield the wrong outputs that are as a mistake has them, but for steps that it leaves out.

    They are 0 there, and in code that makes room by ``np.empty`` whatever was in the memory.
    """
    if "times" in (variant.hooks or ()):
        for place in deciding(wrong) & variant.changes & seen.keys():
            got, due = seen[place], variant.seen[place]
            made = due.numbers != 0
            if got.form == due.form and 2 * made.sum() > made.size:
                near = np.abs(got.numbers - due.numbers) <= bound(due.numbers)
                if near[made].all():
                    yield place


def _answers_the_same(one: Variant, other: Variant) -> bool:
    """Whether two variants answer the same everywhere, in numbers: else it proves nothing."""
    return (
        one.changes == other.changes
        and all(seen.numbers.size for seen in other.seen.values())
        and all(same(one.seen[place], other.seen[place]) for place in one.changes)
    )
