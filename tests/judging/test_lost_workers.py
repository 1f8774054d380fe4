"""A watched worker that something else ends: the line is looked for again, as verdicts are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.course import find_course
from grader.intake.submission import Submission
from grader.isolation.lane import Lane, Worker
from grader.running.settings import Settings
from grader.running.start import started
from tests.command import right, small_course


@pytest.mark.parametrize(("lost", "named"), [(0, True), (1, True), (2, False)])
@pytest.mark.parametrize("whose", ["the solution's", "the submission's"])
def test_the_same_line_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lost: int, named: bool, whose: str
) -> None:
    """What else goes on in the machine makes no difference, unless it goes on and on."""
    course = small_course(tmp_path / "course")
    source = right(course).replace("return ", "return 2 * ").encode()
    submission = Submission("dan", {"leaky.py": source}, (), "")
    assignment = find_course(course).assignment("leaky")
    watch, left = Lane.watch, [lost]

    def ended(lane: Lane, files: Mapping[str, bytes], timeout: float) -> Worker:
        worker = watch(lane, files, timeout)
        if left[0] and (files == assignment.solution) == (whose == "the solution's"):
            left[0] -= 1
            worker._child.kill()
        return worker

    with started(assignment, weak=True) as start:
        judge, _ = start.judge(Settings(seed=1, weak=True), much=False)
        monkeypatch.setattr(Lane, "watch", ended)
        (first,) = judge.judge(submission).functions
        (second,) = judge.judge(submission).functions
    assert bool(first.places) is named
    assert second.places != ()
    assert first.score == second.score
