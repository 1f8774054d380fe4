"""What two submissions have in common, line by line: greedy string tiling, after Wise (1993).

The longest run of tokens that stands in both becomes a tile, then the longest of what is left,
and so on.  A tile is found wherever it stands, so that functions in another order are no
hindrance.  Runs that the stubs hold are no tiles.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.similarity.tokens import Source, Unit
from grader.similarity.winnowing import K, hashes

MOST_PLACES = 50
"""Places of one run in the second submission; code that repeats itself more is left unmarked."""

Lines = Mapping[str, Mapping[int, int]]
"""For each file, the tile that a line belongs to, by line number from 1."""


@dataclass(frozen=True)
class Tiling:
    """The tiles of two submissions, numbered from 1 in the order of the first."""

    first: Lines
    second: Lines
    count: int


@dataclass(frozen=True)
class _Strip:
    """One unit: where it stands, its tokens, and the hash of the run that starts at each."""

    file: str
    unit: Unit
    hashes: list[int]


def tile(
    first: Mapping[str, Source], second: Mapping[str, Source], stub: Mapping[str, Source]
) -> Tiling:
    """Find the tiles of two submissions, as ``tokens.read`` returns them."""
    known = {one for strip in _strips(stub) for one in strip.hashes}
    mine, theirs = _strips(first), _strips(second)
    places: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, strip in enumerate(theirs):
        for place, value in enumerate(strip.hashes):
            places[value].append((number, place))
    usable = {one: some for one, some in places.items() if len(some) <= MOST_PLACES}
    # A run that starts earlier in the same match is always longer: only first runs are tried.
    matches = [
        (-_length(strip.unit, start, theirs[other].unit, place), number, start, other, place)
        for number, strip in enumerate(mine)
        for start, value in enumerate(strip.hashes)
        if value not in known
        for other, place in usable.get(value, ())
        if not _goes_back(strip, start, theirs[other], place, known)
    ]
    return _numbered(mine, theirs, _greedy(mine, theirs, matches))


def _strips(sources: Mapping[str, Source]) -> list[_Strip]:
    return [
        _Strip(file, unit, hashes([token.text for token in unit]))
        for file, source in sources.items()
        for unit in source.units
    ]


def _goes_back(mine: _Strip, start: int, theirs: _Strip, place: int, known: set[int]) -> bool:
    return (
        start > 0
        and place > 0
        and mine.hashes[start - 1] == theirs.hashes[place - 1]
        and mine.hashes[start - 1] not in known
    )


def _length(mine: Unit, start: int, theirs: Unit, place: int) -> int:
    length = 0
    while (
        start + length < len(mine)
        and place + length < len(theirs)
        and mine[start + length].text == theirs[place + length].text
    ):
        length += 1
    return length


_Match = tuple[int, int, int, int, int]
"""Minus its length; unit and place in the first; unit and place in the second."""


def _greedy(mine: list[_Strip], theirs: list[_Strip], matches: list[_Match]) -> list[_Match]:
    """Take the longest match first; what an earlier one covers is cut off the later ones."""
    taken_mine = [[False] * len(strip.unit) for strip in mine]
    taken_theirs = [[False] * len(strip.unit) for strip in theirs]
    tiles = []
    heapq.heapify(matches)
    while matches:
        negative, number, start, other, place = heapq.heappop(matches)
        here, there = taken_mine[number], taken_theirs[other]
        runs = _free_runs(
            [here[start + i] or there[place + i] for i in range(-negative)],
        )
        if runs == [(0, -negative)]:
            tiles.append((negative, number, start, other, place))
            here[start : start - negative] = [True] * -negative
            there[place : place - negative] = [True] * -negative
            continue
        for begin, end in runs:
            if end - begin >= K:
                heapq.heappush(matches, (begin - end, number, start + begin, other, place + begin))
    return tiles


def _free_runs(taken: list[bool]) -> list[tuple[int, int]]:
    runs, begin = [], None
    for place, covered in enumerate([*taken, True]):
        if not covered and begin is None:
            begin = place
        elif covered and begin is not None:
            runs.append((begin, place))
            begin = None
    return runs


def _numbered(mine: list[_Strip], theirs: list[_Strip], tiles: list[_Match]) -> Tiling:
    first: dict[str, dict[int, int]] = defaultdict(dict)
    second: dict[str, dict[int, int]] = defaultdict(dict)
    ordered = sorted(tiles, key=lambda one: one[1:3])
    for number, (negative, unit, start, other, place) in enumerate(ordered, 1):
        _mark(first, mine[unit], range(start, start - negative), number)
        _mark(second, theirs[other], range(place, place - negative), number)
    return Tiling(first, second, len(ordered))


def _mark(
    lines: dict[str, dict[int, int]], strip: _Strip, places: Iterable[int], number: int
) -> None:
    for place in places:
        lines[strip.file].setdefault(strip.unit[place].line, number)
