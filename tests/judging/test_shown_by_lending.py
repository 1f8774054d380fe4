"""Why a lent cell of other weights is no proof of whose numbers a comparison holds.

See docs/security.md: it would let pass who only takes the weights from the cell, and find out
who uses names of an own cell.  What shows it is the cell's own calls (`tests/golden/attacks`).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.cases.tape import MAKE
from grader.course import Assignment, find_course
from grader.intake.submission import Submission, read_submission
from grader.isolation.answers import Raised, Reply, Value
from grader.isolation.groups import Group, import_beside
from grader.judging.judge import Judge
from grader.judging.lending import Lender, lent_to
from grader.worker.wire import Earlier
from tests.judges import JudgeOf
from tests.judging.test_calls_of_a_class import FILE, OWN_NAME

ROOT = Path(__file__).resolve().parents[2]
FUNCTION = "compare_with_torch"
FACTOR = 1.5


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge."""
    return judge_of("rnn_bptt")


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """The assignment with a class."""
    return find_course(ROOT).assignment("rnn_bptt")


@pytest.fixture(scope="module")
def solution(assignment: Assignment) -> Submission:
    """The solution."""
    return read_submission(assignment.solutions, "one", assignment)


def answered(judge: Judge, submission: Submission, *, factor: float) -> tuple[Reply, Any]:
    """What a comparison answers beside a lent cell of other weights, and these hidden states."""
    cell: Any = judge.reference["RNNCell"]

    class Other(cell):
        def __init__(self, weight_ih: Any, weight_hh: Any, bias_ih: Any, bias_hh: Any) -> None:
            super().__init__(factor * weight_ih, weight_hh, bias_ih, bias_hh)

        __call__, backward = cell.__call__, cell.backward

    draw = np.random.default_rng(7).standard_normal
    weights = [0.5 * draw(shape) for shape in ((3, 2), (3, 3), (3,), (3,))]
    x, h0, dh = draw((4, 2, 2)), draw((1, 2, 3)), draw((4, 2, 3))
    steps: list[list[Any]] = [
        ["call", f"{MAKE}rnn", weights, False, {}],
        ["call", FUNCTION, [Earlier(0, ()), x, h0, dh], True, {}],
    ]
    functions = judge.assignment.functions
    (function,) = [one for one in functions if one.name == FUNCTION]
    lent = lent_to(function, ["RNNCell"], functions, {"RNNCell": Other})
    module = FILE.removesuffix(".py")
    groups = [import_beside(lent, module), Group.of(module, FUNCTION, [steps])]
    lender = Lender({"RNNCell": Other}, ["RNNCell"])
    with judge.lane.open(submission.files) as worker, lender:
        (replies,) = worker.ask(groups, lender)[-1].replies
    made, hidden = Other(*weights), [h0[0]]
    for step in x:
        hidden.append(made(step, hidden[-1]))
    assert replies is not None
    return replies[-1], np.array(hidden[1:])


def test_who_takes_the_weights_alone_moves_with_them(
    judge: Judge, solution: Submission, assignment: Assignment
) -> None:
    """A class that computes nothing is enough; its calls, seen by the judge, are what it lacks."""
    fake = ROOT / "tests/golden/attacks/compares_without_its_cell" / FILE
    submission = replace(solution, files={**solution.files, FILE: fake.read_bytes()})
    for one in (submission, solution):
        reply, hidden = answered(judge, one, factor=FACTOR)
        assert isinstance(reply, Value)
        np.testing.assert_allclose(reply.data["hidden"][0], hidden, rtol=1e-12)
        assert not np.allclose(reply.data["hidden"][1], hidden)
    result = judge.judge(submission, explain=False).functions[-1]
    passed = {one.name: one.passed for one in result.criteria}
    assert (passed["NumPy half"], passed["PyTorch half"]) == (False, True)
    assert result.finding is not None
    assert (result.finding.kind, result.finding.output) == ("half not computed by", "NumPy half")


def test_who_uses_names_of_an_own_cell_has_no_lent_one(judge: Judge, solution: Submission) -> None:
    """Right work, with full points today: beside a lent cell, whose state is named otherwise."""
    text = solution.files[FILE].decode().replace("self.steps", "self.memory")
    for old, new in OWN_NAME:
        text = text.replace(old, new)
    submission = replace(solution, files={**solution.files, FILE: text.encode()})
    reply, _ = answered(judge, submission, factor=1.0)
    assert isinstance(reply, Raised)
    assert reply.type == "AttributeError"
