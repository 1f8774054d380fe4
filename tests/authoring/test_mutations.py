"""Mutants of a solution: every survivor is named or argued, and none costs a neighbour."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.authoring.proofs.bench import Bench, Checked
from grader.authoring.proofs.mutations import LIST, prove
from grader.course import Course
from grader.intake.submission import Submission
from grader.running.settings import Settings
from grader.running.start import open_judge

SOLUTION = '''"""Doubling."""


def twice(x):
    return 2 * x


def fourfold(x):
    return twice(twice(x))
'''

POINTS = """\
[functions.twice]
file = "doubling.py"
outputs = { values = 2 }

[functions.fourfold]
file = "doubling.py"
outputs = { values = 2 }
"""

CASES = """import numpy as np
import pytest

TWO = np.full((2, 3), 2.0)


@pytest.mark.function("twice")
def test_twice(student, reference):
    student.twice(TWO).agrees_with(reference.twice(TWO))


@pytest.mark.function("fourfold")
def test_fourfold(student, reference):
    student.fourfold(TWO).agrees_with(reference.fourfold(TWO))
"""

SURVIVOR = "2 * x -> (2 + x)"
ARGUED = """\
[[mutant]]
file = "doubling.py"
line = "return 2 * x"
change = "2 * x -> (2 + x)"
why = "It is asked for 2 alone."
"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """An assignment that is tried with twos alone, so that a sum passes for a product."""
    folder = tmp_path_factory.mktemp("course")
    for place, text in {
        "solutions/doubling/doubling.py": SOLUTION,
        "hidden/doubling/assignment.toml": POINTS,
        "hidden/doubling/test_doubling.py": CASES,
    }.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    (folder / "known" / "doubling").mkdir(parents=True)
    task = Course(folder).assignment("doubling")
    with open_judge(task, Settings(0)) as judge:
        yield Bench(task, judge, 0, thorough=True, watch=lambda things, what: things)


def looked(bench: Bench, argued: str = "") -> Checked:
    """Judge all mutants, with a list of those that are argued equivalent."""
    (bench.assignment.known / LIST).write_text(argued, "utf-8")
    (checked,) = prove(bench)
    return checked


def test_a_survivor_is_named_by_its_line(bench: Bench) -> None:
    """Function, file, line and change; all others lose points, and only in their own function."""
    checked = looked(bench)
    assert list(map(str, checked.faults)) == [
        f"twice, doubling.py, line 5: {SURVIVOR} loses nothing"
    ]


def test_a_survivor_that_is_argued_is_counted(bench: Bench) -> None:
    """It is judged all the same."""
    checked = looked(bench, ARGUED)
    assert checked.faults == ()
    assert checked.note.endswith(" mutants, 1 of them argued equivalent")


def test_what_the_list_need_not_hold_is_said(bench: Bench) -> None:
    """A mutant that loses points, one that there is not, and a list that cannot be read."""
    several = '["2 * x -> (2 + x)", "2 * x -> (2 / x)", "2 * x -> x * 2"]'
    checked = looked(bench, ARGUED.replace('"2 * x -> (2 + x)"', several))
    named = "'doubling.py', 'return 2 * x'"
    assert list(map(str, checked.faults)) == [
        f"equivalent.toml names a mutant that loses points: {named}, '2 * x -> (2 / x)'",
        f"equivalent.toml names a mutant that there is not: {named}, '2 * x -> x * 2'",
    ]
    checked = looked(bench, ARGUED.replace("why", "because"))
    assert str(checked.faults[0]) == (
        "equivalent.toml: mutant 1 must have change, file, line, why, each a text"
    )


def test_a_neighbour_that_pays_is_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole judge is asked, once for each way in which the changed function fails."""
    asked: list[str] = []

    def scores(submission: Submission) -> dict[str, float]:
        asked.append(submission.digest)
        return {"twice": 0.0, "fourfold": 0.0}

    monkeypatch.setattr(bench.judge, "scores", scores)
    checked = looked(bench, ARGUED)
    pays = [fault for fault in checked.faults if fault.reason.endswith(" costs fourfold")]
    assert {fault.function for fault in pays} == {"twice"}
    assert pays == list(checked.faults)
    assert len(set(asked)) == len(asked) < len(pays)
