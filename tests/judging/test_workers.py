"""How many workers a submission takes, and that sharing one does no harm."""

from __future__ import annotations

import pytest

from grader.intake.submission import Submission
from grader.judging.judge import Judge
from tests.edited import SLOPE, SOLUTIONS, TASK
from tests.judges import JudgeOf

WRONG_FORWARD = ('parameters["Waa"] @ a_prev', 'parameters["Waa"].T @ a_prev')


THREAD = "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of rnn_bptt."""
    return judge_of(TASK.name)


def judged(
    judge: Judge, monkeypatch: pytest.MonkeyPatch, *edits: tuple[str, str]
) -> tuple[set[str], int]:
    """Judge edited solutions: what is wrong, and how many workers it took."""
    source = SOLUTIONS["rnn_cell.py"]
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    files = {name: text.encode() for name, text in {**SOLUTIONS, "rnn_cell.py": source}.items()}
    opened = 0
    open_worker = type(judge.lane).open

    def counted(*arguments: object) -> object:
        nonlocal opened
        opened += 1
        return open_worker(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(type(judge.lane), "open", counted)
        report = judge.judge(Submission("sam", files, (), ""))
    return {one.name for one in report.functions if one.score != one.max_score}, opened


def test_a_right_submission_takes_one(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """All functions are judged in it."""
    assert judged(judge, monkeypatch) == (set(), 1)


def test_lent_neighbours_take_no_other(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed beside a wrong softmax is judged again where it was."""
    in_softmax = ("exp_z = ", "exp_z = 2 + ")
    assert judged(judge, monkeypatch, in_softmax) == ({"softmax"}, 1)


def test_who_may_have_been_told_is_judged_elsewhere(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sequence's way back is judged where nobody was lent the step forth."""
    assert judged(judge, monkeypatch, WRONG_FORWARD) == ({"rnn_cell_forward"}, 2)
    wrong_backward = ("dz = da_next * (1 - a_next**2)", "dz = da_next * (1 + a_next**2)")
    reaches = ("exp_z = ", "globals()\n    exp_z = ")  # nobody can tell what it uses
    wrong, workers = judged(judge, monkeypatch, WRONG_FORWARD, wrong_backward, reaches)
    assert wrong == {"rnn_cell_forward", "rnn_cell_backward"}
    assert workers == 2


def test_a_thread_left_behind_costs_nobody_anything(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time would count as the next function's: that one is judged in a fresh worker."""
    leaves = f"import threading, time\n    if threading.active_count() == 1: {THREAD}\n"
    in_step_back = (SLOPE, f"{leaves}    {SLOPE}")
    assert judged(judge, monkeypatch, in_step_back) == (set(), 3)
    # beside a lent step forth as well
    assert judged(judge, monkeypatch, in_step_back, WRONG_FORWARD) == ({"rnn_cell_forward"}, 5)


def test_a_thread_of_the_import_is_with_every_function(
    judge: Judge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fresh worker would have it as well; only for another import is one needed, three here."""
    at_import = ("import numpy as np", f"import threading, time\n{THREAD}\nimport numpy as np")
    assert judged(judge, monkeypatch, at_import) == (set(), 1)
    assert judged(judge, monkeypatch, at_import, WRONG_FORWARD) == ({"rnn_cell_forward"}, 4)
