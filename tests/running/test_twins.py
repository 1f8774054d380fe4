"""Lanes that are forked from one that is ready: what becomes of one is nothing to the others."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from grader.cases.keeping import Store
from grader.course import Assignment, find_course
from grader.intake.submission import Submission
from grader.record import Report
from grader.running.lane_messages import Task
from grader.running.lane_process import NoTwin
from grader.running.lanes import Lanes
from grader.running.settings import Settings
from grader.running.working_lane import WorkingLane, end, warm_lane
from tests.command import right, small_course

SETTINGS = Settings(seed=1, weak=True)


@pytest.fixture(scope="module")
def assignment(tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    """An assignment of one function."""
    return find_course(small_course(tmp_path_factory.mktemp("course"))).assignment("leaky")


@pytest.fixture(scope="module")
def mother(assignment: Assignment) -> Iterator[WorkingLane]:
    """A lane that is ready."""
    lane, _ = warm_lane(assignment, SETTINGS)
    yield lane
    end(lane)


def twin_of(assignment: Assignment, mother: WorkingLane) -> WorkingLane:
    """One more lane."""
    return WorkingLane(assignment, weak=True, mother=mother)


def submission(assignment: Assignment, name: str) -> Submission:
    """A right one that is like no other."""
    source = right(assignment.solutions.parents[1])
    return Submission(name, {"leaky.py": f"{source}# {name}\n".encode()}, (), name)


def judged(lane: WorkingLane, one: Submission) -> tuple[str, float]:
    """Have a lane judge it."""
    lane.begin(Task(one))
    report = lane.answer()
    assert isinstance(report, Report), report
    return report.student, report.score


def gone(process: psutil.Process) -> bool:
    """Whether it has ended, its parent told or not."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_twins_judge_side_by_side_and_share_one_zygote(
    assignment: Assignment, mother: WorkingLane
) -> None:
    """Both are at work at the same time; no second zygote is started for them."""
    twins = [twin_of(assignment, mother) for _ in range(2)]
    for twin, name in zip(twins, ("ann", "bob"), strict=True):
        twin.begin(Task(submission(assignment, name)))
    answers = [twin.answer() for twin in twins]
    assert [(one.student, one.score) for one in answers] == [("ann", 10), ("bob", 10)]
    children = psutil.Process(mother._process.pid).children()
    lanes = {twin._process.pid for twin in twins}
    (zygote,) = [one for one in children if one.pid not in lanes]
    assert all(not psutil.Process(pid).children() for pid in lanes)
    assert zygote.is_running()
    assert end(*twins) == "exit status 0"


def test_a_twin_that_is_killed_takes_no_other_along(
    assignment: Assignment, mother: WorkingLane
) -> None:
    """Neither its sister nor their zygote; how it ended is told, and another takes its place."""
    killed, sister = (twin_of(assignment, mother) for _ in range(2))
    assert judged(killed, submission(assignment, "ann")) == ("ann", 10)
    os.kill(killed._process.pid, signal.SIGKILL)
    assert killed.receive() is None
    assert end(killed) == "signal 9"
    assert judged(sister, submission(assignment, "bob")) == ("bob", 10)
    again = twin_of(assignment, mother)
    assert judged(again, submission(assignment, "ann")) == ("ann", 10)
    end(sister, again)


KNOWN = """
from grader.kit import Mistakes, State, family, work_out

SUM = {"once": lambda s: np.cumsum(s.x, axis=1), "h": lambda s: s.once}
CATALOGUE = Mistakes(
    families={"leaky_sum": family(SUM, lambda h, x, keep: work_out(h, State(x=x), SUM).h)},
    variants={"leaky_sum": {"twice": [{"h": lambda s: 2 * s.once}]}},
)
"""
WORDS = '[twice]\ncause = "It is twice what it should be."\nnext = "halve it"\n'


def test_what_is_kept_is_made_before_a_submission_is_read(tmp_path: Path) -> None:
    """A lane that reads one writes nothing there any more, however much it works out."""
    store = Store(tmp_path, "a seed")
    store.write("before", 1)
    store.seal()
    store.write("after", 2)
    assert (store.read("before"), store.read("after")) == (1, None)
    course = small_course(tmp_path / "course")
    hidden = course / "hidden/leaky"
    (hidden / "mistakes.py").write_text(f"import numpy as np\n{KNOWN}")
    (hidden / "mistakes.en.toml").write_text(WORDS)
    assignment = find_course(course).assignment("leaky")
    lane, _ = warm_lane(assignment, replace(SETTINGS, kept=str(tmp_path / "kept")))
    there = set((tmp_path / "kept").glob("*"))
    source = right(course).replace("return ", "return 2 * ")
    wrong = Submission("dan", {"leaky.py": source.encode()}, (), "")
    assert judged(lane, wrong) == ("dan", 0)
    assert set((tmp_path / "kept").glob("*")) == there
    end(lane)


def test_a_class_goes_on_without_the_lane_that_all_are_forked_from(assignment: Assignment) -> None:
    """Its zygote dies with it; lanes that get ready for themselves take over, and all are right."""
    lanes = Lanes(assignment, SETTINGS, 2)
    names = [f"s{number}" for number in range(6)]

    def sent() -> Iterator[Submission]:
        for number, name in enumerate(names):
            if number == 3:
                assert lanes._mother is not None
                os.kill(lanes._mother._process.pid, signal.SIGKILL)
            yield submission(assignment, name)

    with lanes:
        reports = list(lanes.judge(sent()))
    assert {report.student: report.score for report in reports} == dict.fromkeys(names, 10)
    assert lanes.faults == {}


def test_a_lane_whose_zygote_has_gone_has_no_twin(
    assignment: Assignment, mother: WorkingLane
) -> None:
    """It says so at once, in place of a lane that could judge nothing."""
    zygotes = psutil.Process(mother._process.pid).children(recursive=True)
    for zygote in reversed(zygotes):  # the inner one first: the outer one ends with it
        zygote.kill()
    while not all(map(gone, zygotes)):
        time.sleep(0.01)
    with pytest.raises(NoTwin):
        twin_of(assignment, mother)
