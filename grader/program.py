"""What a record says of who judged, and when."""

from __future__ import annotations

import functools
import importlib.metadata
from datetime import UTC, datetime


@functools.cache
def version() -> str:
    """Return this program's version, "" where it runs without being installed."""
    try:
        return importlib.metadata.version("unrolled")
    except importlib.metadata.PackageNotFoundError:
        return ""


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
