"""A student's class: each of its calls is a step of its own, whatever the class is made of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.course import Assignment, find_course
from grader.intake.submission import Submission, read_submission
from grader.judging.judge import Judge
from grader.record import FunctionResult
from tests.judges import JudgeOf

COURSE = find_course(Path(__file__).resolve().parents[2])
FILE = "numpy_vs_torch.py"
CALLED = "def __call__(self, x, prev_hidden):"


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """The assignment with a class."""
    return COURSE.assignment("rnn_bptt")


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge."""
    return judge_of("rnn_bptt")


@pytest.fixture(scope="module")
def solution(assignment: Assignment) -> Submission:
    """The solution."""
    return read_submission(assignment.solutions, "one", assignment)


def judged(judge: Judge, solution: Submission, *edits: tuple[str, str]) -> list[FunctionResult]:
    """Judge the solution with edits; return RNNCell and compare_with_torch."""
    text = solution.files[FILE].decode()
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    files = {**solution.files, FILE: text.encode()}
    report = judge.judge(replace(solution, files=files), explain=False)
    return list(report.functions[-2:])


OWN_NAME = (
    (
        CALLED,
        f"{CALLED}\n        return self.forth(x, prev_hidden)\n\n"
        "    def forth(self, x, prev_hidden):",
    ),
    ("h = cell(x_t, h)", "h = cell.forth(x_t, h)"),
)
RIGHT = {
    "made by a function": (
        ("class RNNCell:", "def RNNCell(*weights):\n    return _Cell(*weights)\n\n\nclass _Cell:"),
    ),
    "a method of another name": OWN_NAME,
    "a module of PyTorch": (
        ("import numpy as np", "import numpy as np\nimport torch"),
        ("class RNNCell:", "class RNNCell(torch.nn.Module):"),
        (CALLED, "def forward(self, x, prev_hidden):"),
        (
            "        self.weight_ih = weight_ih",
            "        super().__init__()\n        self.weight_ih = weight_ih",
        ),
    ),
    "called by names": (
        ("cell(x_t, h)", "cell(x=x_t, prev_hidden=h)"),
        ("cell.backward(dh_t)", "cell.backward(dh=dh_t)"),
    ),
}


@pytest.mark.parametrize("kind", RIGHT)
def test_whatever_is_right_is_full(judge: Judge, solution: Submission, kind: str) -> None:
    """What the contract does not say is free: who makes the object, and what else it can do."""
    assert [(one.score, one.finding) for one in judged(judge, solution, *RIGHT[kind])] == [
        (15.0, None),
        (5.0, None),
    ]


STEPS = "self.steps.append((x, prev_hidden, hidden))"
WRITES = {
    "x": (STEPS, "self.steps.append((x.copy(), prev_hidden, hidden))\n        x += 0.5"),
    "dh": ("return self.dx_list", "dh += 0.5\n        return self.dx_list"),
    "weight_ih": (
        "self.weight_ih = weight_ih",
        "self.weight_ih = weight_ih + 0\n        weight_ih *= 2",
    ),
}


@pytest.mark.parametrize("argument", WRITES)
def test_a_written_argument_is_named(judge: Judge, solution: Submission, argument: str) -> None:
    """By the name that the contract gives it; it costs the rules alone."""
    cell, _ = judged(judge, solution, WRITES[argument])
    assert cell.score == 14.0
    assert cell.finding is not None
    assert (cell.finding.kind, cell.finding.facts) == ("argument changed", {"argument": argument})
