"""What proves that lent functions earn nothing, see `grade verify`, would see it if they did."""

from __future__ import annotations

import pytest

from grader.authoring.proofs.lending import earned_by_lending
from grader.judging.judge import Judge
from tests.judges import JudgeOf


def test_differences_of_a_lent_forward_would_be_seen(
    judge_of: JudgeOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the step forth lent to the step back, that would earn its outputs."""
    judge = judge_of("rnn_bptt")
    told = judge.relation
    ask_lent = Judge.scores

    def lends_too_much(self: Judge, *given: object) -> object:
        self.relation = {**told, "rnn_cell_backward": frozenset({"rnn_cell_forward"})}
        try:
            return ask_lent(self, *given)  # type: ignore[arg-type]
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
