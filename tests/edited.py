"""The solutions of rnn_bptt with a mistake put into them, and what is found in them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from grader.course import find_course
from grader.intake.submission import Submission
from grader.judging.judge import Judge
from grader.record import FunctionResult

TASK = find_course(Path(__file__).parents[1]).assignment("rnn_bptt")
SOLUTIONS = {path.name: path.read_text("utf-8") for path in TASK.solutions.glob("*.py")}
FILES = {function.name: function.file for function in TASK.functions}

SLOPE = "dz = da_next * (1 - a_next**2)"
"""A line of rnn_cell_backward in which much can go wrong."""

STEP_BACK = "rnn_cell_backward(da[:, :, t] + da_prev, cell_caches[t])"
"""A part of rnn_backward."""

Change = tuple[str, str, str]
"""A file, a piece of it, and what stands there instead; an empty piece is the end of the file."""


def result(
    judge: Judge, function: str, *edits: tuple[str, str], explain: bool = True
) -> FunctionResult:
    """Judge the solutions with pieces of a function's file replaced; each is in it once."""
    source = SOLUTIONS[FILES[function]]
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    files = {**SOLUTIONS, FILES[function]: source}
    handed_in = {name: text.encode() for name, text in files.items()}
    report = judge.judge(Submission("sam", handed_in, (), ""), explain=explain)
    (found,) = (one for one in report.functions if one.name == function)
    return found


def judged(judge: Judge, changes: list[Change]) -> Mapping[str, FunctionResult]:
    """Judge the solutions with some changes; each piece is there once."""
    files = dict(SOLUTIONS)
    for file, old, new in changes:
        assert not old or files[file].count(old) == 1, old
        files[file] = files[file].replace(old, new) if old else files.get(file, "") + new
    handed_in = {name: text.encode() for name, text in files.items()}
    report = judge.judge(Submission("una", handed_in, (), ""), explain=False)
    return {one.name: one for one in report.functions}


def who_pays(judge: Judge, changes: list[Change]) -> set[str]:
    """Return the functions that lose points in the solutions with some changes."""
    found = judged(judge, changes)
    return {name for name, one in found.items() if one.score != one.max_score}
