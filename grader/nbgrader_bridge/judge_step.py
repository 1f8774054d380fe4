"""The step of `nbgrader autograde` that scores: our judge, in place of a kernel nbgrader trusts."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from click import ClickException
from nbgrader.converters import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Float

from grader.intake.discovery import discover
from grader.nbgrader_bridge import autograded, gradebook
from grader.nbgrader_bridge.layout import Layout
from grader.nbgrader_bridge.releasing import task_of
from grader.nbgrader_bridge.sharing import group_of
from grader.nbgrader_bridge.timestamps import timestamp
from grader.phrases import Phrases
from grader.record import Report
from grader.running.grading import Run
from grader.running.lanes import much_for
from grader.running.language import phrases_of
from grader.running.results_folder import ResultsFolder
from grader.running.seeding import settled
from grader.running.stored_results import kept_notebooks


class JudgeStep(NbGraderPreprocessor):  # type: ignore[misc]
    """Judges a submission as `grade run` does, and shares its results folder and its seed.

    What autograding.autograde has judged at the start, several at a time, is not judged again.
    """

    timeout = Float(
        None,
        allow_none=True,
        help="Seconds of processor time one function may take, where the assignment says nothing.",
    ).tag(config=True)
    allow_weak_isolation = Bool(
        False, help="Run submissions behind resource limits alone where there is no more."
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Put feedback into a submitted notebook, and its scores into the gradebook."""
        try:
            self._grade(nb, resources["nbgrader"]["student"], resources["nbgrader"]["notebook"])
        except ClickException as error:
            self.log.error(error.message)
            raise NbGraderException(error.message) from error
        return nb, resources

    def _grade(self, notebook: Any, student: str, name: str) -> None:
        coursedir = self.parent.parent.coursedir
        course, task = task_of(coursedir)
        layout = Layout(course, task, self.config, coursedir, name)
        phrases = phrases_of(task, out=results_of(layout))
        known = getattr(self.parent.parent, "reports", {})
        report = known.get(student) or self.judged(layout, phrases, (student,))[student]
        source, target = (layout.folder(step, student) for step in ("submitted", "autograded"))
        autograded.copy_files(source, target)
        autograded.add_feedback(notebook, report, phrases)
        autograded.add_rubrics(notebook, layout)
        graded = gradebook.Graded(
            report,
            timestamp(source),
            autograded.untouched(notebook),
            # nbgrader has noted the new time already
            again=student in getattr(self.parent.parent, "resubmitted", ()),
        )
        for said in gradebook.record(layout, [graded]):
            self.log.warning(said)

    def judged(
        self, layout: Layout, phrases: Phrases, students: Collection[str]
    ) -> Mapping[str, Report]:
        """Return reports on students, judged at once; those that stand are taken."""
        found = discover(
            [layout.submitted],
            layout.assignment,
            submitted=layout.submitted,
            students=students,
            from_notebook=kept_notebooks(results_of(layout)),
        )
        group = group_of(layout.course)
        task, weak = layout.assignment, self.allow_weak_isolation
        timeout = task.timeout if self.timeout is None else self.timeout
        lanes = min(os.cpu_count() or 1, len(found.submissions)) or 1
        much = much_for(lanes, len(found.submissions))
        with (
            ResultsFolder(results_of(layout), task.name, group) as folder,
            settled(folder, task, None, timeout=timeout, weak=weak, much=much) as (settings, warm),
        ):
            run = Run(task, settings, folder, phrases, lanes, warm=warm)
            run.grade(found.submissions, lambda report, stood: None)
        return run.reports


def results_of(layout: Layout) -> Path:
    """Return the folder that results and the seed are kept in, as for `grade run`."""
    return Path(layout.coursedir.root, "graded", layout.assignment.name)
