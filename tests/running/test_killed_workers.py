"""A worker that is killed from outside says nothing of its submission: that is tried again."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from grader.intake.submission import Submission
from grader.isolation.groups import Group
from grader.isolation.lane import Lane
from grader.isolation.launching import LAYERS
from grader.isolation.sandbox import Sandbox
from grader.judging.workers import UnclearError, Workers
from tests.command import grade, hand_in, results, right, running, small_course

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are told apart on Linux")

SLOW = """
import time

def burn():
    start = time.process_time()
    while time.process_time() - start < 2:
        pass
burn()
"""
"""Two seconds of processor time at import: time enough to kill the worker."""


SLOWLY = """
right, called = leaky_sum, []

def leaky_sum(*args):
    if not called:
        called.append(1)
        burn()
    return right(*args)
"""
"""The same in the first call."""


@pytest.fixture
def course(tmp_path: Path, isolation_level: str) -> Path:
    """A class of two: ann is judged at once, bob is right, but slow to be imported."""
    if isolation_level != "full":
        pytest.skip("a worker could have ended itself")
    course = small_course(tmp_path / "course")
    hand_in(course, ann=right(course, "ann"), bob=SLOW + right(course, "bob"))
    return course


@pytest.mark.parametrize("times", [1, 3])
def test_a_killed_worker_costs_nobody_anything(course: Path, times: int) -> None:
    """Not if the next is killed as well: then it is judged once more, alone, at the end."""
    with running(course, "--jobs", "2", "--timeout", "60") as run:
        killed: tuple[psutil.Process, ...] = ()
        for _ in range(times):
            worker = run.looping_worker(but=killed)
            worker.kill()
            killed = (*killed, worker)
        done = run.ended()
    assert (done.code, done.err) == (0, "")
    assert [results(course, name)["score"] for name in ("ann", "bob")] == [10, 10]


def test_an_interrupt_is_nothing_to_a_worker(course: Path) -> None:
    """It is raised neither in what the student wrote nor in what is around it."""
    hand_in(course, bob=SLOW.replace("\nburn()\n", "\n") + right(course, "bob") + SLOWLY)
    with running(course, "--jobs", "2", "--timeout", "60") as run:
        worker = run.looping_worker()
        worker.send_signal(signal.SIGINT)
        done = run.ended()
    assert (done.code, done.err) == (0, "")
    assert [results(course, name)["score"] for name in ("ann", "bob")] == [10, 10]


def test_a_worker_that_is_killed_each_time_is_not_judged(course: Path) -> None:
    """It has no score, is named, and the next run tries it again."""
    with running(course, "--jobs", "2", "--timeout", "60") as run:
        killed: tuple[psutil.Process, ...] = ()
        for _ in range(4):
            worker = run.looping_worker(but=killed)
            worker.kill()
            killed = (*killed, worker)
        done = run.ended()
    assert done.code == 3
    assert done.err == 'not judged: "bob": the processes that run submissions failed\n'
    assert "score" not in results(course, "bob")
    again = grade("run", "leaky", "--timeout", "60", where=course)
    assert (again.code, again.err) == (0, "")
    assert results(course, "bob")["score"] == 10


@pytest.fixture(scope="module")
def open_lane() -> Iterator[Lane]:
    """A lane whose workers may do whatever they like to themselves."""
    with Sandbox.start(torch=False, weak=True, without=LAYERS) as sandbox:
        yield Lane(sandbox, timeout=20.0)


@pytest.fixture(scope="module")
def locked_lane() -> Iterator[Lane]:
    """A lane whose workers are locked as well as the system can."""
    with Sandbox.start(torch=False, weak=True) as sandbox:
        yield Lane(sandbox, timeout=20.0)


def asked(lane: Lane, source: str, last: bool) -> tuple[str, dict[str, object]]:
    """How the workers of one submission stop."""
    workers = Workers(lane, Submission("s", {"m.py": source.encode()}, (), "").files, last)
    try:
        (answer,) = workers.ask([Group.of("m", "f", [[["call", "f", [], True, {}]]])])
    finally:
        workers.close()
    assert answer.stopped is not None
    return answer.stopped.kind, dict(answer.stopped.facts)


KILLS = {
    "kill": "import os\ndef f(): os.kill(os.getpid(), 9)",
    "term": "import os\ndef f(): os.kill(os.getpid(), 15)",
    "limit": "import resource\ndef f():\n resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n"
    " while True: pass",
}


@pytest.mark.parametrize("name", KILLS)
def test_who_can_kill_itself_buys_nothing(open_lane: Lane, name: str) -> None:
    """Where nobody can tell who did it, it is tried again; at last it has broken the rules."""
    assert open_lane.may_end_itself
    with pytest.raises(UnclearError):
        asked(open_lane, KILLS[name], last=False)
    assert asked(open_lane, KILLS[name], last=True) == ("broke rules", {"rule": "signal"})


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import os\ndef f(): os._exit(3)", "exit status 3"),
        ("import ctypes\ndef f(): ctypes.string_at(0)", "signal 11"),
        ("import os\ndef f(): os.abort()", ("signal 6", "signal 11")),
    ],
)
def test_what_the_code_did_is_its_own(
    open_lane: Lane, locked_lane: Lane, source: str, reason: str | tuple[str, ...]
) -> None:
    """A fault of its own, or an end that it asked for, is said at once."""
    for lane in (open_lane, locked_lane):
        kind, facts = asked(lane, source, last=False)
        assert kind == "died"
        assert facts["reason"] in (reason if isinstance(reason, tuple) else (reason,))


@pytest.mark.parametrize("name", KILLS)
def test_a_locked_worker_cannot_kill_itself(
    locked_lane: Lane, isolation_level: str, name: str
) -> None:
    """Nor lower the limit at which the kernel does: each call is refused."""
    if isolation_level != "full":
        pytest.skip("not every layer of isolation is to be had")
    assert not locked_lane.may_end_itself
    workers = Workers(locked_lane, {"m.py": KILLS[name].encode()})
    (answer,) = workers.ask([Group.of("m", "f", [[["call", "f", [], True, {}]]])])
    workers.close()
    assert answer.stopped is None
    assert answer.replies[0] is not None
    assert answer.replies[0][0].type in ("PermissionError", "ValueError")  # type: ignore[union-attr]
