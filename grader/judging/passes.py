"""The passes over one submission: its functions together, then, where that fails, beside lent
neighbours; then the lines to look at.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from grader.cases.case import LENT, OWN
from grader.course import Function
from grader.diagnosis.recognising import Diagnosis
from grader.intake.submission import Submission
from grader.isolation.answers import Stopped
from grader.isolation.groups import Group, import_beside
from grader.isolation.sandbox import SandboxError
from grader.judging.lending import Lender, lent_to
from grader.judging.lines import Lines
from grader.judging.placing import Beside, Places
from grader.judging.standing import Standing
from grader.judging.workers import UnclearError, Workers
from grader.record import Finding, FunctionResult
from grader.source.imports import imported_names
from grader.source.lasting import may_last
from grader.source.parsing import Parsed
from grader.source.reading import Source
from grader.source.used_names import Reach

if TYPE_CHECKING:
    from grader.judging.judge import Judge


class Passes:
    """The judging of one submission, step by step: beside its own functions, then lent ones."""

    def __init__(self, judge: Judge, submission: Submission, last: bool) -> None:
        self._judge = judge
        self._files = submission.files
        self._parsed = Parsed(submission.files)
        files = {**submission.files, **submission.data}
        self._workers = Workers(judge.lane, files, last)
        contract = frozenset(judge.reference)
        self._standings = {
            one.name: Standing(
                one,
                judge.suite.cases[one.name],
                judge.reference[one.name],
                self._parsed,
                contract,
                judge.public,
            )
            for one in judge.assignment.functions
        }
        self._beside: dict[str, Beside] = {}
        self._dead: dict[str, Finding] = {}
        for file in dict.fromkeys(one.function.file for one in self._standings.values()):
            if file not in submission.files:
                self._dead[file] = _why_missing(submission, file)

    @np.errstate(all="ignore")  # a student's numbers may be too large to be reckoned with
    def results(self, diagnosis: Diagnosis | None) -> list[FunctionResult]:
        """Judge every function."""
        standings = self._standings.values()
        if not self._passed():
            return [one.not_judged() for one in standings]
        right = frozenset(one.function.name for one in standings if one.full)
        results = [
            replace(
                one.result(diagnosis, self._source(one.function), right),
                rests_on=self._rests_on(one.function, right),
            )
            for one in standings
        ]
        if diagnosis is None:
            return results
        with Places(self._judge.placer, self._files, self._parsed) as places:
            lines = Lines(self._judge.assignment, self._parsed, places, diagnosis.unplaced)
            return [
                lines.added(standing, result, self._beside.get(result.name))
                for standing, result in zip(standings, results, strict=True)
            ]

    def _rests_on(self, function: Function, right: frozenset[str]) -> tuple[str, ...]:
        """Return the wrong functions that a function's solution uses, in the contract's order."""
        used = {*self._judge.relation[function.name], *function.never_lent} - right
        return tuple(name for name in self._standings if name in used)

    def scores(self) -> dict[str, float] | None:
        """Judge every function for its points alone."""
        if not self._passed():
            return None
        return {name: one.score for name, one in self._standings.items()}

    def _passed(self) -> bool:
        """Judge beside the student's own functions, then beside lent ones; whether it could."""
        try:
            self._own_pass()
            self._lent_pass()
        except (SandboxError, UnclearError):
            return False
        finally:
            self._workers.close()
        return True

    def standing(self, name: str) -> Standing:
        """Return all that is known of a function."""
        return self._standings[name]

    def unread(self) -> list[Finding]:
        """Say which files are run, but too long to be read."""
        return [Finding("long file", "", {"file": file}) for file in self._parsed.unread]

    def _source(self, function: Function) -> Source:
        return Source(self._parsed, lambda: self._reach, function.file, function.name)

    def _own_pass(self) -> None:
        """Judge all functions with the student's own neighbours.

        After the first that comes to no end the others are judged with lent neighbours first:
        what hangs in one function hangs in all that call it.
        """
        waiting = list(self._standings.values())
        for standing in waiting:
            if standing.function.file in self._dead:
                standing.give_up(self._dead[standing.function.file])
        waiting = [standing for standing in waiting if standing.own is None]
        plan: list[tuple[str, Standing | None]] = []
        for standing in waiting:
            if (standing.function.file, None) not in plan:
                plan.append((standing.function.file, None))
            plan.append((standing.function.file, standing))
        groups = [self._group(file, standing, OWN) for file, standing in plan]
        answers = self._workers.ask(groups)
        for (file, asked), answer in zip(plan, answers, strict=False):
            if asked is not None:
                asked.take(OWN, answer)
            elif answer.stopped is not None:
                self._bury(file, answer.stopped)
        for standing in waiting:
            if standing.own is not None:
                if not standing.full and self._lasting:
                    self._ask_own(standing)  # what others left behind may be why
            else:
                stopped = [
                    name for name in standing.function.never_lent if self._standings[name].stopped
                ]
                if stopped:
                    standing.give_up(Finding("rests on", "", {"name": stopped[0]}))
                    continue
                self._ask_lent(standing)
                if not standing.full and not standing.stopped:
                    self._ask_own(standing)

    def _ask_own(self, standing: Standing) -> None:
        if self._lasting:
            self._workers.close()
        file = standing.function.file
        groups = [self._group(file, None, OWN), self._group(file, standing, OWN)]
        answers = self._workers.ask(groups)
        if len(answers) == len(groups):
            standing.take(OWN, answers[-1])

    def _bury(self, file: str, stopped: Stopped) -> None:
        """Take note that a file's import came to no end: none of its functions can be called."""
        if stopped.kind == "broke rules":
            self._dead[file] = Finding("broke rules", "", stopped.facts)
        else:
            reason = stopped.facts.get("reason", stopped.kind)
            self._dead[file] = Finding("import died", "", {"file": file, "reason": reason})
        for standing in self._standings.values():
            if standing.function.file == file:
                standing.give_up(self._dead[file])
                standing.stopped = True

    def _lent_pass(self) -> None:
        """Judge again, with right neighbours, what failed beside wrong ones.

        One that is right may be why: by what it leaves behind, or where it raises beside one whose
        answers are of another kind, as nested lists are, which counts as right.
        """
        for name, standing in self._standings.items():
            if standing.full or standing.lent is not None or self._hopeless(standing):
                continue
            if standing.unimported or self._misled(standing) or self._uses_wrong(name):
                self._ask_lent(standing)
            elif self._rights_too(standing) and self._uses(name, self._judge.relation[name]):
                standing.beside_right = True
                self._ask_lent(standing)

    def _hopeless(self, standing: Standing) -> bool:
        """Whether no neighbour can mend it; one may have taken its name away as it was called."""
        return standing.hopeless and not (self._lasting and OWN in standing.answers)

    def _rights_too(self, standing: Standing) -> bool:
        """Whether what fails may do so because of a neighbour that is right by itself."""
        return standing.raised or self._lasting

    @functools.cached_property
    def _lasting(self) -> bool:
        """Whether one function may change what another finds: then each has its own worker."""
        return may_last(self._parsed)

    def _misled(self, standing: Standing) -> bool:
        """Whether its cases were given what a neighbour answers that is not right by itself."""
        given = self._judge.suite.given(standing.function.name)
        return any(not self._standings[name].right_by_itself for name in given)

    def _uses_wrong(self, name: str) -> bool:
        """Whether a function may use one that is wrong and may be lent to it."""
        lendable = self._judge.relation[name]
        return self._uses(name, [one for one in lendable if not self._standings[one].full])

    def _uses(self, name: str, others: Collection[str]) -> bool:
        return bool(others) and self._reach.may_use(self._judge.called[name], others)

    @functools.cached_property
    def _reach(self) -> Reach:
        return Reach(self._parsed)

    @functools.cached_property
    def _imported(self) -> Mapping[str, frozenset[str]]:
        return imported_names(self._parsed)

    def _ask_lent(self, standing: Standing) -> None:
        """Judge one function beside right ones where the solution has it use them.

        They stand in the place of all that are not known to be right, and of all where these may
        be why it fails.
        """
        if self._lasting:
            self._workers.close()
        function, reference = standing.function, self._judge.reference
        module = function.file.removesuffix(".py")
        may_be_lent = self._judge.relation[function.name]
        names = [
            name
            for name, other in self._standings.items()
            if name in may_be_lent and (self._rights_too(standing) or not other.right_by_itself)
        ]
        lent = lent_to(
            function,
            names,
            [one.function for one in self._standings.values()],
            reference,
            imported=self._imported,
            whole=tuple(file.removesuffix(".py") for file in self._dead if file != function.file),
            wrong=tuple(
                name
                for name, one in self._standings.items()
                if not one.full and name != function.name
            ),
        )
        constants = self._judge.suite.constants
        lender = Lender(reference, names, constants.largest, constants.deepest)
        beside = import_beside(lent, module)
        self._beside[function.name] = Beside(beside, lender)
        groups = [beside, self._group(function.file, standing, LENT)]
        given = self._judge.suite.given(function.name)
        answers = self._workers.ask_beside(lender, may_be_lent, given, groups)
        if len(answers) < len(groups):
            stopped = answers[-1].stopped
            assert stopped is not None
            self._bury(function.file, stopped)
            return
        standing.take(LENT, answers[-1])
        answered = given | lender.called
        standing.called = tuple(name for name in self._standings if name in answered)

    def _group(self, file: str, standing: Standing | None, mode: str) -> Group:
        name = "" if standing is None else standing.function.name
        return self._judge.suite.group(name, file.removesuffix(".py"), mode)


def _why_missing(submission: Submission, file: str) -> Finding:
    """Say why a contract file is not among those that were read."""
    for problem in submission.problems:
        if problem.facts.get("file") == file:
            return problem
    return Finding("missing file", "", {"file": file})
