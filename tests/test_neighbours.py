"""Nobody pays twice: whatever is wrong with a function, all others keep their full points.

Every function of every assignment goes wrong in every way here, one at a time, in the solutions.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from grader.course import Assignment, Function, find_course
from grader.intake.submission import Submission
from grader.judging.judge import Judge
from grader.phrases import Phrases
from grader.record import FunctionResult
from tests.judges import JudgeOf

COURSE = find_course(Path(__file__).parents[1])
ASSIGNMENTS = {name: COURSE.assignment(name) for name in COURSE.names()}
EVERY = [(name, one.name) for name, task in ASSIGNMENTS.items() for one in task.functions]
FILES = [(name, file) for name, task in ASSIGNMENTS.items() for file in task.files]

RESTS = {"residual_backward": "residual_forward"}
"""What reads caches of the student's own making cannot be judged without them."""

LITTLE = 0.5
"""Seconds of processor time where something loops: four times what any right function takes."""


class Parameters:
    """The parameters of a function, or of what makes an object of a class."""

    def __init__(self, source: str, function: str) -> None:
        (self.node,) = (
            node
            for node in ast.parse(source).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == function
        )
        made_by: ast.AST = self.node
        if isinstance(made_by, ast.ClassDef):
            (made_by,) = (one for one in made_by.body if getattr(one, "name", "") == "__init__")
        assert isinstance(made_by, ast.FunctionDef)
        required = len(made_by.args.args) - len(made_by.args.defaults)
        names = [one.arg for one in made_by.args.args if one.arg != "self"]
        self.required = names[: required - (made_by is not self.node)]


def without(source: str, name: str) -> str:
    """Return a file without a function."""
    node, lines = Parameters(source, name).node, source.splitlines()
    return "\n".join([*lines[: node.lineno - 1], *lines[node.end_lineno :]]) + "\n"


def wrapped(parameters: list[str], given: list[str]) -> Callable[[str, str], str]:
    """Return what puts a function in the place of one, that calls it."""

    def wrap(source: str, name: str) -> str:
        listed, passed = ", ".join(parameters), ", ".join(given)
        return f"{source}\nright = {name}\ndef {name}({listed}):\n    return right({passed})\n"

    return wrap


def too_few(source: str, name: str) -> str:
    """Have a function take one argument less than it is called with."""
    kept = Parameters(source, name).required[:-1]
    return wrapped(kept, kept)(source, name)


def too_many(source: str, name: str) -> str:
    """Have a function take one argument more than it is called with."""
    names = Parameters(source, name).required
    return wrapped([*names, "one_more"], names)(source, name)


def other_names(source: str, name: str) -> str:
    """Have a function call its parameters something else."""
    names = [f"{one}_of_mine" for one in Parameters(source, name).required]
    return wrapped(names, names)(source, name)


def instead(body: str) -> Callable[[str, str], str]:
    """Return what puts another body in the place of a function's."""
    return lambda source, name: f"{source}\ndef {name}(*args, **named):\n    {body}\n"


CALLED_BY_NAME = "It cannot be called with the parameter names of its stub."
"""What is said where the parameters that have defaults are not there either."""

FAULTS: Mapping[str, tuple[Callable[[str, str], str], str]] = {
    "absent": (without, "{file} does not define {name}."),
    "renamed": (
        lambda source, name: without(source, name) + f"\ndef my_{name}(*args): return 0\n",
        "{file} does not define {name}; the nearest name in it is my_{name}.",
    ),
    "None": (
        lambda source, name: f"{source}\n{name} = None\n",
        "{name} in {file} is of type NoneType and cannot be called.",
    ),
    "a class": (
        lambda source, name: f"{without(source, name)}\nclass {name}:\n    pass\n",
        "It raises TypeError ({name}() takes no arguments).",
    ),
    "too few": (too_few, ""),
    "too many": (
        too_many,
        "It raises TypeError ({name}() is missing a required positional argument: 'one_more').",
    ),
    "other names": (other_names, ""),
    "raises": (instead("raise ValueError('no')"), "It raises ValueError at line "),
    "returns None": (instead("return None"), ""),
    "kills its process": (
        instead("__import__('os')._exit(3)"),
        "It ends the Python process (exit status 3).",
    ),
}
"""How a function goes wrong, and the first words of what is said of it, "" where it depends."""


@pytest.fixture(scope="module")
def judges(judge_of: JudgeOf) -> Mapping[str, Judge]:
    """A judge of each assignment."""
    return {name: judge_of(name) for name in ASSIGNMENTS}


def solutions(task: Assignment) -> dict[str, str]:
    """Return the sources of an assignment's contract files."""
    return {file: (task.solutions / file).read_text("utf-8") for file in task.files}


def results(judge: Judge, files: Mapping[str, str]) -> dict[str, FunctionResult]:
    """Judge a submission, and look for no mistakes: that takes longer than judging."""
    handed_in = {name: text.encode() for name, text in files.items()}
    report = judge.judge(Submission("sam", handed_in, (), ""), explain=False)
    return {one.name: one for one in report.functions}


def others_pay(found: Mapping[str, FunctionResult], wrong: set[str]) -> list[str]:
    """Return which functions lost points though nothing is wrong with them."""
    return [
        f"{name}: {one.score:g} of {one.max_score:g} ({one.finding and said(one)})"
        for name, one in found.items()
        if one.score != one.max_score and not {name, RESTS.get(name, name)} & wrong
    ]


def said(result: FunctionResult) -> str:
    """Return what is said of a function."""
    assert result.finding is not None
    return Phrases.load().what(result.finding)


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_one_function_goes_wrong(judges: Mapping[str, Judge], task: str, name: str) -> None:
    """The others keep their points, whatever it is, and what is said of it is true."""
    file = function_of(task, name).file
    right = solutions(ASSIGNMENTS[task])
    for fault, (breaks, message) in FAULTS.items():
        found = results(judges[task], {**right, file: breaks(right[file], name)})
        assert others_pay(found, {name}) == [], fault
        if fault == "too few":
            takes = len(Parameters(right[file], name).required) - 1
            arguments = f"{takes + 1} argument{'s' if takes else ''}"
            called = f"{name} is called with {arguments}, but takes {takes}."
            made = f"It raises TypeError ({name}() takes another number of positional arguments)."
            assert said(found[name]) in (called, made), fault
        if message:
            assert found[name].score == 0, fault
            told = said(found[name])
            by_name = fault == "too many" and told == CALLED_BY_NAME
            assert by_name or told.startswith(message.format(file=file, name=name)), fault
        for one in found.values():
            if RESTS.get(one.name) == name and one.score != one.max_score:
                assert f" {name} " in said(one), fault


@pytest.mark.parametrize(("task", "name"), EVERY)
def test_one_function_loops(judges: Mapping[str, Judge], task: str, name: str) -> None:
    """The others keep their points where one comes to no end."""
    file = function_of(task, name).file
    right = solutions(ASSIGNMENTS[task])
    loops = instead("while True: pass")(right[file], name)
    lane = judges[task].lane
    usual, lane.timeout = lane.timeout, LITTLE
    try:
        found = results(judges[task], {**right, file: loops})
    finally:
        lane.timeout = usual
    assert others_pay(found, {name}) == []
    stopped = f"It uses more than {LITTLE} seconds of processor time and is stopped."
    assert said(found[name]) == stopped


@pytest.mark.parametrize(("task", "file"), FILES)
@pytest.mark.parametrize(
    ("appended", "message"),
    [
        (None, "{file} is missing."),
        ("def broken(:\n", "Python cannot read line "),
        ("raise ValueError('demo')\n", "Importing {file} raises ValueError at line "),
        ("import os; os._exit(3)\n", "Importing {file} ends the Python process (exit status 3)."),
    ],
    ids=["missing", "syntax error", "raises", "kills"],
)
def test_one_file_goes_wrong(
    judges: Mapping[str, Judge], task: str, file: str, appended: str | None, message: str
) -> None:
    """The functions of other files keep their points, and each of its own is told of the file."""
    right = solutions(ASSIGNMENTS[task])
    files = {**right, file: right[file] + (appended or "")}
    if appended is None:
        del files[file]
    found = results(judges[task], files)
    wrong = {one.name for one in ASSIGNMENTS[task].functions if one.file == file}
    assert others_pay(found, wrong) == []
    for name in wrong:
        assert found[name].score == 0
        assert said(found[name]).startswith(message.format(file=file)), name


UNMADE = {
    "gone": "import sys; del sys.modules[__name__]\n",
    "none": "import sys; sys.modules[__name__] = None\n",
    "another": "import sys; sys.modules[__name__] = sys\n",
    "raises": """
import sys, types

class Module(types.ModuleType):
    def __getattribute__(self, name):
        raise KeyboardInterrupt

sys.modules[__name__].__class__ = Module
""",
}


@pytest.mark.parametrize("how", UNMADE)
def test_a_file_unmakes_itself(judges: Mapping[str, Judge], how: str) -> None:
    """What is no longer a module of its own costs nothing in the files that import it."""
    right = solutions(ASSIGNMENTS["rnn_bptt"])
    files = {**right, "rnn_cell.py": right["rnn_cell.py"] + UNMADE[how]}
    found = results(judges["rnn_bptt"], files)
    assert others_pay(found, {"softmax", "rnn_cell_forward", "rnn_cell_backward"}) == []


def function_of(task: str, name: str) -> Function:
    """Return a function of an assignment."""
    return next(one for one in ASSIGNMENTS[task].functions if one.name == name)
