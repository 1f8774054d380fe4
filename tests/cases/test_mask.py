"""A mask is kept where its shape teaches something, and never where it could be read as values."""

from __future__ import annotations

import numpy as np
import pytest

from grader.cases.mask import where


def strewn() -> np.ndarray:
    """Wrong entries that lie where a submission's own choice, or hidden values, put them."""
    wrong = np.zeros((5, 6), dtype=bool)
    wrong[[0, 1, 2, 3, 4, 4], [3, 0, 5, 1, 2, 4]] = True
    return wrong


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(np.tile([[True], [False], [True]], (1, 4)), id="rows"),
        pytest.param(np.tile([True, False, True, False], (3, 1)), id="columns"),
        pytest.param(np.pad(np.ones((2, 3), bool), ((1, 2), (2, 0))), id="a rectangle"),
        pytest.param(np.tril(np.ones((4, 4), bool), -1), id="a triangle"),
        pytest.param(np.eye(4, dtype=bool), id="a diagonal"),
    ],
)
def test_what_teaches_is_kept(wrong: np.ndarray) -> None:
    """Whole rows and columns, a rectangle, a diagonal, a triangle."""
    rows = tuple("".join("x" if one else "." for one in row) for row in wrong)
    assert where(wrong)["mask"] == rows


def test_strewn_entries_are_counted_and_not_shown() -> None:
    """Their places depend on hidden values, which could be read off them."""
    wrong = strewn()
    assert where(wrong) == {"where": "entries", "wrong": 6, "of": 30}


def test_strewn_entries_of_a_sequence_are_not_shown() -> None:
    """Nor those of three dimensions."""
    wrong = np.repeat(strewn()[:, np.newaxis, :], 2, axis=1)
    assert "mask" not in where(wrong)


def test_a_large_mask_is_not_kept() -> None:
    """Whatever it shows."""
    wrong = np.zeros((13, 4), dtype=bool)
    wrong[:2] = True
    assert "mask" not in where(wrong)
