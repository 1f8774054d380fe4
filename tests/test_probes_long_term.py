"""What measures the memory of rtrl_gradients, beside functions that would answer for it."""

from __future__ import annotations

import runpy
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

HIDDEN = Path(__file__).parents[1] / "grader" / "hidden" / "long_term_dependencies"
memory_growth = runpy.run_path(str(HIDDEN / "probes.py"))["memory_growth"]


def keeps(x: Any, a0: Any, da: Any, parameters: Any) -> None:
    """Keep an array of each hidden state."""
    [np.zeros(a0.shape) for _ in range(x.shape[2])]


def forgets(x: Any, a0: Any, da: Any, parameters: Any) -> None:
    """Keep nothing."""
    for _ in range(x.shape[2]):
        np.zeros(a0.shape)


def ends(*given: Any) -> None:
    """Keep all, unmeasured, and leave it so."""
    tracemalloc.stop()
    keeps(*given)


def begins_anew(*given: Any) -> None:
    """Keep all, unmeasured."""
    tracemalloc.stop()
    keeps(*given)
    tracemalloc.start()


def forgets_its_traces(*given: Any) -> None:
    """Keep all, and have all that was measured forgotten."""
    keeps(*given)
    tracemalloc.clear_traces()


@pytest.mark.parametrize("function", [keeps, ends, begins_anew, forgets_its_traces])
def test_keeping_all_states_is_measured(function: Callable[..., None]) -> None:
    """Whoever ends the measuring, or begins it anew, is taken to keep all states."""
    measured = memory_growth(SimpleNamespace(rtrl_gradients=function), 2, 3, 2, 200, 2000)
    assert measured["growth"] > 0.5


def test_forgetting_states_is_measured() -> None:
    """What keeps no state needs no more memory for more steps."""
    measured = memory_growth(SimpleNamespace(rtrl_gradients=forgets), 2, 3, 2, 200, 2000)
    assert measured["growth"] < 0.1
