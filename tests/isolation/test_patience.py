"""Processor time decides: who waits for a core or for the judge is not charged, who sleeps is."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from grader.isolation import patience
from grader.isolation.answers import GroupAnswer, Stopped, Value
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
        groups.insert(0, import_beside(Lent({"m": {"lent": None}}), "m"))
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


def test_a_word_now_and_then_buys_no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though each is too short to be looked at; the judge's own time is still nobody's."""
    now = 100.0
    child = SimpleNamespace(pid=os.getpid(), cpu_seconds=lambda: 0.0)
    monkeypatch.setattr(patience.time, "monotonic", lambda: now)
    monkeypatch.setattr(patience._Waits, "seconds", lambda self: 0.0)
    one = patience.Patience(child, 1.0)
    said = []
    while not any(said) and len(said) < 2000:
        now += 0.001  # it sleeps, and says a word
        said.append(one.look(silent=False))
        now += 0.05  # the judge does its own part
        one.go_on()
    one.close()
    assert (said[-1], round(len(said), -1)) == ("wall limit", 1000)


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
