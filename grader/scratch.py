"""Temporary folders that nobody but their user can read, and that no kill leaves behind for ever.

A folder is locked, by the system's lock, as long as its process lives.  Whoever makes the next one
first removes all of the same user's that are not.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_PREFIX = "unrolled-"


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a folder of mode 0700, removed afterwards, or by the next one made after a kill."""
    _sweep(Path(tempfile.gettempdir()))
    path, lock = _made()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def _made() -> tuple[Path, int]:
    while True:
        path = Path(tempfile.mkdtemp(prefix=_PREFIX))
        lock = _locked(path)
        if lock is not None:
            return path, lock
        # somebody sweeps, and has taken it for one that was left behind


def _sweep(place: Path) -> None:
    with contextlib.suppress(OSError):
        for path in place.glob(f"{_PREFIX}*"):
            lock = _locked(path)
            if lock is not None:
                shutil.rmtree(path, ignore_errors=True)
                os.close(lock)


def _locked(path: Path) -> int | None:
    """Lock a folder of our own and return the lock; None where somebody else holds it."""
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        lock = os.open(path, flags)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(lock).st_uid == os.geteuid() and path.exists():
            return lock
    except OSError:
        pass
    os.close(lock)
    return None
