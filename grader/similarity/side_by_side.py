"""Near-identical submissions with their sources, ready to be shown next to each other."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.similarity.pairs import Files, Group, LeftOut, Pair, near_identical
from grader.similarity.tiles import tile
from grader.similarity.tokens import Source, read

MOST_PAIRS = 30
"""Pairs that are shown; the most striking of each group come first."""

MOST_OF_GROUP = 5
"""Pairs of one group that are shown."""

Lines = tuple[tuple[str, int], ...]
"""The lines of a file, each with the number of what it has in common, 0 for nothing."""


@dataclass(frozen=True)
class FilePair:
    """One file in both submissions; lines are () where one of them has none."""

    name: str
    first: Lines
    second: Lines


@dataclass(frozen=True)
class SidePair:
    """Two submissions; ``share`` is what of the smaller one is in the other, from 0 to 1."""

    first: str
    second: str
    share: float
    files: tuple[FilePair, ...]


@dataclass(frozen=True)
class LookAlikes:
    """The groups that were found, pairs of them to look at, and what could not be compared."""

    groups: tuple[Group, ...]
    pairs: tuple[SidePair, ...]
    left_out: tuple[LeftOut, ...]


def look_alikes(
    submissions: Mapping[str, Files], stub: Files, solution: Files, kept: tuple[str, ...]
) -> LookAlikes:
    """Compare a class; ``kept`` are the names that the assignment prescribes."""
    found = near_identical(submissions, stub, solution, kept)
    handed_out = read(stub, kept)
    pairs = []
    for pair in _shown(found.groups):
        first = read(submissions[pair.first], kept)
        second = read(submissions[pair.second], kept)
        tiling = tile(first, second, handed_out)
        files = tuple(
            FilePair(
                name,
                _lines(first.get(name), tiling.first.get(name, {})),
                _lines(second.get(name), tiling.second.get(name, {})),
            )
            for name in sorted({*tiling.first, *tiling.second})
        )
        pairs.append(SidePair(pair.first, pair.second, pair.share, files))
    return LookAlikes(found.groups, tuple(pairs), found.left_out)


def _shown(groups: Sequence[Group]) -> list[Pair]:
    """Choose pairs to show: the most striking of each group, then more of each."""
    turns = itertools.zip_longest(*(group.pairs[:MOST_OF_GROUP] for group in groups))
    return [pair for turn in turns for pair in turn if pair is not None][:MOST_PAIRS]


def _lines(source: Source | None, tiles: Mapping[int, int]) -> Lines:
    if source is None:
        return ()
    return tuple(
        (line, tiles.get(number, 0)) for number, line in enumerate(source.text.split("\n"), 1)
    )
