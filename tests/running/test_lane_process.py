"""The process of a lane: what it says on the terminal when it is ended, which is nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psutil
import pytest

from grader.course import find_course
from grader.running.lane_messages import Unable
from grader.running.lane_process import LaneProcess
from grader.running.settings import Settings
from grader.running.working_lane import end, warm_lane
from tests.command import small_course

CLEARED = """\
class Cleared:
    def __del__(self):
        import signal
        {happens}
        for _ in range(1000): pass
Cleared()
"""


def test_a_lane_that_is_ended_leaves_nothing_behind(tmp_path: Path) -> None:
    """It waits for its zygote: what that took of the processor is its own, and nothing runs on."""
    others = psutil.Process().children()
    task = find_course(small_course(tmp_path)).assignment("leaky")
    lane, _ = warm_lane(task, Settings(seed=1, weak=True))
    (process,) = [one for one in psutil.Process().children() if one not in others]
    zygote = process.children(recursive=True)
    assert zygote
    end(lane)
    assert not [one for one in (process, *zygote) if one.is_running()]


class Sent:
    """Runs some code in the lane that reads it."""

    torch = False

    def __init__(self, code: str) -> None:
        self._code = code

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (self._code,)


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        ("signal.raise_signal(signal.SIGINT)", ""),
        ("raise ValueError('a fault')", "ValueError: a fault\n"),
    ],
    ids=["interrupt", "fault"],
)
def test_an_interrupt_while_an_object_is_cleared_away_shows_no_traceback(
    happens: str, told: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """The interrupt that ends a lane may come at any moment; a fault is told all the same."""
    code = CLEARED.format(happens=happens)
    lane = LaneProcess(Sent(code), weak=True)  # type: ignore[arg-type]
    assert isinstance(lane.receive(), Unable)  # it has gone on, with no assignment
    lane.hang_up()
    lane.wait()
    said = capfd.readouterr().err
    assert said.endswith(told) if told else said == "", said
