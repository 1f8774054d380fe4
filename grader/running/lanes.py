"""Several lanes at work: submissions are handed out one at a time, reports taken as they come.

A lane that dies is replaced, and so is one whose judge failed; the submission it was at is tried
once more, at the end and alone, before it counts as not judged.  One that takes a lane more than
judging a submission may is tried once more, too, without explaining what is wrong; where it does
so again it has broken the rules.  A lane that cannot be started is done without, as long as there
is another.  Several lanes are twins of one that is ready and judges nothing; where that has gone,
each gets ready for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait
from typing import Any

from grader.course import Assignment
from grader.intake.submission import Submission
from grader.record import Report
from grader.running import twins
from grader.running.blank_reports import broke_rules, not_judged
from grader.running.lane_limits import LOOK_SECONDS
from grader.running.lane_messages import Failed, Overrun, Ready, Task, Unable
from grader.running.lane_process import NoTwin
from grader.running.settings import Settings
from grader.running.working_lane import (
    STARTS,
    WorkingLane,
    end,
    said_of_end,
    unable_to_start,
    warm_lane,
)

_MUCH = 12
"""Submissions from which on it pays to have tried two mistakes at once before the first."""


class Lanes:
    """Up to ``count`` lanes that judge one assignment on one set of settings.

    ``isolation`` is the line that says how workers are locked, "" before the first is; ``faults``
    says of each student who was not judged what failed, and ``missing`` why lanes are missing.
    ``warm`` is a lane that was started before; it is ready, or waits for the settings.  As many
    submissions as ``expected`` will come, as far as that is known.
    """

    def __init__(
        self,
        assignment: Assignment,
        settings: Settings,
        count: int,
        warm: WorkingLane | None = None,
        expected: int = 0,
    ) -> None:
        self._much = much_for(count, expected)
        self._assignment, self._settings, self._count = assignment, settings, count
        self._lanes: list[WorkingLane] = []
        self._warm = warm
        self._mother: WorkingLane | None = None
        self._waiting: Iterator[Submission] = iter(())
        self._again: list[Task] = []
        self._alone: list[Task] = []
        self.isolation = warm.isolation if warm else ""
        self._failed_starts = 0
        self._began = False
        self.faults: dict[str, str] = {}
        self.missing: list[str] = []

    def __enter__(self) -> Lanes:
        return self

    def __exit__(self, *_: object) -> None:
        end(*self._lanes)
        end(*(lane for lane in (self._mother, self._warm) if lane))

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
        for lane in [one for one in self._lanes if one.task is None]:
            task = self._next()
            if task is None:
                return
            if task.last and lane.twin:
                self._end(lane)
                self._begin(self._by_itself(), task)
            else:
                lane.judge(task)
        while len(self._lanes) < self._count and (task := self._next()) is not None:
            self._begin(self._by_itself() if task.last else self._another(), task)

    def _begin(self, lane: WorkingLane, task: Task) -> None:
        self._lanes.append(lane)
        if lane.ready:
            lane.judge(task)
        else:
            lane.task = task
            lane.settle(self._settings)

    def _by_itself(self) -> WorkingLane:
        """Return a lane that rests on no other: what twins rest on may be what has failed."""
        return WorkingLane(self._assignment, weak=self._settings.weak)

    def _another(self) -> WorkingLane:
        """Return one more lane: a twin where there are to be several, ready at once."""
        weak = self._settings.weak
        if self._may_twin and not self._began and not (self._warm and self._warm.ready):
            made_with = self._assignment, self._settings
            self._warm, _ = warm_lane(*made_with, lane=self._warm, much=self._much)
            self.isolation = self._warm.isolation
        self._began = True
        if self._may_twin:
            self._mother, self._warm = self._mother or self._warm, None
        if self._mother is not None:
            try:
                return WorkingLane(self._assignment, weak=weak, mother=self._mother)
            except NoTwin:
                end(self._mother)
                self._mother = None
        lane, self._warm = self._warm, None
        return lane or self._by_itself()

    @property
    def _may_twin(self) -> bool:
        return self._count > 1 and twins.POSSIBLE

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
            unable = message if isinstance(message, Unable) else unable_to_start(ended)
            self._failed_starts += 1
            if not unable.passing or self._failed_starts >= STARTS:
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
        reason = message.reason if isinstance(message, Failed | Unable) else said_of_end(ended)
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


def much_for(count: int, expected: int) -> bool | None:
    """Whether so many submissions are much for so many lanes, None where none is forked."""
    return expected >= _MUCH if count > 1 and twins.POSSIBLE else None
