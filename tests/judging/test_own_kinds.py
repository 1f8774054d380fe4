"""Right work that reads a wrong neighbour's answers by names, or as tensors, keeps its points."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from grader.judging.judge import Judge
from grader.phrases import Phrases
from tests.edited import TASK, Change, judged, who_pays
from tests.judges import JudgeOf

CELL, SEQUENCE = "rnn_cell.py", "rnn_sequence.py"

WRONG_STEP = (CELL, "a_next = np.tanh(", "a_next = np.sin(")
WRONG_BACK = (CELL, "dz = da_next * (1 - a_next**2)", "dz = da_next * (1 - a_next)")
CACHE = "(a_next, a_prev, xt, parameters)\n"
UNPACKED = "a_next, a_prev, xt, parameters = cache"
PARTS = """a_next, a_prev = past(cache)
    xt, parameters = cache.xt, cache.parameters"""
TWO_OF_FOUR = """from collections import namedtuple

Cache = namedtuple("Cache", "a_next a_prev xt parameters")
Sizes = namedtuple("Sizes", "n_x n_a n_y m")


def past(cache):
    return cache.a_next, cache.a_prev


def softmax("""
OF_ITEMS = """class Cache(tuple):
    __slots__ = ()
    a_next = property(lambda self: self[0])
    a_prev = property(lambda self: self[1])
    xt = property(lambda self: self[2])
    parameters = property(lambda self: self[3])


def past(cache):
    return cache.a_next, cache.a_prev


def softmax("""
MADE_OF_PARTS = """class Cache(tuple):
    def __new__(cls, a_next, a_prev, xt, parameters):
        return super().__new__(cls, (a_next, a_prev, xt, parameters))

    def __init__(self, *parts):
        self.a_next, self.a_prev, self.xt, self.parameters = parts


def past(cache):
    return cache.a_next, cache.a_prev


def softmax("""
BY_ATTRIBUTE: list[Change] = [
    (SEQUENCE, f'gradients["{name}"]', f"gradients.{name}")
    for name in ("dxt", "da_prev", "dWax", "dWaa", "dba")
]
OPEN = """class Gradients(dict):
    __getattr__ = dict.__getitem__


def rnn_cell_backward("""
BUNCH = """class Gradients(dict):
    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.__dict__ = self


def rnn_cell_backward("""
OF_FIELDS = """from collections import namedtuple

Gradients = namedtuple("Gradients", "dba dWaa dWax da_prev dxt")


def rnn_cell_backward("""
UNUSED = """class Gradients(dict):
    __getattr__ = dict.__getitem__

    def __init__(self, *given, **named):
        raise ValueError


def rnn_cell_backward("""
RETURNED = (CELL, "return {\n", "return Gradients(**{\n")
END = "np.sum(dz, axis=1, keepdims=True),\n    }\n"


def with_cache(kind: str, made: str) -> list[Change]:
    """Return what has caches read by names."""
    return [
        WRONG_STEP,
        (CELL, "def softmax(", kind),
        (CELL, CACHE, f"{made}\n"),
        (CELL, UNPACKED, PARTS),
    ]


def with_gradients(kind: str) -> list[Change]:
    """Return what has gradients read by names."""
    return [
        WRONG_BACK,
        *BY_ATTRIBUTE,
        (CELL, "def rnn_cell_backward(", kind),
        RETURNED,
        (CELL, END, END.replace("}", "})")),
    ]


MADE = "Cache(a_next, a_prev, xt, parameters)"
CASES: Mapping[str, tuple[list[Change], set[str]]] = {
    "one of two named tuples": (with_cache(TWO_OF_FOUR, MADE), {"rnn_cell_forward"}),
    "two that are read alike": (
        [
            *with_cache(TWO_OF_FOUR, MADE),
            (CELL, "dz = da_next", "s = Sizes(*xt.shape, *a_prev.shape)\n    dz = da_next"),
            (CELL, '"dxt":', '"dxt": 0 * s.n_x + 0 * s.n_a + 0 * s.n_y + 0 * s.m +'),
        ],
        {"rnn_cell_forward"},
    ),
    "a tuple with properties": (
        with_cache(OF_ITEMS, MADE.replace("Cache(", "Cache((") + ")"),
        {"rnn_cell_forward"},
    ),
    "a tuple made of its parts": (with_cache(MADE_OF_PARTS, MADE), {"rnn_cell_forward"}),
    "entries as attributes": (with_gradients(OPEN), {"rnn_cell_backward"}),
    "attributes that are the entries": (with_gradients(BUNCH), {"rnn_cell_backward"}),
    "fields in place of keys": (with_gradients(OF_FIELDS), {"rnn_cell_backward"}),
    "attributes that its own gradients have not": (
        [WRONG_BACK, *BY_ATTRIBUTE, (CELL, "def rnn_cell_backward(", OPEN)],
        {"rnn_cell_backward", "rnn_backward"},
    ),
    "a class that takes no entries": (
        [*with_gradients(UNUSED)[:1], *with_gradients(UNUSED)[-3:]],
        {"rnn_cell_backward"},
    ),
}
"""By name, what is changed in the solutions, and who pays for it."""


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of rnn_bptt."""
    return judge_of(TASK.name)


@pytest.mark.parametrize("name", CASES)
def test_what_is_read_by_names(judge: Judge, name: str) -> None:
    """Who reads what the submission's own would have made pays nothing for what is wrong in it."""
    changes, pay = CASES[name]
    assert who_pays(judge, changes) == pay


def test_what_has_no_attributes_is_said(judge: Judge) -> None:
    """Its own gradients are a dict: that they have none is true."""
    changes, _ = CASES["attributes that its own gradients have not"]
    finding = judged(judge, changes)["rnn_backward"].finding
    assert finding is not None
    assert "'dict' object has no attribute 'da_prev'" in Phrases.load().what(finding)


TENSORS: list[Change] = [
    (CELL, "def softmax(", "import torch\n\n\ndef softmax("),
    (CELL, "exp_z = np.exp(z - np.max(z, axis=0, keepdims=True))", "z = torch.as_tensor(z)"),
    (CELL, "exp_z / np.sum(exp_z, axis=0, keepdims=True)", "torch.softmax(z, dim=0)"),
    (
        CELL,
        "a_next = np.tanh(",
        "given = parameters\n    parameters = {k: torch.as_tensor(v) for k, v in given.items()}\n"
        "    xt, a_prev = torch.as_tensor(xt), torch.as_tensor(a_prev)\n    a_next = torch.sin(",
    ),
    (SEQUENCE, "a[:, :, t] = a_t", "a[:, :, t] = a_t.clone().numpy()"),
]


def test_tensors_in_place_of_arrays(judge: Judge) -> None:
    """Where the submission's own answers with tensors a lent one does, and not where it may not."""
    found = judged(judge, TENSORS)
    lost = {one for one, result in found.items() if result.score != result.max_score}
    assert lost == {"rnn_cell_forward"}
    in_arrays = [
        *TENSORS[:-1],
        (CELL, CACHE, f"{CACHE.strip()}\n".replace("(a_next,", "(a_next.numpy(),")),
        (SEQUENCE, "a[:, :, t] = a_t", "a[:, :, t] = a_t.copy()"),
    ]
    found = judged(judge, in_arrays)
    assert found["rnn_forward"].score == found["rnn_forward"].max_score
