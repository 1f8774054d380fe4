"""What general mistakes make of right numbers, and what only looks like it."""

from __future__ import annotations

import numpy as np
import pytest

from grader.diagnosis.general_mistakes import EXCHANGED, relations
from grader.diagnosis.observing import Observations, Observed


def _seen(**numbers: list[float]) -> Observations:
    """Answers of one criterion, each an array of one axis."""
    return {
        ("values", (name,)): Observed(((len(one),),), np.array(one, np.float64))
        for name, one in numbers.items()
    }


def _keys(seen: Observations, right: Observations) -> set[str]:
    wrong = frozenset(at for at in seen if not np.array_equal(seen[at].numbers, right[at].numbers))
    arrays = frozenset(path for _, path in seen)
    return {key for one in relations(seen, right, wrong, arrays) for key in one.keys}


@pytest.mark.parametrize(
    ("got", "said"),
    [
        ({"da": [5.0, 7.0], "db": [1.0, 2.0]}, {EXCHANGED}),
        ({"da": [5.0, 7.0], "db": [9.0, -4.0]}, set()),
        ({"da": [9.0, -4.0], "db": [1.0, 2.0]}, set()),
    ],
)
def test_two_answers_are_exchanged_where_each_is_the_other(
    got: dict[str, list[float]], said: set[str]
) -> None:
    """One alone that is what the other must be was not exchanged with it."""
    assert _keys(_seen(**got), _seen(da=[1.0, 2.0], db=[5.0, 7.0])) == said


@pytest.mark.parametrize(
    ("got", "due", "said"),
    [
        ([0.0, 5.0], [3.0, 5.0], True),
        ([0.0, 5.0], [0.0, 6.0], False),
        ([0.0, 4.0], [3.0, 5.0], False),
    ],
)
def test_a_part_is_zero_where_the_rest_is_right(
    got: list[float], due: list[float], said: bool
) -> None:
    """And where it must be something else."""
    assert ("partly_left_at_zero" in _keys(_seen(da=got), _seen(da=due))) is said


def test_an_answer_that_is_zero_as_a_whole_has_another_reason() -> None:
    """Though one beside it is right, and is 0 in part as it must be."""
    got = {("values", ("da",)): Observed(((2,), (2,)), np.array([0.0, 5.0, 0.0, 0.0]))}
    due = {("values", ("da",)): Observed(((2,), (2,)), np.array([0.0, 5.0, 1.0, 2.0]))}
    assert _keys(got, due) == set()
