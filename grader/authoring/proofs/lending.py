"""Shows that what is lent earns nothing but what the solution itself makes of it.

Submissions are made that hold no formula.  In each of them every function asks another one, the
next in the contract, or the one after that, and so on, so that all pairs come up, and rings of
them: once it returns what the other one answers, and once the differences of that, as a
gradient.  Every argument is found by its name.  A function may earn something only where its
own solution comes to the one it asks.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping

from grader.authoring.proofs.bench import Bench, Checked, Fault, checked
from grader.course import Assignment
from grader.intake.submission import Submission
from grader.judging.judge import Judge
from grader.judging.lending import methods_of

WAYS = ("answers", "differences")
"""What a function makes of the one it asks."""

_ASKING = '''\
import importlib

import numpy as np

DEPTH = [0]
STEP = 2e-3
WEIGHTS = ((1, 2 / 3), (2, -1 / 12))


def known(name, args):
    """All that a function was given, by name, and what it can be unpacked into."""
    found = dict(zip(PARAMETERS[name], args))
    for names, whole in UNPACKED[name]:
        value = found.get(whole)
        if isinstance(value, (tuple, list)) and len(value) == len(names):
            found.update(zip(names, value))
    for value in list(found.values()):
        if isinstance(value, dict):
            found.update({key: item for key, item in value.items() if key not in found})
    return found


def call(module, name, found, args):
    """What another function answers; what is not known by name is given by its place."""
    function = getattr(importlib.import_module(module), name)
    wanted = enumerate(PARAMETERS[name])
    return function(*(found[one] if one in found else args[n] for n, one in wanted))


def answers(name, module, other, args):
    """What the other one answers, with the keys that are asked for."""
    answer = call(module, other, known(name, args), args)
    if isinstance(answer, dict):
        return dict(zip(OUTPUTS[name], answer.values()))
    return answer


def differences(name, module, other, args):
    """The gradients of what the other one answers, where a first argument weighs it."""
    found = known(name, args)

    def loss(of, new):
        moved = {
            key: {**value, of: new} if isinstance(value, dict) and of in value else value
            for key, value in found.items()
        }
        answer = call(module, other, {**moved, of: new}, args)
        return np.sum(args[0] * (answer[0] if isinstance(answer, tuple) else answer))

    gradients = {}
    for output in OUTPUTS[name]:
        at = found[output[1:]]
        gradients[output] = np.zeros(at.shape)
        for place in np.ndindex(at.shape):
            unit = np.zeros(at.shape)
            unit[place] = STEP
            gradients[output][place] = sum(
                weight * (loss(output[1:], at + n * unit) - loss(output[1:], at - n * unit))
                for n, weight in WEIGHTS
            ) / STEP
    return gradients


def ask(way, name, module, other, args):
    """Ask another function, which may ask on, but not for ever."""
    DEPTH[0] += 1
    try:
        if DEPTH[0] > 3:
            raise ValueError("nobody knows")
        return way(name, module, other, args)
    finally:
        DEPTH[0] -= 1
'''

_FUNCTION = """

def {name}(*args, **named):
    return ask({way}, "{name}", "{module}", "{other}", [*args, *named.values()])
"""

_CLASS = """

class {name}:
    def __init__(self, *args, **named):
        self.args = [*args, *named.values()]
"""

_METHOD = """
    def {method}(self, *args):
        return ask({way}, "{name}", "{module}", "{other}", [*self.args, *args])
"""


def prove(bench: Bench) -> Iterator[Checked]:
    """Yield the check of all that functions may be lent."""
    yield checked("what is lent earns nothing by itself", earned_by_lending(bench.judge))


def earned_by_lending(judge: Judge) -> Iterator[Fault]:
    """Yield a fault for each function that earns points by asking another one."""
    names = [one.name for one in judge.assignment.functions]
    for way in WAYS:
        for shift in range(1, len(names)):
            asked = {name: names[(n + shift) % len(names)] for n, name in enumerate(names)}
            files = {
                file: source.encode() for file, source in made_of_calls(judge, way, asked).items()
            }
            scores = judge.scores(Submission("calls", files, (), ""))
            if scores is None:
                yield Fault(f"a submission of {way} could not be judged")
            for name, score in (scores or {}).items():
                if score and asked[name] not in judge.relation[name]:
                    yield Fault(f"earns {score:g} by {way} of {asked[name]}", name)


def made_of_calls(judge: Judge, way: str, asked: Mapping[str, str]) -> dict[str, str]:
    """Return the files of a submission in which each function asks another one."""
    assignment, reference = judge.assignment, judge.reference
    parameters = {name: list(inspect.signature(one).parameters) for name, one in reference.items()}
    tables = {
        "PARAMETERS": parameters,
        "UNPACKED": _unpacked(assignment),
        "OUTPUTS": {one.name: list(one.outputs) for one in assignment.functions},
    }
    head = _ASKING + "".join(f"\n\n{key} = {value!r}\n" for key, value in tables.items())
    modules = {one.name: one.file.removesuffix(".py") for one in assignment.functions}
    sources = dict.fromkeys(assignment.files, head)
    for function in assignment.functions:
        other = asked[function.name]
        facts = {"way": way, "name": function.name, "other": other, "module": modules[other]}
        methods = methods_of(reference[function.name])
        if methods is None:
            sources[function.file] += _FUNCTION.format(**facts)
        else:
            each = (_METHOD.format(method=method, **facts) for method in methods)
            sources[function.file] += _CLASS.format(**facts) + "".join(each)
    return sources


def _unpacked(assignment: Assignment) -> dict[str, list[tuple[list[str], str]]]:
    """Return, by function, what its solution unpacks of what it is given, and into which names."""
    found: dict[str, list[tuple[list[str], str]]] = {one.name: [] for one in assignment.functions}
    for file in assignment.files:
        for node in ast.parse(assignment.solution[file]).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in found:
                found[node.name] += list(_unpackings(node))
    return found


def _unpackings(function: ast.AST) -> Iterator[tuple[list[str], str]]:
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Name)
            and isinstance(node.targets[0], ast.Tuple)
        ):
            parts = node.targets[0].elts
            yield [one.id if isinstance(one, ast.Name) else "" for one in parts], node.value.id
