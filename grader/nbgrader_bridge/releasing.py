"""What students receive by way of nbgrader: what `grade build` makes, and nothing that leaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click import ClickException
from nbgrader.converters import NbGraderException
from nbgrader.exchange.default import ExchangeReleaseAssignment

from grader.authoring.build import build_assignment, stale
from grader.authoring.leaks import leaks
from grader.authoring.notebook import notebook_source
from grader.course import Assignment, Course
from grader.nbgrader_bridge.gradebook import register
from grader.nbgrader_bridge.layout import layout_of


def task_of(coursedir: Any) -> tuple[Course, Assignment]:
    """Return the course and the assignment nbgrader is at work on."""
    course = Course(Path(coursedir.root))
    return course, course.assignment(coursedir.assignment_id)


def build_instead(self: Any) -> None:
    """Stand in for GenerateAssignment.start: make the folder as `grade build` does."""
    try:
        course, task = task_of(self.coursedir)
        for path in build_assignment(task):
            self.log.info("Made %s", path)
        if notebook_source(task):
            register(layout_of(course, task))
    except ClickException as error:
        self.log.error(error.message)
        raise NbGraderException(error.message) from error


class CheckedRelease(ExchangeReleaseAssignment):  # type: ignore[misc]
    """Releases an assignment, unless its folder is out of date or holds what it must not."""

    def init_src(self) -> None:
        """Find the folder, and look through it before anything is copied."""
        super().init_src()
        try:
            _, task = task_of(self.coursedir)
            faults = [*stale(task), *leaks(task)]
        except ClickException as error:
            faults = [error.message]
        if faults:
            self.fail(
                f"{self.src_path} is not released: {'; '.join(faults)}. "
                f"Run `grade build {self.coursedir.assignment_id}`, and take out what leaks."
            )
