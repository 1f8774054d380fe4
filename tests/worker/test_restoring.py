"""To which names of a library code may give another meaning, by its code alone."""

from __future__ import annotations

import pytest

from grader.worker.restoring import may_change

MANY = "".join(f"x{number} = 0\n" for number in range(300))
"""So many names that a further one is told by two numbers."""


@pytest.mark.parametrize(
    ("text", "may"),
    [
        ("np.tanh = np.sin", {"tanh"}),
        ("del np.tanh", {"tanh"}),
        (f"{MANY}np.tanh = np.sin", {"tanh"}),
        ("def f():\n    class A:\n        np.tanh = None", {"tanh"}),
        ("setattr(np, 't' + 'anh', None)", {"tanh", "sin"}),
        ("d = getattr(np, '__dict__')", {"tanh", "sin"}),
        ("b = __builtins__", {"tanh", "sin"}),
        ("self.weights = np.tanh", set()),
        (f"{MANY}y = np.tanh(x0)", set()),
        (f"{MANY}np.other = np.tanh", set()),
        (f"{'np.sin' + MANY * 230}np.tanh = 0", {"tanh"}),
        ("f = " + "lambda: " * 600 + "0", set()),
        ("f = " + "lambda: " * 600 + "setattr(0, 1, 2)", {"tanh", "sin"}),
    ],
)
def test_what_may_change_a_library(text: str, may: set[str]) -> None:
    """An assignment to an attribute of that name, wherever it stands, or what does it unseen."""
    assert may_change(compile(text, "a.py", "exec"), frozenset({"tanh", "sin"})) == may
