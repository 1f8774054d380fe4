"""The notebook of an assignment: from its text among the solutions to what students receive.

The text is Jupytext's "percent" format, in a .py file among the solutions.  A code cell whose
nbgrader ``grade_id`` is a function's name stands for that function: its points are those of the
contract.  A Markdown cell that is graded is a written question; what stands in it between
``### BEGIN SOLUTION`` and ``### END SOLUTION``, model answer and rubric, stays with the instructor.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from grader.authoring.stubs import is_notebook, read_source, regions
from grader.authoring.texts import Say, in_markdown, in_python
from grader.course import Assignment, Function
from grader.errors import UsageProblem, did_you_mean, quoted

PLACEHOLDER = "YOUR ANSWER HERE"
SCHEMA = 3
"""Version of nbgrader's cell metadata."""

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook_source(assignment: Assignment) -> Path | None:
    """Return the text of the assignment's notebook, if it has one; UsageProblem if several."""
    found = [
        path for path in sorted(assignment.solutions.glob("*.py")) if is_notebook(read_source(path))
    ]
    if len(found) > 1:
        names = ", ".join(quoted(path.name) for path in found)
        raise UsageProblem(
            f"{quoted(assignment.solutions)} holds several notebooks: {names}. "
            "An assignment has one; merge them."
        )
    return found[0] if found else None


def uncommented(source: str) -> str:
    """Return a notebook's text with Markdown as it reads, line by line as it was."""
    return "\n".join(
        line.removeprefix("#").removeprefix(" ") if line.startswith(("# ", "#\n")) else line
        for line in source.split("\n")
    )


def student_notebook(assignment: Assignment, path: Path, say: Say = str) -> str:
    """Return the notebook students receive, as the text of an .ipynb file.

    ``say`` makes another text of each that students read.

    UsageProblem names the cell that does not fit the contract.
    """
    import jupytext  # the notebook tools take a second, and most commands build none

    regions(uncommented(read_source(path)), path)
    try:
        read = jupytext.reads(read_source(path), fmt="py:percent")
    except Exception as error:  # whatever it stumbles over
        raise UsageProblem(f"{quoted(path)} is no notebook in percent format: {error}.") from error
    functions = {function.name: function for function in assignment.asked}
    dropped = {function.name for function in assignment.functions} - functions.keys()
    cells = [
        _cell(cell, number, path, say)
        for number, cell in enumerate(read.cells, start=1)
        if cell.metadata.get("nbgrader", {}).get("grade_id") not in dropped
    ]
    _check(cells, functions, path, say(PLACEHOLDER))
    for cell in cells:
        _finish(cell, functions)
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": _KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def rubrics(assignment: Assignment) -> Mapping[str, str]:
    """Return what the instructor keeps of each written question: model answer and rubric."""
    path = notebook_source(assignment)
    return {} if path is None else _rubrics(read_source(path), path)


@functools.cache
def _rubrics(text: str, path: Path) -> Mapping[str, str]:
    import jupytext

    found = {}
    for cell in jupytext.reads(text, fmt="py:percent").cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        lines = cell.source.split("\n")
        kept = [
            "\n".join(lines[one.begin : one.end - 1]).strip() for one in regions(cell.source, path)
        ]
        if name and cell.cell_type == "markdown" and any(kept):
            found[name] = "\n\n".join(filter(None, kept))
    return found


def _cell(cell: Any, number: int, path: Path, say: Say) -> dict[str, Any]:
    """Return a cell without its solution; its id is its place, or its name where it has one."""
    said = in_python if cell.cell_type == "code" else in_markdown
    source = _without_solutions(cell.source, path)
    if cell.cell_type == "code" and source != cell.source:
        raise UsageProblem(
            f"In {quoted(path)}, a code cell holds a solution. Code that students write belongs "
            "into a .py file; only written questions have their answers in the notebook."
        )
    marks = dict(cell.metadata.get("nbgrader", {}))
    made: dict[str, Any] = {
        "cell_type": cell.cell_type,
        "id": marks.get("grade_id", f"cell-{number:02}"),
        "metadata": {"nbgrader": marks} if marks else {},
        "source": said(source, say)
        .replace(PLACEHOLDER, say(PLACEHOLDER))
        .splitlines(keepends=True),
    }
    if cell.cell_type == "code":
        made |= {"execution_count": None, "outputs": []}
    return made


def _without_solutions(source: str, path: Path) -> str:
    lines = source.split("\n")
    for region in reversed(regions(source, path)):
        lines[region.begin - 1 : region.end] = [PLACEHOLDER]
    return "\n".join(lines)


def _marks(cell: dict[str, Any]) -> dict[str, Any]:
    marks: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return marks


def _check(
    cells: list[dict[str, Any]], functions: dict[str, Function], path: Path, placeholder: str
) -> None:
    """Raise UsageProblem unless every function has its cell, and every graded cell its sense."""
    seen: set[str] = set()
    for cell in cells:
        marks = _marks(cell)
        name = marks.get("grade_id")
        if not marks:
            continue
        if not isinstance(name, str) or not name or name in seen:
            raise UsageProblem(
                f"In {quoted(path)}, the cell named {quoted(name)} has no name of its own. "
                "Give every nbgrader cell another grade_id."
            )
        seen.add(name)
        if cell["cell_type"] == "code" and name not in functions:
            raise UsageProblem(
                f"In {quoted(path)}, the cell {quoted(name)} is graded, and no function has that "
                f"name.{did_you_mean(name, functions)}"
            )
        points = marks.get("points")
        if cell["cell_type"] != "code" and not (isinstance(points, int | float) and points > 0):
            raise UsageProblem(
                f"In {quoted(path)}, the written question {quoted(name)} needs points above 0."
            )
        if cell["cell_type"] != "code" and placeholder not in "".join(cell["source"]):
            raise UsageProblem(
                f"In {quoted(path)}, the written question {quoted(name)} has no model answer. "
                "Put one between ### BEGIN SOLUTION and ### END SOLUTION."
            )
    for name in functions:
        if name not in seen:
            raise UsageProblem(
                f"{quoted(path)} has no cell for the function {quoted(name)}. "
                f'Add a code cell with nbgrader={{"grade_id": "{name}"}}.'
            )


def _finish(cell: dict[str, Any], functions: dict[str, Function]) -> None:
    """Fill in what nbgrader wants to know of a graded cell."""
    marks = _marks(cell)
    if not marks:
        return
    written = cell["cell_type"] != "code"
    points = marks["points"] if written else functions[marks["grade_id"]].points
    marks |= {
        "cell_type": cell["cell_type"],
        "grade": True,
        "locked": not written,
        "points": points,
        "schema_version": SCHEMA,
        "solution": written,
        "task": False,
    }
    marks["checksum"] = _checksum(cell)
    if not written:
        cell["metadata"] |= {"deletable": False, "editable": False}
    else:
        cell["metadata"] |= {"deletable": False}


def _checksum(cell: dict[str, Any]) -> str:
    """Return nbgrader's checksum of a cell, by which it tells an untouched answer."""
    from nbformat import NotebookNode
    from nbgrader.utils import compute_checksum

    node = NotebookNode(
        cell_type=cell["cell_type"],
        source="".join(cell["source"]),
        metadata=NotebookNode(nbgrader=NotebookNode(_marks(cell))),
    )
    return str(compute_checksum(node))
