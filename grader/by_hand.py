"""Runs hidden cases one by one, with plain pytest, against a submission.

``pytest grader/hidden/rnn_bptt --submission=PATH -k rnn_backward`` takes the same cases through
the same worker as ``grade run``, each in a worker of its own, and says what came back and what
was due: it is for instructors, who may see both.  A case passes if it passes beside the
student's own functions, or beside right ones lent in their place.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from grader.cases.broken import CollectError
from grader.cases.case import LENT, OWN
from grader.cases.collecting import Collector, Suite
from grader.cases.comparing import Mismatch
from grader.cases.reference import load_functions
from grader.cases.tolerances import Summed
from grader.course import Assignment, find_course
from grader.errors import UsageProblem
from grader.intake.submission import Submission, read_submission
from grader.isolation.groups import Common, import_beside
from grader.isolation.lane import Lane
from grader.isolation.sandbox import Sandbox, SandboxError
from grader.judging.explaining import finding_of
from grader.judging.lending import Lender, lent_to
from grader.judging.relation import lending_relation
from grader.phrases import Phrases
from grader.running.start import WitnessBox
from grader.source.parsing import Parsed


def _assignment(hidden: Path) -> Assignment:
    """Return the assignment of some hidden cases: that of the course here, if it uses these."""
    with contextlib.suppress(UsageProblem):
        found = find_course().assignment(hidden.name)
        if found.hidden.samefile(hidden):
            return found
    return find_course(hidden).assignment(hidden.name)


class ByHand(Collector):
    """Records each hidden test and at once judges one submission by it."""

    def __init__(self, config: pytest.Config, path: Path) -> None:
        folder = Path(str(config.args[0]).split("::")[0]).absolute()
        hidden = folder if folder.is_dir() else folder.parent
        with _told_by_pytest():
            assignment = _assignment(hidden)
            assignment.must_have_torch()
            solutions = load_functions(assignment)
            self._submission: Submission = read_submission(path, path.name, assignment)
        self._parsed = Parsed(self._submission.files)
        weak = bool(config.getoption("--allow-weak-isolation"))
        self._sandbox = Sandbox.start(torch=assignment.torch, weak=weak)
        self._lane = Lane(self._sandbox, timeout=assignment.timeout)
        self._assignment = assignment
        self._relation = lending_relation(assignment)
        self._phrases = Phrases.load()
        super().__init__(
            assignment,
            solutions,
            config.getoption("--seed"),
            WitnessBox(assignment, self._lane),
        )

    def pytest_unconfigure(self) -> None:
        """End the worker."""
        self._sandbox.close()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Refuse to begin where no worker can be had."""
        if session.items and not session.config.option.collectonly:
            with _told_by_pytest():
                self._sandbox.ready()

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Judge the submission by one case."""
        self.suite = Suite()
        try:
            case = self._record(pyfuncitem)
        except CollectError as error:
            pytest.fail(str(error), pytrace=False)
        self.suite.cases[case.function] = [case]
        file = self._functions[case.function].file
        if file not in self._submission.files:
            pytest.fail(f"{file} is not among the files handed in.", pytrace=False)
        if self._ask(case.function, OWN):
            # what is wrong beside right neighbours is the function's own mistake
            wrong = self._ask(case.function, LENT)
            if wrong:
                pytest.fail("\n".join(self._told(one) for one in wrong), pytrace=False)
        return True

    def _ask(self, function: str, mode: str) -> list[Mismatch]:
        """Return what is wrong in the one recorded case."""
        (case,) = self.suite.cases[function]
        file = self._functions[function].file
        judged, module = self._functions[function], file.removesuffix(".py")
        names = self._relation[function] if mode == LENT else ()
        every = self._functions.values() if mode == LENT else ()
        lent = lent_to(judged, names, every, self._reference)
        groups = [import_beside(lent, module), self.suite.group(function, module, mode)]
        constants = self.suite.constants
        common = Common(constants.arrays, self._assignment.code)
        with (
            Lender(self._reference, names, constants.largest, constants.deepest) as lender,
            self._lane.open(self._submission.files, common) as worker,
        ):
            answer = worker.ask(groups, lender)[-1]
        return case.judge(
            mode,
            answer.replies[0] if answer.replies else None,
            answer.stopped,
            lambda raised, called: finding_of(
                raised,
                self._parsed,
                called if called.name else called._replace(name=function),
                file,
            ),
        )

    def _told(self, one: Mismatch) -> str:
        """Say what is wrong, with the numbers that only an instructor may see."""
        said = self._phrases.what(one.finding)
        if one.due is None:
            return said
        due = one.due.due if isinstance(one.due, Summed) else one.due
        with np.printoptions(precision=10, threshold=60):
            return f"{said}\n  got  {one.got!r}\n  due  {due!r}"


@contextlib.contextmanager
def _told_by_pytest() -> Iterator[None]:
    """Let pytest print a problem as one line, without a traceback."""
    try:
        yield
    except (UsageProblem, SandboxError) as error:
        raise pytest.UsageError(str(error)) from error
