"""Recognises how submissions are laid out in a folder: nbgrader's way, a system's, or plainly."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.course import Assignment
from grader.errors import quoted
from grader.intake.folders import FOLDER, LINK_OUT, Folder, shown, subfolders
from grader.intake.gradescope import gradescope
from grader.intake.listing import Entry, Listing, counted, named
from grader.intake.lms import canvas, moodle
from grader.intake.locate import held

MAX_WRAPPERS = 4
"""Folders with nothing but one folder in them that are gone through."""

Layout = Callable[[Folder, Mapping[str, str], Assignment], Listing | None]
"""Called with a folder, what it holds, and the assignment; None where it does not fit."""


def submissions_in(folder: Folder, assignment: Assignment) -> Listing | None:
    """Return the submissions in a folder, or None where no layout fits.

    OSError where the folder cannot be listed.
    """
    for _ in range(MAX_WRAPPERS):
        kinds = folder.kinds()
        for layout in LAYOUTS:
            listing = layout(folder, kinds, assignment)
            if listing is not None:
                return listing
        inner = subfolders(kinds)
        if len(inner) != 1:
            return None
        folder = folder.enter(inner[0])
    return None


def _one(folder: Folder, kinds: Mapping[str, str], assignment: Assignment) -> Listing | None:
    """One submission: a folder with one of the contract's files."""
    if held(kinds, assignment.files):
        return Listing([Entry(shown(folder.name), folder.alone())])
    return None


def _of_one_student(
    folder: Folder, kinds: Mapping[str, str], assignment: Assignment
) -> Listing | None:
    """One student's folder out of an nbgrader tree."""
    if kinds.get(assignment.name) == FOLDER:
        inner = folder.enter(assignment.name).alone()
        if held(_kinds(inner), assignment.files):
            return Listing([Entry(shown(folder.name), inner)])
    return None


def _of_a_course(
    folder: Folder, kinds: Mapping[str, str], assignment: Assignment
) -> Listing | None:
    """The folder of a course: its submitted/ is meant, not the solutions beside it."""
    if kinds.get("submitted") == FOLDER:
        inner = folder.enter("submitted")
        return _nbgrader(inner, _kinds(inner), assignment)
    return None


def _nbgrader(folder: Folder, kinds: Mapping[str, str], assignment: Assignment) -> Listing | None:
    """A tree as nbgrader collects it: <student>/<assignment>/*.py."""
    listing, without, away = Listing(), [], []
    for student in subfolders(kinds):
        inner = folder.enter(student).alone()
        try:
            kind = inner.kinds().get(assignment.name)
        except OSError as error:
            listing.warnings.append(
                f"{quoted(inner.origin)} cannot be read ({error.strerror}) and is not graded. "
                "Check its permissions."
            )
            continue
        if kind == FOLDER:
            listing.entries.append(Entry(shown(student), inner.enter(assignment.name).alone()))
        elif kind == LINK_OUT:
            away.append(f"{student}/{assignment.name}")
        else:
            without.append(student)
    if not listing.entries and not away and not listing.warnings:
        return None
    _warn_of_links(listing, folder, away + _links_out(kinds))
    if without:
        listing.warnings.append(
            f"{counted(len(without), 'student', 'students')} in {quoted(folder.origin)} handed in "
            f"no folder {quoted(assignment.name)} and {'is' if len(without) == 1 else 'are'} "
            f"not graded: {named(without)}."
        )
    return listing


def _plain(folder: Folder, kinds: Mapping[str, str], assignment: Assignment) -> Listing | None:
    """A folder per student with the files right in it."""
    inner = {name: folder.enter(name).alone() for name in subfolders(kinds)}
    holding = [name for name in inner if held(_kinds(inner[name]), assignment.files)]
    if not holding:
        return None
    listing = Listing([Entry(shown(name), inner[name]) for name in holding])
    strangers = (name for name in inner if name not in holding)
    listing.warn_of_strangers(strangers, folder, "a folder of submissions")
    _warn_of_links(listing, folder, _links_out(kinds))
    return listing


def _links_alone(folder: Folder, kinds: Mapping[str, str], _: object) -> Listing | None:
    """Nothing but links that lead out: what is to be said is why nobody is graded."""
    away = _links_out(kinds)
    if subfolders(kinds) or not away:
        return None
    listing = Listing()
    _warn_of_links(listing, folder, away)
    return listing


def _links_out(kinds: Mapping[str, str]) -> list[str]:
    return [name for name, kind in kinds.items() if kind == LINK_OUT and not name.startswith(".")]


def _warn_of_links(listing: Listing, folder: Folder, away: list[str]) -> None:
    if away:
        listing.warnings.append(
            f"{quoted(folder.origin)} holds {counted(len(away), 'link', 'links')} out of the "
            f"submissions; such links are not followed: {named(away)}."
        )


def _kinds(folder: Folder) -> Mapping[str, str]:
    """Return what a folder holds; nothing, where it cannot be listed."""
    try:
        return folder.kinds()
    except OSError:
        return {}


LAYOUTS: tuple[Layout, ...] = (
    _one,
    gradescope,
    moodle,
    canvas,
    _of_a_course,
    _of_one_student,
    _nbgrader,
    _plain,
    _links_alone,
)
"""In the order in which they are tried."""
