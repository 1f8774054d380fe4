"""The lines of a student's own file around those that a finding or a place names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from grader.decoding import text_of
from grader.phrases import finding_of, printable
from grader.record import Fact, FunctionResult

AROUND = 3
"""Lines shown before and after the one that is meant."""

MOST_MEANT = 40
"""Lines that may be meant together."""

LONGEST_LINE = 200
"""Characters of one line that are shown."""

_LINE_END = re.compile("\r\n|\r|\n")
"""What ends a line for Python; form feeds and the separators of Unicode do not."""


@dataclass(frozen=True)
class Line:
    """One line of source, fit to be shown; ``here`` marks those that are meant."""

    number: int
    text: str
    here: bool


@dataclass(frozen=True)
class Excerpt:
    """Some lines of a file; ``first`` to ``last`` are those that are meant."""

    file: str
    first: int
    last: int
    lines: tuple[Line, ...]


def excerpts(result: FunctionResult, files: Mapping[str, bytes]) -> tuple[Excerpt, ...]:
    """Return the lines around the one that a result's finding names, and around its places."""
    named = []
    finding = finding_of(result)
    if finding is not None:
        line = finding.facts.get("line")
        if isinstance(line, int) and not isinstance(line, bool):
            named.append((finding.facts.get("file"), line, line))
    named += [(place.file, place.first, place.last) for place in result.places]
    found = (_excerpt(file, first, last, files) for file, first, last in dict.fromkeys(named))
    return tuple(one for one in found if one is not None)


def _excerpt(file: Fact, first: int, last: int, files: Mapping[str, bytes]) -> Excerpt | None:
    if not isinstance(file, str) or file not in files:
        return None
    source = _LINE_END.split(text_of(files[file]).removeprefix("\ufeff"))
    if not 1 <= first <= last <= len(source) or last - first > MOST_MEANT:
        return None
    shown = range(max(1, first - AROUND), min(len(source), last + AROUND) + 1)
    lines = (Line(n, _shown(source[n - 1]), first <= n <= last) for n in shown)
    return Excerpt(file, first, last, tuple(lines))


def _shown(text: str) -> str:
    text = printable(text[: LONGEST_LINE + 1].expandtabs(4).rstrip())
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"
