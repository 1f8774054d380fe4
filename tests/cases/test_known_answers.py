"""The very same answer to a case that was right before is not judged again; no other is spared."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.cases.case import LENT, OWN, Case
from grader.isolation.answers import Replies, Value
from grader.record import Finding
from tests.judges import JudgeOf


@pytest.fixture
def case(judge_of: JudgeOf) -> Case:
    """A case of softmax that nobody has answered."""
    judge = judge_of("rnn_bptt")
    return replace(next(one for one in judge.suite.cases["softmax"] if not one.criterion))


def _replies(case: Case, factor: float, digest: bytes) -> Replies:
    """The right answers, times a number."""
    logits = case.recordings[OWN].arguments[0][0]
    powers = np.exp(logits - logits.max(axis=0))
    right: Any = powers / powers.sum(axis=0)
    wanted = [n for n, step in enumerate(case.recordings[OWN].steps) if step[0] == "call"]
    given = [n for n, step in enumerate(case.recordings[OWN].steps) if step[0] == "arguments"]
    replies = Replies(
        [*(Value(n, factor * right) for n in wanted), *(Value(n, [logits]) for n in given)]
    )
    replies.digest = digest
    return replies


def _wrong(case: Case, replies: Replies, mode: str = OWN, share: float = 1.0) -> bool:
    return bool(case.judge(mode, replies, None, lambda *_: Finding("raised"), share))


def test_a_right_answer_is_judged_once(case: Case) -> None:
    """With each way of judging."""
    judged = []
    counted = replace(case, body=lambda: (judged.append(1), case.body()))
    for mode in (OWN, OWN, LENT, LENT):
        assert not _wrong(counted, _replies(case, 1.0, b"right"), mode)
    assert len(judged) == 2
    assert not _wrong(counted, _replies(case, 1.0, b""))  # nobody knows of what bytes
    assert len(judged) == 3


def test_a_wrong_answer_stays_wrong(case: Case) -> None:
    """However often it comes, and whatever came before."""
    assert not _wrong(case, _replies(case, 1.0, b"right"))
    assert [_wrong(case, _replies(case, 1.1, b"wrong")) for _ in range(3)] == [True] * 3


def test_what_is_right_by_little_is_not_right_for_less(case: Case) -> None:
    """Neither by a share of the tolerance nor by another tolerance."""
    near = _replies(case, 1 + 5e-10, b"near")
    assert [_wrong(case, near), _wrong(case, near, share=0.1)] == [False, True]
    assert _wrong(replace(case, tolerance=0.1), near)


def test_no_more_right_answers_are_known_than_some(case: Case) -> None:
    """Nobody fills the memory with answers that differ in what is not judged."""
    judged: list[int] = []
    counted = replace(case, body=lambda: (judged.append(1), case.body()))
    for _ in range(2):
        for number in range(300):
            assert not _wrong(counted, _replies(case, 1.0, b"%d" % number))
    assert len(judged) == 300 + 44
