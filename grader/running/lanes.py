"""Several lanes at work: submissions are handed out one at a time, reports taken as they come.

A lane that dies is replaced, and so is one whose judge failed; the submission it was at is tried
once more, at the end and alone, before it counts as not judged.  One that takes a lane more than
judging a submission may is tried once more, too, without explaining what is wrong; where it does
so again it has broken the rules.  A lane that cannot be started is done without, as long as there
is another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.connection import wait
from typing import Any

from grader.course import Assignment
from grader.intake.submission import Submission
from grader.record import Report
from grader.running.blank_reports import broke_rules, not_judged
from grader.running.lane_limits import LOOK_SECONDS
from grader.running.lane_process import (
    Failed,
    LaneProcess,
    Overrun,
    Ready,
    Task,
    Trial,
    Unable,
)
from grader.running.settings import Settings

_STARTS = 4
"""Lanes that are started, one after the other, before it is the machine that cannot have one."""


class WorkingLane(LaneProcess):
    """A lane, and what it is at; ``isolation`` is "" until it is ready."""

    def __init__(self, assignment: Assignment, *, weak: bool) -> None:
        super().__init__(assignment, weak=weak)
        self.isolation = ""
        self.task: Task | None = None

    @property
    def ready(self) -> bool:
        """Whether it has said that it can judge."""
        return bool(self.isolation)

    def judge(self, task: Task) -> None:
        """Hand a submission over; its report will come."""
        self.task = task
        self.begin(task)


class Lanes:
    """Up to ``count`` lanes that judge one assignment on one set of settings.

    ``isolation`` is the line that says how workers are locked, "" before the first is; ``faults``
    says of each student who was not judged what failed, and ``missing`` why lanes are missing.
    ``warm`` are lanes that were started before: ready ones, and some that wait for the settings.
    """

    def __init__(
        self,
        assignment: Assignment,
        settings: Settings,
        count: int,
        warm: Sequence[WorkingLane] = (),
    ) -> None:
        self._assignment, self._settings, self._count = assignment, settings, count
        self._lanes = [lane for lane in warm if lane.ready]
        self._warm = [lane for lane in warm if not lane.ready]
        self._waiting: Iterator[Submission] = iter(())
        self._again: list[Task] = []
        self._alone: list[Task] = []
        self.isolation = next((lane.isolation for lane in self._lanes), "")
        self._failed_starts = 0
        self.faults: dict[str, str] = {}
        self.missing: list[str] = []

    def __enter__(self) -> Lanes:
        return self

    def __exit__(self, *_: object) -> None:
        end(*self._lanes, *self._warm)

    def judge(self, submissions: Iterable[Submission]) -> Iterator[Report]:
        """Judge all submissions and yield the reports in the order they come.

        Raises NotJudgedProblem if no lane can be started, UsageProblem if none may.
        """
        self._waiting = iter(submissions)
        self._hand_out()
        while busy := self._busy():
            heard = wait([lane.connection for lane in busy], LOOK_SECONDS)
            for lane in busy:
                over = None if lane.connection in heard or not lane.ready else lane.overrun()
                if lane.connection in heard or over:
                    report = self._take(lane, over or lane.receive())
                    if report is not None:
                        yield report
            self._hand_out()

    def _busy(self) -> list[WorkingLane]:
        return [lane for lane in self._lanes if lane.task is not None]

    def _hand_out(self) -> None:
        """Give every idle lane something to do, and start lanes while there is more."""
        for lane in self._lanes:
            if lane.task is None:
                task = self._next()
                if task is None:
                    return
                lane.judge(task)
        while len(self._lanes) < self._count and (task := self._next()) is not None:
            lane = self._warm.pop() if self._warm else self._cold()
            lane.task = task
            lane.settle(self._settings)
            self._lanes.append(lane)

    def _cold(self) -> WorkingLane:
        return WorkingLane(self._assignment, weak=self._settings.weak)

    def _next(self) -> Task | None:
        if self._again:
            return self._again.pop()
        submission = next(self._waiting, None)
        if submission is not None:
            return Task(submission)
        return self._alone.pop(0) if self._alone and not self._busy() else None

    def _take(self, lane: WorkingLane, message: Any) -> Report | None:
        """Act on a lane's word, and return the report that follows from it, if one does."""
        task = lane.task
        assert task is not None
        if isinstance(message, Ready):
            self.isolation = lane.isolation = message.isolation
            self._failed_starts = 0
            lane.judge(task)
            return None
        if isinstance(message, Report) and message.judged:
            lane.task = None
            return message
        ended = self._end(lane)
        if not lane.ready:
            self._again.append(task)
            unable = message if isinstance(message, Unable) else _unable(ended)
            self._failed_starts += 1
            if not unable.passing or self._failed_starts >= _STARTS:
                self._do_without(unable)
            return None
        if not task.last:
            explain = not isinstance(message, Overrun)
            self._alone.append(Task(task.submission, last=True, explain=explain))
            return None
        return self._given_up(task.submission, message, ended)

    def _given_up(self, submission: Submission, message: Any, ended: str) -> Report:
        """Return the report on a submission that came to no end the last time either."""
        made_with = self._assignment, self._settings, submission
        if isinstance(message, Overrun):
            level = self.isolation.removeprefix("isolation: ")
            return broke_rules(*made_with, message.rule, level)
        if isinstance(message, Report):
            self.faults[submission.student] = "the processes that run submissions failed"
            return message
        reason = message.reason if isinstance(message, Failed | Unable) else _ended(ended)
        self.faults[submission.student] = reason
        return not_judged(*made_with)

    def _end(self, lane: WorkingLane) -> str:
        self._lanes.remove(lane)
        return end(lane)

    def _do_without(self, unable: Unable) -> None:
        """Go on without a lane that could not be started, unless it was the last."""
        self.missing.append(unable.reason)
        self._count = len(self._lanes)
        if not self._lanes:
            raise unable.problem()


def warm_lanes(
    assignment: Assignment, settings: Settings, trial: Trial, count: int
) -> tuple[list[WorkingLane], Settings]:
    """Start lanes, of which the first tries the seed out, and wait for that; it may be replaced.

    The others get ready at the same time.  Also gives the settings to judge on.  Raises
    UsageProblem or NotJudgedProblem as the first says.
    """
    lanes = [WorkingLane(assignment, weak=settings.weak) for _ in range(count)]
    try:
        for start in range(_STARTS):
            first = lanes[0]
            first.settle(settings, trial)
            word = first.receive()
            if isinstance(word, Ready):
                first.isolation = word.isolation
                return lanes, word.settings
            ended = end(first)
            unable = word if isinstance(word, Unable) else _unable(ended)
            if not unable.passing or start == _STARTS - 1:
                raise unable.problem()
            lanes[0] = WorkingLane(assignment, weak=settings.weak)
    except BaseException:
        end(*lanes)
        raise
    raise AssertionError("it has ended before")


def _unable(ended: str) -> Unable:
    return Unable(_ended(ended), passing=True)


def end(*lanes: WorkingLane) -> str:
    """End lanes, those that have ended already too, and say how the last came to its end."""
    for lane in lanes:
        lane.hang_up()
    return [lane.wait() for lane in lanes][-1] if lanes else ""


def _ended(end: str) -> str:
    return f"The process that judges ended ({end}). It may need more memory: try --jobs 1."
