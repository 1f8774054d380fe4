"""What nbgrader's exchange holds: ``alice+rnn_bptt+2026-11-20 23:59:01 UTC``, one per attempt."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.course import Assignment
from grader.intake.folders import FOLDER, Folder, shown
from grader.intake.listing import Entry, Listing, Root
from grader.record import Identity

_ATTEMPT = re.compile(
    r"(?P<login>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d[ T_]\d\d[:_-]\d\d[:_-]\d\d"
    r"(?:\.\d+)?(?: [^+]*)?)(?:\+.*)?",
    re.S,
)


def exchange(
    folder: Folder, kinds: Mapping[str, str], assignment: Assignment
) -> tuple[Listing, dict[str, str]]:
    """Return the newest attempts in a folder, and the entries that are none."""
    rest: dict[str, str] = {}
    attempts: dict[str, list[tuple[str, str]]] = {}
    listing = Listing()
    for name, kind in kinds.items():
        match = _ATTEMPT.fullmatch(name) if kind == FOLDER and len(name) <= 255 else None
        if match is None:
            rest[name] = kind
        elif match["assignment"] != assignment.name:
            listing.ignore(f"{folder.origin}/{shown(name)}", "it is of another assignment")
        else:
            attempts.setdefault(match["login"], []).append((match["time"], name))
    for login, found in attempts.items():
        *older, (time, newest) = sorted(found)
        identity = Identity(
            system="nbgrader", login=shown(login), submission=shown(time), attempt=len(found)
        )
        root = Root(folder.enter(newest).alone())
        entry = Entry(shown(login), (root,), (identity,))
        listing.grade(f"{folder.origin}/{shown(newest)}", [entry])
        for _, name in older:
            listing.ignore(f"{folder.origin}/{shown(name)}", f"{shown(login)} has a newer attempt")
    return listing, rest
