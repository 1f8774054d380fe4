"""Submissions whose points and causes are known get those points, and are told those causes.

``known/<name>/<submission>/`` of the course holds the files that differ from the solutions, and
``expected.toml``: ``why`` it is there, the points in ``[scores]`` of each function that does not
earn all of them, and in ``[causes]`` the mistakes that are to be recognised in a function.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.authoring.proofs.bench import Bench, Checked, Fault, checked
from grader.intake.submission import Submission

EXPECTED = "expected.toml"
KEYS = ("why", "scores", "causes")


def prove(bench: Bench) -> Iterator[Checked]:
    """Yield the check of all known submissions; none where the course has none."""
    home = bench.assignment.known
    folders = sorted(path for path in home.glob("*") if path.is_dir()) if home.is_dir() else []
    if not folders:
        return
    faults = [one for folder in folders for one in _wrong(bench, folder)]
    note = f"{len(folders)} submissions"
    yield checked("each known submission earns what it must, and is told why", faults, note)


def _wrong(bench: Bench, folder: Path) -> Iterator[Fault]:
    try:
        expected = _read(folder / EXPECTED)
    except (OSError, ValueError) as error:
        yield Fault(f"{EXPECTED} cannot be used: {error}", case=folder.name)
        return
    functions = {function.name: function for function in bench.assignment.functions}
    for name in sorted({*expected["scores"], *expected["causes"]} - functions.keys()):
        yield Fault("there is no such function", name, case=folder.name)
    files = dict(bench.assignment.solution)
    own = {path.name: path.read_bytes() for path in folder.glob("*.py")}
    for name in sorted(own.keys() - files.keys()):
        yield Fault(f"{name} is no file of the solution", case=folder.name)
    files |= own
    digest = hashlib.sha256(b"\0".join(files[name] for name in sorted(files))).hexdigest()
    report = bench.judge.judge(Submission(folder.name, files, (), digest), last=True)
    for result in report.functions:
        due = expected["scores"].get(result.name, functions[result.name].points)
        if result.score is None or abs(result.score - due) > 1e-9:
            score = "not judged" if result.score is None else f"{result.score:g} points"
            yield Fault(f"{score}, not {due:g}", result.name, case=folder.name)
        causes = expected["causes"].get(result.name, [])
        if sorted(result.mistakes) != sorted(causes):
            told = ", ".join(result.mistakes) or "no cause"
            wanted = ", ".join(causes) or "none"
            yield Fault(f"it is told {told}, not {wanted}", result.name, case=folder.name)


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise ValueError("it is missing")
    table = tomllib.loads(path.read_text("utf-8"))
    strangers = sorted(table.keys() - set(KEYS))
    if strangers or not isinstance(table.get("why"), str):
        raise ValueError(f"it must have why, and may have scores and causes, not {strangers}")
    for key in ("scores", "causes"):
        if not isinstance(table.setdefault(key, {}), dict):
            raise ValueError(f"{key} must be a table, by function")
    for name, score in table["scores"].items():
        if isinstance(score, bool) or not isinstance(score, int | float):
            raise ValueError(f"scores.{name} must be a number of points, not {score!r}")
    for name, causes in table["causes"].items():
        if not isinstance(causes, list) or not all(isinstance(one, str) for one in causes):
            raise ValueError(f"causes.{name} must be a list of mistakes, not {causes!r}")
    return table
