"""Processor time decides: who waits for a core or for the judge is not charged, who sleeps is."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any, cast

import pytest

from grader.isolation import patience
from grader.isolation.answers import GroupAnswer, Stopped, Value
from grader.isolation.child import Child
from grader.isolation.groups import Group, Lent, import_beside
from grader.isolation.lane import Lane
from grader.isolation.sandbox import Sandbox
from grader.worker.wire import frame

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc tells it on Linux")

COMPUTES = """
import time
def f():
    start = time.process_time()
    while time.process_time() - start < 0.6:
        pass
    return "right"
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox without PyTorch."""
    with Sandbox.start(torch=False, weak=True) as sandbox:
        yield sandbox


@contextlib.contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep so many processes computing, as a busy machine does."""
    code = f"import os\nwhile os.getppid() == {os.getpid()}: sum(range(100_000))"
    started = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(processes)]
    try:
        yield
    finally:
        for one in started:
            one.kill()
            one.wait()


def asked(lane: Lane, source: str, lender: Any = None, **lent: Any) -> GroupAnswer:
    """The answer of one call."""
    groups = [Group.of("m", "f", [[["call", "f", [], True, {}]]])]
    if lender is not None:
        groups.insert(0, import_beside(Lent({"m": {"lent": {"__call__": []}}}), "m"))
    with lane.open({"m.py": source.encode()}) as worker:
        return worker.ask(groups, lender)[-1]


def value(answer: GroupAnswer) -> Any:
    """What it returned."""
    assert answer.stopped is None, answer.stopped
    assert answer.replies[0] is not None
    (reply,) = answer.replies[0]
    assert isinstance(reply, Value)
    return reply.data


def test_waiting_for_a_core_is_not_charged(sandbox: Sandbox) -> None:
    """On a machine with six processes to a core it takes many times its limit of the clock."""
    with busy(6 * (os.cpu_count() or 1)):
        assert value(asked(Lane(sandbox, timeout=1.0), COMPUTES)) == "right"


def test_an_endless_loop_is_one_on_a_busy_machine_too(sandbox: Sandbox) -> None:
    """Nobody says that it waits."""
    with busy(6 * (os.cpu_count() or 1)):
        answer = asked(Lane(sandbox, timeout=1.0), "def f():\n while True: pass")
    assert answer.stopped == Stopped("cpu limit", {"seconds": 1})


@pytest.mark.parametrize(
    "source",
    [
        "import time\ndef f(): time.sleep(3600)",
        "import threading\ndef f(): threading.Event().wait()",
        "import os\ndef f():\n os.close(3)\n import time\n time.sleep(3600)",
    ],
)
def test_sleep_is_charged(sandbox: Sandbox, source: str) -> None:
    """Whatever it is that never comes, and though it hangs up first."""
    assert asked(Lane(sandbox, timeout=0.5), source).stopped == Stopped(
        "wall limit", {"seconds": 0.5}
    )


class Watch:
    """Patience of one second with clocks that go as they are told: all in seconds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.cpu = self.worker_waits = 0.0
        self.judge_waits = self.judge_cpu = 0.0
        self.pid = os.getpid()
        monkeypatch.setattr(patience.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(patience.time, "thread_time", lambda: self.judge_cpu)
        monkeypatch.setattr(patience, "_Waits", lambda pid: _Clock(self, pid))
        self.patience = patience.Patience(cast(Child, self), 1.0)

    def cpu_seconds(self) -> float:
        return self.cpu


class _Clock:
    def __init__(self, watch: Watch, pid: int | str) -> None:
        self._watch, self._of = watch, "judge_waits" if pid == "self" else "worker_waits"

    def seconds(self) -> float:
        return float(getattr(self._watch, self._of))


def test_a_word_now_and_then_buys_no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though each is too short to be looked at; the judge's own time is still nobody's."""
    watch = Watch(monkeypatch)
    said = []
    while not any(said) and len(said) < 1500:
        watch.now += 0.001  # it sleeps, and says a word
        said.append(watch.patience.look(silent=False))
        watch.now += 0.05  # the judge does its own part, and waits for a core meanwhile
        watch.judge_waits += 0.03
        watch.judge_cpu += 0.02
        watch.patience.go_on()
    assert (said[-1], round(len(said), -1)) == ("wall limit", 1000)


@pytest.mark.parametrize("why", ["cpu", "worker_waits", "judge_waits"])
def test_what_is_no_sleep_is_not_charged(monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    """Computing, waiting for a core, and what the judge sees late for it had none itself."""
    watch = Watch(monkeypatch)
    for _ in range(120):
        watch.now += 0.01
        setattr(watch, why, getattr(watch, why) + 0.008)  # it sleeps for a fifth of the time
        assert watch.patience.look(silent=False) == ""


def test_a_look_that_comes_late_charges_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine stood, and not the function."""
    watch = Watch(monkeypatch)
    for _ in range(9):
        watch.now += 10
        assert watch.patience.look(silent=False) == ""


def test_who_hangs_up_and_loops_is_stopped(sandbox: Sandbox) -> None:
    """It is no death by the judge's own hand."""
    answer = asked(Lane(sandbox, timeout=0.5), "import os\ndef f():\n os.close(3)\n while 1: pass")
    assert answer.stopped == Stopped("cpu limit", {"seconds": 0.5})


def test_waiting_for_the_judge_is_not_charged(sandbox: Sandbox) -> None:
    """Though the judge takes longer to answer than the function may take."""

    class Slow:
        def answer(self, request: Sequence[Any]) -> bytes:
            end = os.times().elapsed + 0.8
            while os.times().elapsed < end:
                pass
            return frame(["value", "lent"])

    source = "def lent(): raise ValueError\ndef f(): return [lent(), lent(), lent()]"
    answer = asked(Lane(sandbox, timeout=0.5), source, Slow())
    assert value(answer) == ["lent"] * 3
