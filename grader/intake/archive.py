"""Zip files as folders: read in memory, member by member, nothing ever written to disk.

What makes a zip dangerous is refused by name: members that climb out, encryption, the same
name twice, too many members, compression other than deflate (whose memory cannot be bounded),
a zip within a student's zip.  In the zip of a class a fault below one student's folder is that
student's alone; any other, and encryption and compression, which whoever made the zip chose,
are the whole zip's; a damaged member is nobody's fault but the download's.  Links are listed as
such and never followed.  A bomb costs nothing, whatever its ratio: a member is read up to the
reader's limit and no further, and its declared size is believed only where it is too large.
"""

from __future__ import annotations

import errno
import io
import itertools
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from grader.errors import quoted
from grader.intake.folders import (
    FILE,
    FOLDER,
    OTHER,
    DamagedDownload,
    Folder,
    TooLarge,
    kind_of_mode,
    shown,
)
from grader.intake.zip_directory import MAX_DIRECTORY, directory_bytes
from grader.intake.zip_names import member_names

MAX_ZIP = 32 * 2**20
"""Bytes of a student's own zip, compressed."""
MAX_MEMBERS = 10_000
"""Members of a student's own zip, and folders that their names make."""
MAX_CLASS_MEMBERS = 1_000_000
"""Members of the zip of a whole class, and folders that their names make."""

_SENTENCES = {
    "corrupt": "is damaged, or no archive at all. Download it again, or make it again.",
    "encrypted": "is protected with a password. Make the zip again without one.",
    "climbing name": "has a member whose name leads out of the zip. Make the zip again.",
    "duplicate name": "holds two members of the same name. Make the zip again.",
    "too many files": "has more members than are read. Zip only your own files.",
    "too large": f"is larger than {MAX_ZIP // 2**20} MiB. Zip only your own files.",
    "compression": "is compressed in a way that is not read here. Make an ordinary zip.",
    "nested": "holds another zip instead of the files. Zip the files themselves.",
    "unreadable": "cannot be read. Check its permissions.",
}

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, struct.error, OverflowError)
"""What zipfile raises on bytes that are no zip, or no longer."""

Node = dict[str, "Node | zipfile.ZipInfo"]


class ArchiveProblem(Exception):
    """A zip that is not read; ``what`` is a key of the sentences, ``file`` the zip's name."""

    def __init__(self, what: str, file: str, origin: str) -> None:
        self.sentence = _SENTENCES[what].partition(".")[0]
        super().__init__(f"{quoted(origin)} {_SENTENCES[what]}")
        self.what = what
        self.file = shown(file)


class ZipFolder:
    """A folder in a zip file."""

    def __init__(self, archive: _Archive, parts: tuple[str, ...], node: Node) -> None:
        self._archive = archive
        self._parts = parts
        self._node = node
        self.name = parts[-1] if parts else re.sub(r"\.zip$", "", archive.file, flags=re.I)
        self.origin = "/".join((archive.origin, *parts))

    def kinds(self) -> dict[str, str]:
        """Return what each member is."""
        return {name: _kind(item) for name, item in sorted(self._node.items())}

    def enter(self, name: str) -> ZipFolder:
        """Return the folder of that name in it."""
        node = self._node[name]
        assert isinstance(node, dict)
        return ZipFolder(self._archive, (*self._parts, name), node)

    def alone(self) -> ZipFolder:
        """Return itself: links in a zip lead nowhere."""
        return self

    @property
    def size(self) -> int:
        """How many bytes of it are held in memory."""
        return self._archive.size

    @property
    def doubtful(self) -> bool:
        """Whether some names in the zip are in an encoding that could not be told."""
        return self._archive.doubtful

    def vet(self) -> None:
        """Raise an ArchiveProblem where a member below it is to be refused."""
        self._archive.refuse(self._parts)

    def problem(self, what: str) -> ArchiveProblem:
        """Return a problem of the zip it is in."""
        return self._archive.problem(what)

    def vet_outside(self, folders: Iterable[Folder]) -> None:
        """Raise an ArchiveProblem where a member below none of the folders is to be refused."""
        self._archive.refuse_outside({one._parts for one in folders if isinstance(one, ZipFolder)})

    def read(self, name: str, limit: int) -> bytes:
        """Return a member's bytes, decompressed up to the limit."""
        item = self._node[name]
        assert isinstance(item, zipfile.ZipInfo)
        return self._archive.read(item, limit)


def doubt(folder: object) -> list[str]:
    """Return what is to be told of a zip whose names may be read wrongly: one warning, or none."""
    if not isinstance(folder, ZipFolder) or not folder.doubtful:
        return []
    return [
        f"The names in {quoted(folder.origin)} are in an encoding that cannot be told; they "
        "are kept as they read in the zip's own (code page 437)."
    ]


class _Archive:
    """An opened zip file, and what is wrong with its members."""

    def __init__(self, source: Path | IO[bytes], file: str, origin: str, *, of_class: bool) -> None:
        self.file, self.origin = file, origin
        self._of_class = of_class
        self._faults: list[tuple[tuple[str, ...], str]] = []
        self.size = 0
        try:
            self._zip = zipfile.ZipFile(source)
        except OSError as error:
            raise self.problem("unreadable") from error
        except NotImplementedError as error:  # a newer version of the format
            raise self.problem("compression") from error
        except _DAMAGED as error:
            raise self.problem("corrupt") from error
        self._most = MAX_CLASS_MEMBERS if of_class else MAX_MEMBERS
        self._folders = 0
        if len(self._zip.infolist()) > self._most:
            raise self.problem("too many files")
        self.top: Node = {}
        items = self._zip.infolist()
        names, self.doubtful = member_names(items)
        for item, name in zip(items, names, strict=True):
            self._place(item, name)

    def problem(self, what: str) -> ArchiveProblem:
        return ArchiveProblem(what, self.file, self.origin)

    def _place(self, item: zipfile.ZipInfo, name: str) -> None:
        """Put a member into its folder, or note what is wrong with it."""
        parts = tuple(part for part in re.split(r"[/\\]", name) if part not in ("", "."))
        if _climbs(name):
            good = itertools.takewhile(lambda part: part != ".." and "\0" not in part, parts)
            self._fault(() if name[0] in "/\\" else tuple(good), "climbing name")
            return
        if not parts:
            return
        if item.flag_bits & 0x1:
            self._fault((), "encrypted")
        if item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            self._fault((), "compression")
        a_folder = name.endswith(("/", "\\"))
        node = self.top
        for part in parts if a_folder else parts[:-1]:
            if part not in node:
                self._folders += 1
                if self._folders > self._most:
                    raise self.problem("too many files")
            below = node.setdefault(part, {})
            if not isinstance(below, dict):
                self._fault(parts[:-1], "duplicate name")
                return
            node = below
        if not a_folder:
            if parts[-1] in node:
                self._fault(parts[:-1], "duplicate name")
            node[parts[-1]] = item

    def _fault(self, place: tuple[str, ...], what: str) -> None:
        """Note a fault below a folder; refuse the whole zip where it is in nobody's folder."""
        if not place or not self._of_class:
            raise self.problem(what)
        self._faults.append((place, what))

    def refuse(self, parts: tuple[str, ...]) -> None:
        """Raise what is wrong with a member in or below a folder."""
        for place, what in self._faults:
            if place[: len(parts)] == parts:
                raise self.problem(what)

    def refuse_outside(self, folders: set[tuple[str, ...]]) -> None:
        """Raise what is wrong with a member that is below none of the folders."""
        for place, what in self._faults:
            if not any(place[:depth] in folders for depth in range(len(place) + 1)):
                raise self.problem(what)

    def read(self, item: zipfile.ZipInfo, limit: int) -> bytes:
        """Return a member's bytes; OSError where it is damaged, a class's a DamagedDownload."""
        if item.file_size > limit:
            raise TooLarge(item.filename)
        try:
            with self._zip.open(item) as file:
                content = file.read(limit + 1)
        except (*_DAMAGED, RuntimeError) as error:
            kind = DamagedDownload if self._of_class else OSError
            raise kind(errno.EBADMSG, "damaged in the zip") from error
        if len(content) > limit:
            raise TooLarge(item.filename)
        return content


def open_zip(path: Path) -> ZipFolder:
    """Return the top of a zip on disk, of one submission or a class."""
    archive = _Archive(path, path.name, str(path), of_class=True)
    return ZipFolder(archive, (), archive.top)


def content_of(folder: Folder, name: str) -> bytes:
    """Return the bytes of a student's archive; ArchiveProblem where they are not to be had."""
    origin = f"{folder.origin}/{name}"
    try:
        return folder.read(name, MAX_ZIP)
    except TooLarge as error:
        raise ArchiveProblem("too large", name, origin) from error
    except OSError as error:
        raise ArchiveProblem("unreadable", name, origin) from error


def open_zip_in(folder: Folder, name: str) -> ZipFolder:
    """Return the top of a student's zip, which stands in a folder or in the zip of a class."""
    origin = f"{folder.origin}/{name}"
    content = content_of(folder, name)
    if directory_bytes(content) > MAX_DIRECTORY:
        raise ArchiveProblem("too many files", name, origin)
    archive = _Archive(io.BytesIO(content), name, origin, of_class=False)
    archive.size = len(content)
    return ZipFolder(archive, (), archive.top)


def _climbs(name: str) -> bool:
    return (
        "\0" in name
        or name.startswith(("/", "\\"))
        or re.match(r"[A-Za-z]:", name) is not None
        or ".." in re.split(r"[/\\]", name)
    )


def _kind(item: Node | zipfile.ZipInfo) -> str:
    if isinstance(item, dict):
        return FOLDER
    mode = item.external_attr >> 16
    if stat.S_IFMT(mode) == 0:
        return FILE
    kind = kind_of_mode(mode)
    return OTHER if kind == FOLDER else kind
