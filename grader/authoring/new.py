"""Makes the skeleton of an assignment: small, complete, and right by `grade verify`."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from grader.authoring.build import build_assignment
from grader.authoring.skeleton import FILES, HIDDEN, SOLUTIONS, STUDENTS
from grader.authoring.skeleton_notebook import FILE as NOTEBOOK
from grader.authoring.skeleton_notebook import TEXT
from grader.course import Course
from grader.errors import UsageProblem, quoted

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")


def new_assignment(course: Course, name: str, *, notebook: bool = False) -> list[Path]:
    """Write a new assignment's files and return their paths, in the order to look at them.

    With a ``notebook`` it has one, and a written question, which nbgrader's gradebook needs.
    It appears whole or not at all.  UsageProblem where the name is none, or is taken.
    """
    if not _NAME.fullmatch(name):
        raise UsageProblem(
            f"{quoted(name)} cannot be an assignment's name. "
            "Use small letters, digits and underscores, and begin with a letter."
        )
    files = {**FILES, (SOLUTIONS, NOTEBOOK): TEXT} if notebook else FILES
    files = {(part, _filled_in(file, name)): text for (part, file), text in files.items()}
    places = _places(course, name)
    for place in places.values():
        if os.path.lexists(place):
            raise UsageProblem(
                f"{quoted(place)} is there already. Give the assignment another name, "
                "or move that away."
            )
    course.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=course.folder) as beside:
        for (part, file), text in files.items():
            path = Path(beside, part, file)
            path.parent.mkdir(exist_ok=True)
            path.write_text(_filled_in(text, name), encoding="utf-8", newline="\n")
        moved: list[Path] = []
        try:
            for part, place in places.items():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(Path(beside, part), place)
                moved.append(place)
        except OSError:
            for place in moved:  # a half-made assignment would be in the way of the next try
                shutil.rmtree(place)
            raise
    written = [places[part] / file for part, file in files]
    return [*written, *build_assignment(course.assignment(name))]


def _places(course: Course, name: str) -> dict[str, Path]:
    """Return where each part goes: hidden cases beside those that are there already."""
    hidden = course.folder / "grader" / "hidden"
    return {
        HIDDEN: (hidden if hidden.is_dir() else course.folder / "hidden") / name,
        SOLUTIONS: course.folder / "solutions" / name,
        STUDENTS: course.folder / "assignments" / name,
    }


def _filled_in(text: str, name: str) -> str:
    return text.replace("@NAME@", name).replace("@TITLE@", name.replace("_", " ").capitalize())
