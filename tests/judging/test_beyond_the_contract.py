"""What student work has beyond the contract costs nobody else, where a neighbour of it is wrong."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from grader.judging.judge import Judge
from grader.phrases import Phrases
from tests.edited import SOLUTIONS, TASK, Change, judged, who_pays
from tests.judges import JudgeOf

CELL, SEQUENCE, TORCH = "rnn_cell.py", "rnn_sequence.py", "numpy_vs_torch.py"
WRONG_STEP = (CELL, "a_next = np.tanh(", "a_next = np.sin(")
RAISES = (CELL, "a_next = np.tanh(", "raise ValueError\n    a_next = np.tanh(")
WITH_STEP = (SEQUENCE, "a_t, parameters)", "a_t, parameters, t)")
DEMO = """
p = {"Wax": np.ones((4, 2)), "Waa": np.eye(4), "Wya": np.ones((2, 4)), "ba": 0.0, "by": 0.0}
a, y, c = rnn_forward(np.ones((2, 3, 2)), np.zeros((4, 3)), p)
print(rnn_backward(a, c)["dx"])
"""
WRONG_CELL = (TORCH, "self.carried = dz @", "self.carried = -dz @")
OF_TORCH = "import torch\nfrom torch.nn.functional import softmax"
USED = "assert torch.is_tensor(torch.nn.functional.softmax(torch.zeros(1), 0))"
MADE = "cell = RNNCell(*(weight.detach().numpy() for weight in weights))"
DECORATED = """def counted(function):
    calls = []

    def call(*args):
        calls.append(args)
        return function(*args)

    return call


@counted
def softmax("""
OTHER_NAMES = """RNNCell = Cell
KINDS = {"tanh": Cell}


def compare_with_torch(rnn, x, h0, dh, made=RNNCell)"""
DERIVED = """class OfTorch(RNNCell):
    def __init__(self, weights):
        super().__init__(*(weight.detach().numpy() for weight in weights))
        self.weights = weights

    def sizes(self):
        return self.weights[0].shape

    @property
    def dw_hh_stack(self):
        return self._hidden

    @dw_hh_stack.setter
    def dw_hh_stack(self, kept):
        self._hidden = kept


def compare_with_torch("""
BOUND = """class _Network:
    softmax, forward = _softmax, _forward


softmax, rnn_cell_forward = _Network().softmax, _Network().forward


def rnn_cell_backward("""
OF_A_PARTIAL = """from functools import partial

columns = softmax = partial(_softmax)


def _forward("""
OBJECT = """class _Step:
    def __call__(self, *given):
        return _forward(*given)


rnn_cell_forward = step = _Step()


def rnn_cell_backward("""
ORDER = """

class _Of(type):
    def mro(cls):
        return [cls, object]

    def __getattribute__(cls, name):
        raise SystemExit




class _Odd(metaclass=_Of):
    pass
"""
BY_ITSELF = """import numpy as np
from rnn_cell import *


def rnn_forward(x, a0, p):
    a, y, kept = np.empty((*a0.shape, x.shape[2])), [], []
    before = a0
    for t in range(x.shape[2]):
        a[:, :, t] = np.tanh(p["Wax"] @ x[:, :, t] + p["Waa"] @ before + p["ba"])
        kept.append((a[:, :, t], before, x[:, :, t], p))
        before = a[:, :, t]
        e = np.exp(p["Wya"] @ before + p["by"])
        y.append(e / e.sum(axis=0))
    return a, np.stack(y, axis=2), (kept, x)


def rnn_backward(da, caches):
    kept, x = caches
    p, back = kept[0][3], np.zeros(da.shape[:2])
    dx, found = np.empty(x.shape), {name: np.zeros(p[name].shape) for name in ("Wax", "Waa", "ba")}
    for t in reversed(range(da.shape[2])):
        a, before, xt, _ = kept[t]
        dz = (da[:, :, t] + back) * (1 - a**2)
        dx[:, :, t], back = p["Wax"].T @ dz, p["Waa"].T @ dz
        for name, times in zip(found, (xt.T, before.T, np.ones((dz.shape[1], 1))), strict=True):
            found[name] += dz @ times
    return {"dx": dx, "da0": back, **{f"d{name}": one for name, one in found.items()}}
"""
NAMED = """from typing import Any, NamedTuple


class Sizes(NamedTuple):
    n_x: int
    n_a: int
    n_y: int
    m: int


class Cache(NamedTuple):
    a_next: Any
    a_prev: Any
    xt: Any
    parameters: Any


def softmax("""
WRONG_BACK = (CELL, "(1 - a_next**2)", "(1 - a_next)")
BY_OTHER_NAMES: list[Change] = [
    (
        CELL,
        "def rnn_cell_forward(xt, a_prev, parameters):",
        "def rnn_cell_forward(x_t, h_prev, p):\n    xt, a_prev, parameters = x_t, h_prev, p",
    ),
    (
        CELL,
        "def rnn_cell_backward(da_next, cache):",
        "def rnn_cell_backward(dh, store):\n    da_next, cache = dh, store",
    ),
    (SEQUENCE, "(x[:, :, t], a_t, parameters)", "(x[:, :, t], p=parameters, h_prev=a_t)"),
    (
        SEQUENCE,
        "(da[:, :, t] + da_prev, cell_caches[t])",
        "(store=cell_caches[t], dh=da[:, :, t] + da_prev)",
    ),
]
PASSES_ON = """def noted(function):
    def call(*args, **named):
        return function(*args, **named)

    return call


@noted
def rnn_cell_forward("""
TABLE: list[Change] = [
    (CELL, 'softmax(parameters["Wya"] @ a_next', 'OF["y"][0](parameters["Wya"] @ a_next'),
    (CELL, "def rnn_cell_forward(", 'OF = {"y": [softmax]}\n\n\ndef rnn_cell_forward('),
]
KEEPS = "from functools import lru_cache\n\n\n@lru_cache\ndef softmax("
VECTORIZED = """@np.vectorize
def softmax(z):
    return np.exp(z)


def _softmax("""
FROM_KEPT = "from functools import lru_cache\n\nfrom kept import OF, register\n"
OF_A_CLASS = """class softmax:
    def __new__(cls, z):
        return _softmax(z) + 1


def _softmax("""
KEPT_ELSEWHERE = """@lru_cache
def softmax(z):
    return np.exp(z)


register("y", (0, softmax))


def _softmax("""
OF_ITS_WEIGHTS = """    def __init__(self, W, U, b, c):
        self._start(W, U, b, c)

    def _start("""
READ_BY_NAME = """a_next, a_prev = cache.a_next, cache.a_prev
    xt, parameters = cache.xt, cache.parameters"""

CASES: Mapping[str, tuple[list[Change], set[str]]] = {
    "a parameter by name": (
        [
            (CELL, "def softmax(z)", "def softmax(z, axis=0)"),
            (CELL, "np.sum(exp_z, axis=0, keepdims=True)", "np.sum(exp_z)"),
            (CELL, 'a_next + parameters["by"])', 'a_next + parameters["by"], axis=0)'),
        ],
        {"softmax"},
    ),
    "a table and a default": (
        [
            (CELL, "np.sum(exp_z, axis=0, keepdims=True)", "np.sum(exp_z)"),
            (CELL, "def rnn_cell_forward(", 'OF = {"y": softmax}\n\n\ndef rnn_cell_forward('),
            (CELL, 'softmax(parameters["Wya"] @ a_next', 'OF["y"](parameters["Wya"] @ a_next'),
            (SEQUENCE, "def rnn_backward(da, caches)", "def rnn_backward(da, caches, step=STEP)"),
            (SEQUENCE, "def rnn_forward(", "STEP = rnn_cell_backward\n\n\ndef rnn_forward("),
            (SEQUENCE, "gradients = rnn_cell_backward(", "gradients = step("),
            (CELL, "(1 - a_next**2)", "(1 + a_next**2)"),
        ],
        {"softmax", "rnn_cell_backward"},
    ),
    "a function of a library": (
        [
            (CELL, "def rnn_cell_forward(", f"{OF_TORCH}\n\n\ndef rnn_cell_forward("),
            (CELL, "    a_next = np.tanh(", f"    {USED}\n    a_next = np.tanh("),
        ],
        {"softmax"},
    ),
    "a parameter in its place": (
        [
            WRONG_STEP,
            (CELL, "(xt, a_prev, parameters):", "(xt, a_prev, parameters, t=0):"),
            WITH_STEP,
        ],
        {"rnn_cell_forward"},
    ),
    "an argument that its own does not take": (
        [WRONG_STEP, WITH_STEP],
        {"rnn_cell_forward", "rnn_forward"},
    ),
    "a demo that a neighbour spoils": (
        [RAISES, (SEQUENCE, "", DEMO)],
        {"rnn_cell_forward"},
    ),
    "a demo that is wrong beside right neighbours": (
        [(SEQUENCE, "", DEMO.replace("(4, 3)", "(5, 3)"))],
        {"rnn_forward", "rnn_backward"},
    ),
    "a parameter and methods of a class": (
        [
            WRONG_CELL,
            (TORCH, "bias_ih, bias_hh):", "bias_ih, bias_hh, kind='tanh'):"),
            (
                TORCH,
                "    def backward(",
                "    forward = step = __call__\n\n    @property\n    def steps_so_far(self):\n"
                "        return len(self.kept)\n\n    def reset(self):\n        self.kept = []\n\n"
                "    @staticmethod\n    def row(h):\n        return h[0]\n\n    def backward(",
            ),
            (
                TORCH,
                MADE,
                f"{MADE[:-1]}, kind='tanh')\n    cell.reset()\n    assert cell.steps_so_far == 0",
            ),
            (TORCH, "h = h0[0]", "h = cell.row(h0)"),
            (
                TORCH,
                "h = cell(x_t, h)",
                "h = cell.forward(x_t, h) if len(hidden) else cell.step(x_t, h)",
            ),
        ],
        {"RNNCell"},
    ),
    "a method that PyTorch calls": (
        [
            WRONG_CELL,
            (
                TORCH,
                "def __call__(",
                "def __call__(self, x, h):\n        return self.forward(x, h)\n\n    def forward(",
            ),
            (TORCH, "h = cell(x_t, h)", "h = cell.forward(x_t, h)"),
        ],
        {"RNNCell"},
    ),
    "a decorator and a table": (
        [
            (CELL, "np.sum(exp_z, axis=0, keepdims=True)", "np.sum(exp_z)"),
            (CELL, "def softmax(", DECORATED),
            (CELL, "def rnn_cell_forward(", "OF = [softmax]\n\n\ndef rnn_cell_forward("),
            (CELL, 'softmax(parameters["Wya"] @ a_next', 'OF[0](parameters["Wya"] @ a_next'),
        ],
        {"softmax"},
    ),
    "a class under other names": (
        [
            (TORCH, "class RNNCell:", "class Cell:"),
            WRONG_CELL,
            (TORCH, "def compare_with_torch(rnn, x, h0, dh)", OTHER_NAMES),
            (TORCH, MADE, MADE.replace("RNNCell", "(made if len(x) > 1 else KINDS['tanh'])")),
        ],
        {"RNNCell"},
    ),
    "a partial of a class": (
        [
            (TORCH, "class RNNCell:", "class Cell:"),
            WRONG_CELL,
            (
                TORCH,
                "def compare_with_torch(",
                "import functools\n\nRNNCell = functools.partial(Cell)\n\n\n"
                "def compare_with_torch(",
            ),
            (TORCH, MADE, MADE.replace("RNNCell", "Cell")),
        ],
        {"RNNCell"},
    ),
    "a class that another derives from": (
        [
            WRONG_CELL,
            (TORCH, "def compare_with_torch(", DERIVED),
            (TORCH, MADE, "cell = OfTorch(weights)\n    assert cell.sizes() and cell.weights"),
        ],
        {"RNNCell"},
    ),
    "methods of an object": (
        [
            (CELL, "np.sum(exp_z, axis=0, keepdims=True)", "np.sum(exp_z)"),
            (CELL, "def softmax(z)", "def _softmax(self, z)"),
            (CELL, "softmax(parameters[", "self.softmax(parameters["),
            (CELL, "def rnn_cell_forward(xt", "def _forward(self, xt"),
            (CELL, "def rnn_cell_backward(", BOUND),
        ],
        {"softmax"},
    ),
    "caches with names beside a wrong step": (
        [
            WRONG_STEP,
            (CELL, "def softmax(", NAMED),
            (CELL, "(a_next, a_prev, xt, parameters)\n", "Cache(a_next, a_prev, xt, parameters)\n"),
            (CELL, "a_next, a_prev, xt, parameters = cache", READ_BY_NAME),
            (SEQUENCE, "cell_caches.append(cache)", "cell_caches.append(cache)\n        cache.xt"),
        ],
        {"rnn_cell_forward"},
    ),
    "a partial under another name": (
        [
            (CELL, "np.sum(exp_z, axis=0, keepdims=True)", "np.sum(exp_z)"),
            (CELL, "def softmax(", "def _softmax("),
            (CELL, 'softmax(parameters["Wya"] @ a_next', 'columns(parameters["Wya"] @ a_next'),
            (CELL, "def rnn_cell_forward(", OF_A_PARTIAL),
            (CELL, "def rnn_cell_backward(", OBJECT),
        ],
        {"softmax"},
    ),
    "an object of a wrong step under another name": (
        [
            WRONG_STEP,
            (CELL, "def rnn_cell_forward(", "def _forward("),
            (CELL, "def rnn_cell_backward(", OBJECT),
            (
                SEQUENCE,
                "import rnn_cell_backward, rnn_cell_forward",
                "import rnn_cell_backward, step",
            ),
            (SEQUENCE, "= rnn_cell_forward(", "= step("),
        ],
        {"rnn_cell_forward"},
    ),
    "parameters under other names": (
        [WRONG_STEP, WRONG_BACK, *BY_OTHER_NAMES],
        {"rnn_cell_forward", "rnn_cell_backward"},
    ),
    "parameters under other names, decorated": (
        [WRONG_STEP, *BY_OTHER_NAMES, (CELL, "def rnn_cell_forward(", PASSES_ON)],
        {"rnn_cell_forward"},
    ),
    "an argument under a name that its own has not": (
        [WRONG_STEP, (SEQUENCE, "a_t, parameters)", "a_t, params=parameters)")],
        {"rnn_cell_forward", "rnn_forward"},
    ),
    "parameters of a class under other names": (
        [
            WRONG_CELL,
            (TORCH, "    def __init__(", OF_ITS_WEIGHTS),
            (TORCH, "def backward(self, dh):", "def backward(self, grad):\n        dh = grad"),
            (TORCH, "def __call__(self, x, ", "def __call__(self, X, "),
            (TORCH, "to another sequence.\n", "to another sequence.\n        x = X\n"),
            (TORCH, "cell(x_t, h)", "cell(prev_hidden=h, X=x_t)"),
            (TORCH, "cell.backward(dh_t)", "cell.backward(grad=dh_t)"),
            (
                TORCH,
                MADE,
                'cell = RNNCell(**{k: one.detach().numpy() for k, one in zip("UWbc", '
                "[weights[1], weights[0], *weights[2:]])})",
            ),
        ],
        {"RNNCell"},
    ),
    "a wrong step that is called out of a table": (
        [
            (CELL, "dz = da_next * (1 - a_next**2)", "dz = da_next * (1 - a_next)"),
            (CELL, "", "\n\nSTEPS = {}\nSTEPS.update(back=rnn_cell_backward)\n"),
            (
                SEQUENCE,
                "import rnn_cell_backward, rnn_cell_forward",
                "import STEPS, rnn_cell_forward",
            ),
            (SEQUENCE, "gradients = rnn_cell_backward(", 'gradients = STEPS["back"]('),
        ],
        {"rnn_cell_backward"},
    ),
    "gradients under names that NumPy made": (
        [
            (CELL, '"dxt": parameters', 'np.array(["dxt"])[0]: parameters'),
        ],
        set(),
    ),
    "a table of what keeps its answers": (
        [*TABLE, (CELL, "def softmax(", KEEPS)],
        {"softmax"},
    ),
    "a table of an object of a library": (
        [*TABLE, (CELL, "def softmax(", VECTORIZED)],
        {"softmax"},
    ),
    "a table of a class": (
        [*TABLE, (CELL, "def softmax(", OF_A_CLASS)],
        {"softmax"},
    ),
    "a table in another file, and a default": (
        [
            ("kept.py", "", "OF = {}\n\n\ndef register(name, one):\n    OF[name] = one\n"),
            (CELL, "import numpy as np\n", "import numpy as np\n\n" + FROM_KEPT),
            (CELL, "def softmax(", KEPT_ELSEWHERE),
            (CELL, "a_prev, parameters):", "a_prev, parameters, y=softmax):"),
            (
                CELL,
                'softmax(parameters["Wya"] @ a_next',
                '(y if xt.shape[1] > 1 else OF["y"][1])(parameters["Wya"] @ a_next',
            ),
        ],
        {"softmax"},
    ),
    "a namespace that a wrong step only uses": (
        [
            (
                CELL,
                "dz = da_next * (1 - a_next**2)",
                "given = SimpleNamespace(da=da_next)\n    dz = given.da * (1 - a_next)",
            ),
            (CELL, "import numpy as np", "import numpy as np\nfrom types import SimpleNamespace"),
        ],
        {"rnn_cell_backward"},
    ),
    "a wrong step that asks for tensors only": (
        [
            (
                CELL,
                "dz = da_next * (1 - a_next**2)",
                "if torch.is_tensor(da_next):\n"
                "        raise TypeError\n    dz = da_next * (1 - a_next)",
            ),
            (CELL, "np.sum(dz, axis=1, keepdims=True)", "dz.sum(axis=1, keepdims=True)"),
            (CELL, "import numpy as np", "import numpy as np\nimport torch"),
        ],
        {"rnn_cell_backward"},
    ),
    "a file without its own name": ([(CELL, "", "\ndel __name__\n")], set()),
    "a class of a class with an order of its own": ([(CELL, "", ORDER)], set()),
    "a file of its own that others import from": (
        [
            ("cells.py", "", SOLUTIONS[CELL].replace("a_next = np.tanh(", "a_next = np.sin(")),
            (CELL, SOLUTIONS[CELL], "from cells import *"),
            (SEQUENCE, "from rnn_cell import", "from cells import"),
        ],
        {"rnn_cell_forward"},
    ),
    "a file that cannot be read, imported and not used": (
        [(CELL, "", "def (:\n"), (SEQUENCE, SOLUTIONS[SEQUENCE], BY_ITSELF)],
        {"softmax", "rnn_cell_forward", "rnn_cell_backward"},
    ),
    "a method that its class has not": (
        [WRONG_CELL, (TORCH, MADE, f"{MADE}\n    cell.reset()")],
        {"RNNCell", "compare_with_torch"},
    ),
}
"""By name, what is changed in the solutions, and who pays for it."""


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of rnn_bptt."""
    return judge_of(TASK.name)


@pytest.mark.parametrize("name", CASES)
def test_what_goes_beyond_the_contract(judge: Judge, name: str) -> None:
    """Parameters, methods and demos of its own cost whom they belong to, and nobody else."""
    changes, pay = CASES[name]
    assert who_pays(judge, changes) == pay


def test_which_file_fails_at_import(judge: Judge) -> None:
    """It is the one that tries something out, wherever that raises."""
    found = judged(judge, [(SEQUENCE, "", "rnn_cell_backward(None, ())\n")])["rnn_backward"]
    assert found.finding is not None
    line = len(SOLUTIONS[SEQUENCE].splitlines()) + 1
    assert Phrases.load().what(found.finding) == (
        "Importing rnn_sequence.py raises ValueError (not enough values to unpack) "
        f"at line {line}: rnn_cell_backward(None, ())"
    )


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("return 1", "'return' outside function"),
        ("def f(a, a): pass", "duplicate argument 'a' in function definition"),
    ],
)
def test_what_python_reads_and_makes_no_code_of(judge: Judge, line: str, why: str) -> None:
    """It is a syntax error as well, though the file is a tree, and no code that fails."""
    found = judged(judge, [(CELL, "", f"{line}\n")])
    finding = found["softmax"].finding
    assert finding is not None
    at = len(SOLUTIONS[CELL].splitlines()) + 1
    said = f"Python cannot read line {at} of rnn_cell.py ({why}): {line}"
    assert Phrases.load().what(finding) == said
    assert found["rnn_backward"].score == found["rnn_backward"].max_score


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "import asyncio; asyncio.run(asyncio.sleep(0))",
            "runs an event loop as soon as it is imported, which takes a socket, and none is "
            "allowed here",
        ),
        (
            "import subprocess; subprocess.run(['git', 'log'])",
            "starts a process as soon as it is imported, which is not allowed here",
        ),
        (
            "import multiprocessing as mp; mp.Pool(2)",
            "starts a process as soon as it is imported, which is not allowed here",
        ),
        (
            "import urllib.request as web; web.urlopen('http://example.org')",
            "opens a network connection as soon as it is imported, and there is no network",
        ),
        (
            "import os; os.kill(os.getpid(), 9)",
            "tries something at import that is not allowed here",
        ),
    ],
)
def test_what_an_import_may_not_do_is_said(judge: Judge, line: str, said: str) -> None:
    """The student's own machine allows it, so that the name of an exception would say little."""
    found = judged(judge, [(CELL, "", f"{line}\n")])
    finding = found["softmax"].finding
    assert finding is not None
    at = len(SOLUTIONS[CELL].splitlines()) + 1
    assert Phrases.load().what(finding) == f"Line {at} of rnn_cell.py {said}: {line}"
    assert found["rnn_backward"].score == found["rnn_backward"].max_score


def test_who_asks_who_and_where_it_is_pays_nothing(judge: Judge) -> None:
    """Nobody is logged in where it is judged, and its folder is not on the disk."""
    asks = (
        "import getpass, os, pathlib\nprint(getpass.getuser(), os.getlogin())\n"
        "print(pathlib.Path.home())\n"
        "for folder in os.path.dirname(__file__), pathlib.Path(__file__).resolve().parent:\n"
        "    os.chdir(folder)\n"
    )
    assert all(one.score == one.max_score for one in judged(judge, [(CELL, "", asks)]).values())


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('dict.fromkeys([f"k{number}" for number in range(6_000)], 0.0)', {"too large answer"}),
        ('dict.fromkeys([f"k{number}" for number in range(30_000)], 0.0)', {"too large answer"}),
        ('{"k": np.zeros(393_000)}', {"too large answer"}),
        ('{"k": np.zeros(5_000_000)}', set()),
    ],
)
def test_what_is_too_large_is_not_called_changed(judge: Judge, more: str, said: set[str]) -> None:
    """Where no room is left to look at what was given, nothing else is said of it."""
    wrong = judged(judge, [(CELL, "    return {\n", f"    return {more} | {{\n")])
    assert said == {
        one.finding and one.finding.kind for one in wrong.values() if one.score != one.max_score
    }
