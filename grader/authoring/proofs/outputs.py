"""Every output and every small criterion can be lost, each by itself and for its own points.

The solution's answers are changed in one place and judged again: a value, a shape, a dtype, a
missing key, a result that changes later, an argument that is written into.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.authoring.proofs.bench import (
    Bench,
    Checked,
    Fault,
    Replies,
    checked,
    lost,
    short,
    wrong,
)
from grader.authoring.proofs.perturbing import CHANGES, Impossible, Path, changed, leaves, without
from grader.cases.case import LENT, OWN, Case
from grader.cases.recording import Recording
from grader.cases.tape import ATTRIBUTE, TOGETHER, Answer
from grader.course import Function
from grader.diagnosis.observing import looked_at
from grader.isolation.answers import Reply, Value

Part = tuple[int, int, Path]
"""A part of what came back: the number of the case, that of the step, and the path."""

MISSING_KEY = "missing key"


def prove(bench: Bench) -> Iterator[Checked]:
    """Yield the check of all outputs, and that of all small criteria."""
    faults: list[Fault] = []
    small: list[Fault] = []
    for function in bench.assignment.functions:
        for mode in (OWN, LENT):
            proof = _Proof(bench, function, mode)
            faults += [one for one in proof.outputs() if one not in faults]
            small += [one for one in proof.small() if one not in small]
    yield checked("each output is lost by what is wrong with it, and with nothing else", faults)
    yield checked("each small criterion is lost by what is wrong in its cases", small)


class _Proof:
    """One function in one mode: which parts of its answers decide what."""

    def __init__(self, bench: Bench, function: Function, mode: str) -> None:
        self._bench, self._function, self._mode = bench, function, mode
        self._cases: Sequence[Case] = bench.cases(function)
        self._right: Replies = bench.solution[function.name, mode]
        self._arrays: set[str] = set()
        """Outputs that are returned arrays, or hold some."""
        self._again: set[str] = set()
        """Outputs that a case looks at once more, after a later call."""
        self._blamed = dict(self._all_blamed())

    def _all_blamed(self) -> Iterator[tuple[Part, frozenset[str]]]:
        """Yield the parts that the judged function answered, and which outputs they decide."""
        for number, case in enumerate(self._cases):
            steps = set(looked_at(case, self._mode))
            for reply in self._right[number]:
                if isinstance(reply, Value) and reply.step in steps:
                    for path in leaves(reply.data):
                        part = (number, reply.step, path)
                        mismatches = wrong(case, self._mode, self._with(number, [part], "value"))
                        if mismatches:
                            yield part, frozenset(one.finding.output for one in mismatches)
                            array = isinstance(_part(reply.data, path), np.ndarray)
                            if array and not _of_an_object(case.recordings[self._mode], part):
                                self._arrays |= {one.finding.output for one in mismatches}
                            self._again |= {
                                one.finding.output
                                for one in mismatches
                                if one.finding.kind == "result changed later"
                            }

    def outputs(self) -> Iterator[Fault]:
        """Yield what is wrong with the outputs."""
        name = self._function.name
        for (number, _, path), outputs in self._blamed.items():
            case = self._cases[number]
            unknown = outputs - self._function.outputs.keys()
            if not case.criterion and unknown and len(case.decides) > 1:
                where = "".join(f"[{key!r}]" for key in path) or "the answer"
                reason = (
                    f"what is wrong in {where} is put down to no output of assignment.toml, so "
                    f"that it costs {', '.join(case.decides)}"
                )
                yield Fault(reason, name, case=short(case))
                return
        for output in self._function.outputs:
            parts = [part for part, outputs in self._blamed.items() if output in outputs]
            if not any(not self._cases[number].criterion for number, _, _ in parts):
                yield Fault("no case looks at its values", name, output)
                continue
            if self._function.small and output in self._arrays - self._again:
                yield Fault("no case looks at it again after a later call", name, output)
            for kind in (*CHANGES, MISSING_KEY):
                replies = self._changed(parts, kind)
                if replies is not None:
                    yield from self._unfair(output, kind, replies)

    def _unfair(self, output: str, kind: str, replies: Replies) -> Iterator[Fault]:
        """Yield a fault where such replies cost anything but the output and its share."""
        function = self._function
        judged = self._bench.judged(function, self._mode, replies)
        kept = sum(function.outputs.values()) - function.outputs[output]
        share = kept / sum(function.outputs.values())
        due = kept + share * sum(function.small.values())
        also = sorted(lost(judged) - {output} - (function.small.keys() if share == 0 else set()))
        if output not in lost(judged):
            yield Fault(f"a wrong {kind} costs nothing", function.name, output)
        elif also:
            yield Fault(f"a wrong {kind} costs {', '.join(also)} as well", function.name, output)
        elif abs(judged.score - due) > 1e-9:
            yield Fault(
                f"a wrong {kind} leaves {judged.score:g} points, not {due:g}", function.name, output
            )

    def small(self) -> Iterator[Fault]:
        """Yield the small criteria that nothing in their cases makes fail."""
        reached: set[str] = set()
        for number, case in enumerate(self._cases):
            if not case.criterion:
                continue
            for reply in self._right[number]:
                if isinstance(reply, Value):
                    for path in leaves(reply.data):
                        if case.criterion not in reached:
                            some = self._with(number, [(number, reply.step, path)], "value")
                            replies = [*self._right]
                            replies[number] = some
                            found = lost(self._bench.judged(self._function, self._mode, replies))
                            if found == {case.criterion}:
                                reached.add(case.criterion)
                            elif found:
                                yield Fault(
                                    f"what is wrong here costs {', '.join(sorted(found))}",
                                    self._function.name,
                                    case=short(case),
                                )
        for criterion in self._function.small:
            if criterion not in reached:
                yield Fault(f"nothing makes the criterion {criterion!r} fail", self._function.name)

    def _changed(self, parts: Sequence[Part], kind: str) -> Replies | None:
        """Return all replies with some parts changed, None where none can be."""
        try:
            return [
                self._with(number, [part for part in parts if part[0] == number], kind)
                for number in range(len(self._cases))
            ]
        except Impossible:
            return None

    def _with(self, number: int, parts: Sequence[Part], kind: str) -> tuple[Reply, ...]:
        """Return the replies to one case with some of its parts changed."""
        by_step: Mapping[int, list[Path]] = {}
        for _, step, path in parts:
            by_step = {**by_step, step: [*by_step.get(step, []), path]}
        return tuple(
            replace(reply, data=_all_changed(reply.data, by_step[reply.step], kind))
            if isinstance(reply, Value) and reply.step in by_step
            else reply
            for reply in self._right[number]
        )


def _of_an_object(recording: Recording, part: Part) -> bool:
    """Whether a part is an attribute of an object, which later calls of it may change."""
    _, step, path = part
    kind, name, *_ = recording.steps[step]
    if kind != "call" or name != TOGETHER:
        return False
    item: Any = recording.arguments[step][0]
    for key in path:
        if isinstance(item, Answer):
            break
        item = item[key]
    return bool(recording.steps[item._step][1].startswith(ATTRIBUTE))


def _part(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def _all_changed(data: Any, paths: Sequence[Path], kind: str) -> Any:
    for path in paths:
        data = without(data, path) if kind == MISSING_KEY else changed(data, path, CHANGES[kind])
    return data
