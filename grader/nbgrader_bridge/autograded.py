"""The tree that formgrader shows: what a student handed in, with our feedback in its notebook."""

from __future__ import annotations

import logging
import os
import shutil
import stat
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.authoring.notebook import rubrics
from grader.errors import quoted
from grader.nbgrader_bridge.gradebook import Graded
from grader.nbgrader_bridge.layout import Layout
from grader.nbgrader_bridge.sharing import share
from grader.nbgrader_bridge.timestamps import timestamp
from grader.phrases import Phrases
from grader.record import FunctionResult, Report
from grader.reports.entry import entry

MAX_NOTEBOOK = 16 * 2**20
"""Bytes of a notebook that is still shown."""

FOR_YOU = "For you alone, in no feedback: model answer and rubric."
"""What stands above a rubric."""


@dataclass(frozen=True)
class Shown:
    """A student's submission in formgrader's tree, and what is to be said of it."""

    graded: Graded
    warnings: tuple[str, ...]


def show(layout: Layout, report: Report, phrases: Phrases) -> Shown:
    """Put a judged submission where formgrader looks; an earlier one there is replaced."""
    import nbformat

    source = layout.folder("submitted", report.student)
    target = layout.folder("autograded", report.student)
    beside = target.with_name(f".{target.name}.part")
    notebook, said = _notebook(layout, report.student, source)
    add_feedback(notebook, report, phrases)
    add_rubrics(notebook, layout)
    remove(beside)
    copy_files(source, beside)
    _write(beside / f"{layout.notebook}.ipynb", nbformat.writes(notebook))
    remove(target)
    os.replace(beside, target)
    share(layout, "autograded", target, 0o444)
    return Shown(Graded(report, timestamp(source), untouched(notebook)), tuple(said))


def has_notebook(layout: Layout, student: str) -> bool:
    """Whether a student handed in a notebook that can be used."""
    _, said = _notebook(layout, student, layout.folder("submitted", student))
    return not said


def remove(folder: Path) -> None:
    """Remove a folder, if it is there, with folders in it that are read-only; links as links."""
    if folder.is_dir() and not folder.is_symlink():
        _open(folder)
        for parent, folders, _ in os.walk(folder):
            for name in folders:
                _open(Path(parent, name))
    shutil.rmtree(folder, ignore_errors=True)


def _open(folder: Path) -> None:
    """Let its owner list and change a folder; what is somebody else's keeps what it has."""
    status = folder.lstat()
    if stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid():
        folder.chmod(stat.S_IMODE(status.st_mode) | stat.S_IRWXU)


def copy_files(source: Path, target: Path) -> None:
    """Copy a submission's regular files; links and what is no file are left out.

    So is a folder that cannot be made there, for its path is too long, say.
    """
    target.mkdir(parents=True, exist_ok=True)
    for parent, folders, files in os.walk(source):
        folders[:] = [name for name in folders if not Path(parent, name).is_symlink()]
        there = target / Path(parent).relative_to(source)
        try:
            there.mkdir(exist_ok=True)
        except OSError:
            folders.clear()
            continue
        for name in files:
            try:
                if stat.S_ISREG(Path(parent, name).lstat().st_mode):
                    (there / name).unlink(missing_ok=True)
                    shutil.copyfile(Path(parent, name), there / name)
            except OSError:
                continue  # what cannot be read was a finding of the judge's already


def untouched(notebook: Any) -> frozenset[str]:
    """Return the written questions whose cells are as they were handed out."""
    from nbgrader.utils import compute_checksum, is_grade, is_solution

    return frozenset(
        cell.metadata.nbgrader["grade_id"]
        for cell in notebook.cells
        if is_grade(cell)
        and is_solution(cell)
        and (
            cell.metadata.nbgrader.get("checksum") == compute_checksum(cell)
            or not cell.source.strip()
        )
    )


def answers(notebook: Any) -> Mapping[str, str]:
    """Return what was written to each written question; "" where nothing was."""
    from nbgrader.utils import is_grade, is_solution

    bare = untouched(notebook)
    return {
        name: "" if name in bare else cell.source
        for cell in notebook.cells
        if is_grade(cell) and is_solution(cell) and (name := cell.metadata.nbgrader["grade_id"])
    }


def add_feedback(notebook: Any, report: Report, phrases: Phrases) -> None:
    """Put what is said of each function below its cell, as plain text."""
    from nbformat.v4 import new_output

    said = {result.name: _said(result, phrases) for result in report.functions}
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = (
                [new_output("stream", name="stdout", text=said[name])] if name in said else []
            )


def add_rubrics(notebook: Any, layout: Layout) -> None:
    """Put model answer and rubric of each written question below its answer.

    The copy that formgrader shows is the instructor's; feedback is made of graded cells alone.
    """
    from nbformat.v4 import new_markdown_cell

    kept = rubrics(layout.assignment)
    taken = {cell.get("id") for cell in notebook.cells}
    cells = []
    for cell in notebook.cells:
        cells.append(cell)
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if cell.cell_type == "markdown" and name in kept:
            beside = new_markdown_cell(f"*{FOR_YOU}*\n\n{kept[name]}")
            named = f"rubric-{name}"
            if named not in taken:  # else a student's cell has it, and ours is told by its own
                beside["id"] = named
            cells.append(beside)
    notebook.cells = cells


def _said(result: FunctionResult, phrases: Phrases) -> str:
    one = entry(result, phrases)
    lines = ["   ".join(filter(None, (one.mark, one.score, one.aside)))]
    lines += [f"  {label}{phrases.colon}{sentence}" for label, sentence in one.rows]
    return "".join(f"{line}\n" for line in lines)


def _notebook(layout: Layout, student: str, source: Path) -> tuple[Any, list[str]]:
    """Return the student's notebook with our graded cells in it; ours, where it has none."""
    import nbformat

    path = source / f"{layout.notebook}.ipynb"
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_NOTEBOOK:
            raise ValueError("it is no file, or too large")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # nobody here can mend what a student's notebook lacks
            return _sanitised(layout, student, nbformat.reads(path.read_text("utf-8"), 4)), []
    except FileNotFoundError:
        why = _missing(layout, source)
    except Exception as error:  # a student's notebook may hold anything
        why = f"handed in a notebook that cannot be used ({type(error).__name__})"
    ours = nbformat.read(layout.released, as_version=4)
    return ours, [f"{quoted(student)} {why}; the empty one is shown in its place"]


def _missing(layout: Layout, source: Path) -> str:
    others = sorted(path.name for path in source.glob("*.ipynb"))
    if len(others) != 1:
        return "handed in no notebook"
    due = f"{layout.notebook}.ipynb"
    return f"handed in no notebook {quoted(due)}, but {quoted(others[0])}; rename it if it is that"


def _sanitised(layout: Layout, student: str, notebook: Any) -> Any:
    """Return a notebook whose graded cells are ours, with the student's answers, and no outputs."""
    import nbformat
    from nbformat.validator import normalize
    from nbgrader import preprocessors

    resources = {
        "nbgrader": {
            "notebook": layout.notebook,
            "assignment": layout.assignment.name,
            "student": student,
            "db_url": layout.coursedir.db_url,
        }
    }
    quiet = logging.getLogger("grader.nbgrader_bridge")
    quiet.setLevel(logging.CRITICAL)
    for step in (
        preprocessors.ClearOutput(log=quiet),
        preprocessors.DeduplicateIds(log=quiet),
        preprocessors.OverwriteKernelspec(log=quiet),
        preprocessors.OverwriteCells(log=quiet, add_missing_cells=True),
        preprocessors.CheckCellMetadata(log=quiet),
    ):
        notebook, resources = step.preprocess(notebook, resources)
    notebook = nbformat.from_dict(notebook)  # nbgrader puts plain dicts in
    for cell in notebook.cells:
        if "id" not in cell:  # one that was missing, and was put back
            cell["id"] = cell.metadata.nbgrader["grade_id"]
    _, whole = normalize(notebook)
    nbformat.validate(whole)
    return nbformat.from_dict(whole)


def _write(path: Path, content: str) -> None:
    if path.is_dir():  # a student may call a folder so
        remove(path)
    path.unlink(missing_ok=True)
    path.write_text(content + "\n", "utf-8")
