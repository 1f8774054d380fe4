"""Who really handed in: the owner of a submission's folder in nbgrader's exchange.

nbgrader lets anybody submit in anybody's name, and what it collects belongs to the instructor.
Only the exchange's inbound folder still shows whose it is, as long as it is there.
"""

from __future__ import annotations

import contextlib
import os
import pwd
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import quoted
from grader.nbgrader_bridge.layout import Layout
from grader.nbgrader_bridge.timestamps import timestamp

NAMED = 5
"""Students that one line names."""


@dataclass(frozen=True)
class _Sent:
    """A submission's folder in the exchange: whose it is, and when its name says it came.

    ``links`` are the links in it: what collects a submission follows them with its own rights.
    """

    owner: str
    named: str
    links: tuple[str, ...]


def doubts(layout: Layout, students: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each submission sent by somebody else, and for what is not known."""
    sent = {student: list(_sent(layout, student)) for student in students}
    known = {student: found for student, found in sent.items() if found}
    everybody = {one.owner for found in known.values() for one in found}
    alone = everybody.pop() if len(known) > 1 and len(everybody) == 1 else None
    if alone is not None:
        yield (
            f"every submission in the exchange belongs to the account {quoted(alone)}, so that "
            "nobody can tell who sent which"
        )
    for student, found in known.items():
        others = sorted({one.owner for one in found} - {student})
        if others and alone is None:
            names = " and ".join(quoted(other) for other in others)
            yield (
                f"the submission of {quoted(student)} was sent by {names}; "
                "ask both before you count it"
            )
        said = timestamp(layout.folder("submitted", student))
        for one in found:
            if one.named != said:
                yield (
                    f"the submission of {quoted(student)} says it was sent at {quoted(said)}, and "
                    f"its folder in the exchange {quoted(one.named)}; see whether it is late"
                )
        for link in sorted({link for one in found for link in one.links})[:NAMED]:
            yield (
                f"in the submission of {quoted(student)}, {quoted(link)} is a link in the "
                "exchange, which nbgrader collected by your rights; see where it leads"
            )
    unknown = [student for student, found in sent.items() if not found]
    if unknown:
        listed = ", ".join(quoted(student) for student in unknown[:NAMED])
        more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
        yield f"sender unknown, not in the exchange any more: {listed}{more}"


def _sent(layout: Layout, student: str) -> Iterator[_Sent]:
    """Yield the folders in the exchange that a submission may be a copy of.

    By the time in the folder and by that in its name: the sender writes both.
    """
    time = timestamp(layout.folder("submitted", student))
    if time is None:
        return
    prefix = f"{student}+{layout.assignment.name}+"
    try:
        inbound = sorted(_inbound(layout).iterdir())
    except OSError:
        return
    for path in inbound:
        if path.name.startswith(prefix):
            named = path.name.removeprefix(prefix).partition("+")[0]
            if time in (named, timestamp(path)):
                with contextlib.suppress(OSError):  # it was taken away meanwhile
                    yield _Sent(_name(path.lstat().st_uid), named, tuple(_links(path)))


def _links(place: Path) -> Iterator[str]:
    if place.is_symlink():
        yield place.name
        return
    for parent, folders, files in os.walk(place):
        for name in (*folders, *files):
            path = Path(parent, name)
            if path.is_symlink():
                yield path.relative_to(place).as_posix()


def _inbound(layout: Layout) -> Path:
    from nbgrader.exchange.default import Exchange

    exchange = Exchange(config=layout.config, coursedir=layout.coursedir)
    return Path(exchange.root, layout.coursedir.course_id, "inbound")


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
