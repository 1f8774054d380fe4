"""What proves that lent functions earn nothing, see `grade verify`, would see it if they did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.authoring.proofs.lending import earned_by_lending
from grader.course import find_course
from grader.judging.judge import Judge
from grader.running.settings import Settings
from grader.running.start import open_judge

COURSE = find_course(Path(__file__).parents[2])


@pytest.fixture
def judge() -> Iterator[Judge]:
    """A judge that looks for no mistakes: it takes longer than judging."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("grader.diagnosis.recognising.Diagnosis.recognise", lambda *_: ())
        with open_judge(COURSE.assignment("rnn_bptt"), Settings(5, weak=True)) as judge:
            yield judge


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
