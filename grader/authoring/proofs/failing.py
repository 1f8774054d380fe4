"""How a changed solution fails: in its own function, and in none that rests on it.

A function is asked a few cases first, and all where those tell no change.  What a change costs
others is asked of the whole judge, once for each way in which the changed function fails (which
outputs and criteria, by what kind of finding): beside a wrong neighbour a right one is lent, so
that beyond its failing nothing of the changed function counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from grader.authoring.proofs.bench import Bench, wrong
from grader.cases.case import OWN, Case
from grader.course import Function
from grader.intake.submission import Submission
from grader.isolation.answers import GroupAnswer
from grader.isolation.groups import Group
from grader.isolation.sandbox import SandboxError

FEW = 2
"""Cases that are asked first."""

Way = frozenset[tuple[str, str, str]]
"""A way to fail: of each function that does, its name, the finding's kind and its output."""


class Failing:
    """Judges changed solutions of one assignment."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._functions = bench.assignment.functions
        self._costs: dict[Way, tuple[str, ...]] = {}
        self._first: dict[str, tuple[Sequence[Case], Group]] = {}
        self.files = bench.assignment.solution

    def own(self, function: str, file: str) -> list[Function]:
        """Return the functions that a change inside one is to show in.

        That is the function, or all of its file where it is a helper, and those that alone can
        read its answers: caches that are the student's own are judged by what becomes of them.
        """
        named = [one for one in self._functions if one.name == function]
        named = named or [one for one in self._functions if one.file == file]
        names = {one.name for one in named}
        return [*named, *(one for one in self._functions if names & set(one.never_lent))]

    def way(self, files: Mapping[str, bytes], own: Sequence[Function]) -> Way:
        """Return the way in which such files fail in some functions; empty where they are right."""
        found: set[tuple[str, str, str]] = set()
        all_of_it = bool(self._resting_on(own))
        for function in own:
            if not found and not all_of_it:
                found |= self._of_cases(files, function, *self._few(function))
            if not found or all_of_it:
                found |= self._of_cases(files, function, *self._all(function))
        return frozenset(found)

    def costs(self, files: Mapping[str, bytes], own: Sequence[Function], way: Way) -> Sequence[str]:
        """Return the functions that lose points beside what fails in such a way.

        SandboxError where it could not be judged.
        """
        others = self._resting_on(own)
        if others and way not in self._costs:
            digest = hashlib.sha256(b"\0".join(files[name] for name in sorted(files))).hexdigest()
            scores = self._bench.judge.scores(Submission("changed", files, (), digest))
            if scores is None:
                raise SandboxError("it could not be judged")
            pays = (one.name for one in others if scores[one.name] < one.points)
            self._costs[way] = tuple(pays)
        return self._costs.get(way, ())

    def _resting_on(self, own: Sequence[Function]) -> list[Function]:
        """Return the other functions whose solution, or whose cases, use one of them."""
        judge, names = self._bench.judge, {one.name for one in own}
        return [
            one
            for one in self._functions
            if one.name not in names
            and names & (judge.relation.get(one.name, frozenset()) | judge.called[one.name])
        ]

    def _few(self, function: Function) -> tuple[Sequence[Case], Group]:
        if function.name not in self._first:
            self._first[function.name] = self._some(function)
        return self._first[function.name]

    def _all(self, function: Function) -> tuple[Sequence[Case], Group]:
        module = function.file.removesuffix(".py")
        group = self._bench.judge.suite.group(function.name, module, OWN)
        return self._bench.cases(function), group

    def _some(self, function: Function) -> tuple[Sequence[Case], Group]:
        deciding = [case for case in self._bench.cases(function) if not case.criterion]
        cases = sorted(deciding, key=lambda case: len(case.recordings[OWN].steps))[:FEW]
        scripts = [list(case.recordings[OWN].steps) for case in cases]
        return cases, Group.of(function.file.removesuffix(".py"), function.name, scripts)

    def _of_cases(
        self, files: Mapping[str, bytes], function: Function, cases: Sequence[Case], group: Group
    ) -> set[tuple[str, str, str]]:
        answer = self._asked(files, function, group)
        if answer is None or answer.stopped is not None:
            kind = "import" if answer is None or answer.stopped is None else answer.stopped.kind
            return {(function.name, kind, "")}
        return {
            (function.name, one.finding.kind, one.finding.output)
            for case, replies in zip(cases, answer.replies, strict=True)
            for one in wrong(case, OWN, replies or ())
        }

    def _asked(
        self, files: Mapping[str, bytes], function: Function, group: Group
    ) -> GroupAnswer | None:
        """Return what a group answers, None where its module cannot be imported."""
        imported = self._bench.judge.suite.group("", function.file.removesuffix(".py"), OWN)
        for _ in range(2):  # what the machine may have done is asked again
            with self._bench.judge.lane.open(files) as worker:
                answers = worker.ask([imported, group])
            if answers[-1].stopped is None or not answers[-1].stopped.unclear:
                return answers[-1] if len(answers) > 1 else None
        raise SandboxError("it could not be judged")
