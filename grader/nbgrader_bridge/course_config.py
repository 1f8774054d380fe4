"""What a course's nbgrader_config.py says: `configure(c)`, and the course's own lines below it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any


def configure(c: Any) -> None:
    """Have nbgrader use the course's folders, our judge, and our way of making assignments.

    ``c`` is what ``get_config()`` returns.  Called from an nbgrader_config.py.
    """
    c.CourseDirectory.source_directory = "solutions"
    c.CourseDirectory.release_directory = "assignments"
    _let_alembic_be_found()


def _let_alembic_be_found() -> None:
    """nbgrader runs alembic from PATH: add where it is, beside the Python that runs nbgrader."""
    here = str(Path(sys.executable).parent)
    known = os.environ.get("PATH", os.defpath)
    if here not in known.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([known, here])
