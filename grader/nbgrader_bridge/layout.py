"""Where nbgrader keeps what belongs to a course, as the course's nbgrader_config.py says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring.notebook import notebook_source
from grader.course import Assignment, Course
from grader.errors import UsageProblem, quoted

CONFIG = "nbgrader_config.py"


def uses_nbgrader(course: Course) -> bool:
    """Whether the course has a configuration of nbgrader."""
    return (course.folder / CONFIG).is_file()


@dataclass(frozen=True)
class Layout:
    """One assignment of a course as nbgrader sees it.

    ``config`` is nbgrader's whole configuration, ``coursedir`` its view of the course's folders,
    ``notebook`` the name of the assignment's notebook without ".ipynb".
    """

    course: Course
    assignment: Assignment
    config: Any
    coursedir: Any
    notebook: str

    def folder(self, step: str, student: str) -> Path:
        """Return a student's folder at a step: "submitted", "autograded" or "feedback"."""
        directory = getattr(self.coursedir, f"{step}_directory")
        place = self.coursedir.format_path(directory, student, self.assignment.name)
        return Path(self.coursedir.root, place)

    @property
    def submitted(self) -> Path:
        """The folder with a folder for every student."""
        return Path(self.coursedir.root, self.coursedir.submitted_directory)

    @property
    def feedback(self) -> Path:
        """The folder with everybody's feedback."""
        return Path(self.coursedir.root, self.coursedir.feedback_directory)

    @property
    def released(self) -> Path:
        """The notebook that students receive."""
        return self.assignment.stubs / f"{self.notebook}.ipynb"


def layout_of(course: Course, assignment: Assignment) -> Layout:
    """Read nbgrader's configuration of a course.

    UsageProblem says that there is none, that it cannot be read, or that the assignment has no
    notebook, which nbgrader cannot do without.
    """
    if not uses_nbgrader(course):
        raise UsageProblem(
            f"{quoted(course.folder / CONFIG)} is not there. Write these lines into it: "
            "from grader.nbgrader_bridge.course_config import configure; c = get_config(); "
            "configure(c, __file__)."
        )
    source = notebook_source(assignment)
    if source is None:
        raise UsageProblem(
            f"The assignment {quoted(assignment.name)} has no notebook, and nbgrader's gradebook "
            "cannot hold it without one. Put its text, in Jupytext's percent format, into "
            f"{quoted(assignment.solutions)}."
        )
    config = read_config(course.folder)
    from nbgrader.coursedir import CourseDirectory

    coursedir = CourseDirectory(config=config)
    coursedir.root = str(course.folder)
    return Layout(course, assignment, config, coursedir, source.stem)


def read_config(folder: Path, only_if: re.Pattern[str] | None = None) -> Any:
    """Return the configuration nbgrader itself would find: the machine's, the user's, then ours.

    With ``only_if``, None where no file of it has such a text: to run them takes a second.
    """
    from jupyter_core.paths import jupyter_config_path

    places = [*reversed(jupyter_config_path()), str(folder)]
    if only_if is not None and not any(_holds(Path(place, CONFIG), only_if) for place in places):
        return None
    from traitlets.config.loader import Config, PyFileConfigLoader

    config = Config()
    for place in places:
        if Path(place, CONFIG).is_file():
            try:
                config.merge(PyFileConfigLoader(CONFIG, path=place).load_config())
            except Exception as error:  # it is Python, and may fail in any way
                raise UsageProblem(
                    f"{quoted(Path(place, CONFIG))} cannot be used: "
                    f"{type(error).__name__}: {error}. Correct it."
                ) from error
    return config


def _holds(path: Path, text: re.Pattern[str]) -> bool:
    try:
        return text.search(path.read_text("utf-8", "replace")) is not None
    except OSError:
        return False


def refuse_other_places(layout: Layout, sources: Sequence[Path]) -> None:
    """Raise UsageProblem if submissions are to come from elsewhere than nbgrader's own folder."""
    for source in sources:
        if source.resolve() != layout.submitted.resolve():
            raise UsageProblem(
                f"--gradebook takes submissions as nbgrader collects them, from "
                f"{quoted(layout.submitted)}, not from {quoted(source)}. Leave the path out."
            )
