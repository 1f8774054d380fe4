"""What a function does that may outlast its calls is told by its text."""

from __future__ import annotations

import textwrap

import pytest

from grader.source.lasting import may_last
from grader.source.parsing import Parsed

LASTS = [
    "global AXIS\nAXIS = 1",
    "np.tanh = np.sin",
    "del np.tanh",
    "MEMO[z.shape] = z",
    "import sys\nsys.stdout.close()",
    "import decimal\ndecimal.getcontext().prec = 3",
    "HISTORY.append(z)",
    "setattr(np, 'tanh', np.sin)",
    "def inner():\n    np.tanh = np.sin\ninner()",
    "type(z).kept = 1",
    "z.__class__.kept = 1",
    "d = getattr(np, '__dict__')\nd['tanh'] = np.sin",
    "b = __builtins__\nb['range'] = None",
    "lib = np\nlib.tanh = np.sin",
    "kind = np.linalg.norm\nkind.kept = 1",
    "import m",
    "from m import f",
    "threading.Thread(target=run).start()",
    "import torch\ntorch.use_deterministic_algorithms(True)",
]

ENDS = [
    "e = np.exp(z)\ne[0] = 1\nreturn e",
    "out = {}\nout['dx'] = z\nout.update(dy=1)\nreturn out",
    "steps = []\nfor t in z:\n    steps.append(t)\nreturn [s for s in steps]",
    "print(z)\nreturn np.exp(z)",
    "z += 1\nz.sort()",
    "w = z\nw[0] = 1\nfirst = z.T[0]\nfirst[:] = 0",
    "import math\nreturn math.sqrt(z)",
    "out = np.zeros(3)\nnp.divide(z, 2, out=out)\nnp.add.at(out, 0, 1)\nreturn out",
]


def _reads(text: str) -> bool:
    return may_last(Parsed({"m.py": text.encode()}))


@pytest.mark.parametrize("body", LASTS)
def test_what_may_last(body: str) -> None:
    assert _reads("import numpy as np\ndef f(z):\n" + textwrap.indent(body, "    "))


@pytest.mark.parametrize("body", ENDS)
def test_what_ends_with_the_call(body: str) -> None:
    assert not _reads("import numpy as np\ndef f(z):\n" + textwrap.indent(body, "    "))


def test_a_class_keeps_what_is_its_own() -> None:
    """An object's attributes are its own; those of its class, and defaults, are not."""
    assert not _reads(
        "class A(B):\n    def __init__(self, h):\n        self.h = h\n        super().__init__()"
    )
    assert _reads("class A:\n    @classmethod\n    def make(cls, h):\n        cls.h = h")
    assert _reads("def f(z, kept=[]):\n    return z")


def test_a_file_that_is_too_long_may_do_anything() -> None:
    assert _reads("x = 1\n" * 200_000)
