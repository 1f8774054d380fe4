"""Judges submissions of one assignment; what is the same for all of them is opened once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from grader.cases.collecting import Suite
from grader.cases.keeping import Store
from grader.course import Assignment
from grader.diagnosis.recognising import Diagnosis
from grader.intake.submission import Submission
from grader.isolation.groups import Common
from grader.isolation.lane import Lane
from grader.isolation.levels import Isolation
from grader.judging.passes import Passes
from grader.judging.placing import Placer
from grader.judging.relation import lending_relation
from grader.judging.standing import Standing
from grader.program import now, version
from grader.record import Finding, FunctionResult, Report
from grader.source.parsing import Parsed
from grader.source.used_names import Reach


class Judge:
    """Everything that is the same for all submissions of a run, and the lane to judge them in."""

    def __init__(
        self,
        assignment: Assignment,
        suite: Suite,
        reference: Mapping[str, Callable[..., Any]],
        lane: Lane,
        *,
        fingerprint: str,
        repair: bool = True,
        store: Store | None = None,
    ) -> None:
        self.assignment = assignment
        self.suite = suite
        self.reference = reference
        self.lane = lane
        self.fingerprint = fingerprint
        self.relation = lending_relation(assignment)
        stubs = {one.name: one.read_bytes() for one in sorted(assignment.stubs.glob("*.py"))}
        self.public = Parsed(stubs).names
        """All names that the stubs hold: everybody knows them."""
        self.store = store
        self.diagnosis = Diagnosis(assignment, suite, store)
        self.placer = Placer(assignment, suite, lane, repair=repair, store=store)
        ours = Reach(Parsed({name: text.encode() for name, text in assignment.code.items()}))
        names = {function.name for function in assignment.functions}
        self.called = {name: ours.names(suite.called(name), names) & names for name in names}
        """Which functions the cases of one call by themselves, neighbours lent, or by probes."""
        self.isolation: Isolation

    def begin(self, isolation: Isolation) -> None:
        """Have workers hold what all submissions have in common, now that there can be some."""
        self.isolation = isolation
        self.lane.keep(Common(self.suite.constants.arrays, self.assignment.code))

    def judge(self, submission: Submission, last: bool = False, explain: bool = True) -> Report:
        """Return the report on one submission; a fault of the grader is in it, not raised.

        ``last`` says that it will not be judged again, whatever comes of it.  Without ``explain``
        its points are the same, but mistakes are not looked for.
        """
        start = time.perf_counter()
        judged = Passes(self, submission, last)
        results = judged.results(self.diagnosis if explain else None)
        unexplained = () if explain else (Finding("unexplained"),)
        asked = {one.file for one in self.assignment.asked}
        return Report(
            assignment=self.assignment.name,
            student=submission.student,
            functions=_shown(self.assignment, results),
            digest=submission.digest,
            fingerprint=self.fingerprint,
            isolation=self.isolation.level,
            remarks=tuple(
                one
                for one in (*submission.remarks, *judged.unread(), *unexplained)
                if one.kind != "missing file" or one.facts["file"] in asked
            ),
            identities=submission.identities,
            seconds=time.perf_counter() - start,
            judged_at=now(),
            version=version(),
        )

    def scores(self, submission: Submission) -> dict[str, float] | None:
        """Return the points of each function and say nothing of why; None where it failed."""
        return Passes(self, submission, last=True).scores()

    def examine(self, submission: Submission, function: str) -> tuple[Standing, FunctionResult]:
        """Judge a submission and return all that is known of one of its functions."""
        one = Passes(self, submission, last=True)
        (result,) = (result for result in one.results(self.diagnosis) if result.name == function)
        return one.standing(function), result


def _shown(assignment: Assignment, results: Iterable[FunctionResult]) -> tuple[FunctionResult, ...]:
    """Leave out what the course has dropped, and that others rest on it: nobody is asked for it."""
    asked = {one.name for one in assignment.asked}
    return tuple(
        replace(
            one,
            lent=tuple(name for name in one.lent if name in asked),
            rests_on=tuple(name for name in one.rests_on if name in asked),
        )
        for one in results
        if one.name in asked
    )
