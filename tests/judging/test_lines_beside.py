"""Lines named beside the one at which the numbers part: the mistake may be there as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.intake.submission import Submission
from grader.judging.judge import Judge
from tests.judges import JudgeOf

SAMPLE = Path(__file__).parents[2] / "samples" / "long_term_dependencies" / "submitted"
CLIPS = (SAMPLE / "chen_xiaoyu/long_term_dependencies/stabilize.py").read_text("utf-8")


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of long_term_dependencies."""
    return judge_of("long_term_dependencies")


def _named(judge: Judge, file: str, text: str, function: str) -> list[tuple[int, int, bool]]:
    """Return the lines that are named of a function in the solution with another file."""
    solution = judge.assignment.solution
    files = {name: solution[name] for name in judge.assignment.files} | {file: text.encode()}
    functions = judge.judge(Submission("ada", files, (), "")).functions
    wrong = [one for one in functions if one.score != one.max_score]
    assert [one.name for one in wrong] == [function]
    return [(one.first, one.last, one.proved) for one in wrong[0].places]


CHANGED = {
    "the if that lets a right line be reached": (
        "if norm > max_norm", "if norm != max_norm", (19, 20, False),
    ),
    "what was rounded to 0": (
        "scale = max_norm / norm", "scale = max_norm // norm", (20, 21, False),
    ),
    "where a sum begins": ("total = 0.0", "total = 1.0", (14, 17, True)),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "lines"), CHANGED.values(), ids=CHANGED)
def test_what_decides_what_a_line_makes_is_named_with_it(
    judge: Judge, old: str, new: str, lines: tuple[int, int, bool]
) -> None:
    """Another number on the last of them mends all, and so would the right one on the first."""
    assert CLIPS.count(old) == 1
    text = CLIPS.replace(old, new)
    assert _named(judge, "stabilize.py", text, "clip_by_global_norm") == [lines]


def test_a_loop_through_time_from_the_other_end_is_named(judge: Judge) -> None:
    """All that is read on the line in it is right, only not at this step."""
    text = judge.assignment.solution["residual_rnn.py"].decode()
    before, name, after = text.partition("def residual_backward(")
    old = "for t in range(T_x - 1, -1, -1):"
    assert after.count(old) == 1
    text = before + name + after.replace(old, "for t in range(T_x):")
    loop = before.count("\n") + 1 + after[: after.index(old)].count("\n")
    part = before.count("\n") + 1 + after[: after.index("dz = ")].count("\n")
    assert _named(judge, "residual_rnn.py", text, "residual_backward") == [(loop, part, False)]
