"""Facts as plain text: one line each, short, and nothing a terminal would obey.

Facts come from submissions: file names, source lines, the words of an exception.
"""

from __future__ import annotations

from grader.record import Fact

LONGEST_FACT = 160
"""Characters of one fact that are shown."""

MOST_ITEMS = 8
"""Entries of one list that are shown."""


def printable(text: str) -> str:
    """Replace every character that is not plainly visible by its escape, such as ``\\x1b``.

    That covers control characters, ANSI escapes, line breaks, marks that turn the writing
    direction, and bytes of a file name that are no text.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def number(value: float) -> str:
    """Write a number as short as it goes, without the noise of float sums: 5, 2.5, 0.3."""
    if isinstance(value, int):
        # str() refuses integers of thousands of digits, and a submission may send one.
        return str(value) if value.bit_length() < 1000 else hex(value)
    return f"{value:.10g}"


def fact_text(value: Fact) -> str:
    """Write a fact on one line; a tuple as Python writes it: ``(5,)``."""
    if isinstance(value, tuple):
        inner = ", ".join(fact_text(item) for item in value[:MOST_ITEMS])
        end = ", …" if len(value) > MOST_ITEMS else "," if len(value) == 1 else ""
        return _short(f"({inner}{end})")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _short(number(value))
    return _short(printable(str(value).strip()))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_FACT else text[: LONGEST_FACT - 1] + "…"
