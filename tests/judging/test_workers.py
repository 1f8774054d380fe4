"""What was lent, or given by value, in a worker is known there: who may not have it comes later."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

import pytest

from grader.isolation.answers import GroupAnswer, Stopped
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


class Dying:
    """A worker that dies when it is asked for the second time, and the lane that starts it."""

    may_end_itself = False

    def __init__(self) -> None:
        self.opened = self.asked = 0
        self.broken = False

    def open(self, files: object) -> Dying:
        """Start a fresh one."""
        self.opened, self.asked, self.broken = self.opened + 1, 0, False
        return self

    def ask(self, groups: Sequence[Group], lender: object = None) -> list[GroupAnswer]:
        """Answer, or die."""
        self.asked += 1
        self.broken = self.asked == 2
        return [GroupAnswer((), Stopped("died") if self.broken else None) for _ in groups]

    def close(self) -> None:
        """End it."""


def test_who_is_asked_as_a_worker_dies_of_what_was_there_before() -> None:
    """It is asked again in a fresh one, though it is asked alone."""
    lane = Dying()
    workers = Workers(cast(Lane, lane), {})
    for name in ("a", "b"):
        (answer,) = workers.ask([Group.of("m", name, [])])
        assert answer.stopped is None
    assert lane.opened == 2
