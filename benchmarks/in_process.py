"""The limit: the same hidden cases called and compared in one process, everything due cached.

No submission is isolated, so this shows what the calls and comparisons themselves cost.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np

from grader.cases.case import OWN
from grader.cases.collecting import Suite, collect
from grader.cases.reference import import_functions, load_functions
from grader.course import Assignment
from grader.isolation.answers import Raised, Reply, Value
from grader.judging.scoring import CaseVerdict, verdict
from grader.record import Finding
from grader.worker.modules import SubmissionFinder
from grader.worker.script import Script
from grader.worker.serve import Kept


def collect_here(assignment: Assignment, seed: int = 1) -> Suite:
    """Collect the hidden cases, with witnesses called in this very process."""
    return collect(assignment, load_functions(assignment), seed, partial(_witness, assignment))


class InProcess:
    """Judges submissions in this very process: fast, and open to every attack."""

    def __init__(self, assignment: Assignment, seed: int = 1) -> None:
        self.assignment = assignment
        self.suite = collect_here(assignment, seed)
        kept = Kept()
        kept.take({"constants": [], "code": assignment.code})
        self._code = kept.functions()

    def cost(self, files: Mapping[str, bytes]) -> float:
        """Return the seconds of processor time that judging a submission takes, once warm."""
        self.score(files)
        start = time.process_time()
        self.score(files)
        return time.process_time() - start

    def score(self, files: Mapping[str, bytes]) -> float:
        """Return the points of one submission, its own functions beside each other."""
        names = {name.removesuffix(".py") for name in files}
        finder = SubmissionFinder(files)
        sys.meta_path.insert(0, finder)
        try:
            with _quiet():
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
            mismatches = case.judge(OWN, replies, None, lambda raised, called: Finding("raised"))
            judged.append(CaseVerdict(case.criterion, case.decides, mismatches))
        return verdict(function, judged).score

    def _find(self, function: Any, name: str) -> Callable[..., Any]:
        module: ModuleType = __import__(function.file.removesuffix(".py"))
        kind, _, called = name.rpartition(":")
        if kind == "make":
            maker: Callable[..., Any] = self._code["makers"][called]
            return maker
        if kind:
            return partial(self._code["probes"][called], module)
        found: Callable[..., Any] = getattr(module, name)
        return found


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Have whatever students print, log and set go nowhere."""
    kept, null = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    level = logging.root.manager.disable
    os.dup2(null, 1)
    logging.disable()
    try:
        with warnings.catch_warnings(), np.errstate():
            yield
    finally:
        logging.disable(level)
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(null)
        os.close(kept)


def _witness(assignment: Assignment, name: str, *arguments: Any) -> Any:
    witness = import_functions(assignment.witness, {name: "witness.py"}, assignment.hidden)[name]
    return _plain(witness(*arguments))


def _describe(error: BaseException) -> Raised:
    return Raised(0, type(error).__name__, (), False, (), "", "")


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(item) for item in value)
    return np.asarray(value.detach()) if hasattr(value, "detach") else value
