"""Grades on an existing Dask cluster: submissions out, records back, as ``Lanes`` does here.

A worker of another version, or one that isolates less well than this machine, is refused by
name.  A worker that dies in the middle costs nothing: Dask gives what it was at to another.
"""

from __future__ import annotations

import contextlib
import json
import logging
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from grader.course import Assignment
from grader.errors import NotJudgedProblem, UsageProblem, quoted
from grader.intake.submission import Submission
from grader.isolation.levels import FULL, NO_LANDLOCK, NO_NAMESPACES
from grader.record import LIMITS_ONLY, Report
from grader.running.blank_reports import not_judged
from grader.running.lane_messages import Failed
from grader.running.settings import Settings

ANSWERS_WITHIN = 10.0
"""Seconds that a scheduler has to answer in."""
_STRENGTH = {LIMITS_ONLY: 0, NO_LANDLOCK: 1, NO_NAMESPACES: 1, FULL: 2}
_AHEAD = 3
"""Submissions per thread of the cluster that are on their way: enough to keep it busy."""
_LOOK = 2.0
"""Seconds without a result after which a look is taken whether anybody is left to make one."""


class Cluster:
    """The workers of a Dask cluster that may judge an assignment.

    ``address`` is a scheduler's address or the path of its scheduler file.  ``isolation``,
    ``faults`` and ``missing`` are as of ``Lanes``; ``missing`` names workers that were refused.
    """

    def __init__(self, address: str, assignment: Assignment, settings: Settings) -> None:
        self._address, self._assignment = address, assignment
        self._settings = replace(settings, kept="")  # that folder is on this machine
        self._plugin = f"unrolled-{uuid.uuid4().hex}"
        self._workers: list[str] = []
        self._threads = 0
        self.isolation = ""
        self.faults: dict[str, str] = {}
        self.missing: list[str] = []

    def __enter__(self) -> Cluster:
        self._client = _connect(self._address)
        try:
            self._choose()
            self._send_course()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(Exception):  # there may be no cluster any more
            self._client.unregister_worker_plugin(self._plugin)
        self._close()

    def _close(self) -> None:
        with contextlib.suppress(Exception):
            self._client.close()

    def judge(self, submissions: Iterable[Submission]) -> Iterator[Report]:
        """Judge all submissions and yield the reports in the order they come.

        Raises NotJudgedProblem if the scheduler or the last worker is gone.
        """
        from distributed import as_completed

        waiting = iter(submissions)
        at: dict[str, Submission] = {}
        tasks = as_completed([], loop=self._client.loop)

        def send(some: Iterable[Submission]) -> None:
            for submission in some:
                tasks.add(self._submit(submission, at))

        send(islice(waiting, _AHEAD * self._threads))
        while at:
            task = self._next(tasks)
            answer = _answer(task)
            if answer is None:
                tasks.add(task)
                continue
            yield self._report(answer, at.pop(task.key))
            task.release()
            send(islice(waiting, 1))

    def _submit(self, submission: Submission, at: dict[str, Submission]) -> Any:
        from grader.running.cluster_worker import judge_here

        task = self._client.submit(
            judge_here,
            self._plugin,
            submission,
            key=f"judge-{uuid.uuid4().hex}",
            pure=False,
            workers=self._workers,
            retries=2,
        )
        at[task.key] = submission
        return task

    def _next(self, tasks: Any) -> Any:
        """Return the next task that is done, as long as there is somebody to do it."""
        looked = time.monotonic()
        while not tasks.has_ready():
            time.sleep(0.02)
            if time.monotonic() > looked + _LOOK:
                if not self._anybody():
                    raise self._gone("has lost its last worker")
                looked = time.monotonic()
        task = next(tasks)
        if task.cancelled():
            raise self._gone("has lost its scheduler")
        return task

    def _anybody(self) -> bool:
        """Whether a worker that may judge is left; True if the scheduler does not say."""
        try:
            return bool(self._client.nthreads(workers=self._workers))
        except OSError:
            return True  # its tasks are cancelled when the client gives the scheduler up

    def _gone(self, what: str) -> NotJudgedProblem:
        return NotJudgedProblem(
            f"The cluster at {quoted(self._address)} {what}. Start it again, then go on."
        )

    def _report(self, answer: Any, submission: Submission) -> Report:
        if isinstance(answer, Report):
            if not answer.judged:
                self.faults[submission.student] = "the processes that run submissions failed"
            self.isolation = f"isolation: {answer.isolation}"
            return answer
        if isinstance(answer, Failed):
            reason = answer.reason
        else:
            reason = getattr(answer, "message", None) or f"{type(answer).__name__}: {answer}"
        self.faults[submission.student] = reason
        return not_judged(self._assignment, self._settings, submission)

    def _choose(self) -> None:
        """Choose the workers that judge as this machine would, and name the others."""
        from grader.running.cluster_worker import facts

        ours = facts(self._settings.weak)
        theirs = self._client.run(facts, self._settings.weak, on_error="return")
        threads = self._client.nthreads()
        for worker, known in sorted(theirs.items()):
            why = _why_not(known, ours) if not isinstance(known, BaseException) else str(known)
            if why:
                self.missing.append(f"The Dask worker {worker} is refused: {why}.")
            else:
                self._workers.append(worker)
                self._threads += threads.get(worker, 1)
        if not self._workers:
            said = " ".join(self.missing) or "It has no workers."
            raise UsageProblem(
                f"The cluster at {quoted(self._address)} cannot judge. {said} "
                "Start workers with the same installation as here."
            )

    def _send_course(self) -> None:
        from grader.running.cluster_worker import CoursePlugin, course_files

        plugin = CoursePlugin(self._assignment, self._settings, course_files(self._assignment))
        self._client.register_plugin(plugin, name=self._plugin)


def _answer(task: Any) -> Any:
    """Return what a task came to, if only an exception; None if its worker died with it.

    Dask then has it done again by another, and calls it pending or lost, or says so only when
    its result is asked for.
    """
    if task.status in ("lost", "pending"):
        return None
    try:
        return task.result(timeout=_LOOK)
    except Exception as error:  # whatever a worker raised, or the time is up
        return error if task.status == "error" else None


def _why_not(theirs: Any, ours: Any) -> str:
    for name, version in ours.versions.items():
        if theirs.versions.get(name) != version:
            return f"it has {name} {theirs.versions.get(name)}, here it is {version}"
    if _STRENGTH.get(theirs.isolation, -1) < _STRENGTH.get(ours.isolation, 0):
        return f"its isolation is {theirs.isolation}, here it is {ours.isolation}"
    return ""


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageProblem(
            "Grading on a cluster needs Dask. Install it with: pip install 'unrolled[cluster]'"
        ) from error
    for name in ("distributed", "distributed.client", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what users need to know, we say
    path = Path(address)
    try:
        if not address.strip():  # where a client would begin a cluster of its own
            raise ValueError(address)
        if path.is_file():
            address = str(json.loads(path.read_text("utf-8"))["address"])
        return Client(address, timeout=ANSWERS_WITHIN, set_as_default=False)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageProblem(
            f"No Dask scheduler answers at {quoted(address)}. "
            "Give its address, such as tcp://host:8786, or the path of its scheduler file."
        ) from error
