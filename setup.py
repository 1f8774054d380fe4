"""Puts the assignments into the wheel, so that `grade init` can make a course of them anywhere."""

from pathlib import Path
from shutil import copytree, ignore_patterns, rmtree

from setuptools import setup
from setuptools.command.build_py import build_py

PARTS = ("assignments", "solutions")
KEPT = Path("grader", "courseware")


class BuildWithCourseware(build_py):
    """Builds the package with the students' and the instructor's files beside its modules."""

    def run(self) -> None:
        """Build, then copy both folders; an editable install finds them where they are."""
        super().run()
        if self.editable_mode:
            return
        for part in PARTS:
            place = Path(self.build_lib, KEPT, part)
            if place.exists():
                rmtree(place)
            copytree(part, place, ignore=ignore_patterns("__pycache__", ".*", "*.pyc"))


setup(cmdclass={"build_py": BuildWithCourseware})
