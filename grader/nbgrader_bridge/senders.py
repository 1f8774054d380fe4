"""Who really handed in: the owner of a submission's folder in nbgrader's exchange.

nbgrader lets anybody submit in anybody's name, and what it collects belongs to the instructor.
Only the exchange's inbound folder still shows whose it is, as long as it is there.
"""

from __future__ import annotations

import pwd
from collections.abc import Iterable, Iterator
from pathlib import Path

from grader.errors import quoted
from grader.nbgrader_bridge.autograded import timestamp
from grader.nbgrader_bridge.layout import Layout

NAMED = 5
"""Students that one line names."""


def doubts(layout: Layout, students: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each submission sent by somebody else, and for what is not known."""
    owners = {student: _owners(layout, student) for student in students}
    known = {student: found for student, found in owners.items() if found}
    everybody = set().union(*known.values())
    if len(known) > 1 and len(everybody) == 1:
        (one,) = everybody
        yield (
            f"every submission in the exchange belongs to the account {quoted(one)}, so that "
            "nobody can tell who sent which"
        )
    else:
        for student, found in known.items():
            others = sorted(found - {student})
            if others:
                names = " and ".join(quoted(other) for other in others)
                yield (
                    f"the submission of {quoted(student)} was sent by {names}; "
                    "ask both before you count it"
                )
    unknown = [student for student, found in owners.items() if not found]
    if unknown:
        listed = ", ".join(quoted(student) for student in unknown[:NAMED])
        more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
        yield f"sender unknown, not in the exchange any more: {listed}{more}"


def _owners(layout: Layout, student: str) -> set[str]:
    """Return whose the submission's folder in the exchange is; several where several fit."""
    sent = timestamp(layout.folder("submitted", student))
    if sent is None:
        return set()
    inbound = _inbound(layout)
    prefix = f"{student}+{layout.assignment.name}+{sent}"
    found = set()
    try:
        for path in inbound.iterdir():
            if path.name == prefix or path.name.startswith(f"{prefix}+"):
                found.add(_name(path.lstat().st_uid))
    except OSError:
        return set()
    return found


def _inbound(layout: Layout) -> Path:
    from nbgrader.exchange.default import Exchange

    exchange = Exchange(config=layout.config, coursedir=layout.coursedir)
    return Path(exchange.root, layout.coursedir.course_id, "inbound")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
