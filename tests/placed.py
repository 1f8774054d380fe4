"""The solution with another text of one file, and the lines that are named of it."""

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


def changed(judge: Judge, file: str, *changes: tuple[str, str]) -> str:
    """Return the text of a file of the solution with some pieces replaced; each is in it once."""
    text = judge.assignment.solution[file].decode()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def line_of(text: str, part: str) -> int:
    """Return the only line of a text that holds a part."""
    (line,) = [n for n, one in enumerate(text.splitlines(), 1) if part in one]
    return line
