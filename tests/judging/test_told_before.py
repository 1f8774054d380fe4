"""Nobody is judged in a worker where right answers of its own have been."""

from __future__ import annotations

from typing import Any, cast

import pytest

from grader.isolation.answers import GroupAnswer
from grader.isolation.groups import Group
from grader.isolation.lane import Lane
from grader.judging.lending import Lender
from grader.judging.workers import Workers


class Counted:
    """A lane whose workers answer everything with nothing, and are counted."""

    may_end_itself = False

    def __init__(self) -> None:
        self.opened = 0
        self.broken = False

    def open(self, files: object) -> Counted:
        """Count one more worker."""
        self.opened += 1
        return self

    def ask(self, groups: list[Group], lender: object = None) -> list[GroupAnswer]:
        """Answer each group."""
        return [GroupAnswer(()) for _ in groups]

    def close(self) -> None:
        """End nothing."""


def group(function: str) -> Group:
    """Return a group of no cases."""
    return Group(function, (), b"")


def lender(*names: str) -> Lender:
    """Return who lends some functions."""
    return Lender(dict.fromkeys(names, len), names)


@pytest.mark.parametrize(
    ("lent", "given", "then", "may_be_lent", "workers"),
    [
        ((), (), "f", (), 1),
        (("g",), (), "f", ("g", "h"), 1),
        (("g",), (), "f", ("h",), 2),
        (("g",), (), "f", (), 2),
        (("g",), (), "g", (), 2),
        ((), ("g",), "f", (), 1),  # what was given to a case says nothing of another function
        ((), ("f",), "f", (), 2),
        (("g",), ("f",), "f", ("g",), 2),
    ],
)
def test_who_shares_a_worker(
    lent: tuple[str, ...],
    given: tuple[str, ...],
    then: str,
    may_be_lent: tuple[str, ...],
    workers: int,
) -> None:
    """Only who may be lent all that was lent there, and whose own answers were not given there."""
    lane = Counted()
    asked = Workers(cast("Lane", cast("Any", lane)), {})
    asked.ask_beside(lender(*lent), lent, given, [group("first")])
    asked.ask_beside(lender(), may_be_lent, (), [group(then)])
    assert lane.opened == workers


def test_with_its_own_neighbours_alone() -> None:
    """Nothing may ever have been lent there."""
    lane = Counted()
    asked = Workers(cast("Lane", cast("Any", lane)), {})
    asked.ask([group("f")])
    asked.ask_beside(lender("g"), ("g",), (), [group("f")])
    assert lane.opened == 1
    asked.ask([group("f")])
    assert lane.opened == 2
