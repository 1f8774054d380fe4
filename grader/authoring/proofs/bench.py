"""What the checks of an assignment share: what they say, and the solution's own answers."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from grader.cases.case import LENT, OWN, Case
from grader.cases.comparing import Mismatch
from grader.course import Assignment, Function
from grader.isolation.answers import Reply
from grader.isolation.sandbox import SandboxError
from grader.judging.judge import Judge
from grader.judging.scoring import CaseVerdict, Verdict, verdict
from grader.record import Finding

Replies = Sequence[tuple[Reply, ...]]
"""Per case of one function, what a worker answered."""

T = TypeVar("T")


class Watch(Protocol):
    """Shows how far something long has come while it is gone through."""

    def __call__(self, things: Sequence[T], what: str, /) -> Iterable[T]:
        """Return the things, one after the other."""


@dataclass(frozen=True)
class Fault:
    """What is wrong: of which function, output and case, where it is of any, and why."""

    reason: str
    function: str = ""
    output: str = ""
    case: str = ""

    def __str__(self) -> str:
        where = ", ".join(one for one in (self.function, self.output, self.case) if one)
        return f"{where}: {self.reason}" if where else self.reason


@dataclass(frozen=True)
class Checked:
    """One check, done: what was looked at, what is wrong, and what else is worth knowing."""

    what: str
    faults: tuple[Fault, ...] = ()
    note: str = ""


def checked(what: str, faults: Iterable[Fault | str], note: str = "") -> Checked:
    """Return a check with its faults; a text is a fault of nothing in particular."""
    return Checked(
        what, tuple(one if isinstance(one, Fault) else Fault(one) for one in faults), note
    )


class Bench:
    """One assignment with a judge on one seed; ``thorough`` takes the time it takes."""

    def __init__(
        self, assignment: Assignment, judge: Judge, seed: int, thorough: bool, watch: Watch
    ) -> None:
        self.assignment, self.judge, self.seed = assignment, judge, seed
        self.thorough, self.watch = thorough, watch
        self.verdicts: dict[tuple[str, str, int], Verdict] = {}
        """By function, key and number, what it is worth with a known mistake."""

    @functools.cached_property
    def solution(self) -> Mapping[tuple[str, str], Replies]:
        """By function and mode, what the solutions answer to its cases."""
        found: dict[tuple[str, str], Replies] = {}
        for function in self.assignment.functions:
            module = function.file.removesuffix(".py")
            groups = [self.judge.suite.group("", module, OWN)]
            groups += [self.judge.suite.group(function.name, module, mode) for mode in (OWN, LENT)]
            with self.judge.lane.open(self.assignment.solution) as worker:
                answers = worker.ask(groups)
            if len(answers) < len(groups) or answers[-1].stopped:
                raise SandboxError(f"the solution of {function.name} came to no end")
            for mode, answer in zip((OWN, LENT), answers[1:], strict=True):
                found[function.name, mode] = [replies or () for replies in answer.replies]
        return found

    def cases(self, function: Function) -> Sequence[Case]:
        """Return the cases of a function."""
        return self.judge.suite.cases[function.name]

    def judged(self, function: Function, mode: str, replies: Replies) -> Verdict:
        """Return what such replies to a function's cases are worth."""
        return verdict(
            function,
            [
                CaseVerdict(case.criterion, case.decides, wrong(case, mode, some))
                for case, some in zip(self.cases(function), replies, strict=True)
            ],
        )


def wrong(case: Case, mode: str, replies: Sequence[Reply], share: float = 1.0) -> list[Mismatch]:
    """Return what is wrong with such replies to a case."""
    return case.judge(mode, replies, None, lambda *_: Finding("raised"), share)


def short(case: Case) -> str:
    """Return a case's name without its folder."""
    return case.name.rpartition("/")[2]


def lost(judged: Verdict) -> frozenset[str]:
    """Return the criteria that were not passed."""
    return frozenset(one.name for one in judged.criteria if not one.passed)
