"""Two lines of which each mends all, where they stand apart: both are named, as what they are."""

from __future__ import annotations

import pytest

from grader.phrases import Phrases
from tests.edited import TASK, result
from tests.judges import JudgeOf

CELL = """
class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.weight_ih, self.weight_hh = weight_ih, weight_hh
        self.bias_ih, self.bias_hh = bias_ih, bias_hh
        self.inputs, self.before, self.after, self.carried = [], [], [], None
        self.dx_list = []
        self.dw_ih_stack, self.dw_hh_stack = [], []
        self.db_ih_stack, self.db_hh_stack = [], []

    def __call__(self, x, prev_hidden):
        if not self.inputs:
            self.carried, self.dx_list = None, []
            self.dw_ih_stack, self.dw_hh_stack = [], []
            self.db_ih_stack, self.db_hh_stack = [], []
        hidden = np.tanh(
            x @ self.weight_ih.T
            + prev_hidden @ self.weight_hh.T
            + self.bias_ih
            + self.bias_hh
        )
        self.inputs.append(x)
        self.before.append(prev_hidden)
        self.after.append(hidden)
        return hidden

    def backward(self, dh):
        x, hidden = self.inputs.pop(), self.after.pop()
        before = self.before.pop(0)
        dz = (dh if self.carried is None else dh + self.carried) * (1 - hidden**2)
        self.carried = dz @ self.weight_hh
        self.dx_list.insert(0, dz @ self.weight_ih)
        self.dw_ih_stack.append(dz.T @ x)
        self.dw_hh_stack.append(dz.T @ before)
        self.db_ih_stack.append(dz)
        self.db_hh_stack.append(dz)
        return self.dx_list
"""


@pytest.mark.parametrize(
    ("language", "where", "step"),
    [
        (
            "en",
            "Lines {} and {} of numpy_vs_torch.py do not go together: a change in either of them "
            "alone makes every case right.",
            "say in words what line {} of numpy_vs_torch.py does, and what line {} takes it to "
            "have done",
        ),
        (
            "zh",
            "numpy_vs_torch.py 第 {} 行和第 {} 行对不上：只改其中任何一行，所有情形就都正确。",
            "用话说出 numpy_vs_torch.py 第 {} 行做了什么，以及第 {} 行以为它做了什么",
        ),
    ],
)
def test_what_is_put_at_one_end_and_taken_from_the_other(
    judge_of: JudgeOf, language: str, where: str, step: str
) -> None:
    """Neither line is wrong by itself."""
    file = TASK.solution["numpy_vs_torch.py"].decode()
    at = file.index("def compare_with_torch")
    found = result(judge_of(TASK.name), "RNNCell", (file[at:], f"{CELL}\n\n{file[at:]}"))
    lines = f"{file[:at]}{CELL}".splitlines()
    put, taken = (
        next(n for n, line in enumerate(lines, 1) if one in line)
        for one in ("self.before.append", "self.before.pop(0)")
    )
    phrases = Phrases.load(language)
    assert phrases.where(found) == where.format(put, taken)
    assert phrases.next(found) == step.format(put, taken)
