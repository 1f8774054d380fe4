"""One lane, and what it is at: how it is started, gets ready, and ends.

A command starts one before it has read anything else, so that little is imported here.
"""

from __future__ import annotations

import signal
from pathlib import Path

import grader
from grader.course import Assignment
from grader.errors import quoted
from grader.running.lane_messages import Ready, Task, Trial, Unable
from grader.running.lane_process import LaneProcess
from grader.running.settings import Settings

STARTS = 4
"""Lanes that are started, one after the other, before it is the machine that cannot have one."""


class WorkingLane(LaneProcess):
    """A lane, and what it is at; ``isolation`` is "" until it is ready, as a twin is at once."""

    def __init__(
        self,
        assignment: Assignment,
        *,
        weak: bool,
        mother: WorkingLane | None = None,
    ) -> None:
        super().__init__(assignment, weak=weak, mother=mother)
        self.twin = mother is not None
        self.isolation: str = mother.isolation if mother else ""
        self.task: Task | None = None

    @property
    def ready(self) -> bool:
        """Whether it has said that it can judge."""
        return bool(self.isolation)

    def judge(self, task: Task) -> None:
        """Hand a submission over; its report will come."""
        self.task = task
        self.begin(task)


def warm_lane(
    assignment: Assignment,
    settings: Settings,
    trial: Trial = Trial.NONE,
    lane: WorkingLane | None = None,
    much: bool | None = None,
) -> tuple[WorkingLane, Settings]:
    """Start a lane, which may try the seed out, and wait until it is ready; it may be replaced.

    One that waits for its settings is taken first.  Also gives the settings to judge on.  Raises
    UsageProblem or NotJudgedProblem as it says.
    """
    for start in range(STARTS):
        lane = lane or WorkingLane(assignment, weak=settings.weak)
        try:
            lane.settle(settings, trial, much)
            word = lane.receive()
        except BaseException:
            end(lane)
            raise
        if isinstance(word, Ready):
            lane.isolation = word.isolation
            return lane, word.settings
        ended = end(lane)
        unable = word if isinstance(word, Unable) else unable_to_start(ended)
        if not unable.passing or start == STARTS - 1:
            raise unable.problem()
        lane = None
    raise AssertionError("it has ended before")


def unable_to_start(ended: str) -> Unable:
    more = ""
    if ended.startswith("exit status"):  # Python takes what it kept of a file as it is
        more = (
            " A full disk may have damaged what Python keeps of the grader: remove the folders "
            f"__pycache__ in {quoted(Path(grader.__file__).parent)}, and run this again."
        )
    return Unable(said_of_end(ended) + more, passing=True)


def end(*lanes: WorkingLane) -> str:
    """End lanes, those that have ended already too, and say how the last came to its end."""
    for lane in lanes:
        lane.hang_up()
    return [lane.wait() for lane in lanes][-1] if lanes else ""


def said_of_end(end: str) -> str:
    # what the kernel ends for want of memory it ends so
    more = " It may need more memory: try --jobs 1." if end == f"signal {signal.SIGKILL:d}" else ""
    return f"The process that judges ended ({end}).{more}"
