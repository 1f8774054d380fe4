"""Our hidden cases as data: replays their calls on a student's modules and compares.

Beside it lie `cases.pkl`, with the calls and what is due, `probes.py`, the functions that make
several calls of a student's class, and `makers.py`, which makes arguments that are no data.  A
step of a case is one of

    ("call", name, arguments, wanted, named)    call a function, a probe or a maker, as it is named,
                                                or do one thing with what a call returned
    ("look", step, path)                        a part of an earlier step's result, as it is now
    ("arguments", step, places)                 an earlier step's arguments, as they are now

What is due is known before anything runs, so no peer pays for computing it.
"""

import importlib
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

RTOL, ATOL = 1e-9, 1e-10
STACKS: dict[str, Any] = {"dw_ih": 0, "dw_hh": 0, "db_ih": (0, 1), "db_hh": (0, 1)}
"""Lists of which only the sum over these axes is judged."""


def load() -> Any:
    """Return {function: {"module": name, "cases": [{"name", "steps", "due"}]}}."""
    with open(Path(__file__).with_name("cases.pkl"), "rb") as file:
        return pickle.load(file)


def check(function: str) -> None:
    """Raise AssertionError unless all cases agree; what the student's code raises comes out."""
    work = load()[function]
    for case in work["cases"]:
        check_case(work["module"], case)


def check_case(module: str, case: Any) -> None:
    """The same for one case."""
    for step, value in replay(module, case["steps"]):
        agree(value, case["due"][step], f"{case['name']}, step {step}")


def replay(module: str, steps: Any) -> Iterator[tuple[int, Any]]:
    """Yield (step, value) of every step of a case whose value is judged."""
    student = importlib.import_module(module)
    results: list[Any] = []
    given: list[list[Any]] = []
    for number, step in enumerate(steps):
        kind, rest = step[0], step[1:]
        if kind == "call":
            name, arguments, wanted, named = rest
            arguments = [_resolved(argument, results) for argument in arguments]
            named = {key: _resolved(argument, results) for key, argument in named.items()}
            given.append([*arguments, *named.values()])
            results.append(_function(student, name)(*arguments, **named))
        elif kind == "look":
            wanted, value = True, results[rest[0]]
            for key in rest[1]:
                value = value[key]
            given.append([])
            results.append(value)
        else:
            wanted, values = True, given[rest[0]]
            given.append([])
            results.append([values[place] for place in rest[1]] if rest[1] else values)
        if wanted:
            yield number, results[-1]


def agree(got: Any, due: Any, where: str) -> None:
    """Raise AssertionError unless a value is as due; what is due as None is not looked at."""
    if due is None:
        return
    if isinstance(due, dict):
        for key, part in due.items():
            if key in STACKS and isinstance(part, list):
                got_sum, due_sum = (np.sum(list(one), axis=STACKS[key]) for one in (got[key], part))
                agree(got_sum, due_sum, f"{where}, {key}")
            else:
                agree(got[key], part, f"{where}, {key}")
    elif isinstance(due, (list, tuple)):
        assert len(got) == len(due), f"{where}: length {len(got)}, due {len(due)}"
        for place, (one, part) in enumerate(zip(got, due, strict=True)):
            agree(one, part, f"{where}, {place}")
    else:
        assert np.shape(got) == np.shape(due), f"{where}: {np.shape(got)}, due {np.shape(due)}"
        np.testing.assert_allclose(got, due, RTOL, ATOL, err_msg=where)


def _function(student: Any, name: str) -> Any:
    if name.startswith("probe:"):
        probe = getattr(importlib.import_module("probes"), name.removeprefix("probe:"))
        return lambda *arguments: probe(student, *arguments)
    if name.startswith("make:"):
        return getattr(importlib.import_module("makers"), name.removeprefix("make:"))
    kind, _, what = name.partition(":")
    if kind == "method":
        return lambda made, *arguments, **named: _method(made, what)(*arguments, **named)
    if kind == "attribute":
        return lambda made: list(getattr(made, what))
    return _OF_VALUES.get(name) or getattr(student, name)


def _method(made: Any, what: str) -> Any:
    return made if what == "__call__" else getattr(made, what)


_OF_VALUES: dict[str, Any] = {
    "first:": lambda parts, count: list(parts[:count]),
    "copy:": lambda value: value.copy() if hasattr(value, "copy") else value,
    "together:": lambda parts: parts,
}


def _resolved(tree: Any, results: list[Any]) -> Any:
    if isinstance(tree, np.ndarray):
        return tree.copy()
    if isinstance(tree, dict):
        return {key: _resolved(part, results) for key, part in tree.items()}
    if isinstance(tree, list):
        return [_resolved(part, results) for part in tree]
    if isinstance(tree, tuple):
        mark = tree[0] if tree and isinstance(tree[0], str) else ""
        if mark == "earlier":
            value = results[tree[1]]
            for key in tree[2]:
                value = value[key]
            return value
        return tuple(_resolved(part, results) for part in tree)
    return tree
