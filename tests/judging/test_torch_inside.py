"""PyTorch inside a function: what it imports on its own finds what it wants."""

from __future__ import annotations

from grader.intake.submission import Submission
from tests.judges import JudgeOf

BACKWARD = '''

def rnn_cell_backward(da_next, cache):
    """Let PyTorch differentiate the formula of the state."""
    import torch
    from torch.func import vjp

    _, a_prev, xt, parameters = cache

    def step(xt, a_prev, wax, waa, ba):
        return torch.tanh(wax @ xt + waa @ a_prev + ba)

    given = (xt, a_prev, parameters["Wax"], parameters["Waa"], parameters["ba"])
    _, back = vjp(step, *(torch.from_numpy(np.ascontiguousarray(one)) for one in given))
    found = back(torch.from_numpy(np.ascontiguousarray(da_next)))
    names = ("dxt", "da_prev", "dWax", "dWaa", "dba")
    return {name: one.numpy() for name, one in zip(names, found, strict=True)}
'''


def test_gradients_by_torch_func_are_right(judge_of: JudgeOf) -> None:
    """It imports PyTorch's compilers, which ask for a temporary folder and for each other."""
    judge = judge_of("rnn_bptt")
    task = judge.assignment
    files = {name: (task.solutions / name).read_bytes() for name in task.files}
    files["rnn_cell.py"] += BACKWARD.encode()
    report = judge.judge(Submission("sam", files, (), ""), explain=False)
    assert {one.name: one.score for one in report.functions}["rnn_cell_backward"] == 25
