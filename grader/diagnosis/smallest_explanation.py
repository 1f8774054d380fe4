"""Which known mistakes, together, explain all that is wrong: the smallest such set."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from grader.diagnosis.observing import Place, deciding
from grader.diagnosis.variants import Variant

MOST = 3
"""Mistakes that are named together: more is no help to anyone."""


@dataclass(frozen=True)
class Fit:
    """How far one variant explains what is wrong.

    ``explains`` are wrong places where it answers the same, ``against`` those it changes where
    the answer is another: wrong in another way, or right.  ``disproved`` says that a right output
    shows that it is not this mistake, not even in a part.
    """

    variant: Variant
    explains: frozenset[Place]
    against: frozenset[Place]
    disproved: bool = False


@dataclass(frozen=True)
class _Share:
    """What one mistake, in any of its ways, explains; how often it speaks against a right place."""

    explains: frozenset[Place] = frozenset()
    against: int = 0
    general: bool = False

    def with_one(self, fit: Fit) -> _Share:
        """Add one more way."""
        return _Share(
            self.explains | fit.explains,
            self.against + len(deciding(fit.against)),
            fit.variant.hooks is None,
        )


def complete(fits: Iterable[Fit], wrong: frozenset[Place]) -> tuple[str, ...]:
    """Return the one mistake that answers the same in every place.

    One that the assignment lists goes before general ones.
    """
    same = [fit.variant for fit in fits if fit.explains == wrong and not fit.against]
    listed = {one.keys for one in same if one.hooks is not None}
    return surely(listed or {one.keys for one in same})


def cover(fits: Iterable[Fit], wrong: frozenset[Place], *, whole: bool) -> tuple[str, ...]:
    """Return the smallest set of mistakes that explains all wrong places, each in some of them.

    A mistake that would change a place that is wrong in another way does not count; one that
    would change a right one counts where those that do not explain less.  Without ``whole``,
    places that no mistake explains are left out.
    """
    counted = [
        fit
        for fit in sorted(fits, key=lambda fit: (len(fit.against), -len(fit.explains)))
        if fit.explains & wrong
        and not fit.disproved
        and not (deciding(fit.against) & wrong or (not deciding(wrong) and fit.against))
    ]
    explained = wrong & _explained(counted)
    if not explained or (whole and explained != wrong):
        return ()
    clean = [fit for fit in counted if not deciding(fit.against)]
    return _smallest_cover(clean if _explained(clean) >= explained else counted, explained)


def _smallest_cover(fits: Iterable[Fit], wrong: frozenset[Place]) -> tuple[str, ...]:
    """Return the smallest set of mistakes that explains all of the places.

    Among several, one that speaks against fewer right places goes first, then one of mistakes
    that the assignment lists rather than general ones.
    """
    by_key: dict[str, _Share] = {}
    for fit in fits:
        (key,) = fit.variant.keys
        known = by_key.get(key, _Share())
        if fit.explains & wrong - known.explains:
            by_key[key] = known.with_one(fit)
    for size in range(1, MOST + 1):
        covers = {
            keys: (
                sum(by_key[key].against for key in keys),
                sum(by_key[key].general for key in keys),
            )
            for keys in itertools.combinations(by_key, size)
            if frozenset().union(*(by_key[key].explains for key in keys)) >= wrong
        }
        if covers:
            least = min(covers.values())
            return surely({keys for keys, rank in covers.items() if rank == least})
    return ()


def shares_of(
    keys: Iterable[str], fits: Iterable[Fit], wrong: frozenset[Place]
) -> dict[str, frozenset[Place]]:
    """Return which of the wrong places each mistake of a cover explains."""
    fits = [fit for fit in fits if not deciding(fit.against) & wrong]
    return {
        key: wrong & _explained(fit for fit in fits if fit.variant.keys == (key,)) for key in keys
    }


def only_in_part(keys: Iterable[str], fits: Iterable[Fit], wrong: frozenset[Place]) -> bool:
    """Whether a mistake of a cover would change a right output, in every way that explains any.

    Then it is made where the wrong ones are computed, and not where the right ones are.
    """
    explain = [one for one in fits if one.explains & wrong and not deciding(one.against) & wrong]
    ways = [[one for one in explain if one.variant.keys == (key,)] for key in keys]
    return any(all(deciding(one.against) for one in some) for some in ways)


def _explained(fits: Iterable[Fit]) -> frozenset[Place]:
    return frozenset().union(*(fit.explains for fit in fits))


def surely(found: Collection[tuple[str, ...]]) -> tuple[str, ...]:
    """Return what all explanations have in common, in the order of the first."""
    if not found:
        return ()
    first, *others = sorted(found)
    return tuple(key for key in first if all(key in other for other in others))
