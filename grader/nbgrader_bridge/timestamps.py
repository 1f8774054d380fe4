"""When a submission was handed in, as nbgrader wrote it down beside it."""

from __future__ import annotations

import stat
from pathlib import Path

TIMESTAMP = "timestamp.txt"
MAX_TIMESTAMP = 200
"""Bytes of a timestamp."""


def timestamp(folder: Path) -> str | None:
    """Return when a submission was handed in, as nbgrader wrote it down."""
    from nbgrader.utils import parse_utc

    path = folder / TIMESTAMP
    try:
        if not stat.S_ISREG(path.lstat().st_mode) or path.stat().st_size > MAX_TIMESTAMP:
            return None
        said = path.read_text("utf-8").strip()
        parse_utc(said)
    except (OSError, ValueError, OverflowError):
        return None
    return said or None
