"""What `nbgrader generate_feedback` makes of a graded notebook: our page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter

from grader.nbgrader_bridge import gradebook
from grader.nbgrader_bridge.feedback import page_of
from grader.nbgrader_bridge.layout import Layout
from grader.nbgrader_bridge.releasing import task_of
from grader.nbgrader_bridge.totals import read
from grader.running.language import phrases_of
from grader.running.stored_results import stored_report


class PageExporter(Exporter):
    """Turns a student's graded notebook into the feedback page."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def from_filename(self, filename: str, resources: Any = None, **_: Any) -> tuple[str, Any]:
        """Return the page of the student whose notebook it is."""
        student, notebook = (resources["nbgrader"][key] for key in ("student", "notebook"))
        converter: Any = self.parent
        coursedir = converter.coursedir
        course, task = task_of(coursedir)
        layout = Layout(course, task, self.config, coursedir, notebook)
        out = Path(coursedir.root, "graded", task.name)
        report = stored_report(out, student, task)
        graded = gradebook.written(layout, [student]).get(student, {})
        total = read(layout, [report])[0].get(student)
        resources["output_extension"] = self.file_extension
        phrases = phrases_of(task, out=out)
        return page_of(layout, report, phrases, graded, total), resources
