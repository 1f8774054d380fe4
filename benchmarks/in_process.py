"""The same hidden cases without isolation: called, and compared, in one process.

``InProcess`` caches what is expected, so it shows the limit: what the calls and comparisons
themselves cost.  Run as a program it is a fresh process for one submission: pytest collects the
cases, computes what is expected and judges, as plain pytest graders do.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from grader.course import Assignment, find_course
from grader.isolation.lane import Raised, Reply, Value
from grader.judging.cases import OWN
from grader.judging.collect import Suite, collect
from grader.judging.reference import load_functions
from grader.judging.scoring import CaseVerdict, verdict
from grader.record import Finding
from grader.worker.modules import SubmissionFinder
from grader.worker.script import Script

ROOT = Path(__file__).resolve().parents[1]


class InProcess:
    """Judges submissions in this very process: fast, and open to every attack."""

    def __init__(self, assignment: Assignment, seed: int = 1) -> None:
        self.assignment = assignment
        self.suite: Suite = collect(assignment, load_functions(assignment), seed, self._witness)
        path = assignment.hidden / "probes.py"
        self._probes: dict[str, Any] = {}
        exec(compile(path.read_text("utf-8"), str(path), "exec"), self._probes)

    def _witness(self, name: str, *arguments: Any) -> Any:
        path = self.assignment.hidden / "witness.py"
        spec = importlib.util.spec_from_file_location("unrolled_witness", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return _plain(getattr(module, name)(*arguments))

    def score(self, files: Mapping[str, bytes]) -> float:
        """Return the points of one submission, its own functions beside each other."""
        names = {name.removesuffix(".py") for name in files}
        finder = SubmissionFinder(files, {})
        sys.meta_path.insert(0, finder)
        try:
            return sum(self._function_score(function) for function in self.assignment.functions)
        finally:
            sys.meta_path.remove(finder)
            for name in names:
                sys.modules.pop(name, None)

    def _function_score(self, function: Any) -> float:
        cases = self.suite.cases[function.name]
        script = Script(self.suite.constants.arrays, partial(self._find, function))
        judged = []
        for case in cases:
            told = script.run(case.recordings[OWN].steps, _describe)
            replies: list[Reply] = [
                Value(step, data) if kind == "value" else data for kind, step, data in told
            ]
            mismatches = case.judge(OWN, replies, None, lambda raised: Finding("raised"))
            judged.append(CaseVerdict(case.criterion, case.decides, mismatches))
        return verdict(function, judged).score

    def _find(self, function: Any, name: str) -> Callable[..., Any]:
        module: ModuleType = __import__(function.file.removesuffix(".py"))
        probe, _, called = name.rpartition(":")
        if probe:
            return partial(self._probes[called], module)
        found: Callable[..., Any] = getattr(module, name)
        return found


def _describe(error: BaseException) -> Raised:
    return Raised(0, type(error).__name__, (), False, (), "", "")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(item) for item in value)
    return np.asarray(value.detach()) if hasattr(value, "detach") else value


def main() -> None:
    """Judge one folder in a fresh process and print its points."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    judge = InProcess(find_course(ROOT).assignment("rnn_bptt"))
    print(judge.score({path.name: path.read_bytes() for path in folder.glob("*.py")}))


if __name__ == "__main__":
    main()
