"""What the text of a submission tells of a function."""

from __future__ import annotations

import pytest

from grader.source.parsing import Parsed
from grader.source.reading import Source
from grader.source.used_names import Reach


def of(text: str, function: str = "f", **others: str) -> Source:
    """Return the source of a function in a.py, beside other files."""
    texts = {"a.py": text, **{f"{name}.py": one for name, one in others.items()}}
    files = Parsed({name: one.encode() for name, one in texts.items()})
    return Source(files, lambda: Reach(files), "a.py", function)


@pytest.mark.parametrize(
    ("text", "empty"),
    [
        ("def f(x):\n    pass\n", True),
        ('def f(x):\n    """Words."""\n    ...\n', True),
        ('def f(x):\n    """Words."""\n    x = 1\n', False),
        ("def g(x):\n    pass\ndef f(x):\n    return x\n", False),
        ("def f(x):\n    return x\ndef f(x):\n    pass\n", True),
        (
            "class f:\n    def g(self):\n        pass\n    def h(self, x):\n        return x\n",
            False,
        ),
        ("class f:\n    def h(self, x):\n        pass\n", True),
        ("f = lambda x: x\n", False),
        ("def f(x:\n", False),
    ],
)
def test_whether_anything_is_written(text: str, empty: bool) -> None:
    """A body of words alone is empty; in a class, that of a method that takes something."""
    assert of(text).empty == empty


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("def f(x):\n    return np.zeros((5, n, 1)) + np.sum(x, axis=2)\n", {5}),
        ("def f(x):\n    for t in range(4):\n        x = x + 7\n", {4}),
        ("def f(x):\n    n, m = 5, 10\n    return np.ones([n, m])\n", {5, 10}),
        ("N = 3\ndef f(x):\n    return x.reshape(N, -1)\n", {3}),
        ("def f(x):\n    t = 4\n    while t > 0:\n        x[:, :, t] = 0\n", {4}),
        ("def f(x):\n    a, b = [np.ones(7) for _ in range(2)]\n    return a\n", {7}),
        ("def f(x):\n    digits = 6\n    return round(x, digits)\n", set()),
        ("def f(x):\n    return np.zeros(x.shape)\ndef g():\n    range(9)\n", set()),
        ("f = None\n", set()),
    ],
)
def test_sizes_that_are_written_down(text: str, sizes: set[int]) -> None:
    """Numbers where sizes belong count, by themselves or by a name; others do not."""
    assert of(text).sizes == sizes


@pytest.mark.parametrize(
    ("text", "random"),
    [
        ("def f(x):\n    return x + np.random.normal()\n", True),
        ("drop = torch.nn.Dropout(0.2)\ndef f(x):\n    return drop(x)\n", True),
        ("np.random.seed(1)\ndef f(x):\n    return x\n", False),
        ("def g(x):\n    return np.random.rand()\ndef f(x):\n    return g(x)\n", True),
        ("rng = np.random.default_rng()\ndef f(x):\n    return x + rng.normal()\n", True),
        ("x = np.random.rand()\ndef f(x):\n    return x\n", False),
        ("def g(x):\n    return np.random.rand()\ndef f(x):\n    return x\n", False),
    ],
)
def test_whether_random_numbers_are_used(text: str, random: bool) -> None:
    """Only what the function may come to use counts."""
    assert of(text).random == random


@pytest.mark.parametrize(
    ("text", "keeps"),
    [
        ("TOTAL = {}\ndef f(x):\n    TOTAL['x'] = x\n", True),
        ("def f(x, total=[]):\n    total.append(x)\n", True),
        ("N = 0\ndef f(x):\n    global N\n    N += 1\n", True),
        ("def g(x, t=[]):\n    t.append(x)\ndef f(x):\n    g(x)\n", True),
        ("def g(x, t=[]):\n    t.append(x)\ndef f(x):\n    return x\n", False),
        ("TOTAL = {}\ndef f(x):\n    return x\n", False),
        ("def f(x, axis=0):\n    total = []\n    return total\n", False),
    ],
)
def test_whether_something_is_kept(text: str, keeps: bool) -> None:
    """A container or a global outlives the call; what the function makes itself does not."""
    assert of(text).keeps == keeps


def test_where_float32_may_come_from() -> None:
    """From the file itself, or from one that it names."""
    assert of("x = np.float32(1)\n").imprecise
    assert of("from layers import g\n", layers="import torch\n").imprecise
    assert not of("import numpy\n", layers="import torch\n").imprecise


def test_whose_line_it_is() -> None:
    """A line belongs to the function or class at the top of its file, if to any."""
    text = "import numpy\nclass f:\n    def g(self):\n        return 1\n"
    source = of(text, b="def h():\n    pass\n", broken="def (:\n")
    assert source.owner("a.py", 4) == "f"
    assert source.owner("a.py", 1) == ""
    assert source.owner("b.py", 2) == "h"
    assert source.owner("broken.py", 1) == source.owner("none.py", 1) == ""
    assert source.around(4) == source.own == "class f:\n    def g(self):\n        return 1"
    assert source.defines("f")
    assert not source.defines("g")
