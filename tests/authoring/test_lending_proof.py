"""What proves that lent functions earn nothing, see `grade verify`, would see it if they did."""

from __future__ import annotations

import pytest

from grader.authoring.proofs.lending import earned_by_lending
from grader.intake.submission import Submission
from grader.judging.judge import Judge
from tests.judges import JudgeOf

RING = b'ask(differences, "rnn_cell_backward", "rnn_cell", "rnn_cell_forward"'
"""Where the step back asks the step forth: the proof of every assignment judges all others."""


def test_differences_of_a_lent_forward_would_be_seen(
    judge_of: JudgeOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the step forth lent to the step back, that would earn its outputs."""
    judge = judge_of("rnn_bptt")
    told = judge.relation
    ask_lent = Judge.scores
    judged = []

    def lends_too_much(self: Judge, calls: Submission) -> object:
        if RING not in calls.files["rnn_cell.py"]:
            return {}
        judged.append(calls)
        self.relation = {**told, "rnn_cell_backward": frozenset({"rnn_cell_forward"})}
        try:
            return ask_lent(self, calls)
        finally:
            self.relation = told

    monkeypatch.setattr(Judge, "scores", lambda *_: None)
    unproved = {str(fault) for fault in earned_by_lending(judge)}
    assert unproved == {
        "a submission of answers could not be judged",
        "a submission of differences could not be judged",
    }
    monkeypatch.setattr(Judge, "scores", lends_too_much)
    found = [str(fault) for fault in earned_by_lending(judge)]
    assert found == ["rnn_cell_backward: earns 25 by differences of rnn_cell_forward"]
    assert len(judged) == 1
