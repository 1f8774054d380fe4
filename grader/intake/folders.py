"""Folders to read submissions from, whatever they really are.

Reading never waits (pipes and devices are recognised, not opened) and never leaves the folder
it started in: a link that leads out of it is named, not followed.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from grader.errors import NotJudgedProblem, quoted

FILE, FOLDER, LINK_OUT = "file", "folder", "link out"
LINK, PIPE, DEVICE, SOCKET, OTHER = "link", "pipe", "device", "socket", "other"
"""What an entry of a folder can be; LINK is one that leads to nothing."""


GONE = frozenset(
    getattr(errno, name)
    for name in (
        *("ENOENT", "EIO", "ESTALE", "ENOTCONN", "ETIMEDOUT", "EHOSTDOWN", "EHOSTUNREACH"),
        *("ECONNRESET", "ENETDOWN", "ENETUNREACH", "EREMOTEIO", "ESHUTDOWN"),
        *("EMFILE", "ENFILE", "ENOMEM"),
    )
    if hasattr(errno, name)
)
"""What the system answers where a disk or a share has gone, or where it is itself at its limits."""


DENIED = frozenset({errno.EACCES, errno.EPERM})
"""What it answers where this user may not read: nothing inside an archive is answered so."""


class Unavailable(NotJudgedProblem):
    """What was there when submissions were listed cannot be read: no fault of a student's.

    ``gone`` says that the disk itself may have gone, and not that this one path may not be read.
    """

    def __init__(self, message: str, *, gone: bool = False) -> None:
        self.gone = gone
        super().__init__(message)


class DamagedDownload(OSError):
    """A file is damaged in the zip of a class, which its students had no hand in."""


def refuse_unread(error: OSError, path: str) -> None:
    """Raise Unavailable where an error is the machine's and not the file's."""
    reason = error.strerror or type(error).__name__
    if isinstance(error, DamagedDownload):
        raise Unavailable(
            f"{quoted(path)} is damaged in the zip that was given. "
            "Download that zip again, and run this again."
        ) from error
    if error.errno in GONE:
        raise Unavailable(
            f"{quoted(path)} cannot be read any more: {reason}. "
            "See whether the disk or the share that it is on is still there.",
            gone=True,
        ) from error
    if error.errno in DENIED:
        raise Unavailable(
            f"{quoted(path)} cannot be read: {reason}. Change its permissions, or those of "
            "the folder that it is in, and run this again."
        ) from error


class TooLarge(Exception):
    """A file holds more bytes than are read."""


class Folder(Protocol):
    """A folder on disk, in a zip, or put together from either."""

    @property
    def name(self) -> str:
        """Its own name, without the folders above it."""

    @property
    def origin(self) -> str:
        """Where it is, for messages."""

    def kinds(self) -> Mapping[str, str]:
        """Return what each entry is, by name in order; OSError where it cannot be listed."""

    def enter(self, name: str) -> Folder:
        """Return the folder of that name in it."""

    def alone(self) -> Folder:
        """Return the same folder as a submission of its own: links lead no further than it."""

    def vet(self) -> None:
        """Raise an ArchiveProblem where something in it must not be read at all."""

    def read(self, name: str, limit: int) -> bytes:
        """Return a file's bytes; TooLarge beyond the limit, OSError where it cannot be read."""


class DiskFolder:
    """A folder on disk; links are followed where they stay below ``root``, by default itself."""

    def __init__(self, path: Path, root: str | None = None) -> None:
        self.path = path
        self.name = path.name if path.name not in ("", "..") else path.resolve().name
        self.origin = str(path)
        self._root = root or os.path.realpath(path)

    def kinds(self) -> dict[str, str]:
        """Return what each entry is, links resolved."""
        with os.scandir(self.path) as entries:
            return {
                entry.name: self._kind(entry) for entry in sorted(entries, key=lambda one: one.name)
            }

    def _kind(self, entry: os.DirEntry[str]) -> str:
        try:
            if not entry.is_symlink():
                return kind_of_mode(entry.stat(follow_symlinks=False).st_mode)
            target = os.path.realpath(entry.path)
            if not self._inside(target):
                return LINK_OUT
            kind = kind_of_mode(os.lstat(target).st_mode)
        except OSError as error:
            if error.errno in GONE and error.errno != errno.ENOENT:
                raise
            if entry.is_symlink() and error.errno not in DENIED:
                return LINK
            if error.errno not in DENIED and error.errno != errno.ENOENT:
                return OTHER
            return FOLDER if entry.is_dir() else FILE  # reading it shows that it is not to be had
        here = os.path.realpath(self.path)
        upwards = here == target or here.startswith(target + os.sep)
        return LINK if kind == FOLDER and upwards else kind  # a circle leads to nothing new

    def _inside(self, target: str) -> bool:
        return target == self._root or target.startswith(self._root.rstrip(os.sep) + os.sep)

    def enter(self, name: str) -> DiskFolder:
        """Return a folder in it; its links may lead as far as this one's."""
        return DiskFolder(self.path / name, self._root)

    def alone(self) -> DiskFolder:
        """Return the same folder with links that lead no further than it."""
        return DiskFolder(self.path)

    def vet(self) -> None:
        """Refuse nothing: what is wrong on disk is wrong with single files."""

    def read(self, name: str, limit: int) -> bytes:
        """Return a file's bytes without ever waiting for them."""
        target = os.path.realpath(self.path / name)
        if not self._inside(target):
            raise OSError(errno.ELOOP, "a link that leads out of the submission")
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
        descriptor = os.open(target, flags)
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):  # it was exchanged since it was listed
                raise OSError(errno.EINVAL, "not a regular file")
            content = file.read(limit + 1)
        if len(content) > limit:
            raise TooLarge(name)
        return content


class GatheredFolder:
    """A folder put together from single files of another one, under names of their own."""

    def __init__(
        self,
        name: str,
        source: Folder,
        kinds: Mapping[str, str],
        members: Mapping[str, str],
        newness: Mapping[str, tuple[int | str, ...]],
    ) -> None:
        """``members`` maps the name a file gets here to the name it has in ``source``.

        ``kinds`` are those of ``source``, which may hold the files of a whole class and is
        therefore not listed again.  ``newness`` says by name how new a file is.
        """
        self.name = name
        self.origin = f"{source.origin}/{next(iter(members.values()), name)}"
        self._source = source
        self._members = dict(members)
        self.newness = dict(newness)
        self._kinds = {one: kinds.get(member, LINK) for one, member in members.items()}

    def kinds(self) -> dict[str, str]:
        """Return what each entry is."""
        return dict(self._kinds)

    def enter(self, name: str) -> Folder:
        """Return a folder in it."""
        return self._source.enter(self._members[name])

    def alone(self) -> GatheredFolder:
        """Return itself."""
        return self

    def vet(self) -> None:
        """Refuse nothing: the whole source was looked at."""

    def read(self, name: str, limit: int) -> bytes:
        """Return a file's bytes."""
        return self._source.read(self._members[name], limit)


def kind_of_mode(mode: int) -> str:
    """Return what a file of this mode is."""
    tests = (
        (stat.S_ISREG, FILE),
        (stat.S_ISDIR, FOLDER),
        (stat.S_ISFIFO, PIPE),
        (stat.S_ISSOCK, SOCKET),
        (stat.S_ISCHR, DEVICE),
        (stat.S_ISBLK, DEVICE),
        (stat.S_ISLNK, LINK),
    )
    return next((kind for test, kind in tests if test(mode)), OTHER)


IGNORED = frozenset({"__pycache__", "__MACOSX", "node_modules", "site-packages"})
"""Folders that hold nothing a student wrote; neither do those whose names start with a dot."""


def subfolders(kinds: Mapping[str, str]) -> list[str]:
    """Return the names of the folders that may hold a student's files, in their order."""
    return [
        name
        for name, kind in kinds.items()
        if kind == FOLDER and name not in IGNORED and not name.startswith(".")
    ]


def shown(name: str) -> str:
    """Return a name that can be printed and stored: bytes that are not UTF-8 as backslash-x."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
