"""Who may read and write a results folder: its owner alone, or a group's members as well.

``.run/access`` keeps what holds, so that later runs need not be told: "private" or "group NUMBER".
"""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Iterable
from pathlib import Path

from grader.errors import UsageProblem, did_you_mean, quoted
from grader.whole_files import PRIVATE, Access, admit, write_whole


def group_number(name: str) -> int:
    """Return the number of a group, by its name or number; UsageProblem where it cannot be had."""
    groups = {one.gr_name: one.gr_gid for one in grp.getgrall()}
    number = groups.get(name, int(name) if name.isascii() and name.isdecimal() else None)
    if number is None:
        hint = did_you_mean(name, groups)
        raise UsageProblem(f"There is no group {quoted(name)} on this machine.{hint}")
    if os.geteuid() != 0 and number not in {os.getegid(), *os.getgroups()}:
        raise UsageProblem(
            f"You are not in the group {quoted(name)} and cannot share with it. "
            "Have an administrator add you, then log in anew."
        )
    return number


def kept_access(out: Path) -> Access:
    """Return who may read and write a results folder, as far as it has been said there."""
    try:
        kind, _, number = (out / ".run" / "access").read_text("ascii").partition(" ")
        return Access.shared_with(int(number)) if kind == "group" else PRIVATE
    except (OSError, ValueError):
        return PRIVATE


def keep_access(out: Path, access: Access, paths: Iterable[Path]) -> None:
    """Have a results folder and what earlier runs left there be for those who may have it.

    ``paths`` are all that is the folder's own.  OSError names what belongs to somebody else and
    is not as it should be.
    """
    kept = out / ".run" / "access"
    due = "private\n" if access.group is None else f"group {access.group}\n"
    try:
        if kept.read_text("ascii") == due:
            return
    except (OSError, ValueError):
        pass
    for path in paths:
        admit(path, access)
    write_whole(kept, due, access)


def owner(path: Path) -> str:
    """Return the name of another user whom a path belongs to; "" for one's own."""
    try:
        number = path.lstat().st_uid
    except OSError:
        return ""
    if number == os.geteuid():
        return ""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
