"""Files that are complete or absent, for those who may read them, and a sentence where it fails.

A file is written beside its place and moved there.  Its mode is the one asked for, whatever the
caller's umask takes away or leaves.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import NotJudgedProblem, quoted

FULL = (errno.ENOSPC, errno.EDQUOT)
"""What the system says where there is no room left."""


@dataclass(frozen=True)
class Access:
    """Who may read and write: the modes of files and folders, and the group they belong to.

    ``file`` None leaves the mode to the umask, as for what others are to have.
    """

    file: int | None = 0o600
    folder: int = 0o700
    group: int | None = None

    @classmethod
    def shared_with(cls, group: int) -> Access:
        """Return that of an owner and the members of a group, by its number."""
        return cls(0o660, 0o2770, group)


PRIVATE = Access()
PUBLIC = Access(file=None)


def temporary(path: Path) -> Path:
    """Return where a file is written before it is moved to its place."""
    return path.with_name(f".{path.name}.tmp")


def write_beside(
    path: Path, content: str | bytes, access: Access = PRIVATE, *, lasting: bool = False
) -> None:
    """Write a file beside its place, from where ``os.replace`` moves it; OSError as is.

    A text is written as UTF-8, line ends as they are.  ``lasting`` waits until it is on the disk,
    as is then, mostly, all that came before.
    """
    if isinstance(content, str):
        content = content.encode("utf-8", "backslashreplace")
    mode = 0o666 if access.file is None else access.file
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    descriptor = os.open(temporary(path), flags, mode)
    with os.fdopen(descriptor, "wb") as file:
        _admit(descriptor, access.file, access.group)
        file.write(content)
        file.flush()
        if lasting:
            os.fsync(descriptor)


def write_whole(path: Path, content: str | bytes, access: Access = PRIVATE) -> None:
    """Write a file, whole or not at all, and wait until it is on the disk; OSError as is."""
    try:
        write_beside(path, content, access, lasting=True)
        os.replace(temporary(path), path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary(path).unlink()
        raise


def make_folder(path: Path, access: Access = PRIVATE) -> bool:
    """Make a folder, and those above it as the umask says; return whether it was not there.

    OSError as is.
    """
    try:
        path.mkdir(access.folder, parents=True)
    except FileExistsError:
        if not path.is_dir():
            raise
        return False
    admit(path, access)
    return True


def admit(path: Path, access: Access) -> None:
    """Give a file or a folder the mode and the group of an access; a link is left alone.

    OSError where it belongs to somebody else, unless it is as it should be.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno == errno.ELOOP:
            return
        raise
    try:
        folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        _admit(descriptor, access.folder if folder else access.file, access.group)
    finally:
        os.close(descriptor)


def _admit(descriptor: int, mode: int | None, group: int | None) -> None:
    status = os.fstat(descriptor)
    if mode is None or not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        return
    if group is not None and status.st_gid != group:
        os.fchown(descriptor, -1, group)
    if stat.S_IMODE(os.fstat(descriptor).st_mode) != mode:  # another group takes bits away
        os.fchmod(descriptor, mode)


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
