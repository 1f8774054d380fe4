"""Who really handed in: the owner of a submission's folder in nbgrader's exchange.

nbgrader lets anybody submit in anybody's name, and what it collects belongs to the instructor.
Only the exchange's inbound folder still shows whose it is, as long as it is there.
"""

from __future__ import annotations

import contextlib
import os
import pwd
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import quoted
from grader.nbgrader_bridge.layout import Layout
from grader.nbgrader_bridge.timestamps import timestamp
from grader.reports.to_do import Doubt

NAMED = 5
"""Students that one line names."""


@dataclass(frozen=True)
class Sent:
    """A submission's ``path`` in the exchange: whose it is, and when its name says it came.

    ``links`` are the links in it: what collects a submission follows them with its own rights.
    """

    path: Path
    owner: str
    named: str
    links: tuple[str, ...]


def doubtful(layout: Layout, students: Iterable[str]) -> Iterator[Doubt]:
    """Yield what is doubtful about the submissions of some students."""
    sent = {student: list(_sent(layout, student)) for student in students}
    known = {student: found for student, found in sent.items() if found}
    alone = _alone(known)
    if alone is not None:
        yield Doubt("account", "", (alone,))
    for student, found in known.items():
        others = sorted({one.owner for one in found} - {student})
        if others and alone is None:
            yield Doubt("sender", student, tuple(others))
        said = timestamp(layout.folder("submitted", student))
        for one in found:
            if one.named != said:
                yield Doubt("time", student, (str(said), one.named))
        for link in sorted({link for one in found for link in one.links})[:NAMED]:
            yield Doubt("link", student, (link,))
    for student, found in sent.items():
        if not found:
            yield Doubt("unknown", student)


def doubts(layout: Layout, students: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each submission sent by somebody else, and for what is not known."""
    unknown = []
    for one in doubtful(layout, students):
        if one.kind == "unknown":
            unknown.append(one.student)
        else:
            yield _sentence(one)
    if unknown:
        listed = ", ".join(quoted(student) for student in unknown[:NAMED])
        more = f" and {len(unknown) - NAMED} more" if len(unknown) > NAMED else ""
        yield f"sender unknown, not in the exchange any more: {listed}{more}"


def _sentence(doubt: Doubt) -> str:
    who, names = quoted(doubt.student), [quoted(name) for name in doubt.names]
    if doubt.kind == "account":
        return (
            f"every submission in the exchange belongs to the account {names[0]}, so that "
            "nobody can tell who sent which"
        )
    if doubt.kind == "sender":
        return (
            f"the submission of {who} was sent by {' and '.join(names)}; ask both, and then add "
            f"--accept {doubt.student} to count it, or --use-own {doubt.student} to take the last "
            f"that {who} sent"
        )
    if doubt.kind == "time":
        return (
            f"the submission of {who} says it was sent at {names[0]}, and its folder in the "
            f"exchange {names[1]}; see whether it is late"
        )
    return (
        f"in the submission of {who}, {names[0]} is a link in the exchange, which nbgrader "
        "collected by your rights; see where it leads"
    )


def spoofed(layout: Layout, students: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Return whose submissions somebody else sent, and who: nobody's where all share an account."""
    sent = {student: list(_sent(layout, student)) for student in students}
    known = {student: found for student, found in sent.items() if found}
    if _share_an_account(layout):
        return {}
    others = {
        student: sorted({one.owner for one in found} - {student})
        for student, found in known.items()
    }
    return {student: names for student, names in others.items() if names}


def _share_an_account(layout: Layout) -> bool:
    """Whether one account has sent all that is in the exchange, in the names of several."""
    between = f"+{layout.assignment.name}+"
    sent = [path for path in _everything(layout) if between in path.name]
    owners = set()
    for path in sent:
        with contextlib.suppress(OSError):
            owners.add(path.lstat().st_uid)
    return len(owners) == 1 and len({path.name.partition(between)[0] for path in sent}) > 1


def _everything(layout: Layout) -> Sequence[Path]:
    try:
        return sorted(_inbound(layout).iterdir())
    except OSError:
        return []


def _alone(known: Mapping[str, Sequence[Sent]]) -> str | None:
    """Return the one account that has sent everything, None where there are more."""
    everybody = {one.owner for found in known.values() for one in found}
    return everybody.pop() if len(known) > 1 and len(everybody) == 1 else None


def received(layout: Layout, student: str) -> Iterator[Sent]:
    """Yield all that was sent of an assignment in a student's name and is in the exchange still."""
    prefix = f"{student}+{layout.assignment.name}+"
    for path in _everything(layout):
        if path.name.startswith(prefix):
            named = path.name.removeprefix(prefix).partition("+")[0]
            with contextlib.suppress(OSError):  # it was taken away meanwhile
                yield Sent(path, _name(path.lstat().st_uid), named, tuple(_links(path)))


def _sent(layout: Layout, student: str) -> Iterator[Sent]:
    """Yield the folders in the exchange that a submission may be a copy of.

    By the time in the folder and by that in its name: the sender writes both.
    """
    time = timestamp(layout.folder("submitted", student))
    if time is None:
        return
    for one in received(layout, student):
        if time in (one.named, timestamp(one.path)):
            yield one


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
