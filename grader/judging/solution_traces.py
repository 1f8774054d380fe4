"""What the solution's expressions make in a case: every search in it compares with that.

It is the same for all submissions.  For the cases that are most likely to be asked for it is
worked out before the first is read, and kept.
"""

from __future__ import annotations

import contextlib
import math
from typing import Any

from grader.cases.case import OWN, Case
from grader.cases.collecting import Suite
from grader.cases.keeping import Store
from grader.course import Assignment, Function
from grader.diagnosis.donors import Solution
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.traces import read_trace
from grader.isolation.groups import Lent, import_beside
from grader.isolation.lane import Lane, Worker
from grader.isolation.sandbox import SandboxError
from grader.judging.watched_case import LostError, WatchedCase
from grader.source.parsing import Parsed

_KEPT = "solution"
_AHEAD = 2
"""Cases of each function that are made ready: most searches are in one of these."""


class SolutionTraces:
    """The solution of one assignment, watched in its cases, each once."""

    def __init__(
        self, assignment: Assignment, suite: Suite, lane: Lane, store: Store | None = None
    ) -> None:
        self._assignment, self._suite, self._lane, self._store = assignment, suite, lane, store
        self._expressions = Expressions(Parsed(assignment.solution))
        self._made: dict[str, Any] = {}
        self._ready: dict[str, Solution] = {}

    def of(self, function: Function, case: Case) -> Solution:
        """Return what the solution makes in a case."""
        if case.name in self._ready:
            return self._ready[case.name]
        if case.name not in self._made:
            with self._watched() as worker:
                self._take(function, case, worker)
        made = Solution(read_trace(self._made.get(case.name)), self._expressions)
        if case.name in self._made:  # else it is looked at again for the next
            self._ready[case.name] = made
        return made

    def recall(self) -> None:
        """Take what is kept: that takes no worker."""
        kept = self._store.read(_KEPT) if self._store else None
        self._made |= kept if isinstance(kept, dict) else {}

    def prepare(self) -> None:
        """Watch the solution in the cases that most searches are in, and keep what it makes."""
        waiting = [
            (function, case)
            for function in self._assignment.functions
            for case in most_telling(self._suite.cases[function.name])[:_AHEAD]
            if case.name not in self._made
        ]
        if not waiting:
            return
        # where no worker can be had now, each search looks for one
        with contextlib.suppress(SandboxError, LostError), self._watched() as worker:
            for function, case in waiting:
                worker.ask([import_beside(Lent(), function.file.removesuffix(".py"))])
                self._take(function, case, worker)
        if self._store:
            self._store.write(_KEPT, self._made)

    def _watched(self) -> Worker:
        return self._lane.watch(self._assignment.solution, self._lane.timeout)

    def _take(self, function: Function, case: Case, worker: Worker) -> None:
        made, _ = WatchedCase(function, case, OWN, worker).watched()
        if made is not None:  # else something kept the worker from it, which it may not next time
            self._made[case.name] = made


def most_telling(cases: list[Case]) -> list[Case]:
    """Return cases in the order in which they tell most where all outputs are wrong."""
    # of cases that tell as much the last one is taken
    return sorted(reversed(cases), key=lambda case: (bool(case.criterion), *size(case)))


def size(case: Case) -> tuple[bool, int]:
    """Return how well a case tells its axes apart, and how large it is: less is better."""
    sizes = list(case.sizes.values())
    alike = 1 in sizes or len(set(sizes)) < len(sizes) or not sizes
    return alike, math.prod(sizes)
