"""Who may use whom: a function is judged again beside right neighbours only where that can help."""

from __future__ import annotations

import pytest

from grader.source.parsing import Parsed
from grader.source.used_names import Reach

SOFTMAX = "def softmax(x):\n    return x\n"


def may_use(source: str, cell: str = SOFTMAX) -> bool:
    """Whether ``judged`` of a file may use the softmax of another."""
    files = {"judged.py": source.encode(), "rnn_cell.py": cell.encode()}
    return Reach(Parsed(files)).may_use(["judged"], ["softmax"])


@pytest.mark.parametrize(
    "source",
    [
        "from rnn_cell import softmax\ndef judged(x):\n    return softmax(x)\n",
        "from rnn_cell import softmax as normal\ndef judged(x):\n    return normal(x)\n",
        "import rnn_cell\ndef judged(x):\n    return rnn_cell.softmax(x)\n",
        "import rnn_cell as cell\ndef judged(x):\n    return cell.softmax(x)\n",
        "from rnn_cell import *\ndef judged(x):\n    return softmax(x)\n",
        "def judged(x):\n    from rnn_cell import softmax as s\n    return s(x)\n",
        "from rnn_cell import softmax\nf = softmax\ndef judged(x):\n    return f(x)\n",
        "def helper(x):\n    return softmax(x)\ndef judged(x):\n    return helper(x)\n",
        "class judged:\n    def step(self, x):\n        return softmax(x)\n",
        "class A:\n  def go(self, x):\n    return softmax(x)\ndef judged(x):\n  A().go(x)\n",
        "def judged(x, f=softmax):\n    return f(x)\n",
        "def start():\n    global f\n    f = softmax\ndef judged(x):\n    return f(x)\n",
        "def start(o):\n    o.f = softmax\ndef judged(o):\n    return o.f(1)\n",
        "if True:\n    f = softmax\ndef judged(x):\n    return f(x)\n",
        "try:\n    f = softmax\nexcept NameError:\n    pass\ndef judged(x):\n    return f(x)\n",
        "judged = lambda x: softmax(x)\n",
        "@softmax\ndef judged(x):\n    return x\n",
        "def judged(x):\n    return globals()['soft' + 'max'](x)\n",
        "def judged(x):\n    return getattr(x, 'soft' + 'max')(x)\n",
        "def judged(x):\n    return table['softmax'](x)\n",
        "T = {}\nT['out'] = softmax\ndef judged(x):\n    return T['out'](x)\n",
        "T = []\nT.append(softmax)\ndef judged(x):\n    return T[0](x)\n",
        "T = {}\nT.update(out=softmax)\ndef judged(x):\n    return T['out'](x)\n",
        "T = {}\ndef fill():\n    T['out'] = softmax\ndef judged(x):\n    return T['out'](x)\n",
        "class A:\n    def __init_subclass__(cls):\n        T.append(cls)\nT = []\n"
        "class B(A):\n    def go(self, x):\n        return softmax(x)\n"
        "def judged(x):\n    return T[0]().go(x)\n",
        "@singledispatch\ndef judged(x):\n    return x\n"
        "@judged.register\ndef _(x: float):\n    return softmax(x)\n",
        "for judged in (lambda x: softmax(x),):\n    pass\n",
        "def judged(x):\n    return x\nglobals()['judged'] = lambda x: table[0](x)\n",
        "def judged(x):\n    return x\ndef put(f):\n    globals()['judged'] = f\nput(softmax)\n",
    ],
)
def test_what_may_be_used(source: str) -> None:
    """By any name, through helpers, classes and tables, and where nobody can tell."""
    assert may_use(source)


@pytest.mark.parametrize(
    "source",
    [
        "from rnn_cell import softmax\ndef judged(x):\n    return x\n",
        "from rnn_cell import softmax, other\ndef judged(x):\n    return other(x)\n",
        "import rnn_cell, numpy as softmax\ndef judged(x):\n    return rnn_cell.other(x)\n",
        "import rnn_cell\ndef judged(x):\n    return rnn_cell.other(x)\n",
        "def forward(x):\n    cache = softmax(x)\n    return cache\ndef judged(cache):\n"
        "    return cache\n",
        "class A:\n    def forward(self, x):\n        return softmax(x)\ndef judged(x):\n"
        "    return x\n",
        "def judged(x):\n    '''Like softmax, but not with it.'''\n    return x\n",
        "def judged(x):\n    return judged(x - 1)\n",
        "T = {}\nT['out'] = softmax\ndef judged(x):\n    return x\n",
        "def other(x):\n    out = {}\n    out['a'] = softmax(x)\n    return out\n"
        "def judged(x):\n    out = {}\n    out['a'] = x\n    return out\n",
        "def look(x):\n    return getattr(x, 'T')\ndef judged(x):\n    return x\n",
        "",
    ],
)
def test_what_cannot_be_used(source: str) -> None:
    """What only others use, or what stands in a comment."""
    assert not may_use(source)


def test_what_a_decorator_keeps_in_a_table() -> None:
    """It leads from the table to who hands something to the decorator, and on to that."""
    cell = "T = {}\ndef out(f):\n    T['out'] = f\n    return f\n@out\n" + SOFTMAX
    assert may_use("from rnn_cell import T\ndef judged(x):\n    return T['out'](x)\n", cell)
    assert not may_use("from rnn_cell import T\ndef judged(x):\n    return x\n", cell)


def test_files_that_python_cannot_read() -> None:
    """They are never run; what is lent in their place can still be used by others."""
    assert not may_use("def judged(x):\n    return x\n", cell="def softmax(x:\n")
    assert may_use("def judged(x):\n    return softmax(x)\n", cell="def softmax(x:\n")


def test_files_that_are_too_deep_to_read() -> None:
    """They may use anything."""
    assert may_use("def judged(x):\n    return x\n", cell="x = " + "-" * 100_000 + "1\n")
