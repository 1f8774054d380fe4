"""Writes down the calls of a hidden test's body, once, ready for every worker."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.cases.comparing import OutputOf, Path
from grader.cases.exact import unjudgeable
from grader.cases.tape import MAKE, Answer, CaseError, Judge, Made, Rests, Tape
from grader.record import Finding
from grader.worker.wire import Constant, Earlier


@dataclass
class Constants:
    """The arrays that calls take, each kept once."""

    arrays: list[np.ndarray[Any, Any]] = field(default_factory=list)
    _numbers: dict[int, int] = field(default_factory=dict)

    def number(self, array: np.ndarray[Any, Any]) -> int:
        """Return the array's number; the same object keeps its number."""
        if id(array) not in self._numbers:
            self._numbers[id(array)] = len(self.arrays)
            self.arrays.append(array)
        return self._numbers[id(array)]

    @property
    def largest(self) -> int:
        """The largest size of any of them, along any axis."""
        return max((length for array in self.arrays for length in array.shape), default=1)

    @property
    def deepest(self) -> int:
        """The largest number of dimensions of any of them."""
        return max((array.ndim for array in self.arrays), default=1)


@dataclass(frozen=True)
class Recording:
    """A case's calls, ready for a worker, and what they refer to.

    ``arguments`` holds those of each calling step, ``parameters`` what they are called;
    ``lent`` names the functions that the reference answered.
    """

    steps: tuple[list[Any], ...]
    arguments: Mapping[int, tuple[Any, ...]]
    parameters: Mapping[int, tuple[str, ...]]
    lent: frozenset[str]


class RecordingTape:
    """Writes down the calls of a case's body."""

    share = 1.0

    def __init__(
        self,
        outputs: OutputOf,
        constants: Constants,
        reference: Mapping[str, Callable[..., Any]],
        lent: Iterable[str] = (),
    ) -> None:
        self._outputs, self._constants = outputs, constants
        self._reference, self._lent = reference, frozenset(lent)
        self._steps: list[list[Any]] = []
        self._arguments: dict[int, tuple[Any, ...]] = {}
        self._parameters: dict[int, tuple[str, ...]] = {}
        self._answered: set[str] = set()

    def call(self, name: str, arguments: Sequence[Any], named: Mapping[str, Any]) -> Answer:
        """Write the call down, or answer it with the reference where that is lent."""
        if name in self._lent:
            self._answered.add(name)
            values = [item.value if isinstance(item, Given) else item for item in arguments]
            return Given(self, self._reference[name](*values, **named), self._outputs)
        if (called := self._called(name, arguments)) is not None:
            parameters = tuple(inspect.signature(called).parameters)
            self._parameters[len(self._steps)] = (*parameters[: len(arguments)], *named)
        self._arguments[len(self._steps)] = (*arguments, *named.values())
        encoded = [self._encode(item) for item in arguments]
        self._steps.append(["call", name, encoded, False, self._encode(named)])
        made = name.startswith(MAKE) or inspect.isclass(called)
        return (Made if made else Answer)(self, len(self._steps) - 1, (), self._outputs)

    def _called(self, name: str, arguments: Sequence[Any]) -> Callable[..., Any] | None:
        """Return what of the reference has the parameters of a call; None where nothing has."""
        kind, _, method = name.partition(":")
        if kind != "method":
            return self._reference.get(name)
        by = arguments[0]._step
        made = self._reference.get(self._steps[by][1]) if by >= 0 else None
        return getattr(made, method, None)

    def look(self, step: int, path: Path) -> Answer:
        """Write down that a part of an earlier step's result is wanted once more."""
        self._steps.append(["look", step, list(path)])
        return Answer(self, len(self._steps) - 1, (), self._outputs)

    def look_at_arguments(self, step: int, names: Sequence[str], rests: Rests = None) -> None:
        """Write down that an earlier step's arguments are wanted."""
        parameters, given = self._parameters.get(step, ()), self._arguments[step]
        for name in names:
            if name not in parameters:
                raise CaseError(f"the call has no argument {name!r}")
        places = [parameters.index(name) for name in names]
        for item in [given[place] for place in places] if names else given:
            if isinstance(item, Answer) and not isinstance(item, Given | Made):
                self._steps[item._step][3] = True
        self._steps += [["arguments", step, [place]] for place in places] or [
            ["arguments", step, []]
        ]

    def due(self, due: Sequence[Any]) -> None:
        """Refuse what no answer can be compared with: CaseError says what it is."""
        said = next((said for said in map(unjudgeable, due) if said), "")
        if said:
            raise CaseError(
                f"{said} cannot be judged: numbers, booleans, text, None, arrays of numbers or "
                "booleans, and tuples, lists and dicts of these can"
            )

    def check(self, step: int, judge: Judge, path: Path, rests: Rests = None) -> None:
        """Note that the step's answer is wanted."""
        if self._steps[step][0] == "call":
            self._steps[step][3] = True

    def recording(self) -> Recording:
        """Return what was written down."""
        lent = frozenset(self._answered)
        return Recording(tuple(self._steps), self._arguments, self._parameters, lent)

    def _encode(self, item: Any) -> Any:
        if isinstance(item, Given):
            return self._encode(item.value)
        if isinstance(item, Answer):
            return Earlier(item._step, item._path)
        if isinstance(item, np.ndarray):
            return Constant(self._constants.number(item))
        if isinstance(item, Mapping):
            return {key: self._encode(part) for key, part in item.items()}
        if isinstance(item, tuple):
            return tuple(self._encode(part) for part in item)
        if isinstance(item, list):
            return [self._encode(part) for part in item]
        if isinstance(item, np.generic):
            return item.item()
        if item is None or isinstance(item, (bool, int, float, str)):
            return item
        raise CaseError(
            f"a {type(item).__name__} cannot travel to a worker; have a function of makers.py "
            "make it there (student.make)"
        )


class Given(Answer):
    """An answer of the reference, known when the case is recorded."""

    def __init__(self, tape: Tape, value: Any, outputs: OutputOf) -> None:
        super().__init__(tape, -1, (), outputs)
        self.value = value

    def __getitem__(self, key: int | str) -> Given:
        return Given(self._tape, self.value[key], self._outputs)

    def agrees_with(self, *due: Any, **options: Any) -> None:
        """Do nothing: a neighbour is judged by its own cases."""

    def must_agree_with(self, *due: Any, or_else: Finding | None = None) -> None:
        """Do nothing: what is lent is right."""

    def leaves_arguments_alone(self, *names: str) -> None:
        """Do nothing: a neighbour is judged by its own cases."""

    def must_leave_arguments_alone(self) -> None:
        """Do nothing: what is lent is right."""

    def looked_at(self) -> Answer:
        """Return the same, which does not change."""
        return self
