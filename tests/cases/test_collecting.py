"""What keeps hidden cases from being recorded, and what a case must not do to another's inputs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.cases.broken import CollectError
from grader.cases.case import OWN
from grader.cases.collecting import Suite, collect
from grader.cases.reference import load_functions
from grader.course import Assignment, Course
from grader.errors import UsageProblem

SOLUTION = '''"""Peaks."""

import numpy as np


def peak(x):
    """Return the largest entry."""
    return float(np.max(x))


def sorted_in_place(x):
    """Return the entries of x in order."""
    x.sort()
    return x
'''

POINTS = """\
[functions.peak]
file = "peaks.py"
outputs = { p = 2 }
small = { rules = 1 }

[functions.sorted_in_place]
file = "peaks.py"
outputs = { x = 2 }
"""

CONFTEST = """\
import pytest


@pytest.fixture
def x(draw):
    return draw(5)
"""

CASES = """\
import numpy as np
import pytest


@pytest.mark.function("peak")
def test_peak(student, reference, x):
    student.peak(x).agrees_with(reference.peak(x))


@pytest.mark.function("sorted_in_place")
def test_sorted(student, reference, x):
    student.sorted_in_place(x).agrees_with(reference.sorted_in_place(x))
"""


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    """Two functions, one of which writes into its argument."""
    for place, text in {
        "solutions/peaks/peaks.py": SOLUTION,
        "hidden/peaks/assignment.toml": POINTS,
        "hidden/peaks/conftest.py": CONFTEST,
        "hidden/peaks/test_peaks.py": CASES,
        "assignments/peaks/README.md": "Peaks.\n",
    }.items():
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(text, "utf-8")
    return Course(tmp_path).assignment("peaks")


def collected(assignment: Assignment) -> Suite:
    """Collect the cases, without a worker for a witness."""

    def witness(name: str, *_: Any) -> Any:
        raise AssertionError(name)

    return collect(assignment, load_functions(assignment), 0, witness)


def change(path: Path, old: str, new: str) -> None:
    """Replace a part of a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_a_solution_cannot_write_into_what_students_are_given(assignment: Assignment) -> None:
    """The array that a submission gets is the one drawn, whatever the solution did with its own."""
    suite = collected(assignment)
    (case,) = suite.cases["sorted_in_place"]
    ((x,),) = case.recordings[OWN].arguments.values()
    assert not np.array_equal(x, np.sort(x))
    assert any(np.array_equal(x, array) for array in suite.constants.arrays)


BROKEN = {
    "conftest.py": (
        ("conftest.py", "import pytest\n", "import pytest\nfrom sizes import SIGNALS\n"),
        "conftest.py fails (ModuleNotFoundError: No module named 'sizes')",
    ),
    "a fixture": (
        ("test_peaks.py", "test_peak(student, reference, x)", "test_peak(student, reference, y)"),
        "test_peaks.py::test_peak fails (fixture 'y' not found)",
    ),
    "a file of cases": (
        ("test_peaks.py", "import numpy as np\n", "import numpi as np\n"),
        "test_peaks.py fails (ModuleNotFoundError: No module named 'numpi')",
    ),
    "a mark": (
        ("test_peaks.py", 'function("peak")', 'function("peek")'),
        "test_peaks.py::test_peak fails (assignment.toml has no function 'peek', which it is "
        "marked with)",
    ),
    "a criterion": (
        ("test_peaks.py", "def test_peak", '@pytest.mark.criterion("rule")\ndef test_peak'),
        "test_peaks.py::test_peak fails (peak has no criterion 'rule' in assignment.toml)",
    ),
    "an answer that is compared": (
        ("test_peaks.py", "student.peak(x).agrees_with(reference.peak(x))",
         "assert np.isclose(student.peak(x), reference.peak(x))"),
        "test_peaks.py::test_peak fails (an answer is not known while a case is recorded: use "
        "agrees_with)",
    ),
    "an answer that is gone through": (
        ("test_peaks.py", "student.peak(x).agrees_with(reference.peak(x))",
         "for part in student.peak(x):\n        part.agrees_with(1.0)"),
        "test_peaks.py::test_peak fails (an answer is not known while a case is recorded: use "
        "agrees_with)",
    ),
    "cases that are not there": (
        ("test_peaks.py", 'function("peak")', 'function("sorted_in_place")'),
        "no case judges peak",
    ),
    "cases of the outputs": (
        ("test_peaks.py", "def test_peak", '@pytest.mark.criterion("rules")\ndef test_peak'),
        "no case decides the outputs of peak, all have a criterion",
    ),
    "a name": (
        ("test_peaks.py", "student.peak(x)", "student.peek(x)"),
        "test_peaks.py::test_peak fails (AttributeError: the contract has no function 'peek')",
    ),
    "what is due": (
        ("test_peaks.py", "agrees_with(reference.peak(x))", "agrees_with({1.0})"),
        "test_peaks.py::test_peak fails (a set cannot be judged: numbers, booleans, text, None, "
        "arrays of numbers or booleans, and tuples, lists and dicts of these can)",
    ),
    "what a witness never detached": (
        ("test_peaks.py", "student.peak(x).agrees_with(reference.peak(x))",
         "from grader.worker.wire import NOT_DETACHED, Odd\n"
         "    student.peak(x).agrees_with(Odd(NOT_DETACHED))"),
        "test_peaks.py::test_peak fails (a tensor that is not detached cannot be judged: numbers, "
        "booleans, text, None, arrays of numbers or booleans, and tuples, lists and dicts of these "
        "can)",
    ),
    "a probe": (
        ("test_peaks.py", "student.peak(x)", "student.probe('twice', x)"),
        "test_peaks.py::test_peak fails (there is no 'twice' in probes.py)",
    ),
    "a maker": (
        ("test_peaks.py", "student.peak(x)", "student.peak(student.make('net', x))"),
        "test_peaks.py::test_peak fails (there is no 'net' in makers.py)",
    ),
    "a tolerance": (
        ("test_peaks.py", "agrees_with(reference.peak(x))", "agrees_with(1.0, rtol='1e-3')"),
        "test_peaks.py::test_peak fails (ValueError: rtol must be a number from 0 up, not '1e-3')",
    ),
    "another finding": (
        ("test_peaks.py", "agrees_with(reference.peak(x))",
         "agrees_with(1.0, otherwise={'p': 'too low'})"),
        "test_peaks.py::test_peak fails (otherwise['p'] must be a Finding, not 'too low')",
    ),
    "an argument": (
        ("test_peaks.py", "student.peak(x)", "student.peak(abs)"),
        "test_peaks.py::test_peak fails (a builtin_function_or_method cannot travel to a worker; "
        "have a function of makers.py make it there (student.make))",
    ),
}  # fmt: skip


@pytest.mark.parametrize("part", BROKEN)
def test_what_is_broken_is_said(assignment: Assignment, part: str) -> None:
    """In one sentence: which case or file, and why."""
    (file, old, new), said = BROKEN[part]
    change(assignment.hidden / file, old, new)
    with pytest.raises(CollectError) as refused:
        collected(assignment)
    start = f"the hidden cases in {assignment.hidden} cannot be used: "
    assert str(refused.value) == start + said


SOLUTIONS = {
    "that cannot be imported": (
        ("import numpy as np", "import numpy as np\nimport numpi"),
        "cannot be imported (ModuleNotFoundError: No module named 'numpi'). Mend it.",
    ),
    "that ends the program": (
        ("import numpy as np", "import numpy as np\nraise SystemExit(3)"),
        "cannot be imported (SystemExit: 3). Mend it.",
    ),
    "without its function": (("def peak", "def peek"), "does not define peak. Write it."),
}


@pytest.mark.parametrize("what", SOLUTIONS)
def test_a_solution_is_refused(assignment: Assignment, what: str) -> None:
    """In one sentence, before any case is looked at."""
    (old, new), said = SOLUTIONS[what]
    path = assignment.solutions / "peaks.py"
    change(path, old, new)
    with pytest.raises(UsageProblem) as refused:
        load_functions(assignment)
    assert refused.value.message == f'"{path}" {said}'


def test_a_file_of_the_contract_that_is_not_there(assignment: Assignment) -> None:
    """It is named, with the function that it is to have."""
    path = assignment.solutions / "peaks.py"
    path.unlink()
    with pytest.raises(UsageProblem) as refused:
        load_functions(assignment)
    assert refused.value.message == f'There is no "{path}", where peak should be. Write it.'
