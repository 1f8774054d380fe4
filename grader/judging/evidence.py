"""What speaks for a verdict: each hidden case, what the function was given, answered and owed.

It is the instructor's alone: it holds hidden numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.cases.case import Case
from grader.cases.comparing import Mismatch
from grader.cases.floats import as_array
from grader.cases.recording import Given
from grader.cases.tape import Answer
from grader.cases.tolerances import Summed
from grader.judging.standing import Standing
from grader.record import Finding


@dataclass(frozen=True)
class Call:
    """One call of a case: the function's name, and its arguments by name, hidden numbers and all.

    What an earlier call answered is named, not shown.
    """

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class CaseEvidence:
    """One hidden case: its ``number`` from 1, pytest's name for it, and what was wrong in it."""

    number: int
    name: str
    says: str
    criterion: str
    sizes: Mapping[str, int]
    calls: tuple[Call, ...]
    wrong: tuple[Mismatch, ...]
    tried: bool = True
    """Whether it was run at all: none is after one that ends the function."""


def evidence(standing: Standing) -> list[CaseEvidence]:
    """Return the cases of a function, in order; none where nothing of it could be called."""
    mode = standing.mode
    answer = standing.answers.get(mode)
    if answer is None:
        return []
    ended = next((n for n, replies in enumerate(answer.replies, 1) if replies is None), 0)
    return [
        CaseEvidence(
            number,
            case.name.rpartition("/")[2],
            case.says,
            case.criterion,
            case.sizes,
            tuple(_calls(case, mode)),
            tuple(case.judge(mode, replies, stopped, standing.explain)),
            replies is not None or number == ended,
        )
        for number, (case, replies, stopped) in enumerate(standing.replies(answer), 1)
    ]


def _calls(case: Case, mode: str) -> Iterator[Call]:
    recording = case.recordings[mode]
    for number, step in enumerate(recording.steps):
        if step[0] != "call":
            continue
        given = recording.arguments[number]
        names = recording.parameters.get(number) or [f"argument {n + 1}" for n in range(len(given))]
        yield Call(step[1], {name: _shown(item) for name, item in zip(names, given, strict=False)})


def _shown(item: Any) -> Any:
    if isinstance(item, Given):
        return item.value
    if isinstance(item, Answer):
        return _Earlier(f"what call {item._step + 1} answered{''.join(map(_part, item._path))}")
    return item


def _part(key: int | str) -> str:
    return f"[{key!r}]"


class _Earlier(str):
    """The name of an earlier answer, which prints without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def due_of(one: Mismatch) -> Any:
    """Return what was due, None where it is no value."""
    return one.due.due if isinstance(one.due, Summed) else one.due


def how_far(one: Mismatch) -> tuple[float, tuple[int, ...]] | None:
    """Return the largest distance of what came back from what was due, and where it is.

    None where they cannot be laid over each other.
    """
    got, due = as_array(one.got), as_array(due_of(one))
    if isinstance(got, Finding) or isinstance(due, Finding) or got.shape != due.shape:
        return None
    if not got.size:
        return None
    with np.errstate(all="ignore"):
        off = np.abs(got - due)
    place = np.unravel_index(int(np.argmax(np.nan_to_num(off, nan=np.inf))), off.shape)
    return float(off[place]), tuple(int(index) for index in place)
