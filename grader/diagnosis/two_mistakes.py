"""Two mistakes at once: far more than can be run on all cases, so a few are tried first."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence

from grader.cases.keeping import Store
from grader.diagnosis.catalogue import Hooks
from grader.diagnosis.observing import Observations, Place, deciding
from grader.diagnosis.sketch import Few
from grader.diagnosis.table import Table
from grader.diagnosis.variants import Variant, with_one_more

Pair = tuple[tuple[str, ...], Hooks]
Tried = tuple[list[Pair], Table]
"""Pairs, and how what they answer in the few cases begins."""

_BEGINNING = 12
"""How many numbers of each quantity are kept of a pair: there are thousands of them."""


class Pairs:
    """Two mistakes at once, tried on the smallest cases that together decide all outputs."""

    def __init__(self, few: Few, store: Store | None = None, name: str = "") -> None:
        self._variants = few.variants
        self._store, self._name = store, name
        self._tried: dict[int, Tried] = {}

    def with_anchor(
        self, anchors: Sequence[Variant], singles: Sequence[Variant]
    ) -> Iterator[Tried]:
        """Yield, for each anchor, its pairs with all others."""
        for anchor in anchors:
            if id(anchor) not in self._tried:
                self._tried[id(anchor)] = self._try(with_one_more(anchor, singles))
            yield self._tried[id(anchor)]

    def any_two(self, singles: Sequence[Variant]) -> Iterator[Tried]:
        """Yield pairs that change the same outputs, each made in the first way listed for it.

        Of two that do not, one shows alone where the other changes nothing: it is an anchor.
        """
        if 0 not in self._tried:
            by_outputs: dict[frozenset[Place], list[Variant]] = {}
            for one in {one.keys: one for one in reversed(singles)}.values():
                by_outputs.setdefault(deciding(one.changes), []).append(one)
            self._tried[0] = self._kept(
                pair
                for alike in by_outputs.values()
                for number, one in enumerate(alike)
                for pair in with_one_more(one, alike[number + 1 :])
            )
        yield self._tried[0]

    def alike(self, pairs: Iterable[Tried], sketched: Observations) -> Iterator[Pair]:
        """Yield the pairs that answer the few cases as they were answered, as far as is kept."""
        for some, table in pairs:
            for number in sorted(table.holds(sketched)):
                yield some[number]

    def _kept(self, pairs: Iterable[Pair]) -> Tried:
        """Try pairs, or take what was kept of an earlier run that tried the same."""
        some = list(pairs)
        if self._store is None:
            return self._try(some)
        kept = self._store.read(self._name)
        keys = [list(keys) for keys, _ in some]
        with contextlib.suppress(TypeError, ValueError, AttributeError):
            of_these, table = kept
            if of_these == keys:
                return some, Table.unpacked(table, len(some))
        tried = self._try(some)
        self._store.write(self._name, [keys, tried[1].packed()])
        return tried

    def _try(self, pairs: Iterable[Pair]) -> Tried:
        some = list(pairs)
        seen = (
            {
                place: observed.beginning(_BEGINNING)
                for place, observed in self._variants.seen(hooks).items()
            }
            for _, hooks in some
        )
        return some, Table(seen)
