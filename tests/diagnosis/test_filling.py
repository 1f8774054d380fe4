"""Which lines fill what loops fill entry by entry, and which of it is wrong."""

from __future__ import annotations

import ast

import numpy as np

from grader.diagnosis.donors import Solution
from grader.diagnosis.expressions import Expressions
from grader.diagnosis.filling import Filling, lines_apart
from grader.diagnosis.fills import sorted_fills
from grader.diagnosis.traces import Spot, Trace
from grader.source.parsing import Parsed

TEXT = """
def f(a, b, n, m):
    total = 0.0
    first, other = zeros(), zeros()
    for i in range(n):
        for j in range(m):
            slope = 1 - a[i, j]
            scale = b[i, j]
            first[i, j] = slope
            total += scale
            other[i, j] = slope * total
    for i in range(n):
        first[i, 0] = total
    return other
"""
FIRST, OTHER = ("f.py", 9, 12, 9, 17), ("f.py", 11, 12, 11, 17)


def test_lines_that_fill_a_variable() -> None:
    """Those count that make what goes into it, in its loops, and what that begins from."""
    tree = ast.parse(TEXT)
    assert Filling(tree, FIRST).lines() == ({7, 9}, {5, 6})
    assert Filling(tree, OTHER).lines() == ({3, 7, 8, 10, 11}, {5, 6})
    assert lines_apart(tree, OTHER, [FIRST], [FIRST, OTHER])[0] == {3, 5, 6, 8, 10, 11}


def test_what_is_filled_in_parts_is_known_by_all_of_them() -> None:
    """Rows that were filled one after the other are right where they are those of an array."""
    made = np.arange(12.0).reshape(3, 4) + 0.5
    solution = Solution(Trace((), (made,)), Expressions(Parsed({})))
    rows = [made[0], made[1], made[2]]
    spots: list[Spot] = [("f.py", line, 0, line, 1) for line in range(4)]

    def fills(*values: np.ndarray) -> Trace:
        numbers = range(len(values))
        return Trace((), values, fills=tuple((spots[0], number) for number in numbers))

    assert sorted_fills(fills(*rows), [False] * 3, solution).right == (spots[0],)
    assert sorted_fills(fills(*rows[:2]), [False] * 2, solution).wrong == (spots[0],)
