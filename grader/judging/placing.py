"""Finds where in a submission's code its numbers go wrong: the same case again, watched.

Everything here runs after all verdicts, in workers of their own, and nothing of it counts: what
cannot be found is left out.  A watched worker is given the solution's numbers of the one case that
is tried out, as it is given the inputs; all that comes of it is which line is named.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.cases.case import LENT, OWN, Case
from grader.cases.collecting import Suite
from grader.cases.comparing import Mismatch
from grader.cases.replaying import Called
from grader.course import Assignment, Function
from grader.diagnosis.donors import Solution
from grader.diagnosis.edits import MOST_EDITS, Edit, Edits, agreed
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.locating import Search
from grader.diagnosis.traces import Trace, read_trace
from grader.diagnosis.trying import Try, tried_out
from grader.isolation.answers import GroupAnswer, Raised, Reply, Value
from grader.isolation.groups import Group
from grader.isolation.lane import Lane, Worker
from grader.isolation.sandbox import SandboxError
from grader.judging.glancing import Glance
from grader.judging.lending import Lender
from grader.record import Finding, Place
from grader.source.parsing import Parsed

SECONDS = 2.0
"""Processor time that watched calls may take: a net only, for what is tried is counted."""

TRACED = frozenset(
    {"values", "shape", "not finite", "raised", "half not computed by", "ragged", "dtype"}
)
"""Findings for which the code holds a place."""

_AS_IT_IS: Mapping[str, object] = {"record": False, "places": [], "values": [], "edit": None}
_BATCH = 40


@dataclass(frozen=True)
class Beside:
    """What is lent while a function is watched, as it was when it was judged.

    ``group`` imports the submission's modules beside it.
    """

    group: Group
    lender: Lender


class Placer:
    """Everything that is the same for all submissions: the solution's own numbers, by case."""

    def __init__(
        self, assignment: Assignment, suite: Suite, lane: Lane, *, repair: bool = True
    ) -> None:
        self._repair = repair
        self._assignment, self._suite, self._lane = assignment, suite, lane
        self._solution: dict[str, Solution] = {}

    def places(
        self,
        function: Function,
        files: Mapping[str, bytes],
        parsed: Parsed,
        answer: GroupAnswer,
        beside: Beside | None,
        *,
        explained: bool = False,
    ) -> tuple[Place, ...]:
        """Return the lines to look at in a function that answered as it did, () if none surely is.

        ``beside`` is None where it was judged with the student's own neighbours.  What is
        ``explained`` already is looked for where it most likely is, and no further.
        """
        mode = OWN if beside is None else LENT
        case = _telling(self._suite.cases[function.name], mode, answer)
        if case is None:
            return ()
        with contextlib.suppress(SandboxError):
            solution = self._of_solution(function, case)
            with self._lane.watch(files, SECONDS) as worker:
                watched = _Watched(function, case, mode, worker, beside)
                elsewhere = self._elsewhere(function)
                found = watched.search(Expressions(parsed), solution, elsewhere, not explained)
                if explained or not self._repair:
                    return found
                edits = [
                    *self._moves(function, files, parsed, in_place=True),
                    *self._moves(function, files, parsed, in_place=False),
                    *self._edits(function, files, parsed, found, watched.doubted),
                ]
                mending = list(watched.mends(edits, self._suite.cases[function.name]))
                return agreed(found, mending)
        return ()

    def written(
        self,
        function: Function,
        files: Mapping[str, bytes],
        parsed: Parsed,
        answer: GroupAnswer,
        beside: Beside | None,
    ) -> tuple[Place, ...]:
        """Return the lines that change what a function was given, () if none surely does.

        It is those where a copy makes every case right.
        """
        mode = OWN if beside is None else LENT
        case = _telling(self._suite.cases[function.name], mode, answer)
        if case is None or not self._repair:
            return ()
        with contextlib.suppress(SandboxError), self._lane.watch(files, SECONDS) as worker:
            watched = _Watched(function, case, mode, worker, beside)
            edits = self._moves(function, files, parsed, in_place=True)
            return agreed((), list(watched.mends(edits, self._suite.cases[function.name])))
        return ()

    def _moves(
        self,
        function: Function,
        files: Mapping[str, bytes],
        parsed: Parsed,
        *,
        in_place: bool,
    ) -> list[Edit]:
        """Return the moves of a function, its helpers and those that hand it what they keep."""
        file, tree = function.file, parsed.tree(function.file)
        others = self._elsewhere(function) - set(function.never_lent)
        names = {getattr(node, "name", "") for node in tree.body} - others
        return Edits(file, files[file], tree).moved(names, in_place=in_place)

    def _edits(
        self,
        function: Function,
        files: Mapping[str, bytes],
        parsed: Parsed,
        places: Sequence[Place],
        doubted: Sequence[tuple[str, int]],
    ) -> list[Edit]:
        """Return the changes to try: of the lines found, or of the function and its helpers."""
        file, tree = function.file, parsed.tree(function.file)
        names = {getattr(node, "name", "") for node in tree.body} - self._elsewhere(function)
        edits = Edits(file, files[file], tree)
        if not places:
            before = [line for name, line in doubted if name == file]
            return edits.around(names, 1, len(files[file]), before)[:MOST_EDITS]
        first, last = min(one.first for one in places), max(one.last for one in places)
        alone = {one.file for one in places} == {file}
        return edits.around(names, first, last)[:MOST_EDITS] if alone else []

    def _elsewhere(self, function: Function) -> frozenset[str]:
        return frozenset(one.name for one in self._assignment.functions) - {function.name}

    def _of_solution(self, function: Function, case: Case) -> Solution:
        if case.name not in self._solution:
            files = self._assignment.solution
            with self._lane.watch(files, self._lane.timeout) as worker:
                asked = _Watched(function, case, OWN, worker, None)
                self._solution[case.name] = Solution(asked.record()[0], Expressions(Parsed(files)))
        return self._solution[case.name]


class _Watched:
    """One case of a function, run again and again in one worker."""

    def __init__(
        self, function: Function, case: Case, mode: str, worker: Worker, beside: Beside | None
    ) -> None:
        self._function, self._case, self._mode = function, case, mode
        self._worker, self._beside = worker, beside
        self._module = function.file.removesuffix(".py")
        self._glance: Glance | None = None
        self._as_it_was: frozenset[str] = frozenset()
        self.doubted: Sequence[tuple[str, int]] = ()
        """Lines at which the mistake may be, where the search could not tell which it is."""

    def search(
        self,
        expressions: Expressions,
        solution: Solution,
        elsewhere: frozenset[str],
        thorough: bool,
    ) -> tuple[Place, ...]:
        """Return the places found."""
        student, wrong = self.record()
        if not wrong or not student.events:
            return ()
        search = Search(expressions, student, solution, wrong, elsewhere)
        self.doubted = search.doubted
        return search.places(self._run, thorough=thorough)

    def record(self) -> tuple[Trace, frozenset[str]]:
        """Return what was made, and which outputs are wrong."""
        answer = self._ask([{**_AS_IT_IS, "record": True}])
        replies = None if answer is None else answer.replies[0]
        if answer is None or replies is None:
            return Trace(), frozenset()
        if not any(isinstance(one, Raised) for one in replies):
            self._glance = Glance(replies, self._judged(replies))
        self._as_it_was = self._wrong(replies)
        return read_trace(answer.made), self._as_it_was

    def _run(self, tries: Sequence[Try]) -> list[frozenset[str]]:
        answer = self._ask(tried_out(tries)) if tries else None
        replies = [None] * len(tries) if answer is None else answer.replies
        return [self._tried(some) for some in replies]

    def _tried(self, replies: Sequence[Reply] | None) -> frozenset[str]:
        if replies and self._glance is not None and not self._glance.may_mend(replies):
            return self._as_it_was
        return self._wrong(replies)

    def _wrong(self, replies: Sequence[Reply] | None) -> frozenset[str]:
        """Return the outputs that are wrong; all and one more where nothing is to be had."""
        if replies is None or any(isinstance(one, Raised) for one in replies):
            return frozenset([*self._case.decides, ""])
        return frozenset(one.finding.output for one in self._judged(replies))

    def _judged(self, replies: Sequence[Reply]) -> list[Mismatch]:
        return self._case.judge(self._mode, replies, None, _unread)

    def mends(self, edits: Sequence[Edit], cases: Sequence[Case]) -> Iterator[Edit]:
        """Yield those of some edits that make every case right, the telling one first of all."""
        for some in (edits[n : n + _BATCH] for n in range(0, len(edits), _BATCH)):
            answer = self._ask([_made(edit) for edit in some])
            for edit, replies in zip(some, answer.replies if answer else (), strict=False):
                if not self._tried(replies) and self._right_in_all(edit, cases):
                    yield edit

    def _right_in_all(self, edit: Edit, cases: Sequence[Case]) -> bool:
        answer = self._ask([_made(edit)] * len(cases), cases)
        return answer is not None and not any(
            replies is None or case.judge(self._mode, replies, None, _unread)
            for case, replies in zip(cases, answer.replies, strict=True)
        )

    def _ask(
        self, watch: Sequence[Mapping[str, object]], cases: Sequence[Case] | None = None
    ) -> GroupAnswer | None:
        cases = [self._case] * len(watch) if cases is None else cases
        if self._worker.broken:
            return None
        scripts = [list(case.recordings[self._mode].steps) for case in cases]
        group = Group.of(self._module, self._function.name, scripts, watch=list(watch))
        groups = [replace(group, recorded=any(one["record"] for one in watch))]
        if self._beside is None:
            answers = self._worker.ask(groups)
        else:
            groups.insert(0, self._beside.group)
            with self._beside.lender:
                answers = self._worker.ask(groups, self._beside.lender)
        return answers[-1] if len(answers) == len(groups) else None


def _made(edit: Edit) -> Mapping[str, object]:
    return {**_AS_IT_IS, "edit": [edit.file, edit.start, edit.end, edit.text.decode()]}


def _unread(raised: Raised, called: Called) -> Finding:
    """Stand in for an explanation that nobody reads."""
    return Finding("raised")


def _telling(cases: Sequence[Case], mode: str, answer: GroupAnswer) -> Case | None:
    """Return a case that fails in as many outputs as any: a small one, its sizes told apart.

    One of the same number over and over, as zeros make of zeros, tells hardly anything.
    """

    def rank(case: Case, wrong: int, replies: Sequence[Reply]) -> tuple[bool, int, bool, bool, int]:
        sizes = list(case.sizes.values())
        alike = 1 in sizes or len(set(sizes)) < len(sizes) or not sizes
        dull = all(_of_one_number(one.data) for one in replies if isinstance(one, Value))
        return bool(case.criterion), -wrong, dull, alike, math.prod(sizes)

    ranked = {}
    for case, replies in zip(cases, answer.replies, strict=True):
        if replies is not None:
            found = case.judge(mode, replies, answer.stopped, _unread)
            if wrong := {one.finding.output for one in found}:
                ranked[rank(case, len(wrong), replies)] = case
    return ranked[min(ranked)] if ranked else None


def _of_one_number(data: object) -> bool:
    """Whether an answer is an array of the same number, or NaN, in all places."""
    if not isinstance(data, np.ndarray) or data.dtype.kind != "f" or data.size < 2:
        return False
    return np.array_equal(data, np.full_like(data, data.flat[0]), equal_nan=True)
