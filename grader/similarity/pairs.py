"""Which submissions of a class are near-identical: an index of fingerprints, not all pairs.

What a fingerprint tells depends on how many others have it.  Its weight is the surprise, in
bits, that an unrelated classmate would have it too: estimated from the class without the two
that are compared, and from what everybody is expected to write (the course's own solution).
So a formula that all must write weighs next to nothing, and so does code that goes round.
What the stubs hold is not counted at all.

A pair is listed where most of what the smaller of the two wrote is in the other, and where that
is more than chance.  It says: look at these two side by side.  It is never a verdict.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.similarity.tokens import Source, read
from grader.similarity.winnowing import fingerprints

Files = Mapping[str, bytes]
"""The files of one submission by name."""

SHARE = 0.6
"""Of what the smaller one wrote, weighted, the part from which on a pair is listed."""

EVIDENCE = 150.0
"""Bits of surprise from which on a pair is listed."""

EXPECTED, UNEXPECTED = 0.5, 0.05
"""How likely anybody is, before the class is seen, to write what the solution has, or has not."""

PRIOR = 10
"""Classmates that this expectation weighs as much as."""

TELLING = 8
"""Rare fingerprints that two submissions share before they are compared as a whole."""

RARE = 40
"""Different submissions that a rare fingerprint is in, or one in twenty of a large class."""


@dataclass(frozen=True)
class Pair:
    """Two submissions to look at side by side; shares are of the smaller one's, from 0 to 1.

    ``files`` holds the share of each file that both wrote something of.
    """

    first: str
    second: str
    share: float
    evidence: float
    files: Mapping[str, float]


@dataclass(frozen=True)
class LeftOut:
    """Lines of a file that could not be compared, for they do not parse."""

    student: str
    file: str
    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Group:
    """Submissions that hang together by ``pairs``, the most striking first.

    The pairs are as few as join all of them: of copies that are the same, each is paired with the
    first.  ``lowest`` and ``highest`` are shares over all that was compared.
    """

    students: tuple[str, ...]
    pairs: tuple[Pair, ...]
    lowest: float
    highest: float


@dataclass(frozen=True)
class Likeness:
    """What was found: groups, the most striking first, and what was left out."""

    groups: tuple[Group, ...]
    left_out: tuple[LeftOut, ...]


Form = tuple[tuple[str, frozenset[int]], ...]
"""The fingerprints of a submission, file by file: all that matters of it here."""


def near_identical(
    submissions: Mapping[str, Files],
    stub: Files | None = None,
    solution: Files | None = None,
    kept: tuple[str, ...] = (),
) -> Likeness:
    """Compare a class; ``kept`` are the names that the assignment prescribes."""
    known = _all(_form(read(stub or {}, kept), frozenset()))
    expected = _all(_form(read(solution or {}, kept), known))
    forms: dict[str, Form] = {}
    left_out = []
    for student, files in submissions.items():
        sources = read(files, kept)
        forms[student] = _form(sources, known)
        left_out += [
            LeftOut(student, name, source.unread)
            for name, source in sources.items()
            if source.unread
        ]
    return Likeness(tuple(_groups(_pairs(forms, expected))), tuple(left_out))


def _groups(pairs: Sequence[Pair]) -> list[Group]:
    """Join pairs that have a student in common, by Kruskal's algorithm."""
    above: dict[str, str] = {}

    def top(student: str) -> str:
        while student in above:
            student = above[student]
        return student

    joining = []
    for pair in pairs:
        first, second = top(pair.first), top(pair.second)
        if first != second:
            above[second] = first
            joining.append(pair)
    members: dict[str, list[Pair]] = defaultdict(list)
    for pair in joining:
        members[top(pair.first)].append(pair)
    shares: dict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        shares[top(pair.first)].append(pair.share)
    return [
        Group(
            students=tuple(sorted({name for one in some for name in (one.first, one.second)})),
            pairs=tuple(some),
            lowest=min(shares[head]),
            highest=max(shares[head]),
        )
        for head, some in members.items()
    ]


def _form(sources: Mapping[str, Source], known: frozenset[int]) -> Form:
    prints = ((name, fingerprints(source.units) - known) for name, source in sources.items())
    return tuple((name, some) for name, some in prints if some)


def _all(form: Form) -> frozenset[int]:
    return frozenset().union(*(some for _, some in form))


def _pairs(forms: Mapping[str, Form], expected: frozenset[int]) -> list[Pair]:
    whole = {student: _all(form) for student, form in forms.items()}
    count = Counter(one for prints in whole.values() for one in prints)
    weights = {one: _weight(one in expected, count[one], len(forms)) for one in count}
    found = [
        pair
        for first, second in _candidates(whole)
        if (pair := _compare(first, second, forms, whole, weights))
    ]
    return sorted(found, key=lambda pair: (-pair.evidence, pair.first, pair.second))


def _weight(expected: bool, count: int, size: int) -> float:
    """Return the bits of surprise that a third student has a fingerprint, which two have."""
    prior = PRIOR * (EXPECTED if expected else UNEXPECTED)
    return -math.log2((max(count - 2, 0) + prior) / (max(size - 2, 0) + PRIOR))


def _candidates(whole: Mapping[str, frozenset[int]]) -> Iterator[tuple[str, str]]:
    """Yield the pairs that share several rare fingerprints, or all of them.

    Of submissions with the same fingerprints the first stands for all.
    """
    alike: dict[frozenset[int], list[str]] = defaultdict(list)
    for student, prints in whole.items():
        if prints:
            alike[prints].append(student)
    holders: dict[int, list[int]] = defaultdict(list)
    for number, prints in enumerate(alike):
        for one in prints:
            holders[one].append(number)
    rare = max(RARE, len(whole) // 20)
    shared: Counter[tuple[int, int]] = Counter()
    for numbers in holders.values():
        if len(numbers) <= rare:
            shared.update(itertools.combinations(numbers, 2))
    groups = list(alike.values())
    for first, *others in groups:
        for other in others:
            yield first, other
    for (one, another), times in shared.items():
        if times >= TELLING:
            yield groups[one][0], groups[another][0]


def _compare(
    first: str,
    second: str,
    forms: Mapping[str, Form],
    whole: Mapping[str, frozenset[int]],
    weights: Mapping[int, float],
) -> Pair | None:
    share, evidence = _share(whole[first], whole[second], weights)
    if share < SHARE or evidence < EVIDENCE:
        return None
    theirs = dict(forms[second])
    files = {
        name: _share(prints, theirs[name], weights)[0]
        for name, prints in forms[first]
        if name in theirs
    }
    return Pair(first, second, share, evidence, files)


def _share(
    one: frozenset[int], other: frozenset[int], weights: Mapping[int, float]
) -> tuple[float, float]:
    """Return the weighted part of the smaller one that is in the other, and what it weighs."""
    both = sum(weights[print_] for print_ in one & other)
    smaller = min(sum(weights[print_] for print_ in some) for some in (one, other))
    return (both / smaller if smaller > 0 else 0.0), both
