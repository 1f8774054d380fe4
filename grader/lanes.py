"""Several lanes at work: each a process with a judge and a zygote of its own.

The parent hands out one submission at a time and takes the reports as they come.  A lane that
dies is replaced, and its submission is tried once more before it counts as not judged.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from grader.course import Assignment
from grader.errors import NotJudgedProblem
from grader.intake.submission import Submission
from grader.record import Finding, FunctionResult, Report, Status
from grader.start import open_judge
from grader.terms import Terms, fingerprint

_context = multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Ready:
    """A lane's first word: it can judge, under this isolation."""

    isolation: str


@dataclass(frozen=True)
class Unable:
    """A lane's only word: it cannot judge, and why; ``usage`` if the user can mend it."""

    reason: str


def _lane(connection: Connection, assignment: Assignment, terms: Terms) -> None:
    """Judge what the parent sends, until it hangs up."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    try:
        with open_judge(assignment, terms) as judge:
            connection.send(Ready(judge.isolation.line))
            while True:
                connection.send(judge.judge(connection.recv()))
    except EOFError:
        return
    except Exception as error:  # whatever it is, the parent has to tell it in one sentence
        with contextlib.suppress(OSError):
            connection.send(Unable(str(error) or type(error).__name__))


class _Lane:
    """The parent's end of one lane."""

    def __init__(self, assignment: Assignment, terms: Terms, submission: Submission) -> None:
        self.connection, theirs = _context.Pipe()
        self.process = _context.Process(
            target=_lane, args=(theirs, assignment, terms), daemon=False
        )
        self.process.start()
        theirs.close()
        self.submission: Submission | None = submission
        self.ready = False

    def close(self) -> None:
        """Hang up, and end the lane if it does not end by itself."""
        self.connection.close()
        self.process.join(5 if self.submission is None else 0)
        if self.process.is_alive():
            self.process.terminate()
            self.process.join(5)


class Lanes:
    """A number of lanes that judge one assignment on one set of terms."""

    def __init__(self, assignment: Assignment, terms: Terms, count: int) -> None:
        self._assignment, self._terms, self._count = assignment, terms, count
        self._lanes: list[_Lane] = []
        self.isolation: Ready | None = None

    def __enter__(self) -> Lanes:
        return self

    def __exit__(self, *_: Any) -> None:
        for lane in self._lanes:
            lane.connection.close() if lane.submission is None else lane.process.terminate()
        for lane in self._lanes:
            lane.close()

    def judge(self, submissions: Iterable[Submission]) -> Iterator[Report]:
        """Judge all submissions and yield the reports in the order they come.

        Raises NotJudgedProblem if no lane can be started.
        """
        waiting = iter(submissions)
        again: list[Submission] = []
        tried: set[str] = set()

        def following() -> Submission | None:
            return again.pop() if again else next(waiting, None)

        busy: list[_Lane] = []
        while len(busy) < self._count and (submission := following()) is not None:
            busy.append(self._start(submission))
        while busy:
            for connection in wait([lane.connection for lane in busy]):
                lane = next(one for one in busy if one.connection is connection)
                message = self._receive(lane)
                if isinstance(message, Ready):
                    self.isolation = message
                    lane.ready = True
                    lane.connection.send(lane.submission)
                    continue
                if isinstance(message, Unable) and not lane.ready:
                    raise NotJudgedProblem(message.reason)
                done = lane.submission
                assert done is not None
                if isinstance(message, Report):
                    yield message
                    lane.submission = following()
                    if lane.submission is None:
                        busy.remove(lane)
                    else:
                        lane.connection.send(lane.submission)
                    continue
                busy.remove(lane)  # it died, or gave up, on this submission
                if done.student in tried:
                    yield not_judged(self._assignment, self._terms, done)
                else:
                    tried.add(done.student)
                    again.append(done)
                if (submission := following()) is not None:
                    busy.append(self._start(submission))

    def _start(self, submission: Submission) -> _Lane:
        lane = _Lane(self._assignment, self._terms, submission)
        self._lanes.append(lane)
        return lane

    def _receive(self, lane: _Lane) -> Any:
        try:
            return lane.connection.recv()
        except (EOFError, OSError):
            if not lane.ready:
                return Unable("a lane ended before it was ready; run again with --jobs 1")
            return None


def not_judged(assignment: Assignment, terms: Terms, submission: Submission) -> Report:
    """Return the report on a submission that the grader itself failed on."""
    finding = Finding("grader fault")
    return Report(
        assignment=assignment.name,
        student=submission.student,
        functions=tuple(
            FunctionResult(one.name, Status.NOT_JUDGED, None, one.points, finding=finding)
            for one in assignment.functions
        ),
        digest=submission.digest,
        fingerprint=fingerprint(assignment, terms),
        isolation="",
    )
