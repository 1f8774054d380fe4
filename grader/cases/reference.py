"""Loads an assignment's solutions: what the student's functions are compared with."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any

from grader.course import Assignment
from grader.worker.modules import SubmissionFinder


def load_functions(assignment: Assignment) -> dict[str, Callable[..., Any]]:
    """Import the solutions from their folder and return the contract's functions by name.

    The modules do not stay in ``sys.modules``: a student's file has the same name, and so may
    another course's solution.
    """
    wanted = {function.name: function.file for function in assignment.functions}
    return import_functions(assignment.solution, wanted)


def import_functions(
    sources: Mapping[str, bytes], wanted: Mapping[str, str]
) -> dict[str, Callable[..., Any]]:
    """Import trusted sources as a submission would be; ``wanted`` maps names to files."""
    finder = SubmissionFinder(sources)
    modules = {name.removesuffix(".py") for name in sources}
    hidden = {name: sys.modules.pop(name) for name in modules if name in sys.modules}
    sys.meta_path.insert(0, finder)
    try:
        return {
            name: getattr(importlib.import_module(file.removesuffix(".py")), name)
            for name, file in wanted.items()
        }
    finally:
        sys.meta_path.remove(finder)
        for name in modules:
            sys.modules.pop(name, None)
        sys.modules.update(hidden)
