"""`nbgrader autograde`, for submissions that nbgrader itself cannot read as well.

nbgrader grades notebooks: a student whose notebook is missing or broken would get no score, and
the whole command would fail.  Functions are judged all the same, as `grade run` judges them.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

from click import ClickException
from nbgrader.converters import NbGraderException
from nbgrader.converters.base import BaseConverter

from grader.errors import quoted
from grader.intake.discovery import discover
from grader.nbgrader_bridge import autograded, gradebook
from grader.nbgrader_bridge.decisions import held as held_of
from grader.nbgrader_bridge.delivery import deliver
from grader.nbgrader_bridge.judge_step import JudgeStep, results_of
from grader.nbgrader_bridge.layout import Layout, layout_of
from grader.nbgrader_bridge.releasing import task_of
from grader.nbgrader_bridge.sharing import group_of
from grader.running.language import phrases_of
from grader.running.results_folder import ResultsFolder


def autograde(self: Any) -> None:
    """Stand in for Autograde.start: judge all, and leave those with a notebook to nbgrader."""
    coursedir = self.coursedir
    excluded = coursedir.student_id_exclude
    try:
        course, task = task_of(coursedir)
        layout = Layout(course, task, self.config, coursedir, layout_of(course, task).notebook)
        gradebook.register(layout)
        students = set(_asked_for(layout))
        held = _held(layout, students)
        for student in sorted(held):
            self.log.warning(
                f"{quoted(student)} is left without a score: somebody else sent the submission; "
                f"see `grade run {task.name} --gradebook`"
            )
        students -= held
        self.resubmitted = gradebook.resubmitted(layout, students)
        bare = {one for one in students if not autograded.has_notebook(layout, one)}
        phrases = phrases_of(task, out=results_of(layout))
        self.reports = JudgeStep(parent=self).judged(layout, phrases, students) if students else {}
        if bare:
            for said in deliver(layout, [self.reports[one] for one in sorted(bare)], phrases):
                self.log.warning(said)
        if bare != students or not students:
            coursedir.student_id_exclude = ",".join(
                [*filter(None, [excluded]), *sorted(bare | held)]
            )
            BaseConverter.start(self)
    except ClickException as error:
        self.log.error(error.message)
        raise NbGraderException(error.message) from error
    finally:
        coursedir.student_id_exclude = excluded


def _held(layout: Layout, students: set[str]) -> frozenset[str]:
    if not students:
        return frozenset()
    group = group_of(layout.course)
    with ResultsFolder(results_of(layout), layout.assignment.name, group) as folder:
        return held_of(folder, layout, sorted(students))


def _asked_for(layout: Layout) -> Iterator[str]:
    coursedir = layout.coursedir
    excluded = coursedir.student_id_exclude.split(",")
    for one in discover(
        [layout.submitted], layout.assignment, submitted=layout.submitted
    ).submissions:
        if fnmatchcase(one.student, coursedir.student_id) and one.student not in excluded:
            yield one.student
