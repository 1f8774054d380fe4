"""What proves that lent functions earn nothing, see `grade verify`, would see it if they did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.authoring.proofs.lending import earned_by_lending
from grader.judging.judge import Judge
from tests.judges import JudgeOf


@pytest.fixture
def judge(judge_of: JudgeOf) -> Iterator[Judge]:
    """A judge that looks for no mistakes: it takes longer than judging."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("grader.diagnosis.recognising.Diagnosis.explained", lambda *_: {})
        yield judge_of("rnn_bptt")


def test_differences_of_a_lent_forward_would_be_seen(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the step forth lent to the step back, that would earn its outputs."""
    told = judge.relation
    ask_lent = type(judge).judge

    def lends_too_much(self: Judge, *given: object) -> object:
        self.relation = {**told, "rnn_cell_backward": frozenset({"rnn_cell_forward"})}
        try:
            return ask_lent(self, *given)  # type: ignore[arg-type]
        finally:
            self.relation = told

    monkeypatch.setattr(type(judge), "judge", lends_too_much)
    found = [str(fault) for fault in earned_by_lending(judge)]
    assert found == ["rnn_cell_backward: earns 25 by differences of rnn_cell_forward"]
