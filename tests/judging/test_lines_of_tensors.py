"""The line of what goes wrong where PyTorch computes what NumPy does in the solution."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.intake.submission import Submission
from grader.judging.judge import Judge
from tests.judges import JudgeOf
from tests.placed import named

GOLDEN = Path(__file__).parents[1] / "golden" / "long_term"
PENALTY = "(l1 * W.abs().sum() + l2 / 2 * (W**2).sum()).backward()"
STATES = """import torch


def residual_forward(x, h0, parameters):
    Wax, Waa, ba = (torch.tensor(parameters[name]) for name in ("Wax", "Waa", "ba"))
    x, h = torch.tensor(x), torch.tensor(h0)
    states, steps = [], []
    for t in range(x.shape[2]):
        g = torch.tanh(Wax @ x[:, :, t] + Waa @ h / ba)
        steps.append((x[:, :, t].numpy(), h.numpy(), g.numpy()))
        h = h + g
        states.append(h)
    return torch.stack(states, dim=2), (steps, parameters)


"""
WITH_A_HELPER = """import torch


def tensors(arrays):
    return {name: torch.tensor(array) for name, array in arrays.items()}


def weight_decay(gradients, parameters, l1=0.0, l2=0.0):
    made = tensors(gradients)
    for name in parameters:
        if name.startswith("W") and "d" + name in made:
            W = torch.tensor(parameters[name])
            made["d" + name] = made["d" + name] + l1 // torch.sign(W) + l2 * W
    return made


"""


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of long_term_dependencies."""
    return judge_of("long_term_dependencies")


def _changed(path: Path, old: str, new: str) -> tuple[str, int]:
    """Return a golden file with a line changed, and the number of that line."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    return text.replace(old, new), 1 + text[: text.index(old)].count("\n")


def test_a_state_that_pytorch_computes_is_named(judge: Judge) -> None:
    """It is that line, or one down from where the state is given its first value."""
    solution = judge.assignment.solution["residual_rnn.py"].decode()
    text = f"import numpy as np\n{STATES}{solution[solution.index('def residual_backward') :]}"
    line = 1 + text[: text.index("Waa @ h / ba")].count("\n")
    files = {one: judge.assignment.solution[one] for one in judge.assignment.files}
    files["residual_rnn.py"] = text.encode()
    functions = judge.judge(Submission("ada", files, (), "")).functions
    (found,) = next(one for one in functions if one.name == "residual_forward").places
    assert (found.first, found.last) == (line - 3, line)


@pytest.mark.parametrize("new", ["(W + 2).sum()", "(W % 2).sum()"])
def test_with_a_gradient_is_named_what_was_done_with_its_tensor(judge: Judge, new: str) -> None:
    """What is read there is wrong; it was put there by the line before."""
    path = GOLDEN / "torch_clips" / "stabilize.py"
    text, line = _changed(path, PENALTY, PENALTY.replace("(W**2).sum()", new))
    ((first, last, proved),) = named(judge, path.name, text, "weight_decay")
    assert (first, last, proved) == (line - 3, line + 1, False)


def test_a_gradient_of_zeros_is_not_taken_to_be_right(judge: Judge) -> None:
    """A product of both penalties has none where one of them is left out."""
    path = GOLDEN / "torch_clips" / "stabilize.py"
    text, line = _changed(path, PENALTY, PENALTY.replace(" + l2 / 2", " * l2 / 2"))
    found = named(judge, path.name, text, "weight_decay")
    assert all(first <= line <= last for first, last, _ in found)


def test_what_mends_as_much_inside_is_named_though_the_rest_may_be_wrong(judge: Judge) -> None:
    """A helper made the other term: what it answered need not be what belongs there."""
    solution = judge.assignment.solution["stabilize.py"].decode()
    text = WITH_A_HELPER + solution[solution.index("import numpy") : solution.index("def weight_d")]
    line = 1 + text[: text.index("l1 // ")].count("\n")
    assert named(judge, "stabilize.py", text, "weight_decay") == [(line, line, False)]
