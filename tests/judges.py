"""Judges of the assignments of this repository: opening one takes longer than most tests do."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.course import find_course
from grader.judging.judge import Judge
from grader.running.settings import Settings
from grader.running.start import open_judge

JudgeOf = Callable[[str], Judge]
SEED = 5


def shared_judges() -> Iterator[JudgeOf]:
    """Yield what opens a judge of an assignment when it is first asked for: a fixture's body.

    Whoever changes a judge changes it back, or opens one of his own.
    """
    course = find_course(Path(__file__).parent)
    with contextlib.ExitStack() as opened:
        yield functools.cache(
            lambda name: opened.enter_context(
                open_judge(course.assignment(name), Settings(SEED, weak=True))
            )
        )
