"""Collects an assignment's hidden cases with pytest, once, and records their calls.

The fixtures a hidden test may use, beside those of its own conftest.py:

``student``    the student's functions (see ``grader.cases.case``); for test bodies
``reference``  the solutions' functions by name, as attributes; for fixtures
``draw``       ``draw(n, m)`` gives an (n, m) array of standard normal float64 numbers from the
               run's seed, the same whatever else is drawn elsewhere; for fixtures
``world``      ``world(Step, ...)`` draws a world (see ``grader.kit``) at the case's ``size``,
               with arguments for the fields that are not drawn; for fixtures
``witness``    ``witness("name", ...)`` calls a function of the folder's witness.py in a worker,
               where PyTorch may be used without the judge ever importing it; for fixtures

Marks: ``@pytest.mark.function("softmax")`` names the function judged (usually once, for the
module); ``@pytest.mark.criterion("rules")`` the small criterion, absent where the case decides
the outputs; ``@pytest.mark.decides("l1")`` says which outputs, where it is not all of them.
A parameter called ``size`` (a NamedTuple) supplies the dimensions shown to students.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import hashlib
import inspect
import io
import os
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.cases.broken import MOST_OF_A_REASON, CollectError, Failure, error_of
from grader.cases.case import LENT, Case, record
from grader.cases.marks import MARKS
from grader.cases.recording import Constants
from grader.cases.tape import MAKE, PROBE, CaseError, Student
from grader.course import Assignment
from grader.isolation.groups import Group

Witness = Callable[..., Any]

_ALONE = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"


@dataclass
class Suite:
    """All hidden cases of an assignment, and their calls ready to send."""

    cases: dict[str, list[Case]] = field(default_factory=dict)
    constants: Constants = field(default_factory=Constants)

    def names(self) -> str:
        """Return the SHA-256 of the cases' number and names."""
        names = sorted(case.name for cases in self.cases.values() for case in cases)
        return hashlib.sha256(repr(names).encode()).hexdigest()

    @functools.cache  # noqa: B019  # a suite lives as long as its run
    def group(self, function: str, module: str, mode: str) -> Group:
        """Return the calls of one function's cases, ready to send; of "", the bare import."""
        cases = self.cases.get(function, [])
        scripts = [list(case.recordings[mode].steps) for case in cases]
        return Group.of(module, function, scripts)

    @functools.cache  # noqa: B019
    def called(self, function: str) -> frozenset[str]:
        """Return what the cases of a function call where its neighbours are lent, by name."""
        recordings = [case.recordings[LENT] for case in self.cases[function]]
        steps = [step for one in recordings for step in one.steps if step[0] == "call"]
        steps = [step for step in steps if not step[1].startswith(MAKE)]
        # a probe may be told by name what it is to call
        told = [item for step in steps for item in step[2] if isinstance(item, str)]
        named = [step[1].removeprefix(PROBE) for step in steps]
        return frozenset([*(name for name in named if ":" not in name), *told])

    @functools.cache  # noqa: B019
    def given(self, function: str) -> frozenset[str]:
        """Return the neighbours whose answers its cases are given where they are lent."""
        return frozenset().union(*(case.recordings[LENT].lent for case in self.cases[function]))

    __hash__ = object.__hash__


class Collector:
    """The pytest plugin that records every hidden test in place of running it."""

    def __init__(
        self,
        assignment: Assignment,
        reference: Mapping[str, Callable[..., Any]],
        seed: int,
        witness: Witness,
    ) -> None:
        self.suite = Suite()
        self.failures: list[Failure] = []
        self._tolerance = assignment.tolerance
        self._functions = {function.name: function for function in assignment.functions}
        self._student = Student(self._functions, assignment.code)
        self._reference = {name: _on_copies(one) for name, one in reference.items()}
        self._seed = seed
        self._witness = witness

    @pytest.fixture
    def student(self) -> Student:
        """The student's functions."""
        return self._student

    @pytest.fixture
    def reference(self) -> SimpleNamespace:
        """The solutions' functions."""
        return SimpleNamespace(**self._reference)

    @pytest.fixture
    def witness(self) -> Witness:
        """Functions of witness.py, called in a worker."""
        return self._witness

    @pytest.fixture
    def draw(self, request: pytest.FixtureRequest) -> Callable[..., Any]:
        """Arrays of standard normal numbers."""
        place = request.node.nodeid.rpartition("/")[2].encode()
        generator = np.random.default_rng([self._seed, zlib.crc32(place)])

        def draw(*shape: int) -> Any:
            if self._student.tape is not None:
                raise CaseError("draw in a fixture: a test's body runs once per submission")
            return generator.standard_normal(shape)

        return draw

    @pytest.fixture
    def world(
        self,
        request: pytest.FixtureRequest,
        draw: Callable[..., Any],
        reference: SimpleNamespace,
        witness: Witness,
    ) -> Callable[..., Any]:
        """Worlds of the assignment, drawn at the size of the case."""

        def world(kind: Any, *others: Any) -> Any:
            return kind.at(request.getfixturevalue("size"), draw, reference, witness, *others)

        return world

    def pytest_configure(self, config: pytest.Config) -> None:
        """Register the marks of hidden cases."""
        for mark in MARKS:
            config.addinivalue_line("markers", mark)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Record the test."""
        case = self._record(pyfuncitem)
        self.suite.cases.setdefault(case.function, []).append(case)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what went wrong while recording."""
        if report.failed:
            self.failures.append(Failure.of(report))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what went wrong while collecting."""
        if report.failed:
            self.failures.append(Failure.of(report))

    def _record(self, item: pytest.Function) -> Case:
        marks = {mark.name: mark.args for mark in reversed(list(item.iter_markers())) if mark.args}
        (name,), (criterion,) = marks.get("function", ("",)), marks.get("criterion", ("",))
        if not name:
            raise CollectError(f"{item.nodeid}: mark it with function(...), a name of the contract")
        if name not in self._functions:
            raise CollectError(
                f"{item.nodeid}: assignment.toml has no function {name!r}, which it is marked with"
            )
        function, decides = self._functions[name], marks.get("decides", ())
        if criterion and criterion not in function.small:
            raise CollectError(
                f"{item.nodeid}: {name} has no criterion {criterion!r} in assignment.toml"
            )
        for output in decides:
            if output not in function.outputs:
                raise CollectError(
                    f"{item.nodeid}: {name} has no output {output!r} in assignment.toml"
                )
        arguments = {key: item.funcargs[key] for key in item._fixtureinfo.argnames}
        size: Any = item.callspec.params.get("size") if hasattr(item, "callspec") else None
        says = (item.obj.__doc__ or item.name).strip().splitlines()[0]
        case = record(
            name=item.nodeid,
            function=function,
            criterion=criterion,
            decides=decides,
            sizes=dict(size._asdict()) if size is not None else {},
            student=self._student,
            body=functools.partial(item.obj, **arguments),
            says=says,
            constants=self.suite.constants,
            reference=self._reference,
            drawn="draw" in item.fixturenames,
        )
        return replace(case, tolerance=self._tolerance)


def _on_copies(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a solution's function that cannot write into what students are given as well."""
    if inspect.isclass(function):
        return function

    @functools.wraps(function)
    def called(*arguments: Any, **named: Any) -> Any:
        arguments, named = copy.deepcopy((arguments, named))
        return function(*arguments, **named)

    return called


@contextlib.contextmanager
def _left_as_it_was(folder: str) -> Iterator[None]:
    """Undo what pytest adds to the import system: another assignment has a conftest too.

    Hidden cases are the same everywhere: no option or plugin that the environment names counts,
    and no plugin is loaded that merely happens to be installed.
    """
    path, modules = list(sys.path), set(sys.modules)
    no_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    theirs = {name: value for name, value in os.environ.items() if name.startswith("PYTEST_")}
    for name in theirs:
        del os.environ[name]
    os.environ[_ALONE] = "1"
    try:
        yield
    finally:
        for name in [name for name in os.environ if name.startswith("PYTEST_")]:
            del os.environ[name]
        os.environ.update(theirs)
        sys.path[:], sys.dont_write_bytecode = path, no_bytecode
        for name in set(sys.modules) - modules:
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(folder + os.sep):
                del sys.modules[name]


def collect(
    assignment: Assignment,
    reference: Mapping[str, Callable[..., Any]],
    seed: int,
    witness: Witness,
) -> Suite:
    """Collect and record the hidden cases of an assignment.

    Raises CollectError if a hidden file cannot be collected, or a function has no case.
    """
    collector = Collector(assignment, reference, seed, witness)
    quiet = "terminal cacheprovider logging capture doctest unittest junitxml unrolled"
    options = [part for name in quiet.split() for part in ("-p", f"no:{name}")]
    folder = str(assignment.hidden)
    said = io.StringIO()
    with _left_as_it_was(folder), contextlib.redirect_stderr(said):
        ended = pytest.main(
            [*options, "-c", os.devnull, "--rootdir", folder, "--confcutdir", folder, folder],
            plugins=[collector],
        )
    if ended == pytest.ExitCode.USAGE_ERROR:  # it says on stderr why conftest.py cannot be read
        why = error_of(said.getvalue().strip().splitlines())[:MOST_OF_A_REASON]
        raise CollectError(
            f"the hidden cases in {folder} cannot be used: conftest.py fails ({why})",
            said.getvalue(),
        )
    missing = [name for name in collector._functions if name not in collector.suite.cases]
    if collector.failures:
        first, *others = collector.failures
        more = f", and so do {len(others)} more" if len(others) > 1 else ", and one more does"
        raise CollectError(
            f"the hidden cases in {folder} cannot be used: {first.where} fails ({first.why})"
            f"{more if others else ''}",
            "\n".join(f"{one.where}: {one.text}" for one in collector.failures),
        )
    if missing:
        raise CollectError(
            f"the hidden cases in {folder} cannot be used: no case judges {', '.join(missing)}"
        )
    small = [name for name, some in collector.suite.cases.items() if all(c.criterion for c in some)]
    if small:
        raise CollectError(
            f"the hidden cases in {folder} cannot be used: no case decides the outputs of "
            f"{', '.join(small)}, all have a criterion"
        )
    return collector.suite
