"""Texts of students as cells of a table that a spreadsheet opens."""

from __future__ import annotations

import re

_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")


def safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula; numbers are left alone."""
    if _NUMBER.fullmatch(text):
        return text
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS) else text


def cell(text: str) -> str:
    """Return a text of a student as a cell: no formula, and what cannot be printed escaped."""
    return safe("".join(one if one.isprintable() else _escaped(one) for one in text))


def _escaped(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # a byte of a file name that is no text
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
