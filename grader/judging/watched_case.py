"""One case of a function, run again and again in a watched worker: as it is, and changed."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.cases.case import Case
from grader.cases.comparing import Mismatch
from grader.cases.replaying import Called
from grader.course import Function
from grader.diagnosis.donors import Solution
from grader.diagnosis.edits import Edit
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.fills import Fills
from grader.diagnosis.locating import Search
from grader.diagnosis.sizes import sizes_given
from grader.diagnosis.traces import Trace, read_trace
from grader.diagnosis.trying import Try, is_by_tensors, part_of, tried_out
from grader.isolation.answers import GroupAnswer, Raised, Reply
from grader.isolation.groups import Group
from grader.isolation.lane import Worker
from grader.judging.glancing import Glance
from grader.judging.lending import Lender
from grader.record import Finding, Place

_AS_IT_IS: Mapping[str, object] = {"record": False, "places": [], "values": [], "edit": None}
_BATCH = 40
MOST_SECONDS = 8.0
"""Processor time that all watched calls of one function may take together: most take under 2."""
_OF_ANOTHER_SHAPE = frozenset({"shape", "length"})


class LostError(Exception):
    """A watched worker was ended by something else than what it ran."""


class SpentError(Exception):
    """The watched calls of a function took more processor time than they may."""


class WatchedCase:
    """A case in one worker, whose modules are imported beside what ``lender`` answers for."""

    def __init__(
        self,
        function: Function,
        case: Case,
        mode: str,
        worker: Worker,
        lender: Lender | None = None,
    ) -> None:
        self._function, self._case, self._mode = function, case, mode
        self._worker, self._lender = worker, lender
        self._module = function.file.removesuffix(".py")
        self._glance: Glance | None = None
        self._seconds = 0.0
        self._hands_on = any(map(is_by_tensors, function.outputs))
        self.wrong: frozenset[str] = frozenset()
        """The outputs that are wrong in it as it is, once it was watched."""
        self._parts: frozenset[str] = frozenset()
        self._due: list[Any] = []
        self.keys: frozenset[str] = frozenset()
        """The keys under which numbers are wrong, of a function that hands numbers on."""
        self.shaped = False
        """Whether something is of another shape or length than it must be."""
        self._search: Search | None = None
        self._made: tuple[Expressions, Trace] | None = None

    @functools.cached_property
    def sized(self) -> frozenset[tuple[str, int]]:
        """Lines that give a variable, which is called like a size of the case, just that size."""
        if self._made is None:
            return frozenset()
        return frozenset(sizes_given(*self._made, self._case.sizes))

    def prepare(
        self, expressions: Expressions, solution: Solution, elsewhere: frozenset[str]
    ) -> None:
        """Watch the case, as it is, for the search in it."""
        student, wrong = self.record()
        if not wrong or not student.events:
            return
        self._made = expressions, student
        self._search = Search(
            expressions,
            student,
            solution,
            wrong,
            elsewhere,
            judged=self._function.name,
            file=self._function.file,
            own_caches=bool(self._function.never_lent),
            due=[one for one in self._due if isinstance(one, np.ndarray)],
        )

    def places(self, *, thorough: bool) -> tuple[Place, ...]:
        """Return the places found."""
        return self._search.places(self._run, thorough=thorough) if self._search else ()

    @property
    def doubted(self) -> Sequence[tuple[str, int]]:
        """The lines at which the mistake may be, where the search could not tell which it is."""
        return self._search.doubted if self._search else ()

    @property
    def fills(self) -> Fills:
        """What loops filled in it."""
        return self._search.fills if self._search else Fills()

    @property
    def resting(self) -> Mapping[tuple[str, int], Collection[int]]:
        """Lines on which something may go on from what others made, with these."""
        return self._search.resting if self._search else {}

    def record(self) -> tuple[Trace, frozenset[str]]:
        """Return what was made, and which outputs are wrong."""
        made, wrong = self.watched()
        return read_trace(made), wrong

    def watched(self) -> tuple[Any, frozenset[str]]:
        """Return what the worker says was made, and which outputs are wrong."""
        answer = self._ask([{**_AS_IT_IS, "record": True}])
        replies = None if answer is None else answer.replies[0]
        if answer is None or replies is None:
            return None, frozenset()
        if any(isinstance(one, Raised) for one in replies):
            self.wrong = self._parts = self._wrong(replies)
        else:
            judged = self._judged(replies)
            self._glance = Glance(replies, judged)
            self.wrong = frozenset(one.finding.output for one in judged)
            self._parts = self._parts_of(judged)
            self.shaped = any(one.finding.kind in _OF_ANOTHER_SHAPE for one in judged)
            if self._hands_on:
                self._due = [due for one in judged for due in one.by_key.values()]
                apart = (one for one in judged if one.finding.kind == "values")
                self.keys = frozenset(key for one in apart for key in one.by_key)
        return answer.made, self._parts

    def _run(self, tries: Sequence[Try]) -> list[frozenset[str]]:
        answer = self._ask(tried_out(tries)) if tries else None
        replies = [None] * len(tries) if answer is None else answer.replies
        return [self._tried(some) for some in replies]

    def _tried(self, replies: Sequence[Reply] | None) -> frozenset[str]:
        if replies and self._glance is not None and not self._glance.may_mend(replies):
            return self._parts
        return self._wrong(replies)

    def _wrong(self, replies: Sequence[Reply] | None) -> frozenset[str]:
        """Return the outputs that are wrong; all and one more where nothing is to be had."""
        if replies is None or any(isinstance(one, Raised) for one in replies):
            return frozenset([*self._case.decides, ""])
        return self._parts_of(self._judged(replies))

    def _judged(self, replies: Sequence[Reply]) -> list[Mismatch]:
        return self._case.judge(self._mode, replies, None, _unread)

    def _parts_of(self, judged: Sequence[Mismatch]) -> frozenset[str]:
        """Return the outputs that are wrong, each key of those that have wrong numbers there."""
        found: set[str] = set()
        for one in judged:
            keyed = self._hands_on and one.finding.kind == "values"
            output, keys = one.finding.output, one.by_key if keyed else ()
            found |= {part_of(output, key) for key in keys} or {output}
        return frozenset(found)

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
        if self._seconds > MOST_SECONDS:
            raise SpentError
        scripts = [list(case.recordings[self._mode].steps) for case in cases]
        group = Group.of(self._module, self._function.name, scripts, watch=list(watch))
        groups = [replace(group, recorded=any(one["record"] for one in watch))]
        with self._lender or contextlib.nullcontext():
            answers = self._worker.ask(groups, self._lender)
        self._seconds += sum(answer.cpu_seconds for answer in answers)
        if answers and answers[0].stopped is not None and answers[0].stopped.unclear:
            raise LostError
        return answers[0] if answers else None


def _made(edit: Edit) -> Mapping[str, object]:
    return {**_AS_IT_IS, "edit": [edit.file, edit.start, edit.end, edit.text.decode()]}


def _unread(raised: Raised, called: Called) -> Finding:
    """Stand in for an explanation that nobody reads."""
    return Finding("raised")
