"""What a peer is to the benchmark: made ready once, then given submissions to grade."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from benchmarks.measure import Cost
from benchmarks.peers.environments import Unavailable, environment
from benchmarks.peers.recorded import FILES

RIGHT, UNTOUCHED = "right", "untouched"


@dataclass(frozen=True)
class Outcome:
    """What grading some submissions cost, and how many functions of each were found right."""

    cost: Cost
    right: Mapping[str, float]


class Peer(ABC):
    """A grader that is run as a program; ``what`` says what it did, for the table's reader."""

    name: ClassVar[str]
    requirements: ClassVar[tuple[str, ...]]
    what: ClassVar[str]

    def __init__(self, place: Path, given: Path, functions: Sequence[str]) -> None:
        """Make ready in an empty folder; ``given`` holds the cases as data."""
        self.place, self.given, self.functions = place, given, tuple(functions)
        self.bin = environment(self.requirements[0].replace("==", "-"), self.requirements)
        self.prepare()

    @abstractmethod
    def prepare(self) -> None:
        """Do what an instructor does once per assignment."""

    @abstractmethod
    def grade(self, submissions: Mapping[str, Path]) -> Outcome:
        """Grade submissions, given as folders by student."""

    def prove(self, right: Path, untouched: Path) -> None:
        """Raise Unavailable unless a solution earns everything and untouched stubs nothing.

        A grader that refused to run would look fast.
        """
        found = self.grade({RIGHT: right, UNTOUCHED: untouched}).right
        due = {RIGHT: float(len(self.functions)), UNTOUCHED: 0.0}
        if found != due:
            raise Unavailable(f"it finds {found} functions right, where {due} are")

    def copy_given(self, folder: Path) -> None:
        """Copy the cases and what replays them into a folder."""
        for name in FILES:
            shutil.copy(self.given / name, folder / name)


def copy_submission(source: Path, target: Path) -> Path:
    """Copy a submission's Python files into a new folder."""
    target.mkdir(parents=True)
    for path in source.glob("*.py"):
        shutil.copy(path, target)
    return target


def together(costs: Sequence[Cost]) -> Cost:
    """Return what several commands cost, one after the other."""
    samples = [sample for cost in costs for sample in cost.samples]
    return Cost(sum(cost.cpu for cost in costs), sum(cost.wall for cost in costs), tuple(samples))
