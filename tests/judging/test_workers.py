"""What was lent, or given by value, in a worker is known there: who may not have it comes later."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

import pytest

from grader.isolation.answers import GroupAnswer
from grader.isolation.groups import Group
from grader.isolation.lane import Lane
from grader.judging.lending import Lender
from grader.judging.workers import Workers


class Opened:
    """A lane whose workers answer everything; it counts them."""

    may_end_itself = broken = False

    def __init__(self) -> None:
        self.count = 0

    def open(self, files: object) -> Opened:
        """Start another worker."""
        self.count += 1
        return self

    def ask(self, groups: Sequence[Group], lender: object = None) -> list[GroupAnswer]:
        """Answer."""
        return [GroupAnswer(()) for _ in groups]

    def close(self) -> None:
        """End it."""


class Judged:
    """Functions that are judged one after the other; ``count`` is how many workers it took."""

    def __init__(self) -> None:
        self._lane = Opened()
        self._workers = Workers(cast(Lane, self._lane), {})

    def beside(self, name: str, lent: str, may: str, given: Collection[str] = ()) -> int:
        """Judge one beside what is lent; names are of one letter."""
        reference: dict[str, Any] = dict.fromkeys(lent, abs)
        group = Group.of("m", name, [])
        self._workers.ask_beside(Lender(reference, lent), may, given, [group])
        return self._lane.count

    def alone(self, name: str) -> int:
        """Judge one where nothing may be lent."""
        self._workers.ask([Group.of("m", name, [])])
        return self._lane.count


@pytest.mark.parametrize(("may", "count"), [("f", 1), ("fg", 1), ("g", 2), ("", 2)])
def test_what_was_lent_to_another(may: str, count: int) -> None:
    """Who may be lent the same goes on there; for who may not a fresh one is opened."""
    judged = Judged()
    assert judged.beside("a", "f", "f") == 1
    assert judged.beside("b", "", may) == count


def test_a_function_that_nothing_may_be_lent_to() -> None:
    """It is judged where nothing was."""
    judged = Judged()
    assert (judged.alone("a"), judged.alone("b")) == (1, 1)
    assert judged.beside("a", "f", "f") == 1
    assert (judged.alone("c"), judged.alone("d")) == (2, 2)


def test_what_was_given_by_value() -> None:
    """A function's own right answers, given to the cases of another, are not there with it."""
    judged = Judged()
    assert judged.beside("back", "", "", given={"forth"}) == 1
    assert judged.beside("other", "", "") == 1
    assert judged.beside("forth", "", "") == 2
