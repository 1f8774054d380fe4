"""Changes of functions that go through arrays entry by entry."""

from __future__ import annotations

import ast

import pytest

from grader.diagnosis.edits import Edits
from grader.diagnosis.indices import Indices

LOOPS = """
def f(parameters, a, b, n, m):
    W, made = parameters["Wf"], zeros()
    for i in range(n):
        for j in range(m):
            for k in range(m):
                made[i, j] += {}
    made[i, n + k] = a[j, n + k] * parameters["Wi"] + parameters["bf"]
"""
BECOMES = {
    "indices exchanged": ("W[k, i] * a[k, j]", "W[i, k] * a[k, j]"),
    "brackets of their own": ("W[k][i] * a[k][j]", "W[i][k] * a[k][j]"),
    "another loop's index": ("W[i, j] * a[k, j]", "W[i, k] * a[k, j]"),
    "the step before": ("a[i, j, k] + b[i, j, k - 1]", "a[i, j, k - 1] + b[i, j, k - 1]"),
    "a step's index for a constant": ("a[i, j, 0]", "a[i, j, k]"),
    "an index of one axis": ("a[0] + b[i, j]", "a[k] + b[i, j]"),
    "another array": ("W[i, k] * a[k, j] - b[k, j]", "W[i, k] * b[k, j] - b[k, j]"),
    "entries of a sum exchanged": (
        "2 * a[i, j] + (1 - W[i, j]) * b[i, j]", "(2 * b[i, j] + (1 - W[i, j]) * a[i, j])",
    ),
    "a square": ("(1 - a[i, j]) * b[i, j]", "((1 - a[i, j] ** 2)) * b[i, j]"),
    "the entry that is missing": ("parameters['bf']", "parameters['bi']"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), BECOMES.values(), ids=BECOMES)
def test_what_an_entry_may_become(old: str, new: str) -> None:
    """It is among the changes of its line."""
    text = LOOPS.format(old).encode()
    found = Edits("f.py", text, ast.parse(text)).around(["f"], 7, 7)
    assert LOOPS.format(new) in [
        (text[: one.start] + one.text + text[one.end :]).decode() for one in found
    ]


def test_which_functions_go_entry_by_entry() -> None:
    """Two loops' variables stand in one index there; a step of an array is no entry."""
    steps = "def f(a):\n for i in a:\n  for t in a:\n   b[:, t] = a[t] @ a[i]\n"
    assert Indices(ast.parse(LOOPS.format("W[i, k] * a[k, j]"))).by_entries
    assert not Indices(ast.parse(steps)).by_entries


def test_lines_in_loops_are_changed_first() -> None:
    """Those before them only prepare them."""
    text = LOOPS.format("W[i, k] * a[k, j]").encode()
    lines = [one.first for one in Edits("f.py", text, ast.parse(text)).around(["f"], 1, 9)]
    inside = [line in (5, 6, 7) for line in lines if line != 4]
    assert inside == sorted(inside, reverse=True)


def test_a_list_is_never_put_into_itself() -> None:
    """NumPy would look into it without end."""
    text = b"""
def f(a, n, m):
    rows = []
    for i in range(n):
        row = []
        for j in range(m):
            row.append(a[i][j] + rows_of)
        rows.append(row)
    return rows
"""
    found = Edits("f.py", text, ast.parse(text)).around(["f"], 6, 9)
    changed = {(text[: one.start] + one.text + text[one.end :]).decode() for one in found}
    assert any("row.append(a[j][i] + rows_of)" in one for one in changed)
    assert not any("rows.append(rows)" in one for one in changed)


def test_a_variable_that_counts_in_a_loop_may_stand_in_an_index() -> None:
    """It is a step, counted from the other end."""
    text = b"""
def f(a, b, n, m):
    for step in range(n):
        t = n - 1 - step
        for i in range(m):
            a[i, t] += b[i, step]
"""
    found = Edits("f.py", text, ast.parse(text)).around(["f"], 6, 6)
    assert b"b[i, t]" in {one.text for one in found}
