"""What to do with a submission that somebody else sent: nothing, until the instructor decides.

``.run/senders.json`` of the results folder keeps who is held, so that an emptied exchange frees
nobody, and what was accepted, so that it is asked once: student to the submission's time, who
sent it, and whether it counts.  Another submission of the same student is another question.
"""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.errors import NotJudgedProblem, UsageProblem, quoted
from grader.nbgrader_bridge.autograded import remove
from grader.nbgrader_bridge.layout import Layout
from grader.nbgrader_bridge.senders import received, spoofed
from grader.nbgrader_bridge.sent_files import copy_sent
from grader.nbgrader_bridge.timestamps import timestamp
from grader.running.results_folder import ResultsFolder

FILE = "senders.json"
ASIDE = ".set-aside+"
"""What the name of a folder in the exchange begins with that is not to be collected any more."""


def held(
    folder: ResultsFolder, layout: Layout, students: Iterable[str], accepted: Collection[str] = ()
) -> frozenset[str]:
    """Return whose submissions are not to be scored.

    UsageProblem where one is accepted that does not wait.  What is found out and decided is kept
    in the results folder.
    """
    everybody = list(students)
    known = _known(folder)
    found = spoofed(layout, everybody)
    waiting = set()
    for student in everybody:
        sent = timestamp(layout.folder("submitted", student))
        earlier = known.get(student, {})
        if earlier.get("sent") != sent:
            earlier = {}
        by = sorted({*found.get(student, ()), *earlier.get("by", ())})
        known.pop(student, None)
        if not by:
            continue
        counts = student in accepted or (bool(earlier.get("counts")) and by == earlier["by"])
        known[student] = {"sent": sent, "by": by, "counts": counts}
        if not counts:
            waiting.add(student)
    for student in accepted:
        if student not in known:
            raise UsageProblem(
                f"No submission of {quoted(student)} waits for you to accept it. "
                "Leave --accept out."
            )
    folder.keep_text(FILE, json.dumps(known, indent=1, sort_keys=True) + "\n")
    return frozenset(waiting)


def undecided(out: Path) -> Mapping[str, Sequence[str]]:
    """Return whose submissions wait in a results folder, and who sent them.

    UsageProblem where that cannot be read.
    """
    path = out / ".run" / FILE
    known = _read(path, path.read_text("utf-8") if path.is_file() else None)
    return {student: one["by"] for student, one in known.items() if not one["counts"]}


def use_own(layout: Layout, student: str) -> Path:
    """Collect a student's last own submission, and set those of others in the exchange aside.

    What is set aside stays in the exchange under another name, which nbgrader does not collect.
    Returns the folder it was taken from.  UsageProblem where there is none, NotJudgedProblem
    where the system refuses it.
    """
    sent = list(received(layout, student))
    own = [
        one
        for one in sent
        if one.owner == student and one.path.is_dir() and not one.path.is_symlink()
        if timestamp(one.path)
    ]
    if not own:
        raise UsageProblem(
            f"{quoted(student)} has sent no submission of {quoted(layout.assignment.name)} that is "
            "still in the exchange. Nothing was changed; see --accept."
        )
    last = max(own, key=lambda one: one.named)
    target = layout.folder("submitted", student)
    beside = target.with_name(f".{target.name}.part")
    try:
        remove(beside)
        copy_sent(last.path, beside, pwd.getpwnam(student).pw_uid)
        for one in sent:
            if one.owner != student:
                os.rename(one.path, one.path.with_name(ASIDE + one.path.name))
        remove(target)
        os.replace(beside, target)
    except OSError as error:
        raise NotJudgedProblem(
            f"{quoted(error.filename or target)} cannot be changed: {error.strerror}. See that the "
            "exchange and the course's folder are yours, and run the same command again."
        ) from error
    return last.path


def _known(folder: ResultsFolder) -> dict[str, dict[str, Any]]:
    return _read(folder.path / ".run" / FILE, folder.kept_text(FILE))


def _read(path: Path, text: str | None) -> dict[str, dict[str, Any]]:
    try:
        known = json.loads(text or "{}")
        return {
            str(student): {
                "sent": one["sent"],
                "by": list(one["by"]),
                "counts": one["counts"] is True,
            }
            for student, one in known.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageProblem(
            f"{quoted(path)}, which says whose submissions wait, cannot be "
            "read. Mend it, or delete it and decide again."
        ) from error
