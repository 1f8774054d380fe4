"""What is tried out in a watched case: numbers of the solution's in the place of a student's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from grader.diagnosis.donors import Values
from grader.diagnosis.traces import Spot


@dataclass(frozen=True)
class Try:
    """A number of the solution's in the place of the student's: the n-th time the n-th value.

    ``spots`` are one expression, or all that read one variable; ``others`` make other numbers.
    """

    spots: tuple[Spot, ...]
    values: Values
    others: tuple[tuple[Spot, Values], ...] = ()


@dataclass(frozen=True)
class Other:
    """Another value for what a line made or put; ``scope`` is that of its function."""

    line: int
    scope: int
    tried: Try


def part_of(output: str, key: str) -> str:
    """Return what the part of an output under a key is called."""
    return f"{output}/{key}"


def key_of(part: str) -> str:
    """Return the key of a part of an output, or the output where it is one as a whole."""
    return part.rpartition("/")[2]


def is_by_tensors(part: str) -> bool:
    """Whether a part of an answer, or an output, is what PyTorch computes: its name says so.

    Such a function hands what it is given to others, and returns what they make of it.
    """
    return part.startswith("PyTorch")


def output_of(part: str) -> str:
    """Return the output that a part belongs to."""
    return part.partition("/")[0]


Run = Callable[[Sequence[Try]], Sequence[frozenset[str]]]
"""Runs the case once for each try and returns which outputs are wrong then."""


def as_whole(run: Run) -> Run:
    """Return what runs the case alike and tells which outputs are wrong, whatever part of them."""
    return lambda tries: [frozenset(map(output_of, left)) for left in run(tries)]


def mending(
    tries: Sequence[Try], left: Sequence[frozenset[str]], wrong: frozenset[str]
) -> list[tuple[Try, frozenset[str]]]:
    """Return the tries that mend some outputs and spoil none, with what they leave wrong."""
    both = zip(tries, left, strict=True)
    return [(one, still) for one, still in both if still < wrong]


def tried_out(tries: Sequence[Try]) -> list[Mapping[str, object]]:
    """Return how a worker is to watch the case, once for each try (see ``worker.watching``)."""
    return [
        {
            "record": False,
            "edit": None,
            "places": [list(spot) for spot in (*one.spots, *(spot for spot, _ in one.others))],
            "values": [
                *(list(one.values) for _ in one.spots),
                *(list(values) for _, values in one.others),
            ],
        }
        for one in tries
    ]
