"""Whom nbgrader lets read and write a course's files: modes as nbgrader itself gives them."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from grader.course import Course
from grader.nbgrader_bridge.layout import Layout, read_config, uses_nbgrader

_SHARED = 0o2770
"""What nbgrader adds to the mode of a folder where instructors share one."""


def group_of(course: Course) -> int | None:
    """Return the group that shares a course by nbgrader's ``groupshared``; None where none does.

    It is the one that the course's folder belongs to, as of all that nbgrader makes in it.
    """
    if not uses_nbgrader(course):
        return None
    config = read_config(course.folder, only_if=re.compile(r"\bgroupshared\b"))
    shared = config is not None and bool(config.CourseDirectory.get("groupshared", False))
    return course.folder.stat().st_gid if shared else None


def share(layout: Layout, step: str, folder: Path, mode: int) -> None:
    """Give a folder at a step, and what is in it, the modes that nbgrader gives them.

    ``mode`` is what it gives files that instructors do not share.  What belongs to somebody else
    keeps what it has.
    """
    shared = bool(layout.coursedir.groupshared)
    top = Path(layout.coursedir.root, getattr(layout.coursedir, f"{step}_directory"))
    above = [one for one in (folder, *folder.parents) if one == top or top in one.parents]
    for place, folders, files in os.walk(folder):
        above += [Path(place, name) for name in folders]
        for name in files:
            _set(Path(place, name), 0o664 if shared else mode)
    if shared:
        for one in above:
            _set(one, stat.S_IMODE(one.stat().st_mode) | _SHARED)


def _set(path: Path, mode: int) -> None:
    status = path.lstat()
    if not stat.S_ISLNK(status.st_mode) and status.st_uid == os.geteuid():
        path.chmod(mode)
