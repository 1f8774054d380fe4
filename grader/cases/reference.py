"""Loads an assignment's solutions: what the student's functions are compared with."""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.course import Assignment
from grader.errors import UsageProblem, not_importable, quoted
from grader.worker.modules import SubmissionFinder


def load_functions(assignment: Assignment) -> dict[str, Callable[..., Any]]:
    """Import the solutions from their folder and return the contract's functions by name.

    The modules do not stay in ``sys.modules``: a student's file has the same name, and so may
    another course's solution.  UsageProblem as of ``import_functions``.
    """
    wanted = {function.name: function.file for function in assignment.functions}
    return import_functions(assignment.solution, wanted, assignment.solutions)


def import_functions(
    sources: Mapping[str, bytes], wanted: Mapping[str, str], folder: Path
) -> dict[str, Callable[..., Any]]:
    """Import trusted sources as a submission would be; ``wanted`` maps names to files.

    UsageProblem where a file of the ``folder`` is not there, cannot be imported, or lacks a name.
    """
    with importable(sources):
        return {name: _imported(folder / file, name, sources) for name, file in wanted.items()}


@contextlib.contextmanager
def importable(sources: Mapping[str, bytes]) -> Iterator[None]:
    """Let trusted sources be imported meanwhile; none of them stays so."""
    finder = SubmissionFinder(sources)
    modules = {name.removesuffix(".py") for name in sources}
    hidden = {name: sys.modules.pop(name) for name in modules if name in sys.modules}
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        for name in modules:
            sys.modules.pop(name, None)
        sys.modules.update(hidden)


def _imported(path: Path, name: str, sources: Mapping[str, bytes]) -> Any:
    if path.name not in sources:
        raise UsageProblem(f"There is no {quoted(path)}, where {name} should be. Write it.")
    try:
        module = importlib.import_module(path.stem)
    except (Exception, SystemExit) as error:
        raise not_importable(path, error) from error
    if not hasattr(module, name):
        raise UsageProblem(f"{quoted(path)} does not define {name}. Write it.")
    return getattr(module, name)
