"""The lines that are named of a function, in the solution with another text of one file."""

from __future__ import annotations

from grader.intake.submission import Submission
from grader.judging.judge import Judge


def named(judge: Judge, file: str, text: str, function: str) -> list[tuple[int, int, bool]]:
    """Return the places of the only function that is wrong: first and last line, and if proved."""
    solution = judge.assignment.solution
    files = {name: solution[name] for name in judge.assignment.files} | {file: text.encode()}
    functions = judge.judge(Submission("ada", files, (), "")).functions
    wrong = [one for one in functions if one.score != one.max_score]
    assert [one.name for one in wrong] == [function]
    return [(one.first, one.last, one.proved) for one in wrong[0].places]
