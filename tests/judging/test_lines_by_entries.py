"""Lines of functions that go through arrays entry by entry, in loops in loops."""

from __future__ import annotations

import pytest

from grader.intake.submission import Submission
from tests.entries import (
    ALL,
    BACKWARD,
    CELL,
    CELL_BACKWARD,
    CELL_FORWARD,
    ERROR,
    GRU_BACKWARD,
    GRU_FORWARD,
    LSTM_BACKWARD,
    LSTM_FORWARD,
    RESIDUAL_BACKWARD,
    ByEntries,
)
from tests.judges import JudgeOf
from tests.placed import named

CHANGED = {
    "indices that have changed places": (CELL_FORWARD, "Waa[i, k]", "Waa[k, i]"),
    "indices in brackets of their own": (CELL_BACKWARD, "dWaa[i][k] +=", "dWaa[k][i] +="),
    "an index of another step": (ERROR, "a[i, j, k] **", "a[i, j, k + 1] **"),
    "an index that lacks its offset": (GRU_BACKWARD, "Wz[i, n_a + k] * dz", "Wz[i, k] * dz"),
    "another array of the same indices": (CELL_BACKWARD, "* a_prev[k][j]", "* a_next[k][j]"),
    "a square that is missing": (CELL_BACKWARD, "a_next[i][j] ** 2", "a_next[i][j]"),
    "an entry that is read for another": (LSTM_FORWARD, '["bo"]', '["bi"]'),
    "two factors that have changed places": (
        LSTM_FORWARD,
        "ft[i, j] * c_prev[i, j] + it[i, j] * cct[i, j]",
        "ft[i, j] * cct[i, j] + it[i, j] * c_prev[i, j]",
    ),
    "a size that is to be added to an index": (GRU_FORWARD, "k] * s[n_a + k]", "k] * s[k]"),
    "an array that is an entry of a dict": (LSTM_BACKWARD, "dc * c_prev[i", "dc * c_next[i"),
    "a term that is read nowhere then": (CELL, "self.b_ih[i] + self.b_hh[i]", "self.b_ih[i]"),
    "the last step's index in each": (ERROR, "delta[p, j, k + 1]", "delta[p, j, T_x - 1]"),
    "a sum that is taken away": (CELL_FORWARD, "z += Waa[i", "z -= Waa[i"),
    "an array that is read nowhere then": (RESIDUAL_BACKWARD, "- g[i, j]", "- before[i, j]"),
    "a factor that is missing": (GRU_BACKWARD, "dn * qt[i, j] * rt[i, j]", "dn * rt[i, j]"),
    "an entry in the place of a variable": (
        LSTM_BACKWARD, "da_next[i, j] * th", "da_next[i, j] * c_next[i, j]",
    ),
    "a sum that starts outside of its loop": (
        CELL_FORWARD,
        "        for j in range(m):\n            z = ba[i, 0]\n",
        "        z = ba[i, 0]\n        for j in range(m):\n",
    ),
    "a loop that ends too early": (BACKWARD, "range(T_x - 1, -1, -1)", "range(T_x - 1, 0, -1)"),
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


TOGETHER = {
    "a first value, and what is added to it": (
        RESIDUAL_BACKWARD, "total = dht[k, j]", "total = dh[k, j, t]", "total = dht[k, j]", 3,
    ),
    "an entry that is not begun anew": (
        BACKWARD, "                da_prev[k, j] = 0\n", "", "da_prev[k, j] = 0", 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("one", "old", "new", "at", "more"), TOGETHER.values(), ids=TOGETHER)
def test_lines_that_each_mend_all_are_named_together(
    judge_of: JudgeOf, one: ByEntries, old: str, new: str, at: str, more: int
) -> None:
    """What the last of them puts there may be added to what is there, or be right itself."""
    judge = judge_of(one.assignment)
    solution = judge.assignment.solution[one.file].decode()
    line = one.line(solution, at)
    places = named(judge, one.file, one.changed(solution, old, new), one.function)
    assert places == [(line, line + more, True)]
