"""Zip files as folders: read in memory, member by member, nothing ever written to disk.

What makes a zip dangerous is refused by name: members that climb out, encryption, the same
name twice, too many members, compression other than deflate (whose memory cannot be bounded),
a zip within a student's zip.  Links are listed as such and never followed.  A bomb costs
nothing, whatever its ratio: a member is read up to the reader's limit and no further, and its
declared size is believed only where it is too large.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

from grader.errors import quoted
from grader.intake.folders import FILE, FOLDER, OTHER, Folder, TooLarge, kind_of_mode, shown

MAX_ZIP = 32 * 2**20
"""Bytes of a student's own zip, compressed."""
MAX_MEMBERS = 10_000
"""Members of a student's own zip."""
MAX_DIRECTORY = 4 * 2**20
"""Bytes of the list of members of a student's own zip."""
MAX_CLASS_MEMBERS = 1_000_000
"""Members of the zip of a whole class."""

_SENTENCES = {
    "corrupt": "is damaged, or no zip file at all. Make the zip again.",
    "encrypted": "is protected with a password. Make the zip again without one.",
    "climbing name": "has a member whose name leads out of the zip. Make the zip again.",
    "duplicate name": "holds two members of the same name. Make the zip again.",
    "too many files": "has more members than are read. Zip only your own files.",
    "too large": f"is larger than {MAX_ZIP // 2**20} MiB. Zip only your own files.",
    "compression": "is compressed in a way that is not read here. Make an ordinary zip.",
    "nested": "holds another zip instead of the files. Zip the files themselves.",
    "unreadable": "cannot be read. Check its permissions.",
}

Node = dict[str, "Node | zipfile.ZipInfo"]


class ArchiveProblem(Exception):
    """A zip that is not read; ``what`` is a key of the sentences, ``file`` the zip's name."""

    def __init__(self, what: str, file: str, origin: str) -> None:
        super().__init__(f"{quoted(origin)} {_SENTENCES[what]}")
        self.what = what
        self.file = shown(file)


class ZipFolder:
    """A folder in a zip file."""

    def __init__(self, archive: _Archive, parts: tuple[str, ...], node: Node) -> None:
        self._archive = archive
        self._parts = parts
        self._node = node
        self.name = parts[-1] if parts else archive.file.removesuffix(".zip")
        self.origin = "/".join((archive.origin, *parts))

    def kinds(self) -> dict[str, str]:
        """Return what each member is; ArchiveProblem where one below it is to be refused."""
        self._archive.refuse(self._parts)
        return {name: _kind(item) for name, item in self._node.items()}

    def enter(self, name: str) -> ZipFolder:
        """Return the folder of that name in it."""
        node = self._node[name]
        assert isinstance(node, dict)
        return ZipFolder(self._archive, (*self._parts, name), node)

    def read(self, name: str, limit: int) -> bytes:
        """Return a member's bytes, decompressed up to the limit."""
        item = self._node[name]
        assert isinstance(item, zipfile.ZipInfo)
        return self._archive.read(item, limit)


class _Archive:
    """An opened zip file and what is wrong with its members."""

    def __init__(self, source: Path | IO[bytes], file: str, origin: str, most: int) -> None:
        self.file, self.origin = file, origin
        self._faults: list[tuple[tuple[str, ...], str]] = []
        try:
            self._zip = zipfile.ZipFile(source)
        except OSError as error:
            raise self.problem("unreadable") from error
        except (zipfile.BadZipFile, ValueError, struct.error, OverflowError) as error:
            raise self.problem("corrupt") from error
        except NotImplementedError as error:  # a newer version of the format
            raise self.problem("compression") from error
        if len(self._zip.infolist()) > most:
            raise self.problem("too many files")
        self.top: Node = {}
        for item in self._zip.infolist():
            self._place(item)

    def problem(self, what: str) -> ArchiveProblem:
        return ArchiveProblem(what, self.file, self.origin)

    def _place(self, item: zipfile.ZipInfo) -> None:
        name = _decoded(item)
        if _climbs(name):
            raise self.problem("climbing name")
        parts = tuple(part for part in name.split("/") if part not in ("", "."))
        if not parts:
            return
        if "\\" in name:
            self._faults.append((parts, "climbing name"))
        if item.flag_bits & 0x1:
            self._faults.append((parts, "encrypted"))
        elif item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            self._faults.append((parts, "compression"))
        node = self.top
        for part in parts if item.is_dir() else parts[:-1]:
            below = node.setdefault(part, {})
            if not isinstance(below, dict):
                self._faults.append((parts, "duplicate name"))
                return
            node = below
        if not item.is_dir():
            if parts[-1] in node:
                self._faults.append((parts, "duplicate name"))
            node[parts[-1]] = item

    def refuse(self, parts: tuple[str, ...]) -> None:
        """Raise what is wrong with a member below a folder; the whole class is not one folder."""
        for place, what in self._faults:
            if place[: len(parts)] == parts and (parts or not self.of_class):
                raise self.problem(what)

    of_class = False

    def read(self, item: zipfile.ZipInfo, limit: int) -> bytes:
        """Return a member's bytes; OSError where they are damaged."""
        if item.flag_bits & 0x1:
            raise self.problem("encrypted")
        if item.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise self.problem("compression")
        if item.file_size > limit:
            raise TooLarge(item.filename)
        try:
            with self._zip.open(item) as file:
                content = file.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
            raise OSError(None, f"damaged in the zip: {error}") from error
        if len(content) > limit:
            raise TooLarge(item.filename)
        return content


def open_zip(path: Path) -> ZipFolder:
    """Return the top of a zip on disk, of one submission or a class."""
    archive = _Archive(path, path.name, str(path), MAX_CLASS_MEMBERS)
    archive.of_class = True
    return ZipFolder(archive, (), archive.top)


def open_zip_in(folder: Folder, name: str) -> ZipFolder:
    """Return the top of a student's zip, which stands in a folder or in the zip of a class."""
    origin = f"{folder.origin}/{name}"
    try:
        content = folder.read(name, MAX_ZIP)
    except TooLarge as error:
        raise ArchiveProblem("too large", name, origin) from error
    except OSError as error:
        raise ArchiveProblem("unreadable", name, origin) from error
    if _directory_bytes(content) > MAX_DIRECTORY:
        raise ArchiveProblem("too many files", name, origin)
    archive = _Archive(io.BytesIO(content), name, origin, MAX_MEMBERS)
    return ZipFolder(archive, (), archive.top)


def _directory_bytes(content: bytes) -> int:
    """Return how long the list of members says it is, before it is taken into memory.

    A zip of the 64-bit format has more than a student's zip may have.
    """
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 22 - 0xFFFF))
    if end < 0 or len(content) < end + 22:
        return 0  # zipfile will say that this is no zip
    if content[max(0, end - 20) : end].startswith(b"PK\x06\x07"):
        return MAX_DIRECTORY + 1
    size: int = struct.unpack_from("<L", content, end + 12)[0]
    return size


def _decoded(item: zipfile.ZipInfo) -> str:
    """Return a member's name; many programs write UTF-8 and do not say so."""
    if item.flag_bits & 0x800:
        return item.orig_filename
    try:
        return item.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return item.orig_filename


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


Opener = Callable[[], Folder]
