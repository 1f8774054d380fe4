"""What the solution makes in a case is worked out before a submission is read, and kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from grader.course import find_course
from grader.intake.submission import Submission
from grader.isolation.lane import Lane
from grader.running.settings import Settings
from grader.running.start import started
from tests.command import right, small_course


def test_a_later_run_watches_no_solution(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one to judge much has made the traces; one that judges little finds them."""
    watched: list[Mapping[str, bytes]] = []
    watch = Lane.watch

    def seen(lane: Lane, files: Mapping[str, bytes], timeout: float) -> Any:
        watched.append(files)
        return watch(lane, files, timeout)

    monkeypatch.setattr(Lane, "watch", seen)
    course = small_course(tmp_path / "course")
    source = right(course).replace("return ", "return 2 * ").encode()
    wrong = Submission("dan", {"leaky.py": source}, (), "")
    assignment = find_course(course).assignment("leaky")
    settings = Settings(seed=1, weak=True, kept=str(tmp_path / "kept"))
    with started(assignment, weak=True) as start:
        found = []
        for much, due in ((True, [assignment.solution, wrong.files]), (False, [wrong.files])):
            watched.clear()
            judge, _ = start.judge(settings, much=much)
            (result,) = judge.judge(wrong).functions
            found.append(result.places)
            assert watched == due
    assert found[0] == found[1] != ()
