"""The folder a run writes its results to, and reads them from when it is run again.

``OUT/<student>/`` holds a student's files, ``OUT/grades.csv`` the class, ``OUT/.run/`` what no
student gets: the seed, the lock, which assignment it is, the language asked for, and who may
read it all: its owner alone, or a group's members as well.

What holds, whatever ends a run:

- A file is complete or absent: it is written beside its place and then moved there.
- ``results.json`` is moved last.  Where its temporary file is left behind, the other files may
  be newer than it is, and the student is judged again.
- One run at a time: the lock is the system's, and ends with the process that holds it.
- Nothing is deleted.  Students who are no longer in the class keep their folders, and everybody
  who has one is in ``grades.csv``: a late submission can be graded by itself, and the class's
  file stays whole.  Whoever is to go from it goes with their folder.

A power cut may leave an empty file where the file system moves before it writes; it is taken
for what it is, and the student is judged again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.errors import UsageProblem, quoted
from grader.running.folder_names import folder_name, hex_name
from grader.running.history import HISTORY, History
from grader.running.lock import Lock
from grader.running.refusing import refuse
from grader.running.sharing import keep_access, kept_access
from grader.running.staged import Staged
from grader.running.stored_results import RECORD, read_json, students_in
from grader.whole_files import (
    Access,
    make_folder,
    said,
    temporary,
    write_beside,
    write_whole,
)

OF_CLASS = ("grades.csv", "report.html", "entries.csv", HISTORY)
"""Files about the whole class."""


class ResultsFolder:
    """A results folder that this process alone writes to, as a context manager.

    ``group`` is the number of one whose members may read and write it as well; None is what was
    said before, or the owner alone.  UsageProblem where the folder cannot be had: another run is
    at work in it, it is a file, it may not be written to, it holds the results of another
    assignment, or is somebody else's.
    """

    def __init__(self, path: Path, assignment: str, group: int | None = None) -> None:
        self.path = path
        self.access = kept_access(path) if group is None else Access.shared_with(group)
        self._assignment = assignment
        self._private = path / ".run"
        self._lock = Lock(path)
        self._names: set[str] = set()
        self.staged = Staged(self._private, self.access)

    def __enter__(self) -> ResultsFolder:
        try:
            made = make_folder(self.path, self.access)
            make_folder(self._private, self.access)
            mode = 0o600 if self.access.file is None else self.access.file
            self._lock.take(self._private / "lock", mode)
            self._names = set(os.listdir(self.path))
            self._claim()
            self.history = History(self.path)
            keep_access(self.path, self.access, self._own_paths(made))
        except OSError as error:
            self._lock.release()
            refuse(self.path, error)
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def keep_seed(self, seed: int, terms: str, cases: str) -> None:
        """Keep the seed of this folder's runs, and that it passed on some terms.

        ``cases`` is the digest of the hidden cases that it was tried on.
        """
        for name, text in (("seed", f"{seed}\n"), ("tried", f"{terms} {cases}\n")):
            if self._read(name) != text:
                self._write(self._private / name, text)

    def tried_cases(self, terms: str) -> str:
        """Return the digest of the hidden cases that a seed passed on these terms, or ""."""
        kept, _, cases = (self._read("tried") or "").strip().partition(" ")
        return cases if kept == terms else ""

    @property
    def kept(self) -> str:
        """The folder for what later runs need not work out again, which may not be there yet.

        "" where others may write here, too: what is kept is believed.
        """
        return "" if self.access.group is not None else str((self._private / "kept").absolute())

    def keep_language(self, language: str) -> None:
        """Keep the language that was asked for, for ``kept_language``."""
        self._write(self._private / "language", f"{language}\n")

    def keep_notebooks(self, taken: bool) -> None:
        """Keep whether notebooks are to be read, for ``kept_notebooks``."""
        self._write(self._private / "from_notebook", "yes\n" if taken else "no\n")

    def kept_text(self, name: str) -> str | None:
        """Return what is kept under a name for later runs, None where nothing is."""
        try:
            return (self._private / name).read_text("utf-8")
        except FileNotFoundError:
            return None

    def keep_text(self, name: str, text: str) -> None:
        """Keep a text under a name for later runs; NotJudgedProblem as of ``write``."""
        self._write(self._private / name, text)

    def name_of(self, student: str) -> str:
        """Return the name of a student's folder here."""
        return self._folder(student)

    def previous(self, student: str) -> Any:
        """Return a student's results.json as JSON data, or None if it has to be made anew.

        What is there and no JSON is "".
        """
        path = self.path / self._folder(student) / RECORD
        if os.path.lexists(temporary(path)) or not os.path.lexists(path):
            return None
        data = read_json(path)
        return "" if data is None else data

    def holds(self, student: str, names: Iterable[str]) -> bool:
        """Whether files of these names are there for a student, and not empty."""
        folder = self.path / self._folder(student)
        try:
            return all((folder / name).stat().st_size > 0 for name in names)
        except OSError:
            return False

    def write(self, student: str, files: Mapping[str, str]) -> None:
        """Write a student's files, all or none of them; results.json is moved last.

        NotJudgedProblem says what cannot be written, and why.
        """
        name = self._folder(student)
        folder = self.path / name
        with said(folder):
            make_folder(folder, self.access)
        self._names.add(name)
        paths = [folder / file for file in sorted(files, key=lambda file: file == RECORD)]
        moved = False
        try:
            for path in paths:
                with said(path):
                    write_beside(path, files[path.name], self.access)
            moved = True
            for path in paths:
                with said(path):
                    os.replace(temporary(path), path)
        except BaseException:
            if not moved:  # else results.json's stays, and says that the rest is newer
                for path in paths:
                    with contextlib.suppress(OSError):
                        temporary(path).unlink()
            raise

    def write_class(self, files: Mapping[str, str]) -> None:
        """Write files about the whole class; NotJudgedProblem as of ``write``."""
        for name, text in files.items():
            self._write(self.path / name, text)

    def students(self, but: Container[str] = ()) -> Iterator[tuple[str, Any]]:
        """Yield the students who have results here, sorted, with results.json as JSON data.

        Those in ``but`` are left out.  Damaged results are None; folders that are none of ours
        are passed over.
        """
        for student, folder in sorted(students_in(self.path, self._names).items()):
            if student not in but:
                yield student, read_json(self.path / folder / RECORD)

    def _read(self, name: str) -> str | None:
        try:
            return (self._private / name).read_text("ascii")
        except (OSError, ValueError):
            return None

    def _write(self, path: Path, text: str) -> None:
        with said(path):
            write_whole(path, text, self.access)

    def _own_paths(self, made: bool) -> Iterator[Path]:
        """Yield the folder, and all in it that a run has made; what else is there is left alone."""
        known = students_in(self.path, self._names).values()
        strange = self._names - {".run", *OF_CLASS, *known}
        if made or all(name.endswith(".tmp") for name in strange):
            yield self.path
        for name in (".run", *known):
            yield self.path / name
            yield from (self.path / name).rglob("*")
        yield from (self.path / name for name in OF_CLASS if name in self._names)

    def _folder(self, student: str) -> str:
        plain, unmistakable = folder_name(student), hex_name(student)
        if unmistakable in self._names:
            return unmistakable
        if plain not in self._names and os.path.lexists(self.path / plain):
            return unmistakable  # the file system takes it for a name that differs in case
        return plain

    def _claim(self) -> None:
        """Take the folder for this assignment."""
        path = self._private / "assignment"
        try:
            owner = path.read_text("utf-8", "replace").strip()
        except FileNotFoundError:
            owner = ""
        if owner and owner != self._assignment:
            raise UsageProblem(
                f"{quoted(self.path)} holds the results of the assignment {quoted(owner)}. "
                "Choose another folder with --out."
            )
        if not owner:
            write_whole(path, f"{self._assignment}\n", self.access)

    def stored_seed(self) -> int | None:
        """Return the seed of earlier runs, None where there is none; UsageProblem if it is lost."""
        path = self._private / "seed"
        try:
            seed = int(path.read_text("ascii"))
            if seed < 0:
                raise ValueError(seed)
            return seed
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise UsageProblem(
                f"{quoted(path)} holds no seed that can be read. Give one with --seed, or delete "
                "the file: a new one is then drawn, and the class is judged again."
            ) from error
