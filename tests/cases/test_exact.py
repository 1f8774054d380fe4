"""Integers, booleans, text and None: compared exactly, by the type that is due."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.cases.comparing import by_position, compare
from grader.cases.exact import unjudgeable
from grader.cases.tolerances import Tolerance

LABELS = np.array([[2, 0], [1, 1]])


def kinds(got: Any, due: Any) -> list[str]:
    """Return the rungs at which an answer fails."""
    wrong = compare(got, due, by_position(("labels",)), Tolerance())
    return [one.finding.kind for one in wrong]


@pytest.mark.parametrize(
    ("due", "right"),
    [
        (LABELS, LABELS.astype(np.int32)),
        (LABELS, LABELS.astype(np.uint8)),
        (LABELS, [[2, 0], [1, 1]]),
        (np.array([True, False]), [True, False]),
        (np.array([], int), []),
        (np.int64(3), np.array([3])),
        (3, 3),
        (True, np.array(True)),
        ("converged", "converged"),
        (None, None),
        ({"labels": LABELS, "why": ["a", None]}, {"labels": LABELS.copy(), "why": ["a", None]}),
    ],
)
def test_what_is_as_due(due: Any, right: Any) -> None:
    """Any width, and lists for arrays."""
    assert kinds(right, due) == []


@pytest.mark.parametrize(
    ("due", "wrong", "kind"),
    [
        (LABELS, LABELS + 1, "values"),
        (LABELS, LABELS.astype(float), "dtype"),
        (LABELS, LABELS == 1, "dtype"),
        (LABELS, LABELS.T[:1], "shape"),
        (LABELS, [[2, 0], [1, True]], "dtype"),
        (LABELS, [[2, 0], [1]], "not numbers"),
        (LABELS, "2011", "not numbers"),
        (LABELS, None, "returned nothing"),
        (np.array([True, False]), np.array([1, 0]), "dtype"),
        (np.array([True, False]), np.array([True, True]), "values"),
        (3, 3.0, "dtype"),
        (3, 4, "values"),
        (True, 1, "dtype"),
        ("converged", "diverged", "values"),
        ("converged", 1, "type"),
        (None, 0.0, "type"),
        (np.ones(2), [1, 0], "values"),
    ],
)
def test_what_is_not(due: Any, wrong: Any, kind: str) -> None:
    """One rung says why."""
    assert kinds(wrong, due) == [kind]


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ({"a": [1.0, {2}]}, "a set"),
        (np.array(["text"]), "an array of dtype <U4"),
        (np.array([1 + 2j]), "an array of dtype complex128"),
        (object(), "a object"),
        (("a", 1, None, True, np.ones(2), LABELS), ""),
    ],
)
def test_what_cannot_be_judged(due: Any, said: str) -> None:
    """It is found wherever it stands."""
    assert unjudgeable(due) == said
