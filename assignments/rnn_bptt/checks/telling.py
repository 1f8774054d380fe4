"""How a test says what is wrong: rows named What, Got, Expected, Cause and Next."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Mapping
from typing import Any, NoReturn

import numpy as np
import pytest

from .words import said

MOST_LINES = 4
"""Lines of one row; numbers that take more are shown where they differ."""
WIDTH = 88
_INDENT = 10

Rows = Mapping[str, str]


_Failed: Any = pytest.fail.Exception


class Wrong(_Failed):  # type: ignore[misc]
    """What stops a test: the rows that are shown instead of a traceback."""

    def __init__(self, rows: Rows, *, at_import: bool = False) -> None:
        super().__init__(as_text(rows), pytrace=False)
        self.rows = dict(rows)
        self.at_import = at_import


def fail(what: str, todo: str, **shown: Any) -> NoReturn:
    """Stop the test with what is wrong, the numbers that show it, and what to do next."""
    numbers = {name.capitalize(): number_text(value) for name, value in shown.items()}
    raise Wrong({"What": what, **numbers, "Next": todo})


def in_order(rows: Rows) -> Rows:
    """Return rows with what to do next, where that is known, at their end."""
    return dict(sorted(rows.items(), key=lambda row: row[0] == "Next"))


def as_text(rows: Rows) -> str:
    """Return rows as lines, in the language: the name of each, and its text beside it."""
    lines = []
    for name, text in rows.items():
        first, *more = _wrapped(said(text))
        label = said(name)
        lines.append(label + " " * max(1, _INDENT - _columns(label)) + first)
        lines += [" " * _INDENT + line for line in more]
    return "\n".join(lines)


def _wrapped(text: str) -> list[str]:
    lines = []
    for line in text.split("\n") or [""]:
        if _columns(line) == len(line):
            lines += textwrap.wrap(
                line, WIDTH, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
            ) or [""]
        else:
            lines += _wrapped_wide(line)
    return lines[:MOST_LINES]


_WIDE = "\u2e80-\u9fff\uff00-\uffef"
_PIECES = re.compile(
    rf"\s+|[{_WIDE}\u201c\u2018][\u3001\u3002\uff01\uff09\uff0c\uff1a\uff1b\uff1f\u201d\u2019]*"
    rf"|[^\s{_WIDE}\u201c\u2018]+"
)


def _wrapped_wide(line: str) -> list[str]:
    """Break a line that holds Chinese: between any two characters, but not inside a word."""
    lines = [""]
    for piece in _PIECES.findall(line):
        if _columns(lines[-1] + piece.rstrip()) > WIDTH and lines[-1]:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines


def _columns(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return len(text) + sum(unicodedata.east_asian_width(one) in "WF" for one in text)


def number_text(value: Any) -> str:
    """Return numbers as text, of as many digits as can matter; one alone as Python prints it."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, float):
        return str(float(f"{value:.10g}"))
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=10, separator=", ", max_line_width=WIDTH)
    return str(value)


def both(got: np.ndarray[Any, Any], expected: np.ndarray[Any, Any], wrong: Any) -> dict[str, str]:
    """Return what came and what was due; of large arrays the first entries that are wrong."""
    rows = {"Got": number_text(got), "Expected": number_text(expected)}
    if all(text.count("\n") < MOST_LINES for text in rows.values()):
        return rows
    places = [tuple(map(int, place)) for place in np.argwhere(wrong)]
    return {
        name: ", ".join(
            f"[{', '.join(map(str, place))}] {float(array[place]):.6g}" for place in places[:3]
        )
        + (f", ... ({len(places)} of {got.size} entries are wrong)" if name == "Got" else ", ...")
        for name, array in (("Got", got), ("Expected", expected))
    }
