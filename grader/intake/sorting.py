"""Recognises how submissions are laid out, entry by entry, so that layouts may be mixed.

What a folder holds is sorted in this order: what Gradescope, Moodle and Canvas wrote (by the
names that only they give), what nbgrader's exchange wrote, and then each folder or archive by
itself: it is a student's whose files lie in it, however deep, in a folder named like the
assignment, or in an archive.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from grader.course import Assignment
from grader.intake.archive import ZipFolder
from grader.intake.exchange import exchange
from grader.intake.folders import FOLDER, Folder, shown, subfolders
from grader.intake.gradescope import gradescope
from grader.intake.listing import Entry, Listing, Root
from grader.intake.lms import canvas, moodle
from grader.intake.names import held, stem, time_in
from grader.intake.one_student import archive_entry, classify, kinds_of, loose_file
from grader.intake.searching import is_archive, is_named
from grader.record import Identity

MAX_WRAPPERS = 4
"""Folders with nothing but one folder in them that are gone through."""

_GENERIC = re.compile(
    r"(?i)(?:src|source|code|py|python|scripts?|hw|homework|home|work|project|submission|"
    r"submitted|solutions?|answers?|final|draft|old|new|more|backup|bak|copy|versions?|attempt|"
    r"try|tests?|part|exercises?|task|assignment|data|lib|utils?|helpers?|v)[ _.-]*\d*(?:\.\d+)*"
)
"""Names of folders that a student makes, and that are no student's."""
_OF_SEVERAL = re.compile(
    r"(?i)(?:week|wk|group|section|sec|tutorial|lab|class|team|semester|term|session|batch|"
    r"woche|gruppe|classe|groupe)s?(?:[ _.-]*(?:\d{1,3}|[a-z])|[ _.-]+\w{1,3})?"
)
"""Names of folders that hold the folders of several students."""
_DEEPEST = 3
"""How deep classes are looked for within each other: the groups of a week of a download."""


def submissions_in(folder: Folder, assignment: Assignment) -> Listing:
    """Return the submissions in a folder; OSError where it cannot be listed."""
    outer = folder.name
    listing = Listing()
    for depth in range(MAX_WRAPPERS):
        kinds = folder.kinds()
        several = _holds_a_class(folder, kinds, assignment)
        if not several and held(kinds, assignment.files):
            return _one(folder, outer if depth and _is_generic(folder.name) else "")
        if kinds.get("submitted") == FOLDER and _is_course(kinds):
            return submissions_in(folder.enter("submitted"), assignment)
        named = _named_folder(folder, kinds, assignment)
        of_one = not several and named and held(kinds_of(named), assignment.files)
        if of_one and not _others_work(folder, kinds, assignment):
            return _of_one_student(folder, assignment)
        listing = _each_entry(folder, kinds, assignment)
        below = subfolders(kinds)
        if len(below) != 1 or any(is_archive(name) for name in kinds):
            return listing.joined()
        inner = folder.enter(below[0])
        if _is_students(inner, assignment) or (listing.entries and listing.entries[0].identities):
            return listing.joined()
        if not _is_generic(folder.name):
            outer = folder.name
        folder = inner
    return listing.joined()


def _one(folder: Folder, name: str = "") -> Listing:
    """One submission: a folder with one of the contract's files."""
    listing = Listing()
    listing.grade(folder.origin, [Entry(shown(name or folder.name), (Root(folder.alone()),))])
    return listing


def _of_one_student(folder: Folder, assignment: Assignment) -> Listing:
    """One student's folder out of an nbgrader tree."""
    listing = Listing()
    found = classify(folder, assignment)
    listing.grade(folder.origin, [Entry(shown(folder.name), found.roots)])
    return listing


def _is_course(kinds: Mapping[str, str]) -> bool:
    """Whether a folder is a course's: its submitted/ is meant, not what lies beside it."""
    others = {"source", "release", "assignments", "solutions", "autograded", "feedback", "hidden"}
    return len(subfolders(kinds)) == 1 or any(kinds.get(name) == FOLDER for name in others)


def _named_folder(
    folder: Folder, kinds: Mapping[str, str], assignment: Assignment
) -> Folder | None:
    return folder.enter(assignment.name) if kinds.get(assignment.name) == FOLDER else None


def _is_generic(name: str) -> bool:
    return len(name) <= 40 and (_GENERIC.fullmatch(name) is not None or bool(time_in(name)))


def _is_students(folder: Folder, assignment: Assignment) -> bool:
    """Whether a folder is a student's by what lies right in it."""
    kinds = kinds_of(folder)
    below = subfolders(kinds)
    named = any(is_named(one, assignment.name) for one in below)
    if not below and sum(is_archive(name) for name in kinds) == 1:
        return True
    return (named or bool(held(kinds, assignment.files))) and not _is_generic(folder.name)


def _holds_a_class(folder: Folder, kinds: Mapping[str, str], assignment: Assignment) -> bool:
    """Whether several folders with names of their own hold the same file that is asked for."""
    seen: set[str] = set()
    for name in subfolders(kinds):
        if is_named(name, assignment.name) or _is_generic(name):
            continue
        inner = kinds_of(folder.enter(name))
        files = set(held(inner, assignment.files))
        for one in subfolders(inner):
            if is_named(one, assignment.name):
                files |= set(held(kinds_of(folder.enter(name).enter(one)), assignment.files))
        if files & seen:
            return True
        seen |= files
    return False


def _others_work(folder: Folder, kinds: Mapping[str, str], assignment: Assignment) -> bool:
    """Whether students' work lies beside the folder named like the assignment."""
    for system in (gradescope, moodle, canvas, exchange):
        if system(folder, kinds, assignment)[0].entries:
            return True
    return any(
        classify(folder.enter(name), assignment).roots
        for name in subfolders(kinds)
        if not is_named(name, assignment.name) and not _is_generic(name)
    )


def _each_entry(
    folder: Folder, kinds: Mapping[str, str], assignment: Assignment, levels: int = _DEEPEST
) -> Listing:
    """Sort the entries of a class's folder, one by one."""
    listing, rest = Listing(), dict(kinds)
    sections = _sections(folder, kinds, assignment, levels)
    for system in (gradescope, moodle, canvas, exchange):
        found, rest = system(folder, rest, assignment)
        listing.take(found)
    for name, kind in rest.items():
        where = f"{folder.origin}/{shown(name)}"
        if name in sections:
            inner = folder.enter(name).alone()
            found = _each_entry(inner, kinds_of(inner), assignment, levels - 1)
        else:
            found = _entry(folder, name, kind, where, assignment, levels)
        listing.take(found)
    return listing


def _sections(
    folder: Folder, kinds: Mapping[str, str], assignment: Assignment, levels: int
) -> list[str]:
    """Return which folders hold those of students: where one does, those named as it is do."""
    found = []
    for name in subfolders(kinds) if levels > 0 else ():
        inner = kinds_of(folder.enter(name)) if _OF_SEVERAL.fullmatch(name[:40]) else {}
        if inner and not held(inner, assignment.files) and assignment.name not in inner:
            found.append((name, inner))
    if any(_class_inside(folder.enter(name), inner, assignment, levels) for name, inner in found):
        return [name for name, _ in found]
    return []


def _entry(
    folder: Folder, name: str, kind: str, where: str, assignment: Assignment, levels: int
) -> Listing:
    """Return what one entry, which no system wrote, turns out to be."""
    listing = Listing()
    if reason := _nobodys(name):
        listing.ignore(where, reason)
        return listing
    if kind != FOLDER:
        if is_archive(name):
            inside = functools.partial(_class_inside, levels=levels)
            return archive_entry(folder, name, where, assignment, inside)
        return loose_file(name, kind, where, assignment)
    inner = folder.enter(name).alone()
    try:
        below = inner.kinds()
    except OSError as error:
        listing.leave(where, f"it cannot be read ({error.strerror}): check its permissions")
        return listing
    nested = _class_inside(inner, below, assignment, levels)
    if nested is not None:
        return nested
    if is_named(name, assignment.name):
        listing.leave(where, "it is named like the assignment, not like a student")
        return listing
    found = classify(inner, assignment, below)
    if found.roots:
        listing.grade(where, [Entry(shown(name), found.roots, _identities(name, below, found.via))])
    elif found.others:
        listing.ignore(where, found.why)
    else:
        listing.leave(where, found.why)
    return listing


def _class_inside(
    folder: Folder, kinds: Mapping[str, str], assignment: Assignment, levels: int
) -> Listing | None:
    """Return the submissions of a class in a folder of a class: a section, or a download."""
    if levels <= 0 or held(kinds, assignment.files) or assignment.name in kinds:
        return None
    if _OF_SEVERAL.fullmatch(folder.name[:40]) and _sections(folder, kinds, assignment, levels - 1):
        return _each_entry(folder, kinds, assignment, levels - 1)
    listing = Listing()
    rest = dict(kinds)
    for system in (gradescope, moodle, canvas, exchange):
        found, rest = system(folder, rest, assignment)
        listing.take(found)
    zips = [name for name in kinds if is_archive(name) and not _is_generic(stem(name))]
    of_zips = isinstance(folder, ZipFolder) and len(zips) > 1
    if of_zips or listing.entries or _holds_a_class(folder, kinds, assignment):
        return _each_entry(folder, kinds, assignment, levels - 1)
    return None


def _identities(name: str, kinds: Mapping[str, str], via: str) -> tuple[Identity, ...]:
    """Return what the layout says of whose folder it is."""
    if via == "nbgrader":
        return (Identity(system="nbgrader", login=shown(name)),)
    return (Identity(system="github", login=shown(name)),) if ".git" in kinds else ()


def _nobodys(name: str) -> str:
    """Say why an entry is nobody's work; "" where it may be somebody's."""
    if name.startswith("."):
        return "a hidden entry, as systems leave behind"
    if name in ("__MACOSX", "__pycache__", "node_modules", "site-packages"):
        return "what a system or a program leaves behind"
    return ""
