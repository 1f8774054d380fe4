"""Says of one entry of a class whether it may be a student's work, and where that lies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.course import Assignment
from grader.intake.archive import ArchiveProblem, doubt
from grader.intake.folders import (
    DENIED,
    FILE,
    FOLDER,
    LINK_OUT,
    Folder,
    GatheredFolder,
    shown,
    subfolders,
)
from grader.intake.listing import Entry, Listing, Root
from grader.intake.names import ARCHIVES, endings_of, held, near, stem, time_in
from grader.intake.searching import (
    Place,
    below_place,
    is_archive,
    is_named,
    open_archive,
    other_assignments,
)

MAX_ENTRIES = 500
"""Entries of a student's folder that are looked at for a sign of work."""


@dataclass(frozen=True)
class Found:
    """Where a student's work is: ``roots``; without any, ``why`` it is not graded.

    ``others`` says that there is other work, surely not for this assignment; ``via`` is
    "nbgrader" where the folder of the assignment is one that nbgrader collected.
    """

    roots: tuple[Root, ...] = ()
    why: str = ""
    others: bool = False
    via: str = ""


def kinds_of(folder: Folder) -> Mapping[str, str]:
    """Return what a folder holds; nothing, where it cannot be listed."""
    try:
        return folder.kinds()
    except OSError:
        return {}


def classify(
    folder: Folder, assignment: Assignment, kinds: Mapping[str, str] | None = None
) -> Found:
    """Say what a student's folder holds."""
    kinds = kinds_of(folder) if kinds is None else kinds
    named = [name for name in subfolders(kinds) if is_named(name, assignment.name)]
    if assignment.name in named:
        inner = folder.enter(assignment.name).alone()
        others = [name for name in subfolders(kinds) if name not in named]
        collected = "timestamp.txt" in kinds_of(inner)
        if collected or not (others or _own_files(kinds)):
            return Found((Root(inner),), via="nbgrader")
    if named:
        newest = max(named, key=lambda name: (name == assignment.name, time_in(name)))
        if assignment.name not in named and len(named) > 1:
            return Found((Root(folder.enter(newest).alone()),))
        return Found((Root(folder),))
    if kinds.get(assignment.name) == LINK_OUT:
        why = f"its {assignment.name} is a link out of the submission, which is not followed"
        return Found(why=why)
    if held(kinds, assignment.files):
        return Found((Root(folder),))
    try:
        return _by_signs(folder, kinds, assignment)
    except OSError as error:
        if error.errno in DENIED:  # to be named with the student when it is read
            return Found((Root(folder),))
        raise


def _own_files(kinds: Mapping[str, str]) -> bool:
    """Whether files of a student's may lie beside the folder of the assignment."""
    return any(
        kind == FILE and (is_archive(name) or endings_of(name) in (".py", ".ipynb"))
        for name, kind in kinds.items()
    )


def _by_signs(folder: Folder, kinds: Mapping[str, str], assignment: Assignment) -> Found:
    if not any(name != ".git" for name in kinds):
        return Found(why="it is empty")
    top = Place(folder, kinds, "", 0, 0, (), False)
    python = False
    seen = 0
    for place in below_place(top, assignment):
        if held(place.kinds, assignment.files):
            return Found((Root(folder),))
        names = [name for name, kind in place.kinds.items() if kind == FILE]
        seen += len(names)
        for name in names:
            if endings_of(name) in ARCHIVES or name.endswith(".ipynb"):
                return Found((Root(folder),))
            python |= name.endswith(".py")
        if any(near(file, names[:MAX_ENTRIES]) for file in assignment.files):
            return Found((Root(folder),))
        if seen > MAX_ENTRIES:
            break
    others = _others(folder, kinds, assignment)
    if others and others == set(subfolders(kinds)):
        return Found(why="it holds only other assignments", others=True)
    files = ", ".join(assignment.files)
    held_instead = "Python files, but none of those asked for" if python else "none of the files"
    return Found(why=f"it holds {held_instead} ({files})")


def _others(folder: Folder, kinds: Mapping[str, str], assignment: Assignment) -> set[str]:
    """Return the folders that are surely of other assignments."""
    known = other_assignments(assignment)
    return {
        name
        for name in subfolders(kinds)
        if name in known or "timestamp.txt" in kinds_of(folder.enter(name))
    }


Nested = Callable[[Folder, Mapping[str, str], Assignment], Listing | None]


def archive_entry(
    folder: Folder, name: str, where: str, assignment: Assignment, nested: Nested
) -> Listing:
    """Return what an archive in a class's folder turns out to be: a student's, or a class."""
    listing = Listing()
    try:
        opened, _ = open_archive(folder, name)
        told = doubt(opened)
        opened.vet()
        kinds = opened.kinds()
    except ArchiveProblem as problem:
        listing.leave(where, f"it {problem.sentence}")
        return listing
    except OSError as error:
        listing.leave(where, f"it cannot be read ({error.strerror})")
        return listing
    while len(kinds) == 1 and len(subfolders(kinds)) == 1 and not held(kinds, assignment.files):
        inner = opened.enter(subfolders(kinds)[0])
        if is_named(inner.name, assignment.name):
            break
        below = inner.kinds()
        of_class = nested(inner, below, assignment)
        if of_class is not None:
            of_class.warnings += told
            return of_class
        if held(below, assignment.files):
            break
        opened, kinds = inner, below
    of_class = nested(opened, kinds, assignment)
    if of_class is not None:
        of_class.warnings += told
        return of_class
    student = shown(stem(name))
    if is_named(student, assignment.name):
        listing.leave(where, "it is named like the assignment, not like a student")
        return listing
    found = classify(opened, assignment, kinds)
    if found.roots:
        # not the opened one: those of a whole class would be in memory at once
        packed = GatheredFolder(student, folder, {name: FILE}, {name: name}, newness={})
        listing.grade(where, [Entry(student, (Root(packed),))])
    else:
        listing.leave(where, found.why)
    return listing


def loose_file(name: str, kind: str, where: str, assignment: Assignment) -> Listing:
    """Return what a file among the students' folders is taken for."""
    listing = Listing()
    if kind == LINK_OUT:
        listing.leave(where, "it is a link out of the submissions, which is not followed")
    elif kind not in (FILE, FOLDER):
        listing.leave(where, f"it is a {kind}, not a folder or a file")
    elif endings_of(name) in ARCHIVES:
        listing.leave(where, "it is an archive of a kind that is not read: unpack it, or zip it")
    elif endings_of(name) in (".py", ".ipynb", ".py.txt", ".pyw"):
        listing.leave(where, "it lies loose among the students: put it into a folder of its owner")
    else:
        listing.ignore(where, "it is no folder, archive or Python file")
    return listing
