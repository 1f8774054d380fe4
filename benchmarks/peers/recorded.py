"""Writes our hidden cases as data that every peer can judge by."""

from __future__ import annotations

import copy
import pickle
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.in_process import collect_here
from benchmarks.peers.given import replay
from grader.cases.case import OWN
from grader.course import Assignment
from grader.worker.wire import Constant, Earlier

FILES = ("replay.py", "cases.pkl", "probes.py", "makers.py", "torch_kit.py")
EITHER_WAY = "test_second_sequence"
"""The case in which stacks may start afresh or go on growing: peers do not look at them."""


def write_cases(assignment: Assignment, folder: Path, seed: int = 1) -> dict[str, Any]:
    """Write `FILES` of an assignment, and return what `cases.pkl` holds."""
    shutil.copy(Path(replay.__file__), folder / "replay.py")
    for name, text in assignment.code.items():
        (folder / name).write_text(text, "utf-8")
    suite = collect_here(assignment, seed)
    arrays = suite.constants.arrays
    work = {}
    with _importable(folder, assignment.solutions):
        for function in assignment.functions:
            module = function.file.removesuffix(".py")
            cases = []
            for case in suite.cases[function.name]:
                steps = [_plain(step, arrays) for step in case.recordings[OWN].steps]
                due = {
                    number: _due(copy.deepcopy(value))
                    for number, value in replay.replay(module, steps)
                }
                if EITHER_WAY in case.name:
                    due = {
                        number: {**value, **dict.fromkeys(replay.STACKS)}
                        for number, value in due.items()
                    }
                cases.append({"name": case.name.partition("::")[2], "steps": steps, "due": due})
            work[function.name] = {"module": module, "cases": cases}
    (folder / "cases.pkl").write_bytes(pickle.dumps(work))
    return work


class _importable:  # noqa: N801  # reads as what it says
    """Has modules of some folders importable for a while, and forgets them afterwards."""

    def __init__(self, *folders: Path) -> None:
        self._folders = [str(folder) for folder in folders]

    def __enter__(self) -> None:
        self._known = set(sys.modules)
        sys.path[:0] = self._folders

    def __exit__(self, *_: object) -> None:
        for folder in self._folders:
            sys.path.remove(folder)
        for name in set(sys.modules) - self._known:
            if (
                str(Path(getattr(sys.modules[name], "__file__", None) or "").parent)
                in self._folders
            ):
                del sys.modules[name]


def _plain(tree: Any, arrays: Sequence[np.ndarray[Any, Any]]) -> Any:
    """Return a step of ours as `replay.py` takes it."""
    if isinstance(tree, Constant):
        return arrays[tree.number]
    if isinstance(tree, Earlier):
        return ("earlier", tree.call, tuple(tree.path))
    if isinstance(tree, dict):
        return {key: _plain(part, arrays) for key, part in tree.items()}
    if isinstance(tree, (list, tuple)):
        return type(tree)(_plain(part, arrays) for part in tree)
    return tree


def _due(value: Any) -> Any:
    """Return a value of the solution as data; an argument that is no data is not looked at."""
    if isinstance(value, dict):
        return {key: _due(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        parts = [_due(part) for part in value]
        return parts if isinstance(value, list) else tuple(parts)
    if hasattr(value, "detach"):
        return np.asarray(value.detach())
    return value if isinstance(value, (np.ndarray, np.generic, int, float)) else None
