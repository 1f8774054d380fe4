"""Reads what earlier runs left in a results folder; nothing here writes."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.course import Assignment
from grader.errors import UsageProblem, did_you_mean, quoted
from grader.record import Report
from grader.reports import results_json
from grader.running.folder_names import folder_name, hex_name, student_of

RECORD = "results.json"


def kept_language(out: Path) -> str:
    """Return the language that was last asked for in a results folder, or ""."""
    try:
        return (out / ".run" / "language").read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def kept_notebooks(out: Path) -> bool:
    """Return whether functions that only a notebook defines were last asked to be taken."""
    try:
        return (out / ".run" / "from_notebook").read_text("ascii").strip() == "yes"
    except (OSError, ValueError):
        return False


def stored_report(out: Path, student: str, assignment: Assignment) -> Report:
    """Return a student's report from an earlier run; UsageProblem says why there is none."""
    known = _stored(out, assignment)
    if student not in known:
        hint = did_you_mean(student, known)
        raise UsageProblem(f"There are no results of {quoted(student)} in {quoted(out)}.{hint}")
    return _loaded(out / known[student] / RECORD, assignment)


def stored_reports(out: Path, assignment: Assignment) -> Iterator[Report]:
    """Yield the reports of all students who have results, sorted; UsageProblem as above."""
    for _, folder in sorted(_stored(out, assignment).items()):
        yield _loaded(out / folder / RECORD, assignment)


def _stored(out: Path, assignment: Assignment) -> dict[str, str]:
    try:
        known = students_in(out, set(os.listdir(out)))
    except (FileNotFoundError, NotADirectoryError):
        known = {}
    except OSError as error:
        raise UsageProblem(
            f"{quoted(out)} cannot be read: {error.strerror}. Check its permissions."
        ) from error
    if not known:
        raise UsageProblem(
            f"There are no results in {quoted(out)}. Run `grade run {assignment.name}` first."
        )
    return known


def _loaded(path: Path, assignment: Assignment) -> Report:
    try:
        report = results_json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageProblem(
            f"{quoted(path)} cannot be read: {str(said).rstrip('.')}. "
            f"Run `grade run {assignment.name}` again to make it anew."
        ) from error
    if report.assignment != assignment.name:
        raise UsageProblem(
            f"{quoted(path)} is about the assignment {quoted(report.assignment)}, "
            f"not {quoted(assignment.name)}. Name another folder with --out."
        )
    return report


def students_in(out: Path, names: set[str]) -> dict[str, str]:
    """Return whose folders hold results: the folder's name by the student's."""
    found: dict[str, str] = {}
    for name in names:
        if name.startswith(".") or not _may_hold_results(out / name):
            continue
        student = student_of(name)
        if student is None and "~" in name:  # too long a name: the record tells
            student = _recorded_student(read_json(out / name / RECORD))
            if student is not None and name not in (folder_name(student), hex_name(student)):
                student = None
        if student is not None:
            found[student] = name
    return found


def _may_hold_results(folder: Path) -> bool:
    """Whether there are results in a folder, or it cannot be looked into."""
    try:
        return (folder / RECORD).is_file()
    except OSError:
        return True


def _recorded_student(results: Any) -> str | None:
    try:
        return results_json.from_results(results).student
    except ValueError:
        return None


def read_json(path: Path) -> Any:
    """Return a file's JSON data, None where it holds none in UTF-8."""
    try:
        return json.loads(path.read_bytes().decode("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
