"""Finds the submissions of a run, and accounts for everything that was given."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.course import Assignment
from grader.errors import UsageProblem, did_you_mean, quoted
from grader.intake.archive import ArchiveProblem, ZipFolder, doubt
from grader.intake.folders import Folder
from grader.intake.listing import (
    IGNORED,
    NOT_GRADED,
    Entry,
    Line,
    Listing,
    Root,
    counted,
    named,
)
from grader.intake.places import open_place, unreadable
from grader.intake.sorting import submissions_in
from grader.intake.submission import Submission, read_roots
from grader.record import Identity


@dataclass(frozen=True)
class Handle:
    """One student's submission, not read yet."""

    student: str
    roots: tuple[Root, ...]
    assignment: Assignment
    identities: tuple[Identity, ...] = ()
    from_notebook: bool = False

    def read(self) -> Submission:
        """Read it now; whatever is wrong with it is in what comes back."""
        return read_roots(
            self.roots,
            self.student,
            self.assignment,
            self.identities,
            from_notebook=self.from_notebook,
        )


@dataclass
class Found:
    """The submissions of a run, sorted by student, and what to tell the instructor.

    ``ledger`` has a line for each entry of what was given.
    """

    submissions: list[Handle] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    ledger: list[Line] = field(default_factory=list)


def discover(
    paths: Sequence[Path],
    task: Assignment,
    *,
    submitted: Path,
    students: Collection[str] = (),
    from_notebook: bool = False,
) -> Found:
    """Find the submissions in the paths, or in ``submitted`` where none is given.

    ``students`` are the only ones wanted, if any; ``from_notebook`` takes functions that only a
    notebook defines.  UsageProblem says which path holds no
    submission, which student is found twice, and which is not found at all.
    """
    if not paths and _is_missing(submitted):
        raise UsageProblem(
            f"{quoted(submitted)} is not there. Collect submissions with nbgrader first, "
            "or name a folder or a zip file with submissions."
        )
    listings = [_listing(path, task) for path in paths or (submitted,)]
    entries = [entry for listing in listings for entry in listing.entries]
    _refuse_twice(entries, task)
    warnings = [warning for listing in listings for warning in listing.warnings]
    warnings += _alike(entries)
    wanted = _wanted(entries, students, paths or (submitted,))
    handles = [
        Handle(entry.student, entry.roots, task, entry.identities, from_notebook)
        for entry in wanted
    ]
    ledger = [line for listing in listings for line in listing.lines]
    if students:
        ledger = [_asked_for(line, students) for line in ledger]
    return Found(sorted(handles, key=lambda handle: handle.student), warnings, ledger)


def _asked_for(line: Line, students: Collection[str]) -> Line:
    """Return the line where only some students are wanted."""
    if set(line.students) & set(students):
        return line
    return replace(line, outcome=IGNORED, why=line.why or "not asked for with --student")


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
        _vet(folder, listing)
    if not listing.entries:
        said = "".join(f" {warning}" for warning in listing.warnings) + _why_none(listing.lines)
        raise UsageProblem(
            f"No submission of {quoted(task.name)} was found in {quoted(path)}.{said} "
            f"Name a folder that holds STUDENT/{task.name}/{task.files[0]} for each student, "
            f"the folder of one submission with {task.files[0]} in it, a bulk download of "
            "Canvas, Moodle or Gradescope, or a zip file of any of these."
        )
    return listing


def _vet(folder: ZipFolder, listing: Listing) -> None:
    places: list[Folder] = [root.folder for entry in listing.entries for root in entry.roots]
    try:
        folder.vet_outside(places)
    except ArchiveProblem as problem:
        raise UsageProblem(str(problem)) from problem
    listing.warnings += doubt(folder)


def _why_none(lines: Iterable[Line]) -> str:
    """Say what is there and not graded, where nothing is."""
    left = [line for line in lines if line.outcome == NOT_GRADED]
    said = [f" {quoted(line.entry)} is not graded: {line.why}." for line in left[:3]]
    more = f" {len(left) - 3} more are not either." if len(left) > 3 else ""
    return "".join(said) + more


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
                f"{quoted(other.roots[0].folder.origin)} and in "
                f"{quoted(entry.roots[0].folder.origin)}. {advice}"
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
