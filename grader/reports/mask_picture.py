"""A picture of where an output is off: one square an entry, filled where it is wrong.

Only positions are drawn; the record holds nothing else of a hidden case.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.phrases import Phrases
from grader.record import Finding

PITCH, SIDE = 18, 14
"""Distance between squares and their side, in pixels."""

MARGIN = 22
"""Pixels left of and above the squares, for the numbers of rows and columns."""

LARGEST = 64
"""Rows or columns that are drawn; the judge keeps fewer."""

TIME = ("T_x", "T")
"""What the contract calls the number of time steps."""


@dataclass(frozen=True)
class Picture:
    """A mask as outlines in pixels, and what is said of it.

    ``right`` and ``wrong`` are paths of squares, ``crosses`` the path of the crosses in the wrong
    ones, ``ticks`` the numbers along the edges with their places; ``alt`` says the same in words
    and ``notes`` says what the squares are.
    """

    width: int
    height: int
    right: str
    wrong: str
    crosses: str
    ticks: tuple[tuple[int, int, str], ...]
    alt: str
    notes: tuple[str, ...]


def picture(finding: Finding, phrases: Phrases) -> Picture | None:
    """Return the picture of a finding, or None where its facts hold nothing to draw."""
    mask = _mask(finding)
    if mask is None:
        return None
    rows, columns = len(mask), len(mask[0])
    cells = [(row, column) for row in range(rows) for column in range(columns)]
    wrong = [cell for cell in cells if mask[cell[0]][cell[1]] == "x"]
    right = [cell for cell in cells if mask[cell[0]][cell[1]] != "x"]
    return Picture(
        width=MARGIN + columns * PITCH,
        height=MARGIN + rows * PITCH,
        right="".join(f"M{x}.5 {y}.5h{SIDE - 1}v{SIDE - 1}h-{SIDE - 1}z" for x, y in _at(right)),
        wrong="".join(f"M{x} {y}h{SIDE}v{SIDE}h-{SIDE}z" for x, y in _at(wrong)),
        crosses="".join(f"M{x + 3} {y + 3}l8 8m0-8l-8 8" for x, y in _at(wrong)),
        ticks=tuple(_ticks(rows, columns)),
        alt=" ".join(_alt(mask, phrases)),
        notes=tuple(_notes(finding, rows, columns, phrases)),
    )


def _mask(finding: Finding) -> tuple[str, ...] | None:
    """Return the rows of a finding's mask, or else its time steps as one row."""
    mask = finding.facts.get("mask")
    if isinstance(mask, tuple) and 1 <= len(mask) <= LARGEST:
        rows = tuple(row for row in mask if isinstance(row, str) and 1 <= len(row) <= LARGEST)
        if len(rows) == len(mask) and len({len(row) for row in rows}) == 1:
            return rows
    steps = finding.facts.get("steps")
    length = next((finding.sizes[name] for name in TIME if name in finding.sizes), 0)
    if isinstance(steps, tuple) and steps and 1 < length <= LARGEST:
        return ("".join("x" if step in steps else "." for step in range(length)),)
    return None


def _at(cells: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    return ((MARGIN + column * PITCH, MARGIN + row * PITCH) for row, column in cells)


def _ticks(rows: int, columns: int) -> Iterable[tuple[int, int, str]]:
    middle = MARGIN + SIDE // 2
    every = 1 if columns <= 20 else 5
    for column in range(0, columns, every):
        yield middle + column * PITCH, MARGIN - 8, str(column)
    if rows > 1:
        for row in range(rows):
            yield MARGIN // 2, middle + row * PITCH, str(row)


def _alt(mask: tuple[str, ...], phrases: Phrases) -> Iterable[str]:
    """Say which entries are wrong, in one sentence for all rows that are alike."""
    alike: dict[str, list[int]] = {}
    for number, row in enumerate(mask):
        if "x" in row:
            alike.setdefault(row, []).append(number)
    for row, numbers in alike.items():
        columns = _ranges([n for n, one in enumerate(row) if one == "x"], phrases)
        rows = _ranges(numbers, phrases) if len(mask) > 1 else ""
        yield phrases.word("page wrong", {"rows": rows, "columns": columns})


def _ranges(numbers: list[int], phrases: Phrases) -> str:
    """Write ascending numbers short: 0–2, 5."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return phrases.separator.join(
        str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs
    )


def _notes(finding: Finding, rows: int, columns: int, phrases: Phrases) -> Iterable[str]:
    yield phrases.word("page key")
    if rows > 1:
        yield phrases.word("page down", {"axis": _axis(rows, finding.sizes, phrases)})
    yield phrases.word("page across", {"axis": _axis(columns, finding.sizes, phrases)})
    depth = finding.facts.get("depth")
    if isinstance(depth, int) and depth > 1 and "mask" in finding.facts:
        yield phrases.word("page depth", {"depth": depth})


def _axis(length: int, sizes: Mapping[str, int], phrases: Phrases) -> str:
    """Name the dimension of that length, "" where none or more than one has it."""
    names = [name for name, size in sizes.items() if size == length]
    return phrases.word("page axis", {"size": names[0]}) if len(names) == 1 else ""
