"""Reads one submission: the student's own Python files, and what is wrong with them.

Nothing here fails because of what a student handed in: whatever it is becomes a finding.
"""

from __future__ import annotations

import errno
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.course import Assignment
from grader.intake.archive import ArchiveProblem
from grader.intake.folders import (
    FILE,
    FOLDER,
    LINK_OUT,
    Folder,
    TooLarge,
    refuse_gone,
    shown,
    subfolders,
)
from grader.intake.listing import Root
from grader.intake.locate import MAX_FILE, Parts, Place, Version, locate
from grader.intake.notebooks import Notebook, read_notebooks, taken_from
from grader.intake.places import open_place
from grader.intake.stubs import handed_out, has_stubs
from grader.intake.telling import missing, notes_on
from grader.record import Fact, Finding, Identity

NOTES = frozenset({"read from", "left aside", "stub beside", "names of a zip", "from notebook"})
"""Kinds of findings that are notes and nothing else."""

MAX_BYTES = 8 * 2**20
"""Bytes of all files of a submission together."""
MAX_FILES = 200
"""Python files of a submission, with those that cannot be read."""
MAX_FOLDERS = 500
"""Folders of a submission that are looked through for Python files."""

_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
"""The line in which a Python file names its encoding (PEP 263)."""


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one assignment.

    ``files`` are the student's own Python files, by their names relative to the submission,
    with slashes; the contract's files among them have the contract's names.  ``problems`` say
    what was not read, and why.  ``digest`` is the SHA-256 of both.  ``denied`` is a path that we
    may not read, if there is one.  ``notes`` say what was read from where, which changes no
    verdict; ``identities`` whose work it is; ``data`` are the data files that are let in.
    """

    student: str
    files: Mapping[str, bytes]
    problems: tuple[Finding, ...]
    digest: str
    denied: str = ""
    notes: tuple[Finding, ...] = ()
    identities: tuple[Identity, ...] = ()
    data: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def remarks(self) -> tuple[Finding, ...]:
        """Return all that is to be said of the submission as a whole."""
        return (*self.problems, *self.notes)


def read_submission(path: Path, student: str, assignment: Assignment) -> Submission:
    """Read the submission in a folder or a zip on disk.

    UsageProblem says that the path itself is not there or neither of these.
    """
    return read_folder(open_place(path).alone(), student, assignment)


def read_folder(folder: Folder, student: str, assignment: Assignment) -> Submission:
    """Read the submission in one folder, whatever it really is; errors as of ``read_roots``."""
    return read_roots([Root(folder)], student, assignment)


def read_roots(
    roots: Sequence[Root],
    student: str,
    assignment: Assignment,
    identities: tuple[Identity, ...] = (),
    *,
    from_notebook: bool = False,
) -> Submission:
    """Read the submission that lies in several folders, whatever they really are.

    ``from_notebook`` takes functions that only a notebook defines.
    Raises Unavailable where the machine, not the submission, is at fault.
    """
    reader = _Reader(assignment)
    origin = roots[0].folder.origin
    notes: tuple[Finding, ...] = ()
    try:
        for root in roots:
            root.folder.vet()
        parts = locate(roots, assignment)
        notebook = _notebook(parts, assignment)
        taken = reader.read(parts, notebook, from_notebook=from_notebook)
        notes = (*notes_on(parts, assignment), *taken)
    except ArchiveProblem as problem:
        if isinstance(problem.__cause__, OSError):
            refuse_gone(problem.__cause__, origin)
        reader.report("unread zip", problem.file, what=problem.what)
    except OSError as error:  # the folder cannot be listed
        reader.refuse(error, origin)
        for file in assignment.files:
            reader.report("unreadable file", file)
    problems = tuple(reader.problems)
    digest = _digest({**reader.files, **reader.data}, problems)
    return Submission(
        student,
        reader.files,
        problems,
        digest,
        denied=reader.denied,
        notes=notes,
        identities=identities,
        data=reader.data,
    )


Waiting = tuple[str, Folder, Mapping[str, str]]
"""A folder that is still to be read: the prefix of its files' names, and what it holds."""


class _Reader:
    """Takes the Python files out of a folder, within limits."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._handed_out = handed_out(assignment)
        self._bytes = 0
        self.files: dict[str, bytes] = {}
        self.problems: list[Finding] = []
        self.denied = ""
        self.data: dict[str, bytes] = {}

    def refuse(self, error: OSError, path: str) -> None:
        """Raise Unavailable where the machine is at fault, and note where we may not read."""
        refuse_gone(error, path)
        if error.errno in (errno.EACCES, errno.EPERM):
            self.denied = self.denied or path

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
            self.refuse(error, folder.origin)
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
                self.refuse(error, f"{folder.origin}/{name}")
                self.report("unreadable file", file)
        return None

    def _is_text(self, content: bytes, file: str) -> bool:
        """Whether Python can read it as text, as far as that can be said without running it."""
        if not content.removeprefix(b"\xef\xbb\xbf").strip():
            self.report("empty file", file)
        elif b"\0" in content:
            self.report("binary file", file)
        elif line := _line_not_utf8(content):
            self.report("not utf-8", file, line=line)
        else:
            return True
        return False


def _notebook(parts: Parts, assignment: Assignment) -> Notebook | None:
    """Return what the notebooks define, where a file is not there or is the untouched stub."""
    versions = parts.chosen
    undone = any(
        file not in versions or has_stubs(assignment, file, versions[file].content)
        for file in assignment.files
    )
    return read_notebooks(parts, assignment) if undone else None


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


def _digest(files: Mapping[str, bytes], problems: tuple[Finding, ...]) -> str:
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(f"file {len(name)} {len(content)} {name}".encode())
        digest.update(content)
    for problem in problems:
        digest.update(f"problem {problem.kind!r} {sorted(problem.facts.items())!r}".encode())
    return digest.hexdigest()
