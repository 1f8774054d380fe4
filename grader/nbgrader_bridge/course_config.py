"""What a course's nbgrader_config.py says: `configure(c, __file__)`, and its own lines below."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

BRIDGE = "grader.nbgrader_bridge"


def configure(c: Any, file: str) -> None:
    """Have nbgrader use the course's folders, our judge, our pages, our way of making assignments.

    ``c`` is what ``get_config()`` returns, ``file`` the path of the nbgrader_config.py that calls.
    """
    solutions = Path(file).absolute().parent / "solutions"
    c.CourseDirectory.source_directory = "solutions"
    c.CourseDirectory.release_directory = "assignments"
    c.ExchangeFactory.release_assignment = f"{BRIDGE}.releasing.CheckedRelease"
    # nbgrader would copy every file of these folders over the student's
    c.Autograde.exclude_overwriting = {
        folder.name: _files(folder) for folder in solutions.glob("*") if folder.is_dir()
    }
    c.OverwriteCells.add_missing_cells = True
    c.Autograde.autograde_preprocessors = [
        f"{BRIDGE}.judge_step.JudgeStep",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.GenerateFeedback.exporter_class = f"{BRIDGE}.page_exporter.PageExporter"
    _let_alembic_be_found()
    _build_instead_of_generating()
    _grade_without_notebooks()


def _files(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def _let_alembic_be_found() -> None:
    """nbgrader runs alembic from PATH: add where it is, beside the Python that runs nbgrader."""
    here = str(Path(sys.executable).parent)
    known = os.environ.get("PATH", os.defpath)
    if here not in known.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([known, here])


def _build_instead_of_generating() -> None:
    """Have `nbgrader generate_assignment`, typed by habit, do what `grade build` does.

    It would hand out solutions: nbgrader copies every file but notebooks as it is.  Its class
    cannot be chosen by configuration, and its hooks come after the old folder is deleted, so the
    method itself is replaced.
    """
    from nbgrader.converters import GenerateAssignment

    from grader.nbgrader_bridge.releasing import build_instead

    GenerateAssignment.start = build_instead


def _grade_without_notebooks() -> None:
    """Have `nbgrader autograde` score those, too, whose notebook is missing or broken.

    It would leave them out, or stop at them; no configuration reaches that.
    """
    from nbgrader.converters import Autograde

    from grader.nbgrader_bridge.autograding import autograde

    Autograde.start = autograde
