"""What changes of a student's code prove, where they make every case right."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from grader.diagnosis.edits import Edit
from grader.record import Place

MOST_APART = 4
"""Lines within which a change may lie that mends all, where more than one does."""
_OFTEN = 3
"""The rank up to which a change mends something now and then."""
_CALLED = re.compile(rb"\b(\w+)\(")
_OPEN, _CLOSE = b"()"


def in_turn(moves: Sequence[Edit], edits: Sequence[Edit]) -> list[Edit]:
    """Return moves and other changes in turn, two of these after each of those."""
    pairs = (edits[at : at + 2] for at in range(0, len(edits), 2))
    both = itertools.zip_longest(([one] for one in moves), pairs, fillvalue=())
    return [one for move, pair in both for one in (*move, *pair)]


def first_of(
    lines: Sequence[Collection[tuple[str, int]]], moves: Sequence[Edit], edits: Sequence[Edit]
) -> list[Edit]:
    """Return moves and other changes in turn: those of the first lines, by file, before others.

    What mends seldom goes after all else, what mends hardly ever also on the very first.
    """

    def key(one: Edit) -> tuple[bool, int]:
        places = (at for at, some in enumerate(lines) if (one.file, one.first) in some)
        place = next(places, len(lines))
        return one.rank > _OFTEN + (not place), place

    found: list[Edit] = []
    for wanted in sorted({key(one) for one in (*moves, *edits)}):
        some, others = ([one for one in kind if key(one) == wanted] for kind in (moves, edits))
        found += in_turn(some, others)
    return found


def leans_on(edit: Edit, content: bytes, helpers: Collection[str]) -> bool:
    """Whether a change makes up for what a helper answers: that may be what is wrong.

    It changes a line on which a helper's answer goes into something, not what the helper is given.
    """
    start = content.rfind(b"\n", 0, edit.start) + 1
    end = (content + b"\n").index(b"\n", edit.end)
    called = [
        one
        for one in _CALLED.finditer(content, start, end)
        if one[1].decode("utf-8", "replace") in helpers
    ]
    inside = any(
        one.end() <= edit.start < _closing(content, one.end(), end)
        or (one.start() == edit.start and edit.text.startswith(one[0]))
        for one in called
    )
    return bool(called) and not inside


def _closing(content: bytes, place: int, end: int) -> int:
    """Return where the bracket closes that was opened before a place, by the brackets alone."""
    depth = 1
    while place < end and depth:
        depth += {_OPEN: 1, _CLOSE: -1}.get(content[place], 0)
        place += 1
    return place


def agreed(places: Sequence[Place], mending: Sequence[Edit]) -> tuple[Place, ...]:
    """Return the place that is proved, or else those that were found without.

    It is proved where every change that mends all touches the same lines; where nothing was found
    without, all lines are told that such changes touch, if they are few, or two of them that stand
    apart.  So are those that a condition leads to, where it mends all to have it always so.
    """
    if not mending:
        return tuple(places)
    least = min(mending, key=lambda one: (one.last - one.first, one.end - one.start))
    if any(one.last < least.first or least.last < one.first for one in mending):
        first, last = min(one.first for one in mending), max(one.last for one in mending)
        if _is_within(least.file, first, last, places):
            return (Place(least.file, first, last, proved=True),)
        if places or len({one.file for one in mending}) > 1:
            return tuple(places)
        if last - first >= MOST_APART:
            return _two_lines(mending)
        return (Place(least.file, first, last, proved=True),)
    last = max(least.last, *(one.through for one in mending))
    if last - least.first >= 2 * MOST_APART:
        return tuple(places)
    return (Place(least.file, least.first, last, proved=True),)


def _is_within(file: str, first: int, last: int, places: Sequence[Place]) -> bool:
    """Whether lines are all in the only place that was found."""
    return len(places) == 1 and (
        places[0].file == file and places[0].first <= first <= last <= places[0].last
    )


def with_others(
    places: Sequence[Place], resting: Mapping[tuple[str, int], Collection[int]]
) -> tuple[Place, ...]:
    """Return places with the lines whose numbers theirs may rest on: a change may make up for them.

    () where these are far off.
    """
    found = []
    for one in places:
        others = resting.get((one.file, one.first), ()) if one.proved else ()
        first, last = min((one.first, *others)), max((one.last, *others))
        if last - first >= 2 * MOST_APART:
            return ()
        found.append(replace(one, first=first, last=last))
    return tuple(found)


def _two_lines(mending: Sequence[Edit]) -> tuple[Place, ...]:
    """Return the two lines that each mend all by themselves, () where there are others."""
    lines = sorted({(one.first, max(one.last, one.through)) for one in mending})
    if len(lines) != 2 or any(first != last for first, last in lines):
        return ()
    return tuple(Place(mending[0].file, *one, proved=True) for one in lines)
