"""Whether code may give another meaning to the name of a library, by its code alone."""

from __future__ import annotations

import pytest

from grader.worker.restoring import may_change

MANY = "".join(f"x{number} = 0\n" for number in range(300))
"""So many names that a further one is told by two numbers."""


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("np.tanh = np.sin", True),
        ("del np.tanh", True),
        (f"{MANY}np.tanh = np.sin", True),
        ("def f():\n    class A:\n        np.tanh = None", True),
        ("setattr(np, 't' + 'anh', None)", True),
        ("self.weights = np.tanh", False),
        (f"{MANY}y = np.tanh(x0)", False),
        ("f = " + "lambda: " * 600 + "0", False),
        ("f = " + "lambda: " * 600 + "setattr(0, 1, 2)", True),
    ],
)
def test_what_may_change_a_library(text: str, may: bool) -> None:
    """An assignment to an attribute of that name, wherever it stands, or what does it unseen."""
    assert may_change(compile(text, "a.py", "exec"), {"tanh", "sin"}) is may
