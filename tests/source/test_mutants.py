"""Mutants: each a small change at its own place, and nothing else."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from grader.source.mutants import mutants

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = sorted((ROOT / "solutions").glob("*/[!_]*.py"))
SOLUTIONS = [path for path in SOLUTIONS if path.stem != path.parent.name]  # the notebook

TEXT = '''"""A module."""

LIMIT = 3


def clipped(a, limit=1.0):
    """Nothing here may change: 1 + 1."""
    if limit < 0:
        raise ValueError("limit is 2 low")
    return np.minimum(a, limit)


def doubled(a):
    return 2 * a
'''


def test_what_becomes_of_a_function() -> None:
    """Every change of it, in the order of the text; the other function, texts and module stay."""
    found = [(one.line, one.operator, one.before, one.after) for one in mutants(TEXT, ["clipped"])]
    assert found == [
        (8, "condition", "limit < 0", "True"),
        (8, "condition", "limit < 0", "False"),
        (8, "comparison", "limit < 0", "(limit <= 0)"),
        (8, "comparison", "limit < 0", "(limit > 0)"),
        (8, "name", "limit", "a"),
        (8, "number", "0", "1"),
        (8, "number", "0", "-1"),
        (9, "statement", 'raise ValueError("limit is 2 low")', "pass"),
        (10, "statement", "return np.minimum(a, limit)", "pass"),
        (10, "order", "np.minimum(a, limit)", "np.minimum(limit, a)"),
        (10, "function", "np.minimum", "np.maximum"),
        (10, "name", "a", "limit"),
        (10, "name", "limit", "a"),
    ]


def test_all_functions_unless_some_are_named() -> None:
    """Each mutant says whose it is."""
    assert {one.function for one in mutants(TEXT)} == {"clipped", "doubled"}
    assert {one.function for one in mutants(TEXT, ["doubled"])} == {"doubled"}


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_mutants_of_the_solutions(path: Path) -> None:
    """They are Python, all different, and differ from the solution in one place on their line."""
    text = path.read_text("utf-8")
    lines, tops = text.splitlines(), {one.lineno: one.end_lineno for one in ast.parse(text).body}
    texts, number = set(), 0
    for one in mutants(text):
        texts.add(one.text)
        changed = one.text.splitlines()
        assert len(changed) == len(lines)
        places = [
            n for n, both in enumerate(zip(lines, changed, strict=True), 1) if len({*both}) > 1
        ]
        assert places, one
        assert places[0] == one.line
        first = max(line for line in tops if line <= one.line)
        assert places[-1] <= tops[first]  # all else is as it was, and need not be read again
        ast.parse("\n".join(changed[first - 1 : tops[first]]))
        number += 1
    assert text not in texts
    assert len(texts) == number
