"""What runs on a machine of a Dask cluster: lanes of its own, fed one submission at a time.

The hidden cases and solutions of an assignment arrive once, as a plugin, and are written to a
folder that only this user can read.  A task brings one submission and takes one record back.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import platform
import queue
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from distributed import WorkerPlugin, get_worker

from grader.course import PACKAGE, Assignment
from grader.errors import NotJudgedProblem, UsageProblem
from grader.intake.submission import Submission
from grader.isolation.sandbox import Sandbox, SandboxError
from grader.record import Report
from grader.running.blank_reports import broke_rules
from grader.running.lane_messages import Failed, Overrun, Ready, Task, Unable
from grader.running.lane_process import LaneProcess
from grader.running.settings import Settings
from grader.scratch import scratch_folder

PACKAGES = ("numpy", "torch", "msgpack")


@dataclass(frozen=True)
class Facts:
    """What has to be the same on every machine that judges, and how well it isolates."""

    versions: Mapping[str, str]
    isolation: str
    host: str


def facts(weak: bool) -> Facts:
    """Return the facts about this machine; its isolation is found out by live attacks."""
    versions = {"Python": platform.python_version(), "the grader": grader_digest()}
    for name in PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "none"
    try:
        with Sandbox.start(torch=False, weak=weak) as sandbox:
            level = sandbox.ready().level
    except (SandboxError, UsageProblem) as error:
        level = str(error)
    return Facts(versions, level, socket.gethostname())


def grader_digest() -> str:
    """Return a digest of this program's own files: another version, another digest."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        if "hidden" not in path.relative_to(PACKAGE).parts:
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def course_files(assignment: Assignment) -> dict[str, bytes]:
    """Return what judges an assignment, by place: its hidden cases and its solutions."""
    return {
        f"{part}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for part, folder in (("hidden", assignment.hidden), ("solutions", assignment.solutions))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


class CoursePlugin(WorkerPlugin):  # type: ignore[misc]
    """Keeps an assignment, and lanes that judge it, on one Dask worker."""

    def __init__(
        self, assignment: Assignment, settings: Settings, files: Mapping[str, bytes]
    ) -> None:
        self._assignment, self._settings, self._files = assignment, settings, files

    def setup(self, worker: Any) -> None:
        """Write the course down; lanes start with the first submissions."""
        self._scratch = contextlib.ExitStack()
        self._folder = self._scratch.enter_context(scratch_folder())  # for this user alone
        for place, content in self._files.items():
            path = self._folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self._here = replace(
            self._assignment,
            hidden=self._folder / "hidden",
            solutions=self._folder / "solutions",
        )
        self._idle: queue.SimpleQueue[LaneProcess] = queue.SimpleQueue()
        self._all: set[LaneProcess] = set()
        self._lock = threading.Lock()

    def teardown(self, worker: Any) -> None:
        """End the lanes and remove the course."""
        with self._lock:
            for lane in self._all:
                lane.hang_up()
            for lane in self._all:
                lane.wait()
            self._all.clear()
        self._scratch.close()

    def judge(self, submission: Submission) -> Report | Failed:
        """Judge a submission in an idle lane, or in a new one; one that ends is tried again."""
        answer: Any = None
        for last in (False, True):
            lane = self._lane()
            lane.begin(Task(submission, last, explain=not isinstance(answer, Overrun)))
            answer = lane.answer()
            if isinstance(answer, Report) and answer.judged:
                self._idle.put(lane)
                return answer
            self._end(lane)
        if isinstance(answer, Overrun):
            return broke_rules(self._here, self._settings, submission, answer.rule, self._level)
        if isinstance(answer, Report | Failed):
            return answer
        return Failed("the process that judged it ended")

    def _lane(self) -> LaneProcess:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            pass
        lane = LaneProcess(self._here, weak=self._settings.weak)
        lane.settle(self._settings)
        with self._lock:
            self._all.add(lane)
        first = lane.receive()
        if not isinstance(first, Ready):
            self._end(lane)
            reason = first.reason if isinstance(first, Unable) else "it ended at once"
            raise NotJudgedProblem(f"A lane on {socket.gethostname()} cannot judge: {reason}")
        self._level = first.isolation.removeprefix("isolation: ")
        return lane

    def _end(self, lane: LaneProcess) -> None:
        with self._lock:
            self._all.discard(lane)
        lane.hang_up()
        lane.wait()


def judge_here(plugin: str, submission: Submission) -> Report | Failed:
    """Judge a submission on the worker that this task has come to."""
    judged: Report | Failed = get_worker().plugins[plugin].judge(submission)
    return judged
