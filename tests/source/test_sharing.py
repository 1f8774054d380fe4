"""One thing under several names, told by the text."""

from __future__ import annotations

import ast

import pytest

from grader.source.sharing import shares


@pytest.mark.parametrize(
    ("text", "is_shared"),
    [
        ("a = b = np.zeros(3)\na += 1", True),
        ("a = b = np.zeros(3)\nb[0] = 1", True),
        ("a = b = np.zeros(3)\na = a + 1", False),
        ("a = b = np.zeros(3)\nc += 1", False),
        ("a = b = 0\na += 1", False),
        ("s = dict.fromkeys(names, np.zeros(3))\nfor n in s:\n    s[n] += 1", True),
        ("s = dict.fromkeys(names, 0)\nfor n in s:\n    s[n] += 1", False),
        ("s = dict.fromkeys(names)\nfor n in s:\n    s[n] = 1", False),
        ("s = [np.zeros_like(x)] * 3\ns[0][:] = 1", True),
        ("s = 3 * [[]]\ns[0] += [1]", True),
        ("s = [0] * 3\ns[0] += 1", False),
        ("s = [np.zeros(3) for _ in range(3)]\ns[0] += 1", False),
        ("s = [None] * 3\ns[0] = np.zeros(3)", False),
    ],
)
def test_shares(text: str, is_shared: bool) -> None:
    """It is made once, stands under several names, and is changed under one of them."""
    assert shares(ast.parse(text)) is is_shared
