"""When a submission was handed in, as nbgrader wrote it down beside it."""

from __future__ import annotations

import stat
from pathlib import Path

TIMESTAMP = "timestamp.txt"
MAX_NOTE = 200
"""Bytes of what nbgrader writes down beside a submission."""


def note(path: Path) -> bytes | None:
    """Return what nbgrader wrote down in a file; None where there is none, or it is another.

    It lies among what a student handed in: a link to somebody else's is none.
    """
    try:
        if not stat.S_ISREG(path.lstat().st_mode) or path.stat().st_size > MAX_NOTE:
            return None
        return path.read_bytes()
    except OSError:
        return None


def timestamp(folder: Path) -> str | None:
    """Return when a submission was handed in, as nbgrader wrote it down."""
    from nbgrader.utils import parse_utc

    try:
        said = (note(folder / TIMESTAMP) or b"").decode("utf-8").strip()
        parse_utc(said)
    except (ValueError, OverflowError):
        return None
    return said or None
