"""Changes of more than one expression: copies, resets and exchanges."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

import pytest

from grader.diagnosis import moves
from grader.diagnosis.edits import Edits

MOVES = {
    "an operator in place": (
        "def f(a):\n    b = a\n    b *= 2\n    return b\n",
        "def f(a):\n    b = a\n    b = b * 2\n    return b\n",
        (3, 3),
    ),
    "entries in place": (
        "def f(a):\n    for b in a:\n        b[b > 1] = 1\n    return a\n",
        "def f(a):\n    for b in a:\n"
        '        b = __import__("copy").deepcopy(b)\n        b[b > 1] = 1\n    return a\n',
        (3, 3),
    ),
    "entries of an argument": (
        "def f(a):\n    for k in a:\n        a[k] = 1\n    return a\n",
        'def f(a):\n    a = __import__("copy").deepcopy(a)\n'
        "    for k in a:\n        a[k] = 1\n    return a\n",
        (3, 3),
    ),
    "what out= is given": (
        "def f(a):\n    np.exp(a, out=a)\n    return a\n",
        'def f(a):\n    a = __import__("copy").deepcopy(a)\n    np.exp(a, out=a)\n    return a\n',
        (2, 2),
    ),
}
OTHERS = {
    "a sum that is not begun anew": (
        "def f(a):\n    s = 0\n    for b in a:\n        for c in b:\n            s += c\n",
        "def f(a):\n    s = 0\n    for b in a:\n"
        "        s = 0\n        for c in b:\n            s += c\n",
        (2, 2),
    ),
    "a sum that is begun too often": (
        "def f(a):\n    for b in a:\n        s = 0\n        s += b\n",
        "def f(a):\n    s = 0\n    for b in a:\n        pass\n        s += b\n",
        (3, 3),
    ),
    "slices that have changed places": (
        "def f(p, n):\n    i = g(p[:n])\n    o = h(p[n:])\n",
        "def f(p, n):\n    i = g(p[n:])\n    o = h(p[:n])\n",
        (2, 3),
    ),
    "names that are exchanged where they are read": (
        "def f(x):\n    b, a = x\n    return g([a, b])\n",
        "def f(x):\n    b, a = x\n    return g([b, a])\n",
        (3, 3),
    ),
    "a return inside its loop": (
        "def f(x):\n    for a in x:\n        s = g(a)\n        return s\n",
        "def f(x):\n    for a in x:\n        s = g(a)\n        pass\n    return s\n",
        (4, 4),
    ),
    "a sum behind its loop": (
        "def f(x):\n    for a in x:\n        b = g(a)\n    s += b\n    return s\n",
        "def f(x):\n    for a in x:\n        b = g(a)\n        s += b\n    return s\n",
        (4, 4),
    ),
    "entries that have changed places": (
        "def f(x):\n    return g([x[0], x[2], x[1]])\n",
        "def f(x):\n    return g([x[0], x[1], x[2]])\n",
        (2, 2),
    ),
    "a statement before the one that it needs": (
        "def f(x, s):\n    b = s + 1\n    s = s * x\n    return b\n",
        "def f(x, s):\n    s = s * x\n    b = s + 1\n    return b\n",
        (2, 3),
    ),
    "names that have changed places": (
        "def f(x):\n    b, a = g(x)\n",
        "def f(x):\n    a, b = g(x)\n",
        (2, 2),
    ),
}


def _made(text: str, *, in_place: bool) -> dict[str, tuple[int, int]]:
    content = text.encode()
    edits = Edits("a.py", content, ast.parse(text)).moved(["f"], in_place=in_place)
    return {
        (content[: one.start] + one.text + content[one.end :]).decode(): (one.first, one.last)
        for one in edits
    }


@pytest.mark.parametrize("what", {**MOVES, **OTHERS})
def test_what_a_move_makes_of_code(what: str) -> None:
    """The code as it would be without the mistake, and the lines that the mistake is in."""
    before, after, lines = {**MOVES, **OTHERS}[what]
    assert _made(before, in_place=what in MOVES).get(after) == lines


def test_moves_are_few() -> None:
    """However long a function is, and a right one with nothing of the kind has none."""
    long = "def f(a):\n" + "".join(f"    a{n}[0] = a[{n}]\n" for n in range(500))
    assert len(_made(long, in_place=True)) == len(_made(long, in_place=False)) == 32
    assert not _made("def f(a):\n    return a + 1\n", in_place=True)


def test_what_is_looked_at_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long function of many parts, none of which goes with another, is given up on."""
    looked_at: list[None] = []
    exchanges = moves._exchanges

    def counted(body: Sequence[ast.stmt]) -> Iterator[moves.Move | None]:
        for one in exchanges(body):
            looked_at.append(None)
            yield one

    monkeypatch.setattr(moves, "_exchanges", counted)
    parts = " + ".join(f"p{n}[0]" for n in range(12))
    text = "def f(x):\n" + f"    y = {parts}\n" * 300
    assert moves.resets_and_exchanges([ast.parse(text).body[0]]) == []
    assert len(looked_at) == 4_000


def test_a_change_of_much_text_is_left_out() -> None:
    """Each change travels to a worker, so that what stands between two parts must be short."""
    text = "def f(p, n):\n    i = g(p[:n], '{}')\n    o = p[n:]\n"
    assert len(_made(text.format("x"), in_place=False)) == 1
    assert _made(text.format("x" * 5_000), in_place=False) == {}
