"""What stands in an answer twice, whatever a submission answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.diagnosis.same_numbers import MOST_PARTS, are_alike, is_one_column

COLUMN = np.array([[1.0], [2.0]])
STEPS = np.arange(8.0).reshape(2, 2, 2)


@pytest.mark.parametrize(
    ("data", "alike"),
    [
        ({"dWf": COLUMN, "dWi": COLUMN.copy()}, True),
        ({"dWf": COLUMN, "dWi": 2 * COLUMN}, False),
        ({"dWf": 0 * COLUMN, "dWi": 0 * COLUMN}, False),
        ((COLUMN, COLUMN), True),
        (np.repeat(STEPS[:, :, :1], 3, axis=2), True),
        (STEPS, False),
        (STEPS[:, :, :1], False),
        ({"a": np.array(["x"]), "b": np.array(["x"])}, False),
        ([COLUMN, COLUMN], False),
        (None, False),
        (1.0, False),
        ({n: COLUMN if n >= MOST_PARTS else n for n in range(10**5)}, False),
    ],
)
def test_alike(data: Any, alike: bool) -> None:
    """Equal numbers under two names, or at all steps; of zeros nothing is to be told."""
    assert are_alike(data) is alike


@pytest.mark.parametrize(
    ("parts", "due", "is_one"),
    [
        ([COLUMN.repeat(3, axis=1)], (2, 1), True),
        ([COLUMN, COLUMN.repeat(3, axis=1), np.ones((1, 3))], (2, 1), True),
        ([np.ones((2, 3))], (2, 1), False),
        ([STEPS[0]], (2, 1), False),
        ([COLUMN], (2, 1), False),
        ([COLUMN.repeat(3, axis=1)], (2, 3), False),
        ([COLUMN.repeat(3, axis=1)], "(2, 1)", False),
        ([np.empty((0, 3)), np.full((2, 2), "x"), STEPS, None], (2, 1), False),
        ([], (2, 1), False),
    ],
)
def test_one_column(parts: list[Any], due: object, is_one: bool) -> None:
    """The same column again and again, where one is due; edges of one unit tell nothing."""
    assert is_one_column(parts, due) is is_one
