"""A judge may take so much memory and time for one submission; a breach costs that one alone."""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest

import grader
from grader.course import Assignment, find_course
from grader.intake.submission import Submission
from grader.phrases import Phrases
from grader.record import Report, Status
from grader.reports import text
from grader.reports.statistics import needs_a_look
from grader.running import lane_limits
from grader.running.lane_limits import LaneLimits
from grader.running.lane_main import serve
from grader.running.lane_messages import Overrun, Ready, Task, Trial, Unable
from grader.running.lane_process import LaneProcess
from grader.running.lanes import Lanes
from grader.running.settings import Settings
from grader.running.working_lane import unable_to_start
from tests.command import right, small_course

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells it on Linux")

HUNGRY = """
import sys
print("ready", flush=True)
sys.stdin.readline()
{}
print("done", flush=True)
sys.stdin.readline()
"""


def hungry(code: str) -> subprocess.Popen[str]:
    """A process that does something on a word, and then waits."""
    return subprocess.Popen(
        [sys.executable, "-c", HUNGRY.format(code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def step(process: subprocess.Popen[str]) -> str:
    """Let it go on, and return what it says then."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline()


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("x = 1", ""),
        ("import time\nwhile time.process_time() < 1.5: pass", "processor"),
        ("x = b'x' * (100 << 20)", "memory"),
    ],
)
def test_what_a_process_takes_is_seen(
    monkeypatch: pytest.MonkeyPatch, code: str, rule: str
) -> None:
    """Its processor time since it began, and the memory that it holds."""
    monkeypatch.setattr(lane_limits, "MAX_SECONDS", 1.0)
    monkeypatch.setattr(lane_limits, "MAX_MEMORY", 80 << 20)
    with hungry(code) as process:
        assert process.stdout is not None
        process.stdout.readline()
        limits = LaneLimits(process.pid)
        limits.begin()
        assert limits.broken() == ""
        assert step(process) == "done\n"
        assert limits.broken() == rule
        limits.begin()
        assert limits.broken() == ("" if rule == "processor" else rule)
        process.communicate("")


def test_the_kernel_refuses_it_more_memory_than_it_may_have() -> None:
    """Before anybody could have looked."""
    tries = "try:\n    x = bytearray(lines << 20)\nexcept MemoryError:\n    print('refused')"
    for lines, said in ((300, "done\n"), (600, "refused\n")):
        with hungry(tries.replace("lines", str(lines))) as process:
            assert process.stdout is not None
            process.stdout.readline()
            LaneLimits(process.pid).ready()
            assert step(process) == said
            process.communicate("")


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    """An assignment of one function."""
    return find_course(small_course(tmp_path / "course")).assignment("leaky")


def submissions(assignment: Assignment) -> Iterator[Submission]:
    """Three right ones."""
    source = right(assignment.solutions.parents[1])
    for name in ("ann", "bob", "cem"):
        yield Submission(name, {"leaky.py": f"{source}# {name}\n".encode()}, (), name)


def judged(
    assignment: Assignment, monkeypatch: pytest.MonkeyPatch, too_much: Any
) -> tuple[dict[str, Report], Lanes]:
    """Judge all three; ``too_much(task)`` says what a task takes a lane too much of."""
    at: dict[int, Task] = {}
    begin = LaneProcess.begin

    def begins(lane: LaneProcess, task: Task) -> None:
        at[id(lane)] = task
        begin(lane, task)

    def broken(limits: LaneLimits) -> str:
        (task,) = [task for lane, task in at.items() if lane == owner[id(limits)]]
        said: str = too_much(task)
        return said

    owner: dict[int, int] = {}
    made = LaneProcess.__init__

    def makes(lane: LaneProcess, *arguments: Any, **named: Any) -> None:
        made(lane, *arguments, **named)
        owner[id(lane._limits)] = id(lane)

    monkeypatch.setattr(LaneProcess, "__init__", makes)
    monkeypatch.setattr(LaneProcess, "begin", begins)
    monkeypatch.setattr(LaneLimits, "broken", broken)
    monkeypatch.setattr("grader.running.lanes.LOOK_SECONDS", 0.0)
    with Lanes(assignment, Settings(seed=1, weak=True), 1) as lanes:
        return {report.student: report for report in lanes.judge(submissions(assignment))}, lanes


def test_one_that_takes_too_much_is_judged_without_explaining(
    assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its points are its own, somebody takes a look, and the class goes on."""
    reports, lanes = judged(
        assignment,
        monkeypatch,
        lambda task: "processor" if task.submission.student == "bob" and task.explain else "",
    )
    assert {name: report.score for name, report in reports.items()} == {
        "ann": 10,
        "bob": 10,
        "cem": 10,
    }
    assert [one.kind for one in reports["bob"].remarks] == ["unexplained"]
    assert [look.student for look in needs_a_look(list(reports.values()))] == ["bob"]
    assert lanes.faults == {}


@pytest.mark.parametrize("rule", ["processor", "memory"])
def test_one_that_takes_too_much_again_has_broken_the_rules(
    assignment: Assignment, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    """It earns nothing, is named to the instructor, and costs nobody else."""
    reports, lanes = judged(
        assignment, monkeypatch, lambda task: rule if task.submission.student == "bob" else ""
    )
    assert {name: report.score for name, report in reports.items()} == {
        "ann": 10,
        "bob": 0,
        "cem": 10,
    }
    (result,) = reports["bob"].functions
    assert (result.status, result.score) == (Status.BROKE_RULES, 0.0)
    assert sum(one.points for one in result.criteria) == 10
    assert text.note(reports["bob"], Phrases.load()) == "needs a look: leaky_sum"
    (look,) = needs_a_look(list(reports.values()))
    assert (look.student, look.not_judged) == ("bob", ())
    assert lanes.faults == {}


def test_a_lane_that_runs_out_of_memory_says_so(
    assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the kernel refuses is no failure of the grader."""

    def judge(*_: object) -> Report:
        raise MemoryError

    monkeypatch.setattr("grader.running.start.Judge.judge", judge)
    ours, theirs = Pipe()
    ours.send((assignment, True))
    ours.send((Settings(seed=1, weak=True), Trial.NONE, None))
    ours.send(Task(next(submissions(assignment))))
    serving = threading.Thread(target=_serve_quietly, args=(theirs,))
    serving.start()
    assert isinstance(ours.recv(), Ready)
    assert ours.recv() == Overrun("memory")
    ours.close()
    serving.join()


def test_what_the_system_refuses_a_lane_is_said_in_one_sentence(
    assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not as Python writes it down; and so is where a lane that cannot start may be mended."""

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))

    monkeypatch.setattr("grader.running.lane_main.open_sandbox", refused)
    ours, theirs = Pipe()
    ours.send((assignment, True))
    serve(theirs)
    unable = ours.recv()
    assert isinstance(unable, Unable)
    assert unable.problem().message == "The system refused what judging needs: File too large."
    told = unable_to_start("exit status 0").problem().message
    assert told == (
        "The process that judges ended (exit status 0). A full disk may have damaged what Python "
        f'keeps of the grader: remove the folders __pycache__ in "{Path(grader.__file__).parent}", '
        "and run this again."
    )


def _serve_quietly(connection: Any) -> None:
    with contextlib.suppress(EOFError):
        serve(connection)
