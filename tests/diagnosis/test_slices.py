"""The lines that go into what is wrong and into nothing that is right, from the text alone."""

from __future__ import annotations

import ast

import pytest

from grader.diagnosis.parts import UnclearError
from grader.diagnosis.slices import Slices

OUTPUTS = ["a", "b", "c"]
SOLUTION = "def f(cache):\n    x, y, z = cache\n    return {'a': x, 'b': y, 'c': z}\n"

FOUND = {
    "an entry of a dict": (
        "def f(cache):\n    x, y, z = cache\n    d = x * 2\n"
        "    return {\n        'a': d @ y,\n        'b': d @ z,\n        'c': d,\n    }\n",
        ["b"],
        (6, 6),
    ),
    "what several share": (
        "def f(cache):\n    x, y, z = cache\n    d = x * 2\n    e = z - 1\n"
        "    return dict(a=e @ y, b=e @ z, c=d @ z)\n",
        ["a", "b"],
        (4, 4),
    ),
    "what is added in a loop": (
        "def f(cache):\n    x, y, z = cache\n    o = {'a': x, 'b': np.zeros(3)}\n"
        "    for k in range(3):\n        o['b'] += y[k]\n    o['c'] = z\n    return o\n",
        ["b"],
        (4, 5),
    ),
    "a variable that is used again": (
        "def f(cache):\n    x, y, z = cache\n    d = x + z\n    a = d @ y\n    d = d - y\n"
        "    return a, d @ y, d @ x\n",
        ["b", "c"],
        (5, 5),
    ),
    "the last name that is left": (
        "def f(held):\n    x, y, z = held\n    return x + 1, y + x, z + 1\n",
        ["b"],
        (3, 3),
    ),
}
NONE = {
    "a size that all are divided by": (
        "def f(cache):\n    x, y, z = cache\n    m = y.shape[1]\n    d = x + 1\n"
        "    return {'a': d, 'b': d @ y / m, 'c': d @ z / m}\n",
        ["b", "c"],
    ),
    "a length that all are divided by": (
        "def f(cache):\n    x, y, z = cache\n    m = len(y)\n    d = x + 1\n"
        "    return {'a': d, 'b': d @ y / m, 'c': d @ z / m}\n",
        ["b", "c"],
    ),
    "what is cut out of a whole": (
        "def f(cache):\n    x, y, z = cache\n    w = x @ y\n    return w[1:], w[:1], z\n",
        ["b"],
    ),
    "names taken apart in another order": (
        "def f(held):\n    x, y, z = held\n    e = x + 1\n    d = y + z\n"
        "    return e, d @ y, d @ z\n",
        ["b", "c"],
    ),
    "nothing but zeros": (
        "def f(cache):\n    x, y, z = cache\n    a = np.zeros(3)\n    for k in x:\n"
        "        b = k + y\n    return a, x + 1, z + 1\n",
        ["a"],
    ),
    "what a helper answered among what is right": (
        "def g(x):\n    return x + 1, x[::-1], x - 1\n"
        "def f(held):\n    u, v, w = g(held)\n    return u + 1, v + 1, w + 1\n",
        ["b"],
    ),
    "what a return line holds that was changed in place": (
        "def f(cache):\n    x, y, z = cache\n    d = x + z\n    d *= y\n    return d, (d, x), z\n",
        ["b"],
    ),
    "an entry of what was filled as a whole": (
        "def f(cache):\n    x, y, z = cache\n    d = {k: act(v) for k, v in x.items()}\n"
        "    return d['i'] @ y, d['o'] @ z, z + 1\n",
        ["b"],
    ),
    "what a file of its own answers": (
        "from mine import total\ndef f(cache):\n    x, y, z = cache\n"
        "    return x + 1, total(y), z + 1\n",
        ["b"],
    ),
    "a sum that is set back in the loop": (
        "def f(cache):\n    x, y, z = cache\n    for k in x:\n        b = np.zeros(3)\n"
        "        a = k + 1\n        c = k + z\n        b += k\n    return a, b, c\n",
        ["b"],
    ),
    "what an object of the file's own holds": (
        "class K:\n    def __init__(self):\n        self.held = []\n"
        "def f(cache):\n    x, y, z = cache\n    k = K()\n"
        "    return list(k.run(x)), (k.held, y), z + 1\n",
        ["b"],
    ),
    "a line that takes apart what is right as well": (
        "def f(held):\n    w, u, v = held\n    n = u.shape\n    return w + 1, n, n\n",
        ["b", "c"],
    ),
    "all outputs wrong": ("def f(cache):\n    return cache + 1, cache + 2, cache + 3\n", OUTPUTS),
    "lines that lie apart": (
        "def f(cache):\n    x, y, z = cache\n    d = x\n    a = d + y + x\n    b = z + 1\n"
        "    a = a + d\n    return a, b, z\n",
        ["a"],
    ),
}
UNCLEAR = {
    "changed under another name": (
        "def f(cache):\n    x, y, z = cache\n    d = x\n    d *= 2\n    return x + 1, d, z\n"
    ),
    "changed by a function": (
        "def f(cache):\n    x, y, z = cache\n    np.copyto(x, y)\n    return x, y, z\n"
    ),
    "written by out=": (
        "def f(cache):\n    x, y, z = cache\n    d = np.exp(x, out=y)\n    return d, y, z\n"
    ),
    "put under two names at once": (
        "def f(cache):\n    x, y, z = cache\n    d = e = np.zeros(2)\n    d[0] = x\n    e[0] = y\n"
        "    return d, e, z\n"
    ),
    "changed after it was given another name": (
        "def f(cache):\n    x, y, z = cache\n    d = x + z\n    e = d\n    d *= 2\n"
        "    return d, e, z\n"
    ),
    "changed after it was put into a list": (
        "def f(cache):\n    x, y, z = cache\n    d, held = z + 1, []\n    for k in x:\n"
        "        held.append((k, d))\n        d += k\n    return d, held, z\n"
    ),
    "changed after it was put into a dict": (
        "def f(cache):\n    x, y, z = cache\n    d = z + 1\n    held = dict(d=d)\n    d += x\n"
        "    return d, held, z\n"
    ),
    "returned in each other's place": (
        "def f(cache):\n    x, y, z = cache\n    a = x + 1\n    b = y + a\n    return b, a, z\n"
    ),
    "returned in two places": (
        "def f(cache):\n    x, y, z = cache\n"
        "    if x:\n        return x, y, z\n    return x, y, z\n"
    ),
}


def _nested(depth: int) -> str:
    loops = "".join(f"{'    ' * n}for n{n} in x:\n" for n in range(1, depth + 1))
    return (
        f"def f(cache):\n    x, y, z = cache\n{loops}{'    ' * (depth + 1)}y = y + z\n"
        "    return x + 1, y + 1, z + 1\n"
    )


def _defined(count: int) -> str:
    tops = "".join(f"c{n} = c{n + 1}\n" for n in range(count))
    sums = " + ".join(f"c{n}" for n in range(200))
    return f"{tops}def f(cache):\n    x, y, z = cache\n    return x + {sums}, y + 1, z + 1\n"


ENDLESS = {
    "loops in loops": _nested(18),
    "definitions of definitions": _defined(400),
    "many variables carried through many loops": (
        "def f(cache):\n    x, y, z = cache\n"
        + "".join(f"    v{n} = v{n - 1} + x\n" for n in range(1, 120))
        + "    for k in x:\n        y = y + v119\n" * 60
        + "    return x + 1, y + 1, z + 1\n"
    ),
}


def _slices(text: str) -> Slices:
    return Slices(ast.parse(text), "f", OUTPUTS, ast.parse(SOLUTION))


@pytest.mark.parametrize("what", FOUND)
def test_lines_that_go_into_nothing_right(what: str) -> None:
    """Where they stand together they are named, with those that all wrong ones share."""
    text, wrong, lines = FOUND[what]
    assert _slices(text).alone(wrong, [one for one in OUTPUTS if one not in wrong]) == lines


@pytest.mark.parametrize("what", NONE)
def test_no_line_where_it_may_be_another(what: str) -> None:
    """What is left may be innocent, or is no one place."""
    text, wrong = NONE[what]
    assert _slices(text).alone(wrong, [one for one in OUTPUTS if one not in wrong]) is None


@pytest.mark.parametrize("what", UNCLEAR)
def test_text_that_cannot_be_followed(what: str) -> None:
    """Nothing is said of it."""
    with pytest.raises(UnclearError):
        _slices(UNCLEAR[what])


@pytest.mark.parametrize("what", ENDLESS)
def test_text_that_takes_long_to_follow(what: str) -> None:
    """It is given up after so many steps; loops in loops of students are well within."""
    with pytest.raises(UnclearError):
        _slices(ENDLESS[what])
    _slices(_nested(4))
