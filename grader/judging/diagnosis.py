"""Recognises a known mistake by its numbers, whatever the code that made them looks like.

An assignment's ``mistakes.py`` holds a catalogue: variants of the contract's functions, each
wrong in one way.  A variant is run on the hidden inputs once per run, when the first wrong
submission needs it.  A mistake is named only when it is sure: everything the submission
answered is what the variant answers, and no other catalogued mistake fits as well.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from grader.course import Assignment, Function
from grader.isolation.lane import GroupAnswer, Value
from grader.judging.collect import Suite
from grader.judging.compare import as_array
from grader.judging.reference import import_functions
from grader.record import Finding
from grader.worker.script import Script

_SAME = 1e-7
"""Relative agreement with a variant: its operations may be done in another order."""


@dataclass(frozen=True)
class Mistake:
    """A catalogued mistake: its key in the texts, the function, and a variant that makes it."""

    key: str
    function: str
    variant: Callable[..., Any]


class Diagnosis:
    """The catalogue of one assignment, evaluated lazily on one run's hidden inputs."""

    def __init__(
        self, assignment: Assignment, suite: Suite, reference: Mapping[str, Callable[..., Any]]
    ) -> None:
        self._suite = suite
        self._reference = reference
        self._mistakes = load_mistakes(assignment)
        self._probes = load_probes(assignment)
        self._answers: dict[tuple[str, str], list[list[Any]]] = {}

    def recognise(self, function: Function, mode: str, answer: GroupAnswer) -> str:
        """Return the key of the one mistake that explains all answers, or ""."""
        if answer.stopped is not None:
            return ""
        fitting = [
            mistake.key
            for mistake in self._mistakes
            if mistake.function == function.name and self._fits(mistake, mode, answer)
        ]
        return fitting[0] if len(fitting) == 1 else ""

    def _fits(self, mistake: Mistake, mode: str, answer: GroupAnswer) -> bool:
        cases = self._suite.cases[mistake.function]
        due = self._variant_answers(mistake, mode)
        decides = [number for number, case in enumerate(cases) if not case.criterion]
        return all(_same_replies(answer.replies[number] or (), due[number]) for number in decides)

    def _variant_answers(self, mistake: Mistake, mode: str) -> list[list[Any]]:
        if (mistake.key, mode) not in self._answers:
            functions = {**self._reference, mistake.function: mistake.variant}
            module = SimpleNamespace(**functions)

            def find(name: str) -> Callable[..., Any]:
                probe, _, function = name.rpartition(":")
                if probe:
                    return functools.partial(self._probes[function], module)
                return functions[name]

            script = Script(self._suite.constants.arrays, find)
            self._answers[mistake.key, mode] = [
                script.run(case.recordings[mode].steps, type)
                for case in self._suite.cases[mistake.function]
            ]
        return self._answers[mistake.key, mode]


def load_mistakes(assignment: Assignment) -> list[Mistake]:
    """Load the assignment's catalogue; an assignment without one has no known mistakes."""
    path = assignment.hidden / "mistakes.py"
    if not path.exists():
        return []
    wanted = {"CATALOGUE": "mistakes.py"}
    catalogue = import_functions({"mistakes.py": path.read_bytes()}, wanted)["CATALOGUE"]
    return [Mistake(*entry) for entry in catalogue]  # type: ignore[attr-defined]


def load_probes(assignment: Assignment) -> dict[str, Any]:
    """Load the assignment's probe functions, {} where it has none."""
    path = assignment.hidden / "probes.py"
    namespace: dict[str, Any] = {}
    if path.exists():
        exec(compile(path.read_bytes(), str(path), "exec"), namespace)
    return namespace


def _same_replies(replies: Any, due: list[Any]) -> bool:
    """Whether a case was answered just as a variant answers it."""
    mine = {reply.step: reply.data for reply in replies if isinstance(reply, Value)}
    theirs = {step: data for kind, step, data in due if kind == "value"}
    return mine.keys() == theirs.keys() and all(_same(mine[step], theirs[step]) for step in mine)


def _same(got: Any, due: Any) -> bool:
    if isinstance(due, dict):
        return isinstance(got, dict) and all(
            key in got and _same(got[key], due[key]) for key in due
        )
    if isinstance(due, (tuple, list)):
        return (
            isinstance(got, (tuple, list))
            and len(got) == len(due)
            and all(_same(mine, theirs) for mine, theirs in zip(got, due, strict=True))
        )
    array, expected = as_array(got), as_array(due)
    if isinstance(array, Finding) or isinstance(expected, Finding):
        return type(got) is type(due) and bool(got == due)
    if array.shape != expected.shape:
        return False
    scale = np.abs(expected).max(initial=0.0, where=np.isfinite(expected))
    return bool(np.allclose(array, expected, rtol=_SAME, atol=_SAME * scale, equal_nan=True))
