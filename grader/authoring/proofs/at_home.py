"""No green surprise: a mistake that costs much fails a public test, whose words do not mislead."""

from __future__ import annotations

import contextlib
import functools
import importlib
import inspect
import itertools
import re
import sys
import warnings
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from grader.authoring.known_answers import public_tests, right_functions
from grader.authoring.proofs.bench import Bench, Checked, Fault, checked, lost
from grader.authoring.proofs.catalogue import Ways
from grader.course import Assignment, Function
from grader.diagnosis.catalogue import load_mistakes

COSTS_MUCH = 5.0
"""Points from which on a mistake must show at home."""

Trial = functools.partial[Any]


def prove(bench: Bench) -> Iterator[Checked]:
    """Yield the check; none where the assignment has no catalogue or no public tests."""
    mistakes = load_mistakes(bench.assignment)
    if mistakes is None:
        return
    faults: list[Fault] = []
    tried = 0
    with public_tests(bench.assignment) as tests, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if tests is None or not isinstance(getattr(tests, "FILES", None), dict):
            return
        right = right_functions(mistakes, mistakes.families)
        for function in bench.assignment.functions:
            trials = list(trials_of(tests, function.name))
            if function.name not in mistakes.families or not trials:
                continue
            with _standing_in(bench.assignment, right):
                if first_failure(trials):  # the family stands in for what needs PyTorch itself
                    continue
            ways = Ways(bench, mistakes, function)
            for way in bench.watch(ways.all, f"public tests of {function.name}"):
                key, judged = way.key, ways.judged(way)
                made = mistakes.make(function.name, way.hooks)
                with _standing_in(bench.assignment, {**right, function.name: made}):
                    said = first_failure(trials)
                tried += 1
                cost = function.points - judged.score
                faults += _faults(function, key, cost, lost(judged), said)
    yield checked(
        "every mistake that costs 5 points or more fails a public test, which names what is wrong",
        faults,
        f"{tried} mistakes tried",
    )


@contextlib.contextmanager
def _standing_in(assignment: Assignment, functions: Mapping[str, Any]) -> Iterator[None]:
    """Put functions in the place of the homework's, for tests that load and that import them."""
    modules = {file.removesuffix(".py"): ModuleType(file) for file in assignment.files}
    for function in assignment.functions:
        if function.name in functions:
            module = modules[function.file.removesuffix(".py")]
            setattr(module, function.name, functions[function.name])
    hidden = {name: sys.modules[name] for name in modules if name in sys.modules}
    sys.modules.update(modules)
    try:
        with importlib.import_module("checks").standing_in(functions):
            yield
    finally:
        for name in modules:
            sys.modules.pop(name, None)
        sys.modules.update(hidden)


def _faults(
    function: Function, key: str, cost: float, wrong: frozenset[str], said: str
) -> Iterator[Fault]:
    if not said:
        if cost >= COSTS_MUCH:
            yield Fault(
                f"the mistake {key} costs {cost:g} points and passes all public tests",
                function.name,
            )
        return
    named = {
        name for name in function.outputs if re.search(rf"(?<!\w){re.escape(name)}(?![\w=])", said)
    }
    outputs = wrong & set(function.outputs)
    if named and outputs and not named & outputs:
        yield Fault(
            f"the mistake {key} is told as {said!r}, and wrong is {', '.join(sorted(outputs))}",
            function.name,
        )


def trials_of(tests: ModuleType, function: str) -> Iterator[Trial]:
    """Yield every public test of a function, with each set of its parameters."""
    names = {name for some in tests.FILES.values() for name in some}
    for name, test in list(vars(tests).items()):
        fitting = [one for one in names if f"{name}_".startswith(f"test_{one}_")]
        if not inspect.isfunction(test) or max(fitting, key=len, default="") != function:
            continue
        marks = [one for one in getattr(test, "pytestmark", ()) if one.name == "parametrize"]
        for values in itertools.product(*map(_values, marks)):
            given = {key: value for some in values for key, value in some.items()}
            yield functools.partial(test, **given)


def _values(mark: Any) -> list[dict[str, Any]]:
    """Return the sets of parameters that a mark gives, by name."""
    names, rows = mark.args[:2]
    several = not isinstance(names, str) or "," in names
    keys = [one.strip() for one in names.split(",")] if isinstance(names, str) else list(names)
    found = []
    for row in rows:
        if hasattr(row, "marks"):  # pytest.param(...)
            found.append(dict(zip(keys, row.values, strict=True)))
        else:
            found.append(dict(zip(keys, row if several else [row], strict=True)))
    return found


def first_failure(trials: list[Trial]) -> str:
    """Return what the first test that fails says is wrong, "" if all pass."""
    for trial in trials:
        try:
            with np.errstate(all="ignore"):
                trial()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # pytest's own is no Exception
            rows = getattr(error, "rows", {})
            return str(rows.get("What", type(error).__name__))
    return ""
