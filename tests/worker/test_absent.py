"""What stands in for what is not there: it can be held, and whoever uses it is told its name."""

from __future__ import annotations

import copy
import functools
import sys
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from grader.worker.absent import StandInError, stand_in, stood_in_for
from grader.worker.own_kinds import OwnKinds

GATES: Any = stand_in("GATES")

USES: dict[str, Callable[[], Any]] = {
    "call": lambda: GATES(1),
    "iterate": lambda: ["dW" + gate for gate in GATES],
    "index": lambda: GATES[0],
    "measure": lambda: len(GATES),
    "contains": lambda: "f" in GATES,
    "add": lambda: GATES + ("o",),  # noqa: RUF005
    "add to": lambda: "d" + GATES,
    "scale": lambda: np.ones(3) * GATES,
    "divide by": lambda: 1.0 / GATES,
    "negate": lambda: -GATES,
    "compare": lambda: GATES == ("f", "i"),
    "order": lambda: GATES < 3,
    "truth": lambda: 1 if GATES else 2,
    "count": lambda: range(GATES),
    "size": lambda: np.zeros(GATES),
    "number": lambda: float(GATES),
    "text": lambda: str(GATES),
    "format": lambda: f"{GATES}",
    "old format": lambda: "dW%s" % GATES,  # noqa: UP031
    "attribute": lambda: GATES.items(),
    "object of what derives from it": lambda: type("Own", (GATES,), {})(),
}


@pytest.mark.parametrize("use", USES)
def test_whoever_uses_it_is_told_its_name(use: str) -> None:
    """Nothing else is said in the place of what is not there."""
    with pytest.raises(StandInError) as raised:
        USES[use]()
    assert raised.value.name == "GATES"
    assert type(raised.value).__name__ == "StandInError"


def test_whoever_only_holds_it_loses_nothing() -> None:
    """It is imported, passed on, written in annotations and tables, and derived from."""

    def given(one: GATES | None = GATES) -> GATES:
        return one

    class Own(GATES, ABC):
        @abstractmethod
        def step(self) -> None: ...

    assert given() is GATES
    assert {GATES: 1}[GATES] == 1
    assert GATES is not None
    assert not isinstance(3, GATES)
    assert issubclass(Own, GATES)
    assert not hasattr(GATES, "items")
    assert callable(GATES)
    assert copy.deepcopy([GATES])[0] is GATES
    assert functools.partial(GATES, 1).func is GATES
    module = ModuleType("own")
    vars(module).update(GATES=GATES, Own=Own)
    assert OwnKinds([module]).like((1, 2)) == (1, 2)


def test_a_decorator_of_a_newer_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it marks is as it was, however it is written."""
    monkeypatch.setattr(warnings, "deprecated", None, raising=False)
    monkeypatch.delattr(warnings, "deprecated")
    assert stood_in_for(ImportError("cannot import name 'deprecated' from 'warnings' (x.py)"))
    deprecated: Any = vars(warnings)["deprecated"]

    @deprecated("use softmax", category=None)
    def old(z: int) -> int:
        return z

    assert old(3) == 3


def test_only_the_standard_library_is_stood_in_for() -> None:
    """What a submission's own file lacks is its own mistake."""
    sys.modules["own_file"] = ModuleType("own_file")
    try:
        assert not stood_in_for(ImportError("cannot import name 'a' from 'own_file' (x.py)"))
    finally:
        del sys.modules["own_file"]
