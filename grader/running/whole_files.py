"""Files that are complete or absent, and one sentence on those that cannot be written."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from grader.errors import NotJudgedProblem, quoted

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says where there is no room left."""


def temporary(path: Path) -> Path:
    """Return where a file is written before it is moved to its place."""
    return path.with_name(f".{path.name}.tmp")


def write_whole(path: Path, text: str, mode: int = 0o666) -> None:
    """Write a file and wait until it is on the disk, as is then, mostly, all that came before.

    NotJudgedProblem says what cannot be written, and why.
    """
    beside = temporary(path)
    with said(path):
        try:
            with opened(beside, mode) as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except BaseException:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise


def opened(path: Path, mode: int = 0o666) -> IO[str]:
    """Open a file to write text of any kind to it, as it is."""
    return open(
        path,
        "w",
        encoding="utf-8",
        errors="backslashreplace",
        newline="",
        opener=lambda name, flags: os.open(name, flags, mode),
    )


@contextlib.contextmanager
def said(path: Path) -> Iterator[None]:
    """Say in one sentence what cannot be written."""
    try:
        yield
    except OSError as error:
        advice = "Make room" if error.errno in FULL else "Mend that"
        raise NotJudgedProblem(
            f"{quoted(path)} cannot be written: {error.strerror}. "
            f"{advice} and run the same command again."
        ) from error
