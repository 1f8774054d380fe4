"""What modules hold of a submission's own function makes way for what is lent."""

from __future__ import annotations

import functools
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from grader.worker.held import made_in, replace_held

HERE = {__file__}


class Pair(NamedTuple):
    """A tuple that stays one of its class."""

    name: str
    call: Any


@functools.lru_cache
def kept(x: float) -> float:
    """Stand for a submission's own."""
    return x


kept.__module__ = "own"


class Made:
    """Be called for what it makes."""

    def __new__(cls, x: Any) -> Any:
        """Make nothing of the class."""
        return x


def lent(x: float) -> float:
    """Stand in its place."""
    return x


def holding(own: Any, **names: Any) -> dict[str, Any]:
    """Return what a module holds in the end that held this."""
    module = ModuleType("own")
    vars(module).update(names)
    replace_held(own, lent, [module], HERE)
    return {name: vars(module)[name] for name in names}


def test_what_is_held_is_replaced() -> None:
    """In tables within tables, in a tuple of its class, and under another name."""
    table = {"y": [kept, 1, Pair("y", kept)], "other": {"deep": (0, (kept, np.tanh))}}
    found = holding(kept, table=table, other=kept, none=None)
    assert found["table"] is table
    assert table == {"y": [lent, 1, Pair("y", lent)], "other": {"deep": (0, (lent, np.tanh))}}
    assert type(table["y"][2]) is Pair  # type: ignore[index]
    assert (found["other"], found["none"]) == (lent, None)
    assert holding(Made, table=[Made])["table"] == [lent]


def test_a_default_is_replaced() -> None:
    """By its place, and by its name."""

    def uses(x: Any, y: Any = kept, *, z: Any = kept) -> Any:
        return x, y, z

    assert holding(kept, uses=uses)["uses"](1) == (1, lent, lent)


def test_what_is_of_a_library_stays() -> None:
    """A table may hold it as what it is there."""
    for own in (np.tanh, np.sum, len, dict, functools.reduce, None, 3):
        assert holding(own, table=[own])["table"] == [own]


def test_what_holds_itself_comes_to_an_end() -> None:
    """As does what is too deep, or too long."""
    table: list[Any] = [kept]
    table.append(table)
    assert holding(kept, table=table)["table"][0] is lent
    deep: Any = [kept]
    for _ in range(9):
        deep = [deep]
    holding(kept, deep=deep)
    while type(deep) is list:
        deep = deep[0]
    assert deep is kept


def test_what_was_made_here() -> None:
    """By its own code, that of its class, or of what a partial function calls."""
    assert all(made_in(HERE, one) for one in (lent, Made, functools.partial(Made, 1)))
    assert not any(made_in(HERE, one) for one in (np.tanh, np.sum, 3, Exception()))
