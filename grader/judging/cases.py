"""Hidden cases: ordinary pytest tests whose calls are recorded once and replayed for everyone.

A hidden test talks to the ``student`` fixture as if it were the student's module::

    def test_one_step(student, step):
        cache = student.rnn_cell_forward(step.xt, step.a_prev, step.parameters)[2]
        gradients = student.rnn_cell_backward(step.da_next, cache)
        gradients.agrees_with(step.gradients)

When it is collected its body runs with a *recording* tape: nothing is called, the calls are
written down, ``[2]`` becomes "part 2 of that answer", and checks do nothing.  All calls of all
cases then travel to a worker at once.  For each submission the body runs again with a
*replaying* tape, where the answers are what the worker sent, and checks note what is wrong.

Every case is recorded twice.  In the *own* recording all functions are the student's.  In the
*lent* one, functions other than the judged one are answered by the reference, so that a
student's mistake elsewhere cannot show; but a function that assignment.toml says is never lent
to the judged one, for only the student's own code can read its answers, stays the student's.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np

from grader.course import Function
from grader.isolation.lane import Raised, Reply, Stopped, Value
from grader.judging.compare import (
    Mismatch,
    OutputOf,
    Path,
    Tolerance,
    by_position,
    compare,
    type_name,
    unchanged,
)
from grader.record import Finding
from grader.worker.wire import Constant, Earlier, Rnn

OWN, LENT = "own", "lent"


class CaseError(Exception):
    """A hidden case is written in a way that cannot be recorded or replayed."""


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


@dataclass(frozen=True)
class TorchRnn:
    """An argument that is made in the worker: a float64 one-layer ``torch.nn.RNN``.

    ``weights`` are weight_ih (n_h, n_x), weight_hh (n_h, n_h), bias_ih and bias_hh (n_h,).
    ``stale`` says that its parameters already hold gradients.
    """

    weights: tuple[Any, Any, Any, Any]
    stale: bool = False
    training: bool = True


Judge = Callable[[Any], Iterable[Mismatch]]
"""Says what is wrong with an answer."""

Rests = tuple[Finding, ...] | None
"""Of a check that the rest of the case rests on: what is said in its place where it fails."""


class Tape(Protocol):
    """What a ``Student`` does with the calls of a case's body."""

    def call(self, name: str, arguments: Sequence[Any], named: Mapping[str, Any]) -> Answer:
        """Take a call of a contract function or a probe."""

    def look(self, step: int, path: Path) -> Answer:
        """Take a look at a part of an earlier step's result."""

    def look_at_arguments(self, step: int, names: Sequence[str], rests: Rests = None) -> None:
        """Take a look at an earlier step's arguments, all where none is named."""

    def check(self, step: int, judge: Judge, path: Path, rests: Rests = None) -> None:
        """Take a check of a step's answer, on which the case may rest."""


class Answer:
    """What a call returns to a case's body: it can be indexed, passed on and checked."""

    def __init__(
        self,
        tape: Tape,
        step: int,
        path: Path,
        outputs: OutputOf,
        again: bool = False,
        part: Path = (),
    ) -> None:
        self._tape, self._step, self._path, self._outputs = tape, step, path, outputs
        self._again, self._part = again, part

    def __getitem__(self, key: int | str) -> Answer:
        path = (*self._path, key)
        return Answer(self._tape, self._step, path, self._outputs, self._again, self._part)

    def agrees_with(
        self,
        *due: Any,
        rtol: float = 1e-9,
        atol: float = 1e-10,
        step_axis: int | None = None,
        outputs: OutputOf | None = None,
        otherwise: Mapping[str, Finding] | None = None,
    ) -> None:
        """Check that the answer is as the reference's, given as the reference returned it.

        Of several alternatives the one with the fewest mismatches counts.  ``outputs`` names
        the output a path belongs to where the contract's order does not say it.  ``otherwise``
        says, by output, what wrong values mean in this case.
        """
        compared = self._compared(due, Tolerance(rtol, atol, step_axis), outputs)
        meaning = dict(otherwise or {})

        def judge(got: Any) -> list[Mismatch]:
            return [self._in_other_words(mismatch, meaning) for mismatch in compared(got)]

        self._tape.check(self._step, judge, self._path)

    def must_agree_with(self, *due: Any, or_else: Finding | None = None) -> None:
        """Check what the rest of the case rests on.

        Where it is wrong, or never came, ``or_else`` is all that is said of the case; without
        it nothing is, for other cases say it.
        """
        rests = () if or_else is None else (or_else,)
        self._tape.check(self._step, self._compared(due, Tolerance()), self._path, rests)

    def _compared(
        self, due: tuple[Any, ...], tolerance: Tolerance, outputs: OutputOf | None = None
    ) -> Callable[[Any], list[Mismatch]]:
        place, name = (*self._part, *self._path), outputs or self._outputs

        def prefixed(inner: Path) -> str:
            return name((*place, *inner))

        return lambda got: min((compare(got, one, prefixed, tolerance) for one in due), key=len)

    def _in_other_words(self, mismatch: Mismatch, meaning: Mapping[str, Finding]) -> Mismatch:
        finding = mismatch.finding
        if finding.kind in ("values", "not finite"):
            if finding.output in meaning:
                return replace(mismatch, finding=meaning[finding.output])
            if self._again:
                return replace(mismatch, finding=Finding("result changed later", finding.output))
        return mismatch

    def leaves_arguments_alone(self, *names: str) -> None:
        """Check that the call left its arguments, and what they hold, as they were.

        With ``names`` only those arguments are looked at; the others stay in the worker.
        """
        self._tape.look_at_arguments(self._step, names)

    def must_leave_arguments_alone(self) -> None:
        """Check the same where the rest of the case rests on it, and other cases say it."""
        self._tape.look_at_arguments(self._step, (), rests=())

    def is_still(self, argument: str, before: Any) -> None:
        """Check that the answer, which shows an argument after a call, is as it was before."""

        def judge(got: Any) -> list[Mismatch]:
            exact = Tolerance(rtol=0.0, atol=0.0)
            wrong = compare(got, before, lambda path: "", exact)
            finding = Finding("argument changed", "", {"argument": argument})
            return [Mismatch(finding)] if wrong else []

        self._tape.check(self._step, judge, self._path)

    def looked_at(self) -> Answer:
        """Return this part of the answer alone: what stands beside it stays in the worker."""
        look = self._tape.look(self._step, self._path)
        place = (*self._part, *self._path)
        return Answer(self._tape, look._step, (), self._outputs, self._again, place)

    def looked_at_again(self) -> Answer:
        """Return the same answer as it stands now, after the calls in between."""
        again = self.looked_at()
        again._again = True
        return again


class Student:
    """The ``student`` fixture: contract functions by name, and the assignment's probes."""

    def __init__(self, functions: Iterable[str]) -> None:
        self._functions = frozenset(functions)
        self.tape: Tape | None = None

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        if name.startswith("_") or name not in self._functions:
            raise AttributeError(f"the contract has no function {name!r}")
        return lambda *arguments, **named: self._playing().call(name, arguments, named)

    def probe(self, name: str, *arguments: Any) -> Answer:
        """Call a function of the assignment's probes.py, which gets the student's module first."""
        return self._playing().call(f"probe:{name}", arguments, {})

    def _playing(self) -> Tape:
        if self.tape is None:
            raise CaseError("the student can only be asked in a test's body, not in a fixture")
        return self.tape


@dataclass(frozen=True)
class Recording:
    """A case's calls, ready for a worker, and what they refer to.

    ``given`` holds the arguments of each calling step, ``parameters`` what they are called;
    ``lent`` names the functions that the reference answered.
    """

    steps: tuple[list[Any], ...]
    given: Mapping[int, tuple[Any, ...]]
    parameters: Mapping[int, tuple[str, ...]]
    lent: frozenset[str]

    def constants(self) -> Iterator[int]:
        """Yield the numbers of all constants that the calls take."""
        waiting: list[Any] = [step[2:] for step in self.steps if step[0] == "call"]
        while waiting:
            item = waiting.pop()
            if isinstance(item, Constant):
                yield item.number
            elif isinstance(item, Rnn):
                yield from item.weights
            elif isinstance(item, Mapping):
                waiting += item.values()
            elif isinstance(item, (list, tuple)):
                waiting += item


class RecordingTape:
    """Writes down the calls of a case's body."""

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
        self._given: dict[int, tuple[Any, ...]] = {}
        self._parameters: dict[int, tuple[str, ...]] = {}
        self._answered: set[str] = set()

    def call(self, name: str, arguments: Sequence[Any], named: Mapping[str, Any]) -> Answer:
        """Write the call down, or answer it with the reference where that is lent."""
        if name in self._lent:
            self._answered.add(name)
            values = [item.value if isinstance(item, _Given) else item for item in arguments]
            return _Given(self, self._reference[name](*values, **named), self._outputs)
        if name in self._reference:
            parameters = tuple(inspect.signature(self._reference[name]).parameters)
            self._parameters[len(self._steps)] = (*parameters[: len(arguments)], *named)
        self._given[len(self._steps)] = (*arguments, *named.values())
        encoded = [self._encode(item) for item in arguments]
        self._steps.append(["call", name, encoded, False, self._encode(named)])
        return Answer(self, len(self._steps) - 1, (), self._outputs)

    def look(self, step: int, path: Path) -> Answer:
        """Write down that a part of an earlier step's result is wanted once more."""
        self._steps.append(["look", step, list(path)])
        return Answer(self, len(self._steps) - 1, (), self._outputs)

    def look_at_arguments(self, step: int, names: Sequence[str], rests: Rests = None) -> None:
        """Write down that an earlier step's arguments are wanted."""
        parameters, given = self._parameters.get(step, ()), self._given[step]
        for name in names:
            if name not in parameters:
                raise CaseError(f"the call has no argument {name!r}")
        places = [parameters.index(name) for name in names]
        for item in [given[place] for place in places] if names else given:
            if isinstance(item, Answer) and not isinstance(item, _Given):
                self._steps[item._step][3] = True
        self._steps += [["arguments", step, [place]] for place in places] or [
            ["arguments", step, []]
        ]

    def check(self, step: int, judge: Judge, path: Path, rests: Rests = None) -> None:
        """Note that the step's answer is wanted."""
        if self._steps[step][0] == "call":
            self._steps[step][3] = True

    def recording(self) -> Recording:
        """Return what was written down."""
        lent = frozenset(self._answered)
        return Recording(tuple(self._steps), self._given, self._parameters, lent)

    def _encode(self, item: Any) -> Any:
        if isinstance(item, _Given):
            return self._encode(item.value)
        if isinstance(item, Answer):
            return Earlier(item._step, item._path)
        if isinstance(item, np.ndarray):
            return Constant(self._constants.number(item))
        if isinstance(item, TorchRnn):
            a, b, c, d = (self._constants.number(weight) for weight in item.weights)
            return Rnn((a, b, c, d), item.stale, item.training)
        if isinstance(item, Mapping):
            return {key: self._encode(part) for key, part in item.items()}
        if isinstance(item, tuple):
            return tuple(self._encode(part) for part in item)
        if isinstance(item, list):
            return [self._encode(part) for part in item]
        return item


class _Given(Answer):
    """An answer of the reference, known when the case is recorded."""

    def __init__(self, tape: Tape, value: Any, outputs: OutputOf) -> None:
        super().__init__(tape, -1, (), outputs)
        self.value = value

    def __getitem__(self, key: int | str) -> _Given:
        return _Given(self._tape, self.value[key], self._outputs)

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


Explain = Callable[[Raised], Finding]
"""Turns an exception, as a worker tells it, into words that are safe to show."""


class ReplayingTape:
    """Answers the calls of a case's body with what the worker sent."""

    def __init__(
        self,
        recording: Recording,
        outputs: OutputOf,
        replies: Sequence[Reply],
        stopped: Stopped | None,
        explain: Explain,
    ) -> None:
        self._recording, self._outputs = recording, outputs
        self._stopped, self._explain = stopped, explain
        self._values = {reply.step: reply.data for reply in replies if isinstance(reply, Value)}
        self._raised = next((reply for reply in replies if isinstance(reply, Raised)), None)
        self._step = 0
        self._over = False
        self.mismatches: list[Mismatch] = []

    def call(self, name: str, arguments: Sequence[Any], named: Mapping[str, Any]) -> Answer:
        """Return the next answer."""
        if name in self._recording.lent:
            # the reference answered this when the case was recorded
            return _Unchecked(self, -1, (), self._outputs)
        return self._next("call", name)

    def look(self, step: int, path: Path) -> Answer:
        """Return the next look."""
        return self._next("look")

    def look_at_arguments(self, step: int, names: Sequence[str], rests: Rests = None) -> None:
        """Check the arguments that come next."""
        for _ in names or ("all",):
            number = self._next("arguments")._step
            self.check(number, functools.partial(self._argument_changed, step, number), (), rests)

    def check(self, step: int, judge: Judge, path: Path, rests: Rests = None) -> None:
        """Judge a step's answer and keep what is wrong."""
        if self._over:
            return
        if rests is None:
            self._check(step, judge, path)
            return
        # what keeps every call from an answer is said as it is
        nothing_runs = self._stopped is not None or (
            self._raised is not None and self._raised.importing
        )
        earlier, self.mismatches = self.mismatches, []
        self._check(step, judge, path)
        if self.mismatches:
            self._over = True
            said = self.mismatches if nothing_runs else [Mismatch(one) for one in rests]
            self.mismatches = [*earlier, *said]
        else:
            self.mismatches = earlier

    def _check(self, step: int, judge: Judge, path: Path) -> None:
        if self._broken(step):
            return
        value = self._values.get(step, _ABSENT)
        if value is _ABSENT:
            self._keep([Mismatch(Finding("nonsense reply"))])
            return
        for key in path:
            try:
                value = value[key]
            except (TypeError, KeyError, IndexError):
                self._keep([Mismatch(_without(value, key))])
                return
        self._keep(judge(value))

    def _next(self, *expected: str) -> Answer:
        steps = self._recording.steps
        if self._step >= len(steps) or list(expected) != steps[self._step][: len(expected)]:
            raise CaseError("the case's body does not make the same calls every time")
        self._step += 1
        return Answer(self, self._step - 1, (), self._outputs)

    def _broken(self, step: int) -> bool:
        """Note, once, an exception or an early end that left the step without an answer."""
        if step in self._values:
            return False
        if self._raised is not None and self._raised.step <= step:
            self._keep([Mismatch(self._explain(self._raised))])
            self._raised = replace(self._raised, step=1 << 30)
            self._stopped = Stopped("")
            return True
        if self._stopped is not None:
            if self._stopped.kind:
                self._keep([Mismatch(Finding(self._stopped.kind, "", self._stopped.facts))])
                self._stopped = Stopped("")
            return True
        return False

    def _argument_changed(self, step: int, number: int, after: Any) -> list[Mismatch]:
        given = self._recording.given[step]
        names = self._recording.parameters.get(step) or tuple(
            f"argument {n + 1}" for n in range(len(given))
        )
        if place := self._recording.steps[number][2]:
            given, names, after = (given[place[0]],), (names[place[0]],), [after]
        if not isinstance(after, list) or len(after) != len(given):
            return [Mismatch(Finding("nonsense reply"))]
        for name, item, now in zip(names, given, after, strict=False):
            if isinstance(item, TorchRnn):
                continue
            try:
                changed = unchanged(self._sent(item), now, name)
            except (TypeError, KeyError, IndexError):  # no answer to have taken it from
                return [Mismatch(Finding("nonsense reply"))]
            if changed is not None:
                return [Mismatch(Finding("argument changed", "", {"argument": changed}))]
        return []

    def _sent(self, item: Any) -> Any:
        if isinstance(item, _Given):
            return item.value
        if isinstance(item, Answer):
            value = self._values.get(item._step)
            for key in item._path:
                value = value[key]  # type: ignore[index]
            return value
        return item

    def _keep(self, mismatches: Iterable[Mismatch]) -> None:
        known = {mismatch.finding.output for mismatch in self.mismatches}
        self.mismatches += [one for one in mismatches if one.finding.output not in known]


class _Unchecked(Answer):
    """A lent neighbour's answer while a case is replayed: nobody looks at it."""

    def __getitem__(self, key: int | str) -> Answer:
        return self

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


_ABSENT = object()


def _without(value: Any, key: int | str) -> Finding:
    """Say what a value is that should have had a part of that key."""
    if value is None:
        return Finding("returned nothing", "", {})
    if isinstance(value, (tuple, list)) and isinstance(key, int):
        return Finding("length", "", {"length": len(value), "due": key + 1})
    return Finding("type", "", {"type": type_name(value), "due": "tuple"})


@dataclass(frozen=True)
class Case:
    """One hidden test, collected: the function and criterion it judges, and its recordings.

    ``criterion`` is "" for a case that decides the outputs themselves; ``decides`` names the
    outputs that are lost where nothing of the case can be judged.
    """

    name: str
    function: str
    criterion: str
    decides: tuple[str, ...]
    sizes: Mapping[str, int]
    student: Student
    body: Callable[[], Any]
    outputs: OutputOf
    says: str
    recordings: Mapping[str, Recording]

    def judge(
        self,
        mode: str,
        replies: Sequence[Reply] | None,
        stopped: Stopped | None,
        explain: Explain,
    ) -> list[Mismatch]:
        """Run the body on a worker's answers and return what is wrong, one entry an output."""
        tape = ReplayingTape(
            self.recordings[mode],
            self.outputs,
            replies or (),
            stopped if replies is None else None,
            explain,
        )
        self.student.tape = tape
        try:
            self.body()
        except AssertionError:
            tape.mismatches.append(Mismatch(Finding("check", "", {"sentence": self.says})))
        finally:
            self.student.tape = None
        return [
            replace(one, finding=replace(one.finding, sizes=self.sizes)) for one in tape.mismatches
        ]


def record(
    *,
    name: str,
    function: Function,
    criterion: str,
    decides: tuple[str, ...],
    sizes: Mapping[str, int],
    student: Student,
    body: Callable[[], Any],
    says: str,
    constants: Constants,
    reference: Mapping[str, Callable[..., Any]],
) -> Case:
    """Run a test's body with recording tapes and return the case."""
    decides = decides or tuple(function.outputs)
    output_of = by_position(decides)
    recordings = {}
    for mode in (OWN, LENT):
        lent = [name for name in reference if mode == LENT and function.may_be_lent(name)]
        tape = RecordingTape(output_of, constants, reference, lent)
        student.tape = tape
        try:
            body()
        finally:
            student.tape = None
        recordings[mode] = tape.recording()
    return Case(
        name, function.name, criterion, decides, sizes, student, body, output_of, says, recordings
    )
