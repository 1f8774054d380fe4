"""Finds a course and its assignments.

A course is a folder with ``assignments/<name>/`` (what students receive), ``solutions/<name>/``
and hidden cases, which stand in ``hidden/<name>/`` or ``grader/hidden/<name>/`` of the course;
where it has neither, those that came with this program are taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from grader.course.assignment import PACKAGE, Assignment
from grader.course.changing import changed
from grader.course.points import POINTS_FILE, read_points
from grader.errors import UsageProblem, did_you_mean, quoted

FOLDERS = ("assignments", "solutions")


@dataclass(frozen=True)
class Course:
    """A folder with assignments, solutions and hidden cases."""

    folder: Path

    def names(self) -> list[str]:
        """Return the names of the course's assignments, sorted."""
        found: set[str] = set()
        for parent in FOLDERS:
            if (self.folder / parent).is_dir():
                found.update(
                    path.name
                    for path in (self.folder / parent).iterdir()
                    if path.is_dir() and not path.name.startswith((".", "__"))
                )
        return sorted(found)

    def assignment(self, name: str) -> Assignment:
        """Return the assignment of that name; UsageProblem says what is wrong with it."""
        names = self.names()
        if name not in names:
            hint = did_you_mean(name, names)
            if not hint:
                listed = ", ".join(names) or "none"
                hint = f" The assignments of {quoted(self.folder)} are: {listed}."
            raise UsageProblem(f"There is no assignment {quoted(name)}.{hint}")
        hidden = self._hidden(name)
        written = read_points(hidden / POINTS_FILE)
        written = replace(written, title=written.title or name)
        solutions = self.folder / "solutions" / name
        points = changed(written, solutions / POINTS_FILE)
        return Assignment(
            **vars(points),
            name=name,
            stubs=self.folder / "assignments" / name,
            solutions=solutions,
            hidden=hidden,
            written=None if points is written else written,
        )

    def _hidden(self, name: str) -> Path:
        places = (
            self.folder / "hidden" / name,
            self.folder / "grader" / "hidden" / name,
            PACKAGE / "hidden" / name,
        )
        for place in places:
            if (place / POINTS_FILE).is_file():
                return place
        raise UsageProblem(
            f"The assignment {quoted(name)} has no {POINTS_FILE}. "
            f"Put its points and its hidden cases into {quoted(places[0])}."
        )


def find_course(start: Path | None = None) -> Course:
    """Return the course that a folder (default: where we are) is, or lies in."""
    folder = (start or Path.cwd()).absolute()
    if not folder.is_dir():
        raise UsageProblem(
            f"The course folder {quoted(folder)} is not there. Give another one with --course."
        )
    for candidate in (folder, *folder.parents):
        if any((candidate / name).is_dir() for name in FOLDERS):
            return Course(candidate)
    raise UsageProblem(
        f"Neither {quoted(folder)} nor a folder above it holds assignments/ or solutions/. "
        "Change into the course's folder, name it with --course, or make one with `grade init`."
    )
