"""Loops that cannot come to an end, as their text shows it."""

from __future__ import annotations

import ast

import pytest

from grader.source.looping import endless, grows


@pytest.mark.parametrize(
    ("text", "is_endless", "is_growing"),
    [
        ("while True:\n    f(x)", True, False),
        ("while True:\n    if f(x):\n        break", False, False),
        ("while 1:\n    xs.append(1)", True, True),
        ("while t < T:\n    a[t] = f(t)", True, False),
        ("while t < T:\n    t += 1", False, True),
        ("while t < T:\n    t = g(t)", False, False),
        ("while xs:\n    f(xs)", False, False),
        ("while xs:\n    y = 1", True, False),
        ("while len(xs):\n    xs.pop()", False, False),
        ("while self.t < T:\n    f(x)", False, False),
        ("for v in xs:\n    xs.append(v)", True, True),
        ("for v in xs:\n    if v:\n        xs.append(v)", False, True),
        ("for v in xs:\n    ys.append(v)", False, True),
        ("for v in itertools.count():\n    f(v)", True, False),
        ("for v in range(10**12):\n    f(v)", False, False),
    ],
)
def test_what_its_text_shows_of_a_loop(text: str, is_endless: bool, is_growing: bool) -> None:
    """Endless only where nothing that a turn does could end it."""
    tree = ast.parse(text)
    (loop,) = tree.body
    assert isinstance(loop, ast.For | ast.While)
    assert (list(endless(tree)) == [loop]) == is_endless
    assert grows(loop) == is_growing
