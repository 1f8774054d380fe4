"""What `grade verify` says of public tests that are not about the contract, or fail on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.authoring.proofs import public
from grader.authoring.proofs.bench import Bench
from grader.course import Course

SOLUTION = "def peak(x):\n    return max(x)\n\n\ndef least(x):\n    return min(x)\n"
POINTS = """\
[functions.peak]
file = "peaks.py"
outputs = { p = 2 }

[functions.least]
file = "peaks.py"
outputs = { l = 2 }
"""
TESTS = """\
import pytest

from checks import expect, load

FILES = {"peaks.py": ["peak", "least"]}


@pytest.mark.parametrize(("x", "due"), [([1.0, 2.0], 2.0), ([3.0], 3.0)])
def test_peak_numbers(x, due):
    expect("p", load("peak", FILES)(x), due, "walk")


def test_least_of_one():
    from peaks import least

    assert least([1.0]) == 1.0


def test_least_with_a_fixture(tmp_path):
    assert tmp_path.is_dir()
"""


def faults(folder: Path, tests: str) -> list[str]:
    """Return what is wrong with such public tests."""
    for place, text in {
        "solutions/peaks/peaks.py": SOLUTION,
        "hidden/peaks/assignment.toml": POINTS,
        "assignments/peaks/test_public.py": tests,
    }.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, "utf-8")
    judge: Any = None  # no hidden case is judged
    bench = Bench(Course(folder).assignment("peaks"), judge, 0, False, lambda things, _: things)
    (check,) = public.prove(bench)
    return list(map(str, check.faults))


def test_tests_that_the_solution_passes(tmp_path: Path) -> None:
    """Imported either way, with each set of parameters; what takes a fixture is left to pytest."""
    assert faults(tmp_path, TESTS) == []


SLIPS = {
    "a name that is no function": (
        ('["peak", "least"]', '["peek", "least"]'),
        [
            "peak: FILES of test_public.py has no peak in peaks.py",
            "FILES of test_public.py has peek in peaks.py, and no contract",
        ],
    ),
    "a file that is none": (
        ('"peaks.py":', '"peak.py":'),
        [
            "peak: FILES of test_public.py has no peak in peaks.py",
            "least: FILES of test_public.py has no least in peaks.py",
            "FILES of test_public.py has peak in peak.py, and no contract",
            "FILES of test_public.py has least in peak.py, and no contract",
        ],
    ),
    "no FILES": (
        ('FILES = {"peaks.py": ["peak", "least"]}', 'FILES = ["peaks.py"]'),
        ["test_public.py needs FILES = {'peaks.py': ['peak', 'least']}"],
    ),
    "another number": (
        ("([3.0], 3.0)", "([3.0], 4.0)"),
        ["peak: the solution fails test_peak_numbers: p is wrong."],
    ),
    "another number, in plain words": (
        ("least([1.0]) == 1.0", "least([1.0]) == 2.0"),
        ["least: the solution fails test_least_of_one: AssertionError"],
    ),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_said(tmp_path: Path, slip: str) -> None:
    """By function, where it is one's."""
    (old, new), said = SLIPS[slip]
    assert old in TESTS
    assert faults(tmp_path, TESTS.replace(old, new)) == said
