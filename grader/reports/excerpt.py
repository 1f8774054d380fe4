"""The lines of a student's own file around the one that a finding names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from grader.phrases import printable
from grader.record import Finding

AROUND = 3
"""Lines shown before and after the one that is meant."""

LONGEST_LINE = 200
"""Characters of one line that are shown."""

_LINE_END = re.compile("\r\n|\r|\n")
"""What ends a line for Python; form feeds and the separators of Unicode do not."""


@dataclass(frozen=True)
class Line:
    """One line of source, fit to be shown; ``here`` marks the one that is meant."""

    number: int
    text: str
    here: bool


@dataclass(frozen=True)
class Excerpt:
    """Some lines of a file."""

    file: str
    line: int
    lines: tuple[Line, ...]


def excerpt(finding: Finding, files: Mapping[str, bytes]) -> Excerpt | None:
    """Return the lines around the one a finding names, or None where it names none of them."""
    file, line = finding.facts.get("file"), finding.facts.get("line")
    if not isinstance(file, str) or file not in files:
        return None
    if not isinstance(line, int) or isinstance(line, bool):
        return None
    source = _LINE_END.split(files[file].decode("utf-8", "replace").removeprefix("\ufeff"))
    if not 1 <= line <= len(source):
        return None
    first, last = max(1, line - AROUND), min(len(source), line + AROUND)
    lines = (Line(n, _shown(source[n - 1]), n == line) for n in range(first, last + 1))
    return Excerpt(file, line, tuple(lines))


def _shown(text: str) -> str:
    text = printable(text[: LONGEST_LINE + 1].expandtabs(4).rstrip())
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"
