"""Makes a course: the assignments chosen, nbgrader's configuration, and a page on the week."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from grader.course import FOLDERS, PACKAGE, Course
from grader.errors import UsageProblem, did_you_mean, quoted

_FILES = {
    "README.md": "README.md",
    "gitignore": ".gitignore",
    "nbgrader_config": "nbgrader_config.py",
}
_WEEK = (
    ("grade build {name}", "what students receive, and the gradebook's cells"),
    ('nbgrader db assignment add {name} --duedate="2026-11-20 23:59 UTC"', ""),
    ("nbgrader release_assignment {name}", "students fetch_assignment, work, submit"),
    ("nbgrader collect {name} --update", ""),
    ("grade run {name} --gradebook", "judges, and writes the scores into the gradebook"),
    ("jupyter lab", "formgrader: grade the written answers"),
    ("grade run {name} --gradebook", "late penalties again, now with the written points"),
    ("grade feedback {name}", "names whoever can get none"),
    ("nbgrader release_feedback {name}", ""),
    ("grade export {name} -o grades.csv", "code, written answers and lateness"),
)


def courseware() -> Path:
    """Return the folder that holds assignments/ and solutions/ as they came with this program."""
    installed = PACKAGE / "courseware"
    return installed if installed.is_dir() else PACKAGE.parent


def init_course(folder: Path, names: Sequence[str]) -> list[Path]:
    """Make a course of the named assignments, of all where none is named; return what was made.

    It appears whole or not at all.  UsageProblem where something is in the way, or a name is of
    no assignment.
    """
    source = Course(courseware())
    known = source.names()
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f" There are: {', '.join(known)}."
            raise UsageProblem(f"There is no assignment {quoted(name)}.{hint}")
    chosen = list(dict.fromkeys(names)) or known
    wanted = [f"{part}/{name}" for name in chosen for part in FOLDERS]
    wanted += _FILES.values()
    for one in wanted:
        if os.path.lexists(folder / one):
            raise UsageProblem(
                f"{quoted(folder / one)} is there already. "
                "Choose another folder, or move that away."
            )
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    with tempfile.TemporaryDirectory(prefix=".init-", dir=folder) as beside:
        _write(Path(beside), source, chosen)
        try:
            for one in wanted:
                (folder / one).parent.mkdir(exist_ok=True)
                shutil.move(Path(beside, one), folder / one)
                made.append(folder / one)
        except OSError:
            for path in made:  # half a course would be in the way of the next try
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            raise
    return made


def _write(place: Path, source: Course, names: Sequence[str]) -> None:
    for name in names:
        for part in FOLDERS:
            shutil.copytree(
                source.folder / part / name,
                place / part / name,
                ignore=shutil.ignore_patterns("__pycache__", ".*"),
            )
    for file, called in _FILES.items():
        text = (Path(__file__).parent / "course_files" / file).read_text("utf-8")
        (place / called).write_text(text.replace("@WEEK@", _week(names[0])), "utf-8")


def _week(name: str) -> str:
    lines = [(command.format(name=name), said.format(name=name)) for command, said in _WEEK]
    width = max(len(command) for command, said in lines if said)
    return "".join(f"{command:{width}}   {said}".rstrip() + "\n" for command, said in lines)
