"""Finds where in a submission's code its numbers go wrong: the same case again, watched.

Everything here runs after all verdicts, in workers of their own, and nothing of it counts: what
cannot be found is left out.  A watched worker is given the solution's numbers of the one case that
is tried out, as it is given the inputs; all that comes of it is which line is named.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from grader.cases.case import LENT, OWN, Case
from grader.cases.collecting import Suite
from grader.cases.keeping import Store
from grader.course import Assignment, Function
from grader.decoding import as_utf8
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.fills import Fills
from grader.diagnosis.proving import agreed, leans_on, with_others
from grader.isolation.answers import Reply, Value
from grader.isolation.groups import Group, Lent, import_beside
from grader.isolation.lane import Lane, Worker
from grader.isolation.sandbox import SandboxError
from grader.judging.changes import Changes
from grader.judging.lending import Lender
from grader.judging.solution_traces import SolutionTraces, size
from grader.judging.watched_case import LostError, SpentError, WatchedCase
from grader.record import Place
from grader.source.parsing import Parsed

SECONDS = 5.0
"""Processor time that watched calls may take: a net only, for what is tried is counted."""

TRACED = frozenset(
    {"values", "shape", "not finite", "raised", "half not computed by", "ragged", "dtype", "length"}
)
"""Findings for which the code holds a place."""


class _NothingToTryError(Exception):
    """No case failed by what was answered."""


@dataclass(frozen=True)
class Beside:
    """What is lent while a function is watched, as it was when it was judged.

    ``group`` imports the submission's modules beside it.
    """

    group: Group
    lender: Lender


@dataclass(frozen=True)
class Failed:
    """A function that lost points: its replies by case, and the outputs that are wrong in each.

    ``beside`` is None where it was judged with the student's own neighbours; ``raised_at`` are
    the lines, by file, at which what has another shape was used.
    """

    function: Function
    replies: Sequence[Sequence[Reply] | None]
    wrong: Sequence[frozenset[str]]
    beside: Beside | None
    raised_at: tuple[tuple[str, int], ...] = ()


class Placer:
    """Everything that is the same for all submissions."""

    def __init__(
        self,
        assignment: Assignment,
        suite: Suite,
        lane: Lane,
        *,
        repair: bool = True,
        store: Store | None = None,
    ) -> None:
        self.assignment, self.lane, self.repair = assignment, lane, repair
        self.cases = suite.cases
        self.solution = SolutionTraces(assignment, suite, lane, store)

    def elsewhere(self, function: Function) -> frozenset[str]:
        """Return the contract's other functions: their mistakes are their own."""
        return frozenset(one.name for one in self.assignment.functions) - {function.name}


class Places:
    """The search in one submission, its functions in one worker; a ``with`` ends that."""

    def __init__(self, placer: Placer, files: Mapping[str, bytes], parsed: Parsed) -> None:
        self._placer, self._parsed = placer, parsed
        # the places of a tree count bytes of UTF-8
        self._files = {name: as_utf8(content) for name, content in files.items()}
        self._expressions = Expressions(parsed)
        self._worker: Worker | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._worker is not None:
            self._worker.close()

    def of(self, failed: Failed, *, explained: bool = False) -> tuple[Place, ...]:
        """Return the lines to look at in a function, () if none surely is.

        What is ``explained`` already is looked for where it most likely is, and no change of the
        code is tried but where loops go entry by entry: watching tells little there.
        """
        return self._twice(lambda: self._of(failed, explained))

    def _twice(self, search: Callable[[], tuple[Place, ...]]) -> tuple[Place, ...]:
        """Search, and once more where the worker was ended by something else, () if it was again.

        What is said of a submission is not to depend on what else goes on in the machine.
        """
        for _ in range(2):
            with contextlib.suppress(LostError):
                return search()
        return ()

    def _of(self, failed: Failed, explained: bool) -> tuple[Place, ...]:
        placer, function = self._placer, failed.function
        with contextlib.suppress(SandboxError, _NothingToTryError, SpentError):
            watched, case = self._watched(failed)
            solution, elsewhere = placer.solution.of(function, case), placer.elsewhere(function)
            watched.prepare(self._expressions, solution, elsewhere)
            changes = self._changes(function)
            # what watching tells there is little, and takes long
            sooner = placer.repair and changes.by_entries
            if sooner and (proved := self._proved(failed, watched, changes, ())):
                return proved
            found = _not_of_all(watched.places(thorough=not explained), failed, watched.wrong)
            wide = any(one.first < one.last for one in found)
            if not placer.repair or (not wide if sooner else explained):
                return found
            return self._proved(failed, watched, changes, found)
        return ()

    def _proved(
        self, failed: Failed, watched: WatchedCase, changes: Changes, found: tuple[Place, ...]
    ) -> tuple[Place, ...]:
        """Return the lines that hold the mistake, as changes of them prove, or else those found."""
        if not watched.wrong:
            return found
        doubted: list[Collection[tuple[str, int]]] = [
            {*watched.doubted, *changes.doubted(failed.raised_at, watched.keys)}
        ]
        if watched.shaped:
            doubted.append(changes.loops())
        fills = watched.fills if changes.by_entries else Fills()
        doubted = [*changes.apart(frozenset().union(*failed.wrong), fills), *doubted]
        cases = self._placer.cases[failed.function.name]
        first, rest = changes.in_order(found, doubted, keyed=bool(watched.keys))
        if failed.raised_at or watched.shaped:
            first = [*changes.resized(doubted), *first]
        mending = list(watched.mends(first, cases))
        if mending:  # it is proved by no other mending it elsewhere
            mending += watched.mends(changes.beside(mending, rest), cases)
        if mending:
            mending = [
                one
                for one in mending
                if (at := (one.file, one.first)) not in watched.sized
                if at not in failed.raised_at or not changes.turns_its_own(one)
            ]
        helpers = changes.helpers()
        if all(leans_on(one, self._files[one.file], helpers) for one in mending):
            return found
        return with_others(agreed(found, mending), watched.resting)

    def _changes(self, function: Function) -> Changes:
        return Changes(self._placer.assignment, function, self._files, self._parsed)

    def written(self, failed: Failed) -> tuple[Place, ...]:
        """Return the lines that change what a function was given, () if none surely does.

        It is those where a copy makes every case right.
        """
        return self._twice(lambda: self._written(failed)) if self._placer.repair else ()

    def _written(self, failed: Failed) -> tuple[Place, ...]:
        with contextlib.suppress(SandboxError, _NothingToTryError, SpentError):
            watched, _ = self._watched(failed)
            edits = self._changes(failed.function).copies()
            return agreed((), list(watched.mends(edits, self._placer.cases[failed.function.name])))
        return ()

    def _watched(self, failed: Failed) -> tuple[WatchedCase, Case]:
        """Return the case that tells most, to be watched; raises where it failed in none."""
        function, beside = failed.function, failed.beside
        case = _telling(self._placer.cases[function.name], failed)
        worker = self._worker_for(function, beside)
        mode, lender = (OWN, None) if beside is None else (LENT, beside.lender)
        return WatchedCase(function, case, mode, worker, lender), case

    def _worker_for(self, function: Function, beside: Beside | None) -> Worker:
        """Return a worker in which nothing of the submission was run yet beside these."""
        module = function.file.removesuffix(".py")
        if self._worker is not None:
            afresh = import_beside(Lent(), module) if beside is None else beside.group
            _import(self._worker, afresh, beside)
            if not self._worker.broken:
                return self._worker
            self._worker.close()
        self._worker = self._placer.lane.watch(self._files, SECONDS)
        if beside is not None:
            _import(self._worker, beside.group, beside)
        return self._worker


def _not_of_all(
    places: tuple[Place, ...], failed: Failed, wrong: frozenset[str]
) -> tuple[Place, ...]:
    """Have places speak of one output where others are wrong in cases that were not watched."""
    named = [name for name in failed.function.outputs if name in wrong]
    if not named or frozenset().union(*failed.wrong) <= wrong:
        return places
    return tuple(replace(one, output=one.output or named[0]) for one in places)


def _import(worker: Worker, group: Group, beside: Beside | None) -> None:
    if worker.broken:
        return
    if beside is None:
        worker.ask([group])
        return
    with beside.lender:
        worker.ask([group], beside.lender)


def _telling(cases: Sequence[Case], failed: Failed) -> Case:
    """Return a case that fails in as many outputs as any: a small one, its sizes told apart.

    One of the same number over and over, as zeros make of zeros, tells hardly anything.
    """

    def rank(case: Case, wrong: int, replies: Sequence[Reply]) -> tuple[bool, int, bool, bool, int]:
        dull = all(_of_one_number(one.data) for one in replies if isinstance(one, Value))
        return bool(case.criterion), -wrong, dull, *size(case)

    ranked = {
        rank(case, len(wrong), replies): case
        for case, replies, wrong in zip(cases, failed.replies, failed.wrong, strict=True)
        if replies is not None and wrong
    }
    if not ranked:
        raise _NothingToTryError
    return ranked[min(ranked)]


def _of_one_number(data: object) -> bool:
    """Whether an answer is an array of the same number, or NaN, in all places."""
    if not isinstance(data, np.ndarray) or data.dtype.kind != "f" or data.size < 2:
        return False
    return np.array_equal(data, np.full_like(data, data.flat[0]), equal_nan=True)
