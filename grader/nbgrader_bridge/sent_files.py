"""Copies what a student sent from the exchange, where the sender can change it at any time."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MOST_FILES = 2000
MOST_BYTES = 256 << 20
"""What of one submission is copied, in all; it is refused beyond."""


def copy_sent(source: Path, target: Path, owner: int) -> None:
    """Copy the regular files of a folder that belong to an account, by its number.

    Links, and whatever is somebody else's, are left out.  Each name is opened once and links are
    not followed, so that what was looked at is what is copied.  OSError where the system refuses
    something, or there is too much.
    """
    top = os.open(source, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    files = taken = 0
    try:
        if os.fstat(top).st_uid != owner:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM), str(source))
        for folder, _, names, at in os.fwalk(".", dir_fd=top):
            there = target / folder
            there.mkdir(parents=True, exist_ok=True)
            for name in names:
                files += 1
                taken += _copy(name, at, there / name, owner, MOST_BYTES - taken)
                if files > MOST_FILES:
                    raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(source))
    finally:
        os.close(top)


def _copy(name: str, folder: int, target: Path, owner: int, room: int) -> int:
    """Copy one file if it is one, and the account's own; returns its bytes."""
    try:
        # a pipe without a writer would be waited for
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return 0  # a link, or what cannot be read
    with os.fdopen(opened, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_uid != owner:
            return 0
        content = file.read(room + 1)
        if len(content) > room:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(target))
        target.write_bytes(content)
        return len(content)
