"""Finds the submissions of a run, and says in a sentence what is there and not graded."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grader.course import Assignment
from grader.errors import UsageProblem, did_you_mean, quoted
from grader.intake.archive import ArchiveProblem, ZipFolder
from grader.intake.folders import Folder, zips
from grader.intake.layouts import submissions_in
from grader.intake.listing import Entry, Listing, counted, named
from grader.intake.places import open_place, unreadable
from grader.intake.submission import Submission, read_folder


@dataclass(frozen=True)
class Handle:
    """One student's submission, not read yet."""

    student: str
    folder: Folder
    assignment: Assignment

    def read(self) -> Submission:
        """Read it now; whatever is wrong with it is in what comes back."""
        return read_folder(self.folder, self.student, self.assignment)


@dataclass
class Found:
    """The submissions of a run, sorted by student, and what to tell the instructor."""

    submissions: list[Handle] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def discover(
    paths: Sequence[Path], task: Assignment, *, submitted: Path, students: Collection[str] = ()
) -> Found:
    """Find the submissions in the paths, or in ``submitted`` where none is given.

    ``students`` are the only ones wanted, if any.  UsageProblem says which path holds no
    submission, which student is found twice, and which is not found at all.
    """
    if not paths and _is_missing(submitted):
        raise UsageProblem(
            f"{quoted(submitted)} is not there. Collect submissions with nbgrader first, "
            "or name a folder or a zip file with submissions."
        )
    listings = [_listing(path, task) for path in paths or (submitted,)]
    entries = [entry for listing in listings for entry in listing.told_apart()]
    _refuse_twice(entries, task)
    warnings = [warning for listing in listings for warning in listing.warnings]
    warnings += _alike(entries)
    wanted = _wanted(entries, students, paths or (submitted,))
    handles = [Handle(entry.student, entry.folder, task) for entry in wanted]
    return Found(sorted(handles, key=lambda handle: handle.student), warnings)


def _is_missing(path: Path) -> bool:
    try:
        path.stat()
    except OSError as error:
        return isinstance(error, FileNotFoundError | NotADirectoryError)
    return False


def _listing(path: Path, task: Assignment) -> Listing:
    folder = open_place(path)
    try:
        listing = submissions_in(folder, task)
    except OSError as error:
        raise unreadable(path, error) from error
    if isinstance(folder, ZipFolder):
        try:
            folder.vet_outside(entry.folder for entry in (listing or Listing()).entries)
        except ArchiveProblem as problem:
            raise UsageProblem(str(problem)) from problem
        if listing is None and zips(folder.kinds()):
            raise UsageProblem(str(folder.problem("nested")))
    if listing is None or not listing.entries:
        said = "".join(f" {warning}" for warning in listing.warnings) if listing else ""
        raise UsageProblem(
            f"No submission of {quoted(task.name)} was found in {quoted(path)}.{said} "
            f"Name a folder that holds STUDENT/{task.name}/{task.files[0]} for each student, "
            f"the folder of one submission with {task.files[0]} in it, a bulk download of "
            "Canvas, Moodle or Gradescope, or a zip file of any of these."
        )
    return listing


def _refuse_twice(entries: Iterable[Entry], task: Assignment) -> None:
    first: dict[str, Entry] = {}
    for entry in entries:
        other = first.setdefault(entry.student, entry)
        if other is not entry:
            advice = (
                "Name the folder that holds the students' folders."
                if entry.student == task.name
                else "Name only one of them."
            )
            raise UsageProblem(
                f"The student {quoted(entry.student)} is there twice, in "
                f"{quoted(other.folder.origin)} and in {quoted(entry.folder.origin)}. {advice}"
            )


def _alike(entries: Iterable[Entry]) -> list[str]:
    """Warn of names that a file system, or a reader, may take for the same."""
    alike: dict[str, list[str]] = {}
    for entry in entries:
        key = unicodedata.normalize("NFC", entry.student).casefold()
        alike.setdefault(key, []).append(entry.student)
    return [
        f"{counted(len(names), 'student', 'students')} have names that differ only in upper and "
        f"lower case or in how accents are written: {named(names)}. Each is graded."
        for names in alike.values()
        if len(names) > 1
    ]


def _wanted(
    entries: Sequence[Entry], students: Collection[str], paths: Iterable[Path]
) -> Sequence[Entry]:
    known = {entry.student for entry in entries}
    for student in students:
        if student not in known:
            hint = did_you_mean(student, known) or (
                f" {counted(len(known), 'student is', 'students are')} there: {named(known)}."
            )
            raise UsageProblem(
                f"There is no submission of the student {quoted(student)} in "
                f"{named(str(path) for path in paths)}.{hint}"
            )
    return [entry for entry in entries if not students or entry.student in students]
