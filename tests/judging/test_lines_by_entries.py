"""Lines of functions that go through arrays entry by entry, in loops in loops."""

from __future__ import annotations

import pytest

from grader.intake.submission import Submission
from tests.entries import ALL, CELL_BACKWARD, CELL_FORWARD, ERROR, GRU_BACKWARD, ByEntries
from tests.judges import JudgeOf
from tests.placed import named

CHANGED = {
    "indices that have changed places": (CELL_FORWARD, "Waa[i, k]", "Waa[k, i]"),
    "indices in brackets of their own": (CELL_BACKWARD, "dWaa[i][k] +=", "dWaa[k][i] +="),
    "an index of another step": (ERROR, "a[i, j, k] **", "a[i, j, k + 1] **"),
    "an index that lacks its offset": (GRU_BACKWARD, "Wz[i, n_a + k] * dz", "Wz[i, k] * dz"),
    "another array of the same indices": (CELL_BACKWARD, "* a_prev[k][j]", "* a_next[k][j]"),
    "a square that is missing": (CELL_BACKWARD, "a_next[i][j] ** 2", "a_next[i][j]"),
    "a sum that starts again in its loop": (
        CELL_BACKWARD,
        "            total += dz[i][j]\n        dba",
        "            total = 0.0\n            total += dz[i][j]\n        dba",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("one", "old", "new"), CHANGED.values(), ids=CHANGED)
def test_the_line_is_proved(judge_of: JudgeOf, one: ByEntries, old: str, new: str) -> None:
    """A change of it alone makes every case right, be the cause known or not."""
    judge = judge_of(one.assignment)
    solution = judge.assignment.solution[one.file].decode()
    line = one.line(solution, old)
    text = one.changed(solution, old, new)
    assert named(judge, one.file, text, one.function) == [(line, line, True)]


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.function)
def test_what_is_right_has_no_line(judge_of: JudgeOf, one: ByEntries) -> None:
    """It earns all points."""
    judge = judge_of(one.assignment)
    solution = judge.assignment.solution
    files = {name: solution[name] for name in judge.assignment.files}
    files[one.file] = one.changed(solution[one.file].decode()).encode()
    found = judge.judge(Submission("ada", files, (), "")).functions
    assert [one for one in found if one.places or one.score != one.max_score] == []
