"""Several lanes at work: submissions are handed out one at a time, reports taken as they come.

A lane that dies is replaced, and so is one whose judge failed; the submission it was at is tried
once more, in another lane, before it counts as not judged.  A lane that cannot be started is
done without, as long as there is another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait
from typing import Any

from grader.course import Assignment
from grader.errors import NotJudgedProblem
from grader.intake.submission import Submission
from grader.program import now, version
from grader.record import Finding, FunctionResult, Report, Status
from grader.running.lane_process import Failed, LaneProcess, Ready, Trial, Unable
from grader.running.settings import Settings, fingerprint


class WorkingLane(LaneProcess):
    """A lane, and what it is at."""

    def __init__(
        self,
        assignment: Assignment,
        settings: Settings,
        submission: Submission | None,
        trial: Trial = Trial.NONE,
    ) -> None:
        super().__init__(assignment, settings, trial)
        self.ready = False
        self.isolation = ""
        self.submission = submission

    def judge(self, submission: Submission) -> None:
        """Hand a submission over; its report will come."""
        self.submission = submission
        self.send(submission)


class Lanes:
    """Up to ``count`` lanes that judge one assignment on one set of settings.

    ``isolation`` is the line that says how workers are locked, "" before the first is; ``faults``
    says of each student who was not judged what failed, and ``missing`` why lanes are missing.
    ``first`` is a lane that is ready, if there is one.
    """

    def __init__(
        self,
        assignment: Assignment,
        settings: Settings,
        count: int,
        first: WorkingLane | None = None,
    ) -> None:
        self._assignment, self._settings, self._count = assignment, settings, count
        self._lanes = [] if first is None else [first]
        self._waiting: Iterator[Submission] = iter(())
        self._again: list[Submission] = []
        self._tried: set[str] = set()
        self.isolation = "" if first is None else first.isolation
        self.faults: dict[str, str] = {}
        self.missing: list[str] = []

    def __enter__(self) -> Lanes:
        return self

    def __exit__(self, *_: object) -> None:
        for lane in self._lanes:
            lane.hang_up()
        for lane in self._lanes:
            lane.wait()

    def judge(self, submissions: Iterable[Submission]) -> Iterator[Report]:
        """Judge all submissions and yield the reports in the order they come.

        Raises NotJudgedProblem if no lane can be started, UsageProblem if none may.
        """
        self._waiting = iter(submissions)
        self._hand_out()
        while busy := [lane for lane in self._lanes if lane.submission is not None]:
            heard = wait([lane.connection for lane in busy])
            for lane in busy:
                if lane.connection in heard:
                    report = self._take(lane, lane.receive())
                    if report is not None:
                        yield report
            self._hand_out()

    def _hand_out(self) -> None:
        """Give every idle lane something to do, and start lanes while there is more."""
        for lane in self._lanes:
            if lane.submission is None:
                submission = self._next()
                if submission is None:
                    return
                lane.judge(submission)
        while len(self._lanes) < self._count and (submission := self._next()) is not None:
            self._lanes.append(WorkingLane(self._assignment, self._settings, submission))

    def _next(self) -> Submission | None:
        return self._again.pop() if self._again else next(self._waiting, None)

    def _take(self, lane: WorkingLane, message: Any) -> Report | None:
        """Act on a lane's word, and return the report that follows from it, if one does."""
        submission = lane.submission
        assert submission is not None
        if isinstance(message, Ready):
            self.isolation = message.isolation
            lane.ready = True
            lane.judge(submission)
            return None
        if isinstance(message, Report) and message.judged:
            lane.submission = None
            return message
        end = self._end(lane)
        if not lane.ready:
            self._again.append(submission)
            self._do_without(message if isinstance(message, Unable) else Unable(_ended(end)))
            return None
        if submission.student not in self._tried:
            self._tried.add(submission.student)
            self._again.append(submission)
            return None
        if isinstance(message, Report):
            self.faults[submission.student] = "the processes that run submissions failed"
            return message
        reason = message.reason if isinstance(message, Failed | Unable) else _ended(end)
        self.faults[submission.student] = reason
        return not_judged(self._assignment, self._settings, submission)

    def _end(self, lane: WorkingLane) -> str:
        self._lanes.remove(lane)
        lane.hang_up()
        return lane.wait()

    def _do_without(self, unable: Unable) -> None:
        """Go on without a lane that could not be started, unless it was the last."""
        self.missing.append(unable.reason)
        self._count = len(self._lanes)
        if not self._lanes:
            raise unable.problem()


def ready_lane(
    assignment: Assignment, settings: Settings, trial: Trial
) -> tuple[WorkingLane, Settings]:
    """Start a lane that tries its seed out, and wait for it; one that ends is replaced, once.

    Also gives the settings that it judges on.  Raises UsageProblem or NotJudgedProblem as it says.
    """
    for _ in range(2):
        lane = WorkingLane(assignment, settings, None, trial)
        try:
            word = lane.receive()
        except BaseException:
            lane.hang_up()
            lane.wait()
            raise
        if isinstance(word, Ready):
            lane.ready, lane.isolation = True, word.isolation
            return lane, word.settings
        lane.hang_up()
        end = lane.wait()
        if isinstance(word, Unable):
            raise word.problem()
    raise NotJudgedProblem(_ended(end))


def _ended(end: str) -> str:
    return f"The process that judges ended ({end}). It may need more memory: try --jobs 1."


def not_judged(assignment: Assignment, settings: Settings, submission: Submission) -> Report:
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
        fingerprint=fingerprint(assignment, settings),
        isolation="",
        judged_at=now(),
        version=version(),
        remarks=submission.remarks,
        identities=submission.identities,
    )
