"""What is lent earns nothing by itself, and what shows it would see it if it did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from grader.authoring.proofs.lending import earned_by_lending
from grader.course import find_course
from grader.judging.judge import Judge
from grader.running.settings import Settings
from grader.running.start import open_judge

COURSE = find_course(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def judges() -> Iterator[Mapping[str, Judge]]:
    """A judge of each assignment, that looks for no mistakes: it takes longer than judging."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("grader.diagnosis.recognising.Diagnosis.recognise", lambda *_: ())
        managers = {
            name: open_judge(COURSE.assignment(name), Settings(5, weak=True))
            for name in COURSE.names()
        }
        opened = {name: manager.__enter__() for name, manager in managers.items()}
        try:
            yield opened
        finally:
            for manager in managers.values():
                manager.__exit__(None, None, None)


@pytest.mark.parametrize("name", COURSE.names())
def test_nothing_is_earned(judges: Mapping[str, Judge], name: str) -> None:
    """Neither calls nor differences of other functions earn a point in any assignment."""
    assert list(earned_by_lending(judges[name])) == []


def test_differences_of_a_lent_forward_would_be_seen(
    judges: Mapping[str, Judge], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the step forth lent to the step back, that would earn its outputs."""
    judge = judges["rnn_bptt"]
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
