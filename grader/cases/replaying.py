"""Answers the calls of a hidden test's body with what a worker sent, and notes what is wrong."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from grader.cases.comparing import Mismatch, OutputOf, Path, type_name
from grader.cases.recording import Given, Recording
from grader.cases.tape import Answer, CaseError, Judge, Made, Rests
from grader.cases.unchanged import cut_short, unchanged
from grader.isolation.answers import Raised, Reply, Stopped, Value
from grader.record import Finding


class Called(NamedTuple):
    """What a case called when something was raised, and with how many positional arguments.

    A case may call a neighbour of the function that it judges; ``name`` is "" for a probe.
    """

    name: str
    positional: int


Explain = Callable[[Raised, Called], Finding]
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
        share: float = 1.0,
    ) -> None:
        self.share = share
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

    def due(self, due: Sequence[Any]) -> None:
        """Do nothing: what is due was looked at when the case was recorded."""

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
            self._keep([Mismatch(self._explain(self._raised, self._called(self._raised.step)))])
            self._raised = replace(self._raised, step=1 << 30)
            self._stopped = Stopped("")
            return True
        if self._stopped is not None:
            if self._stopped.kind:
                self._keep([Mismatch(Finding(self._stopped.kind, "", self._stopped.facts))])
                self._stopped = Stopped("")
            return True
        return False

    def _called(self, step: int) -> Called:
        steps = self._recording.steps
        kind, name, given, *_ = steps[step] if 0 <= step < len(steps) else ("", "", ())
        return Called(name, len(given)) if kind == "call" and ":" not in name else Called("", 0)

    def _argument_changed(self, step: int, number: int, after: Any) -> list[Mismatch]:
        given = self._recording.arguments[step]
        names = self._recording.parameters.get(step) or tuple(
            f"argument {n + 1}" for n in range(len(given))
        )
        if place := self._recording.steps[number][2]:
            given, names, after = (given[place[0]],), (names[place[0]],), [after]
        if cut_short(after):
            return [Mismatch(Finding("too large answer"))]
        if not isinstance(after, list) or len(after) != len(given):
            return [Mismatch(Finding("nonsense reply"))]
        for name, item, now in zip(names, given, after, strict=False):
            if isinstance(item, Made):  # it never leaves the worker
                continue
            try:
                changed = unchanged(self._sent(item), now, name)
            except (TypeError, KeyError, IndexError):  # no answer to have taken it from
                return [Mismatch(Finding("nonsense reply"))]
            if changed is not None:
                return [Mismatch(Finding("argument changed", "", {"argument": changed}))]
        return []

    def _sent(self, item: Any) -> Any:
        if isinstance(item, Given):
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
