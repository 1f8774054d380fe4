"""Judges one submission: its functions together, then, where that fails, with lent neighbours."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.course import Assignment, Function
from grader.intake.submission import Submission
from grader.isolation.answers import GroupAnswer, Raised, Stopped
from grader.isolation.lane import Common, Group, Lane, Lent, import_beside
from grader.isolation.sandbox import Isolation, SandboxError
from grader.judging.cases import LENT, OWN
from grader.judging.collect import Suite
from grader.judging.diagnosis import Diagnosis
from grader.judging.explain import finding_of
from grader.judging.lending import Lender, methods_of
from grader.judging.parsed import Parsed
from grader.judging.reach import Reach
from grader.judging.scoring import CaseVerdict, Verdict, better, verdict, whole
from grader.judging.source import Source
from grader.judging.workers import Workers
from grader.record import Finding, FunctionResult, Report, Status

_HOPELESS = {"missing function", "not callable", "missing file", "signature"}
"""Findings that no right neighbour can mend."""

_ABSENT = {"missing function", "not callable"}


@dataclass
class _Judging:
    """What is known so far of one function."""

    function: Function
    own: Verdict | None = None
    lent: Verdict | None = None
    called: tuple[str, ...] = ()
    stopped: bool = False
    hopeless: bool = False
    absent: bool = False
    cpu_seconds: float = 0.0
    answers: dict[str, GroupAnswer] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        return any(one is not None and one.full for one in (self.own, self.lent))

    @property
    def chosen(self) -> Verdict:
        if self.own is None:
            assert self.lent is not None
            return self.lent
        return better(self.own, self.lent)


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
        isolation: Isolation,
    ) -> None:
        self.assignment = assignment
        self.suite = suite
        self.reference = reference
        self.lane = lane
        self.fingerprint = fingerprint
        self.isolation = isolation
        self.diagnosis = Diagnosis(assignment, suite)
        probes = assignment.hidden / "probes.py"
        text = probes.read_text("utf-8") if probes.exists() else ""
        lane.keep(Common(suite.constants.arrays, text))
        ours = Reach(Parsed({"probes.py": text.encode()}))
        names = {function.name for function in assignment.functions}
        self.called = {name: ours.names(suite.called(name), names) & names for name in names}
        """Which functions the cases of one call by themselves, neighbours lent, or by probes."""

    def judge(self, submission: Submission) -> Report:
        """Return the report on one submission; a fault of the grader is in it, not raised."""
        start = time.perf_counter()
        results = _Submission(self, submission).results()
        return Report(
            assignment=self.assignment.name,
            student=submission.student,
            functions=tuple(results),
            digest=submission.digest,
            fingerprint=self.fingerprint,
            isolation=self.isolation.level,
            remarks=tuple(submission.problems),
            seconds=time.perf_counter() - start,
        )


class _Submission:
    """The judging of one submission, step by step."""

    def __init__(self, judge: Judge, submission: Submission) -> None:
        self._judge = judge
        self._files = submission.files
        self._parsed = Parsed(submission.files)
        self._workers = Workers(judge.lane, submission.files)
        self._states = {one.name: _Judging(one) for one in judge.assignment.functions}
        self._dead: dict[str, Finding] = {}
        for file in dict.fromkeys(one.function.file for one in self._states.values()):
            if file not in self._files:
                self._dead[file] = _why_missing(submission, file)

    def results(self) -> list[FunctionResult]:
        """Judge every function."""
        fault = False
        try:
            self._own_pass()
            self._lent_pass()
        except SandboxError:
            fault = True
        finally:
            self._workers.close()
        wrong = {name for name, state in self._states.items() if not state.full}
        return [self._result(state, wrong, fault) for state in self._states.values()]

    def _own_pass(self) -> None:
        """Judge all functions with the student's own neighbours.

        After the first that comes to no end the others are judged with lent neighbours first:
        what hangs in one function hangs in all that call it.
        """
        waiting = list(self._states.values())
        for state in waiting:
            if state.function.file in self._dead:
                state.own = whole(state.function, self._dead[state.function.file])
                state.hopeless = True
        waiting = [state for state in waiting if state.own is None]
        plan: list[tuple[str, _Judging | None]] = []
        for state in waiting:
            if (state.function.file, None) not in plan:
                plan.append((state.function.file, None))
            plan.append((state.function.file, state))
        groups = [self._group(file, state, OWN) for file, state in plan]
        answers = self._workers.ask(groups)
        for (file, asked), answer in zip(plan, answers, strict=False):
            if asked is not None:
                self._take(asked, OWN, answer)
            elif answer.stopped is not None:
                self._bury(file, answer.stopped)
        for state in waiting:
            if state.own is None:
                stopped = [name for name in state.function.never_lent if self._states[name].stopped]
                if stopped:
                    rests_on = Finding("rests on", "", {"name": stopped[0]})
                    state.own = whole(state.function, rests_on)
                    state.hopeless = True
                    continue
                self._ask_lent(state)
                if not state.full and not state.stopped:
                    self._ask_own(state)

    def _ask_own(self, state: _Judging) -> None:
        file = state.function.file
        groups = [self._group(file, None, OWN), self._group(file, state, OWN)]
        answers = self._workers.ask(groups)
        if len(answers) == len(groups):
            self._take(state, OWN, answers[-1])

    def _bury(self, file: str, stopped: Stopped) -> None:
        """Take note that a file's import came to no end: none of its functions can be called."""
        reason = stopped.facts.get("reason", stopped.kind)
        self._dead[file] = Finding("import died", "", {"file": file, "reason": reason})
        for state in self._states.values():
            if state.function.file == file:
                state.own = whole(state.function, self._dead[file])
                state.hopeless = state.stopped = True

    def _lent_pass(self) -> None:
        """Judge again, with right neighbours, what failed beside wrong ones."""
        for name, state in self._states.items():
            if state.full or state.hopeless or state.lent is not None:
                continue
            others = [
                one
                for one in self._states.values()
                if state.function.may_be_lent(one.function.name)
            ]
            order = list(self._states)
            earlier = [one for one in others if order.index(one.function.name) < order.index(name)]
            # what hangs by itself hangs again; only a neighbour it can call excuses it
            wrong = {one.function.name for one in others if not one.full}
            # what is right only beside lent ones gave wrong answers all the same
            misled = {one.function.name for one in others if one.own is None or not one.own.full}
            if state.stopped:
                wrong &= {one.function.name for one in earlier}
                misled &= {one.function.name for one in earlier}
            if misled & self._judge.suite.given(name) or self._uses(name, *wrong - {name}):
                self._ask_lent(state)

    def _uses(self, name: str, *others: str) -> bool:
        """Whether a function may use one of the others."""
        return bool(others) and self._reach.may_use(self._judge.called[name], others)

    @functools.cached_property
    def _reach(self) -> Reach:
        return Reach(self._parsed)

    def _ask_lent(self, state: _Judging) -> None:
        """Judge one function beside right ones in place of all others not known to be right."""
        function, reference = state.function, self._judge.reference
        # a module without lent functions may still have to stand in for one that cannot be read
        lend: dict[str, dict[str, list[str] | None]] = {
            one.function.file.removesuffix(".py"): {} for one in self._states.values()
        }
        for other in self._states.values():
            known_right = other.own is not None and other.own.full
            name, file = other.function.name, other.function.file
            if not function.may_be_lent(name) or known_right:
                continue
            # another file that names one which is not there cannot be imported
            absent = file != function.file and (other.absent or file in self._dead)
            if absent or self._uses(function.name, name):
                lend[file.removesuffix(".py")][name] = methods_of(reference[name])
        names = [name for functions in lend.values() for name in functions]
        lender = Lender(reference, names)
        module = function.file.removesuffix(".py")
        lent = Lent(lend, tuple(file.removesuffix(".py") for file in self._dead), module)
        groups = [import_beside(lent, module), self._group(function.file, state, LENT)]
        answers = self._workers.ask_beside(lender, function.may_be_lent, names, groups)
        if len(answers) < len(groups):
            stopped = answers[-1].stopped
            assert stopped is not None
            self._bury(function.file, stopped)
            return
        self._take(state, LENT, answers[-1])
        answered = self._judge.suite.given(function.name) | lender.called
        state.called = tuple(name for name in self._states if name in answered)

    def _group(self, file: str, state: _Judging | None, mode: str) -> Group:
        name = "" if state is None else state.function.name
        return self._judge.suite.group(name, file.removesuffix(".py"), mode)

    def _take(self, state: _Judging, mode: str, answer: GroupAnswer) -> None:
        """Compare a function's answers with what was due."""
        function = state.function
        state.cpu_seconds += answer.cpu_seconds
        state.stopped = answer.stopped is not None
        state.answers[mode] = answer

        def explain(raised: Raised) -> Finding:
            finding = finding_of(raised, self._files, function.name, function.file)
            state.hopeless |= (
                finding.kind in _HOPELESS
                or (finding.kind == "not written yet" and self._in(function, raised))
                or (finding.kind == "syntax error" and finding.facts["file"] == function.file)
            )
            if mode == OWN:
                state.absent |= raised.importing or finding.kind in _ABSENT
            return finding

        cases = self._judge.suite.cases[function.name]
        judged = verdict(
            function,
            [
                CaseVerdict(
                    case.criterion,
                    case.decides,
                    case.judge(mode, replies, answer.stopped, explain),
                )
                for case, replies in zip(cases, answer.replies, strict=True)
            ],
        )
        if mode == OWN:
            state.own = judged
        else:
            state.lent = judged

    def _in(self, function: Function, raised: Raised) -> bool:
        """Whether an exception comes from the judged function itself, not from a neighbour."""
        if not raised.frames:
            return False
        file, _, name = raised.frames[-1]
        methods = methods_of(self._judge.reference[function.name])
        names = {function.name} if methods is None else {"__init__", *methods}
        return file == function.file and name in names

    def _result(self, state: _Judging, wrong: set[str], fault: bool) -> FunctionResult:
        function = state.function
        if fault or (state.own is None and state.lent is None):
            finding = Finding("grader fault")
            return FunctionResult(
                function.name, Status.NOT_JUDGED, None, function.points, finding=finding
            )
        chosen = state.chosen
        used_lent = chosen is state.lent and (state.own is None or chosen.score > state.own.score)
        mistakes: tuple[str, ...] = ()
        if not chosen.full:
            mode = LENT if chosen is state.lent else OWN
            mistakes = self._judge.diagnosis.recognise(
                function,
                chosen.findings,
                state.answers,
                mode,
                Source(self._parsed, lambda: self._reach, function.file, function.name),
                frozenset(self._states) - wrong,
            )
        return FunctionResult(
            name=function.name,
            status=Status.PASSED if chosen.full else Status.FAILED,
            score=chosen.score,
            max_score=function.points,
            criteria=chosen.criteria,
            finding=next(iter(chosen.findings), None),
            others=max(0, len(chosen.findings) - 1),
            mistakes=mistakes,
            lent=tuple(name for name in state.called if name in wrong) if used_lent else (),
            cpu_seconds=state.cpu_seconds,
        )


def _why_missing(submission: Submission, file: str) -> Finding:
    """Say why a contract file is not among those that were read."""
    for problem in submission.problems:
        if problem.facts.get("file") == file:
            return problem
    return Finding("missing file", "", {"file": file})
