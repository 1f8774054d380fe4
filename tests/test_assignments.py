"""Every assignment there is proves itself; a further one needs no test module of its own."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from pathlib import Path

import pytest

from grader.authoring.verify import verify_assignment
from grader.course import Course
from grader.gradescope.bundle import bundle

ROOT = Path(__file__).resolve().parents[1]
NAMES = Course(ROOT).names()
RUN = 6
"""Lines in a row that are a block."""
IMPORTED = r"from .* import .*|\"?\w+\"?,|__all__ = .*"
"""A line of an import: it has to stand wherever something is used."""


@pytest.mark.parametrize("name", NAMES)
def test_an_assignment_proves_itself(name: str) -> None:
    """All that `grade verify` looks at, quickly."""
    faults = {
        one.what: [str(fault) for fault in one.faults]
        for one in verify_assignment(Course(ROOT).assignment(name))
        if one.faults
    }
    assert faults == {}


@pytest.mark.parametrize("name", NAMES)
def test_an_assignment_imports_the_kit_alone(name: str) -> None:
    """Of this program a hidden folder needs no more than its one face."""
    for path in (ROOT / "grader" / "hidden" / name).glob("*.py"):
        for line in path.read_text("utf-8").splitlines():
            if line.lstrip().startswith(("from grader", "import grader")):
                assert line.startswith("from grader.kit"), f"{path}: {line}"


def blocks(name: str) -> set[tuple[str, ...]]:
    """Return every run of lines of an assignment's hidden files, without what is empty."""
    found = set()
    for path in (ROOT / "grader" / "hidden" / name).glob("*.py"):
        lines = [line.strip() for line in path.read_text("utf-8").splitlines()]
        code = [line for line in lines if len(line) > 2 and not re.fullmatch(IMPORTED, line)]
        found |= {tuple(code[n : n + RUN]) for n in range(len(code) - RUN + 1)}
    return found


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(NAMES, 2)))
def test_no_block_stands_in_two_assignments(one: str, other: str) -> None:
    """What two assignments need stands in the kit."""
    assert blocks(one) & blocks(other) == set()


@pytest.mark.parametrize("name", NAMES)
def test_known_submissions_go_nowhere(name: str) -> None:
    """Not into the autograder's zip, nor what a cluster is judged by, nor what students receive."""
    task = Course(ROOT).assignment(name)
    data = bundle(task, seed=1, timeout=1.0, weak=False)
    packed = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert not [one for one in packed if "known/" in one]
    assert task.known not in (task.stubs, task.hidden, task.solutions)
    assert not task.known.is_relative_to(ROOT / "grader")
