"""Takes the Python files out of what was found of a submission, within limits."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

from grader.course import Assignment
from grader.intake.folders import (
    FILE,
    FOLDER,
    LINK_OUT,
    Folder,
    TooLarge,
    refuse_unread,
    shown,
    subfolders,
)
from grader.intake.locate import MAX_FILE, Parts, Version
from grader.intake.notebooks import Notebook, taken_from
from grader.intake.searching import Place
from grader.intake.stubs import checks_of, handed_out
from grader.intake.telling import missing
from grader.record import Fact, Finding

MAX_BYTES = 8 * 2**20
"""Bytes of all files of a submission together."""
MAX_FILES = 200
"""Python files of a submission, with those that cannot be read."""
MAX_FOLDERS = 500
"""Folders of a submission that are looked through for Python files."""

_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
"""The line in which a Python file names its encoding (PEP 263)."""


Waiting = tuple[str, Folder, Mapping[str, str]]
"""A folder that is still to be read: the prefix of its files' names, and what it holds."""


class Taker:
    """Takes the Python files out of a folder, within limits."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._handed_out = handed_out(assignment)
        self._checks = checks_of(assignment)
        self._bytes = 0
        self.files: dict[str, bytes] = {}
        self.problems: list[Finding] = []
        self.data: dict[str, bytes] = {}

    def report(self, kind: str, file: str, **facts: str | int) -> None:
        self.problems.append(Finding(kind, "", {"file": file, **facts}))

    def read(
        self, parts: Parts, notebook: Notebook | None, *, from_notebook: bool
    ) -> list[Finding]:
        """Take the contract's files first, so that no limit is reached before they are read.

        Return notes on what was taken from a notebook.
        """
        for file in self._assignment.files:
            if file in parts.chosen:
                self._take(parts.chosen[file])
        for problem in parts.problems:
            self.report("unread zip", problem.file, what=problem.what)
        notes: list[Finding] = []
        if notebook is not None and from_notebook:
            notes = self._take_from(notebook)
        names = {} if notebook is None else notebook.path
        absent = [file for file in self._assignment.files if file not in self.files]
        self.problems += missing(parts, self._assignment, absent, names)
        taken = {(id(one.place), one.entry) for one in parts.chosen.values()}
        waiting: list[Waiting] = []
        for one in parts.places:
            rest = {name: kind for name, kind in one.kinds.items() if (id(one), name) not in taken}
            waiting.append(("", one.folder, rest))
        self._read_others(waiting)
        self._read_data(parts)
        return notes

    def _take_from(self, notebook: Notebook) -> list[Finding]:
        notes = []
        for one in list(taken_from(notebook, self.files, self._assignment)):
            if len(one.content) <= MAX_FILE:
                self.files[one.file] = one.content
                facts: dict[str, Fact] = {
                    "file": one.file,
                    "names": one.names,
                    "notebook": one.notebook,
                }
                notes.append(Finding("from notebook", "", facts))
        return notes

    def _take(self, version: Version) -> None:
        place: Place = version.place
        kind = place.kinds[version.entry]
        content = self._content(place.folder, version.entry, kind, version.file)
        if content is not None and self._is_text(content, version.file):
            self.files[version.file] = content

    def _read_others(self, waiting: list[Waiting]) -> None:
        """Take the student's own further modules and packages, the nearest first."""
        contract = set(self._assignment.files)
        for prefix, folder, kinds in waiting:
            for name, kind in kinds.items():
                if not name.endswith(".py") or name.startswith(".") or not _is_utf8(name):
                    continue
                path = prefix + name
                if kind == FOLDER or name in self._handed_out or path in self.files:
                    continue
                if prefix == "checks/" and name in self._checks:
                    continue
                if path in contract:  # another version of a file that was read, or not
                    continue
                if len(self.files) + len(self.problems) >= MAX_FILES:
                    self._too_many()
                    return
                content = self._content(folder, name, kind, path)
                if content is None:
                    continue
                if self._bytes + len(content) > MAX_BYTES:
                    self._too_many()
                    return
                self._bytes += len(content)
                self.files[path] = content
            for name in subfolders(kinds):
                if len(waiting) + len(self.problems) >= MAX_FOLDERS:
                    self._too_many()
                    return
                self._look_into(folder.enter(name), f"{prefix}{name}/", waiting)

    def _read_data(self, parts: Parts) -> None:
        """Take the data files that the assignment lets in, beside the files asked for."""
        for place in parts.places:
            for name in self._assignment.data:
                if name not in place.kinds or name in self.data:
                    continue
                content = self._content(place.folder, name, place.kinds[name], name)
                if content is not None:
                    self.data[name] = content

    def _look_into(self, folder: Folder, prefix: str, waiting: list[Waiting]) -> None:
        """Put a folder on the waiting list, unless it is an installed Python."""
        try:
            kinds = folder.kinds()
        except OSError as error:
            refuse_unread(error, folder.origin)
            self.report("unreadable file", shown(prefix))
            return
        if "pyvenv.cfg" not in kinds and _is_utf8(prefix):
            waiting.append((prefix, folder, kinds))

    def _too_many(self) -> None:
        facts = {"limit": MAX_FILES, "limit_kib": MAX_BYTES // 1024}
        self.problems.append(Finding("too many files", "", facts))

    def _content(self, folder: Folder, name: str, kind: str, file: str) -> bytes | None:
        """Return a file's bytes, or report why it is not read."""
        if kind == LINK_OUT:
            self.report("link out of submission", file)
        elif kind != FILE:
            self.report("not a regular file", file, what=kind)
        else:
            try:
                return folder.read(name, MAX_FILE)
            except TooLarge:
                self.report("too large file", file, limit_kib=MAX_FILE // 1024)
            except OSError as error:
                refuse_unread(error, f"{folder.origin}/{name}")
                self.report("unreadable file", file)
        return None

    def _is_text(self, content: bytes, file: str) -> bool:
        """Whether Python can read it as text, as far as that can be said without running it."""
        if not content.removeprefix(b"\xef\xbb\xbf").strip():
            self.report("empty file", file)
        elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            self.report("not utf-8", file, line=1)
        elif b"\0" in content:
            self.report("binary file", file)
        elif line := _line_not_utf8(content):
            self.report("not utf-8", file, line=line)
        else:
            return True
        return False


def _line_not_utf8(content: bytes) -> int:
    """Return the first line that is not UTF-8, or 0; a file of another encoding is left alone.

    Python itself says whether it knows that encoding, in the worker: some take minutes.
    """
    for line in content.split(b"\n", 2)[:2]:
        coding = _CODING.match(line)
        if coding and coding[1].lower().replace(b"_", b"-") not in (b"utf-8", b"utf8"):
            return 0
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return content.count(b"\n", 0, error.start) + 1
    return 0


def _is_utf8(name: str) -> bool:
    """Whether a name is text; a module of any other name cannot be imported."""
    return shown(name) == name
