"""What may go into an expression, by the text of its function."""

from __future__ import annotations

import ast

import pytest

from grader.diagnosis.expression import Expression
from grader.diagnosis.expressions import Expressions
from grader.source.parsing import Parsed


def _expression(expressions: Expressions, text: str, part: str) -> Expression:
    """Return the only expression, or augmented assignment, that is written so."""
    found = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.expr | ast.AugAssign) and ast.get_source_segment(text, node) == part
    ]
    assert len(found) == 1
    (node,) = found
    end = (node.end_lineno or 0, node.end_col_offset or 0)
    one = expressions.at(("a.py", node.lineno, node.col_offset, *end))
    assert one is not None
    return one


def _goes(body: str, one: str, other: str) -> bool:
    lines = "".join(f"    {line}\n" for line in body.strip("\n").splitlines())
    text = f"import numpy as np\n\n\ndef f(x, Waa, a0):\n{lines}"
    expressions = Expressions(Parsed({"a.py": text.encode()}))
    pair = (_expression(expressions, text, part) for part in (one, other))
    return expressions.feeding.may_go_into(*pair)


APART = """
a, P = a0, np.zeros(3)
for t in range(x.shape[2]):
    a = np.tanh(Waa @ a)
    P = np.einsum("ij,j->i", Waa, P)
    P[0] += x[0, 0, t]
    Q, u = 2 * P, a
return P, a
"""


@pytest.mark.parametrize(
    ("one", "other"),
    [("np.tanh(Waa @ a)", "P[0] += x[0, 0, t]"), ("np.tanh(Waa @ a)", "2 * P")],
)
def test_what_is_given_to_other_names_alone_does_not(one: str, other: str) -> None:
    """Neither changes an array that the state is made of."""
    assert not _goes(APART, one, other)


@pytest.mark.parametrize(
    ("body", "one", "other"),
    [
        (APART, "2 * P", "P[0] += x[0, 0, t]"),
        (APART, "2 * P", 'np.einsum("ij,j->i", Waa, P)'),
        # another name of the same array
        ("P = np.zeros(3)\nv = P\nv[0] += np.sum(x)\nreturn P * 2", "P * 2", "np.sum(x)"),
        ("P = a0\nv = P.reshape(3)\nv += np.sum(x)\nreturn P * 2", "P * 2", "np.sum(x)"),
        # through a list, and its loop
        ("P = []\nP.append(np.sum(x))\nfor v in P:\n    v = v * 2\nreturn v", "v * 2", "np.sum(x)"),
        # what decides whether it is reached
        ("v = a0\nif np.sum(x) > 0:\n    v = Waa\nreturn v * 2", "v * 2", "np.sum(x)"),
        ("for v in a0:\n    if np.sum(x):\n        break\nreturn v * 2", "v * 2", "np.sum(x)"),
        # what a function that is not known is handed
        ("v = np.zeros(3)\nfill(v, np.sum(x))\nreturn v * 2", "v * 2", "np.sum(x)"),
        ("v = np.zeros(3)\nnp.add(np.sum(x), 1, out=v)\nreturn v * 2", "v * 2", "np.sum(x)"),
        ("v = np.zeros(3)\nnp.copyto(v, np.sum(x))\nreturn v * 2", "v * 2", "np.sum(x)"),
        # what is not followed
        ("g = lambda: np.sum(x)\nreturn a0 * 2", "a0 * 2", "np.sum(x)"),
    ],
)
def test_what_may_change_an_array_that_is_read_does(body: str, one: str, other: str) -> None:
    """Under whatever name, and wherever it stands."""
    assert _goes(body, one, other)
