"""A function is judged beside right neighbours where its own ones, near or far, are wrong."""

from __future__ import annotations

import pytest

from grader.intake.submission import Submission
from grader.judging.judge import Judge
from tests.edited import SOLUTIONS, TASK
from tests.judges import JudgeOf

BACKWARD_OF_ITS_OWN = """
import numpy as np
import rnn_cell as cell


def rnn_forward(x, a0, parameters):
    a, ys, caches = [a0], [], []
    for xt in np.moveaxis(x, 2, 0):
        a_next, y, cache = cell.rnn_cell_forward(xt, a[-1], parameters)
        a.append(a_next)
        ys.append(y)
        caches.append(cache)
    return np.stack(a[1:], axis=2), np.stack(ys, axis=2), (caches, x)


def rnn_backward(da, caches):
    carry, dx, total = 0, [], {"dWax": 0, "dWaa": 0, "dba": 0}
    for dat, cache in zip(np.moveaxis(da, 2, 0)[::-1], caches[0][::-1]):
        g = cell.rnn_cell_backward(dat + carry, cache)
        carry = g["da_prev"]
        dx.insert(0, g["dxt"])
        total = {k: v + g[k] for k, v in total.items()}
    return {"dx": np.stack(dx, axis=2), "da0": carry, **total}
"""
"""A sequence whose backward names nothing of what made its caches."""


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of rnn_bptt."""
    return judge_of(TASK.name)


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('parameters["Waa"] @ a_prev', 'parameters["Waa"].T @ a_prev', {"rnn_cell_forward"}),
        ("exp_z = ", "exp_z = np.expp(z) + ", {"softmax"}),
    ],
)
def test_caches_that_a_wrong_step_made(judge: Judge, old: str, new: str, wrong: set[str]) -> None:
    """Wrong caches cost the backward nothing, though it never calls what made them wrong."""
    cell = SOLUTIONS["rnn_cell.py"]
    assert cell.count(old) == 1
    files = {
        **SOLUTIONS,
        "rnn_cell.py": cell.replace(old, new),
        "rnn_sequence.py": BACKWARD_OF_ITS_OWN,
    }
    handed_in = {name: text.encode() for name, text in files.items()}
    report = judge.judge(Submission("sam", handed_in, (), ""), explain=False)
    assert {one.name for one in report.functions if one.score != one.max_score} == wrong


def test_a_right_step_whose_answers_are_of_another_kind(judge: Judge) -> None:
    """Nested lists are right answers; a sequence that takes them for arrays pays nothing."""
    cell = SOLUTIONS["rnn_cell.py"]
    due = "return a_next, yt_pred, ("
    assert cell.count(due) == 1
    files = {
        **SOLUTIONS,
        "rnn_cell.py": cell.replace(due, "return a_next.tolist(), yt_pred.tolist(), ("),
        "rnn_sequence.py": SOLUTIONS["rnn_sequence.py"].replace(
            "a[:, :, t] = a_t", "a[:, :, t] = a_t.reshape(a_t.shape)"
        ),
    }
    assert files["rnn_sequence.py"] != SOLUTIONS["rnn_sequence.py"]
    handed_in = {name: text.encode() for name, text in files.items()}
    report = judge.judge(Submission("tia", handed_in, (), ""), explain=False)
    assert {one.name for one in report.functions if one.score != one.max_score} == set()
    (forward,) = [one for one in report.functions if one.name == "rnn_forward"]
    assert forward.lent == ()
