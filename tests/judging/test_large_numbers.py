"""Numbers that are too large to reckon with: they are wrong, and nobody's terminal hears of it."""

from __future__ import annotations

import warnings

from grader.intake.submission import Submission
from tests.judges import JudgeOf


def test_nothing_is_warned_of(judge_of: JudgeOf) -> None:
    """A warning would stand on the instructor's terminal, with lines of the grader's in it."""
    judge = judge_of("long_term_dependencies")
    files = {name: judge.assignment.solution[name] for name in judge.assignment.files}
    old = b"    return gamma\n"
    assert files["gradient_flow.py"].count(old) == 1
    files["gradient_flow.py"] = files["gradient_flow.py"].replace(
        old, b"    return gamma * 1e307\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = judge.judge(Submission("ada", files, (), ""))
    wrong = [one.name for one in report.functions if one.score != one.max_score]
    assert wrong == ["growth_factors"]
