"""Tar files of one student as folders: unpacked in memory up to a limit, never onto the disk.

They are held to what zips are held to (see ``archive``); links and devices in them are listed
as such and never followed.  Of two members of the same name the later counts, as for tar itself.
"""

from __future__ import annotations

import bz2
import errno
import io
import lzma
import re
import tarfile
import zlib
from collections.abc import Callable
from typing import Any

from grader.intake.archive import MAX_MEMBERS, ArchiveProblem
from grader.intake.folders import DEVICE, FILE, FOLDER, LINK, OTHER, PIPE, TooLarge, shown
from grader.intake.names import stem

MAX_UNPACKED = 32 * 2**20
"""Bytes of all that a student's tar file holds."""
_XZ_MEMORY = 64 * 2**20
_DAMAGED = (
    *(tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError),
    *(OverflowError, IndexError, KeyError, TypeError, AttributeError, RecursionError),
)
"""What the standard library raises on bytes that are no tar file, or no longer."""

Node = dict[str, "Node | tuple[str, int, int]"]
"""A folder: a member is its kind, where its bytes begin, and how many there are."""


class TarFolder:
    """A folder in a tar file."""

    def __init__(self, data: bytes, parts: tuple[str, ...], node: Node, origin: str) -> None:
        self._data, self._parts, self._node = data, parts, node
        self._top = origin
        self.name = parts[-1] if parts else stem(origin.rpartition("/")[2])
        self.origin = "/".join((origin, *parts))

    def kinds(self) -> dict[str, str]:
        """Return what each member is."""
        return {
            name: FOLDER if isinstance(item, dict) else item[0]
            for name, item in sorted(self._node.items())
        }

    def enter(self, name: str) -> TarFolder:
        """Return the folder of that name in it."""
        node = self._node[name]
        assert isinstance(node, dict)
        return TarFolder(self._data, (*self._parts, name), node, self._top)

    def alone(self) -> TarFolder:
        """Return itself: links in a tar file lead nowhere."""
        return self

    def vet(self) -> None:
        """Refuse nothing: what is to be refused was, when it was opened."""

    def read(self, name: str, limit: int) -> bytes:
        """Return a member's bytes."""
        item = self._node[name]
        assert isinstance(item, tuple)
        _, start, size = item
        if size > limit:
            raise TooLarge(name)
        content = self._data[start : start + size]
        if len(content) < size:
            raise OSError(errno.EBADMSG, "damaged in the tar file")
        return content


def read_tar(content: bytes, name: str, origin: str) -> TarFolder:
    """Return the top of a tar file, compressed or not; ArchiveProblem says why not."""
    data = _unpacked(content, name, origin)
    top: Node = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            for number, member in enumerate(archive):
                if number >= MAX_MEMBERS:
                    raise ArchiveProblem("too many files", name, origin)
                _place(top, member, name, origin)
    except _DAMAGED as error:
        raise ArchiveProblem("corrupt", name, origin) from error
    return TarFolder(data, (), top, origin)


def _place(top: Node, member: tarfile.TarInfo, name: str, origin: str) -> None:
    parts = [part for part in member.name.split("/") if part not in ("", ".")]
    if member.name.startswith("/") or ".." in parts or "\0" in member.name:
        raise ArchiveProblem("climbing name", name, origin)
    if len(parts) > 100:
        raise ArchiveProblem("too many files", name, origin)
    node = top
    for part in parts if member.isdir() else parts[:-1]:
        below = node.setdefault(part, {})
        if not isinstance(below, dict):
            raise ArchiveProblem("duplicate name", name, origin)
        node = below
    if parts and not member.isdir():
        node[parts[-1]] = (_kind(member), member.offset_data, member.size)


def _kind(member: tarfile.TarInfo) -> str:
    if member.isreg() and not member.issparse():
        return FILE
    if member.issym() or member.islnk():
        return LINK
    if member.isfifo():
        return PIPE
    return DEVICE if member.isdev() else OTHER


def _unpacked(content: bytes, name: str, origin: str) -> bytes:
    """Return the bytes of the tar file itself, decompressed up to the limit and no further."""
    makers: tuple[tuple[bytes, Callable[[], Any]], ...] = (
        (b"\x1f\x8b", lambda: zlib.decompressobj(31)),
        (b"BZh", bz2.BZ2Decompressor),
        (b"\xfd7zXZ\0", lambda: lzma.LZMADecompressor(memlimit=_XZ_MEMORY)),
    )
    make = next((make for mark, make in makers if content.startswith(mark)), None)
    if make is None:
        return content
    decompressor = make()
    try:
        data: bytes = decompressor.decompress(content, MAX_UNPACKED + 1)
    except _DAMAGED as error:
        raise ArchiveProblem("corrupt", name, origin) from error
    if len(data) > MAX_UNPACKED:
        raise ArchiveProblem("too large", name, origin)
    if not decompressor.eof:
        raise ArchiveProblem("corrupt", name, origin)
    return data


def is_tar(name: str) -> bool:
    """Whether a name is that of a tar file, compressed or not."""
    return re.search(r"\.(?:tar(?:\.(?:gz|bz2|xz))?|tgz|tbz2|txz)$", shown(name), re.I) is not None


def looks_like_tar(content: bytes) -> bool:
    """Whether bytes begin as those of a tar file do, compressed or not."""
    return content.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")) or content[257:262] == b"ustar"
