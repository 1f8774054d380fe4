"""What happened to grades: ``history.jsonl``, a line for each that was given or changed.

Lines are only ever added.  Each is a JSON object with the fields of ``Change``; ``before`` and
``after`` map a function to its score (null where it was not judged) and the most it could earn.
The file is the instructor's: it holds the seed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grader.record import Report
from grader.whole_files import PRIVATE, Access, admit, said

HISTORY = "history.jsonl"

Grade = Mapping[str, tuple[float | None, float]]
"""By function its score, None where there is none, and the most it could earn."""


@dataclass(frozen=True)
class Change:
    """One student's grade, as one run gave or changed it.

    ``run`` counts runs from 1, ``time`` is in UTC (ISO 8601), ``cases`` the fingerprint of what
    judged, ``digest`` that of the submission.  ``before`` is None where there was no grade.
    ``notebook`` says that some of its functions were taken from a notebook.
    """

    run: int
    time: str
    command: str
    version: str
    seed: int | None
    cases: str
    student: str
    digest: str
    before: Grade | None
    after: Grade
    reason: str = ""
    notebook: bool = False


def grade_of(report: Report) -> Grade:
    """Return the points of a report, function by function."""
    return {one.name: (one.score, one.max_score) for one in report.functions}


def total(grade: Grade) -> float | None:
    """Return the points earned, None where a function has no score."""
    scores = [score for score, _ in grade.values()]
    return None if None in scores else sum(score for score in scores if score is not None)


def differing(
    before: Grade | None, after: Grade
) -> Iterator[tuple[str, float | None, float | None]]:
    """Yield the functions whose score or points differ, with the old and the new score."""
    before = before or {}
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if old != new:
            yield name, old and old[0], new and new[0]


class History:
    """The history of a results folder; ``changes`` are its lines, oldest first.

    A line that an interruption cut short is passed over.
    """

    def __init__(self, out: Path) -> None:
        self.path = out / HISTORY
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            data = b""
        self._torn = bool(data) and not data.endswith(b"\n")
        self.changes = list(_read(data))

    @property
    def next_run(self) -> int:
        """The number of the next run."""
        return 1 + max((one.run for one in self.changes), default=0)

    def add(self, changes: Iterable[Change], access: Access = PRIVATE) -> None:
        """Add lines at the end; NotJudgedProblem says why that cannot be done."""
        new = list(changes)
        if not new:
            return
        text = "".join(json.dumps(asdict(one), allow_nan=False) + "\n" for one in new)
        mode = 0o600 if access.file is None else access.file
        with said(self.path):
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            descriptor = os.open(self.path, flags, mode)
            try:
                data = ("\n" if self._torn else "").encode() + text.encode("ascii")
                while data:
                    data = data[os.write(descriptor, data) :]
            finally:
                os.close(descriptor)
            admit(self.path, access)
        self._torn = False
        self.changes += new


def _read(data: bytes) -> Iterator[Change]:
    for line in data.splitlines():
        try:
            yield _change(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue


def _change(fields: Any) -> Change:
    before = fields["before"]
    return Change(
        run=int(fields["run"]),
        time=str(fields["time"]),
        command=str(fields["command"]),
        version=str(fields["version"]),
        seed=None if fields["seed"] is None else int(fields["seed"]),
        cases=str(fields["cases"]),
        student=str(fields["student"]),
        digest=str(fields["digest"]),
        before=None if before is None else _grade(before),
        after=_grade(fields["after"]),
        reason=str(fields["reason"]),
        notebook=fields.get("notebook") is True,
    )


def _grade(fields: Any) -> Grade:
    return {
        str(name): (None if score is None else float(score), float(most))
        for name, (score, most) in fields.items()
    }
