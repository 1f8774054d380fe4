"""The notebook that peers which grade notebooks are given beside the student's files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import nbformat


def cell(source: str, **metadata: Any) -> Any:
    """Return a code cell."""
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def write_notebook(cells: Sequence[Any]) -> str:
    """Return the text of a notebook that runs on the environment's own Python."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": kernel})
    return str(nbformat.writes(notebook))


def import_cells(modules: Iterable[str]) -> list[Any]:
    """Return the student's cells: one import per file, as in a notebook on top of modules."""
    return [cell(f"import {module}") for module in modules]
