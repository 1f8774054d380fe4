"""What a course changes of an assignment in an assignment.toml of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.authoring.notebook import notebook_source, student_notebook
from grader.course import Course
from grader.course.late import Late
from grader.errors import UsageProblem
from grader.nbgrader_bridge.gradebook import penalty
from tests.command import ROOT, grade, hand_in, results, right, small_course

TWO = """
[functions.twice]
file = "twice.py"
outputs = { y = 3 }
"""
TWICE = '''
def twice(x):
    """Return it twice."""
    # TODO
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
'''
CASES = '''
import pytest
from sizes import SIGNALS

pytestmark = pytest.mark.function("twice")


@pytest.mark.parametrize("size", SIGNALS, ids=str)
def test_twice(student, signal):
    """Twice the numbers."""
    student.twice(signal).agrees_with(2 * signal)
'''
OFF = "import numpy as np\n\ndef twice(x):\n    return 2 * x * (1 + 5e-9)\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with a second function, and a student who is a little off in it."""
    folder = small_course(tmp_path_factory.mktemp("course"))
    with (folder / "hidden/leaky/assignment.toml").open("a", encoding="utf-8") as file:
        file.write(TWO)
    (folder / "hidden/leaky/test_twice.py").write_text(CASES, "utf-8")
    (folder / "solutions/leaky/twice.py").write_text(TWICE, "utf-8")
    hand_in(folder, ann=right(folder))
    (folder / "submitted/ann/leaky/twice.py").write_text(OFF, "utf-8")
    return folder


def earned(course: Path, own: str) -> tuple[dict[str, float], float]:
    """Judge ann in a course with some assignment.toml of its own; scores, and the most."""
    changes(course, own)
    done = grade("run", "leaky", "--yes", "-q", where=course)
    assert (done.code, done.out) == (0, ""), done.err
    record = results(course, "ann")["extra_data"]["record"]
    scores = {one["name"]: one["score"] for one in record["functions"]}
    return scores, sum(one["max_score"] for one in record["functions"])


def changes(course: Path, own: str) -> None:
    """Have the course say something of its own."""
    (course / "solutions/leaky/assignment.toml").write_text(own, "utf-8")


def test_points_tolerance_and_functions(course: Path) -> None:
    """They decide what is earned, and everybody is judged anew when they change."""
    assert earned(course, "") == ({"leaky_sum": 10.0, "twice": 0.0}, 13.0)
    own = "tolerance = 10\n[functions.twice]\noutputs = { y = 7 }\n"
    own += "[functions.leaky_sum]\nsmall = { rules = 0 }\n"
    assert earned(course, own) == ({"leaky_sum": 9.0, "twice": 7.0}, 16.0)
    (course / "submitted/ann/leaky/twice.py").unlink()
    assert earned(course, 'drop = ["twice"]') == ({"leaky_sum": 10.0}, 10.0)
    page = (course / "graded/leaky/ann/feedback.md").read_text("utf-8")
    assert "twice" not in page
    assert (course / "graded/leaky/grades.csv").read_text("utf-8").count("twice") == 0


def test_what_counts_is_in_the_fingerprint(course: Path) -> None:
    """Points, dropped functions and tolerance are; language and lateness change no code's score."""

    def print_of(own: str) -> str:
        changes(course, own)
        return Course(course).assignment("leaky").fingerprint()

    plain = print_of("")
    assert print_of('language = "zh"\nlate = "zero"\n') == plain
    assert print_of("[functions.twice]\noutputs = { y = 3 }\n") == plain
    others = [
        print_of(one)
        for one in (
            "tolerance = 2",
            'drop = ["twice"]',
            "[functions.twice]\noutputs = { y = 4 }",
        )
    ]
    assert len({plain, *others}) == 4


def test_the_notebook_and_the_gradebook_follow() -> None:
    """A dropped function has no cell there, and the course's own rule says what lateness costs."""
    task = Course(ROOT).assignment("rnn_bptt")
    functions = [replace(one, dropped=one.name == "softmax") for one in task.functions]
    task = replace(task, functions=tuple(functions), late=Late(25.0))
    source = notebook_source(task)
    assert source is not None
    cells = json.loads(student_notebook(task, source))["cells"]
    marks = [cell["metadata"].get("nbgrader", {}) for cell in cells]
    graded = [one["grade_id"] for one in marks if one]
    assert "softmax" not in graded
    assert "rnn_cell_forward" in graded
    grades = [SimpleNamespace(auto_score=80.0, manual_score=None, extra_credit=None)]
    layout: Any = SimpleNamespace(assignment=task)
    sent = SimpleNamespace(total_seconds_late=90_000.0)
    assert penalty(layout, sent, SimpleNamespace(grades=grades)) == 40.0


def test_language_timeout_and_lateness(course: Path) -> None:
    """They are the assignment's in this course, and are not when it is proved as written."""
    changes(
        course, 'language = "zh"\ntimeout = 20\nlate = { percent_per_day = 10, grace_minutes = 5 }'
    )
    task = Course(course).assignment("leaky")
    assert (task.language, task.timeout, task.as_written.timeout) == ("zh", 20.0, 10.0)
    assert task.late is not None
    hours = {0.05: 0.0, 0.1: 10.0, 24: 10.0, 25: 20.0, 24 * 30: 100.0}
    assert {one: task.late.penalty(100.0, 3600 * one) for one in hours} == pytest.approx(hours)
    for rule, due in (("none", 0.0), ("zero", 80.0)):
        changes(course, f'late = "{rule}"')
        late = Course(course).assignment("leaky").late
        assert late is not None
        assert late.penalty(80.0, 1.0) == due


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("late = ", "is not valid TOML: Invalid value (at end of document). Correct the file."),
        ("points = 3", '"points" is not a known key. Known are: language, timeout, tolerance, '
         "late, drop, functions."),
        ("timeout = 0", '"timeout" must be a number from 0.1 to 3600, not 0.'),
        ("tolerance = true", '"tolerance" must be a number from 1 to 1e+06, not True.'),
        ("tolerance = nan", '"tolerance" must be a number from 1 to 1e+06, not nan.'),
        ("late = 1", '"late" must be "none", "zero" or { percent_per_day = 10 }, not 1.'),
        ("late = { grace_minutes = 3 }", '"late" must say percent_per_day.'),
        ("late = { percent_per_day = 101 }",
         '"late.percent_per_day" must be a number from 0 to 100, not 101.'),
        ('drop = "twice"', "\"drop\" must be a list of functions, not 'twice'."),
        ('drop = ["twise"]',
         '"drop" names \'twise\', which this assignment has not. Did you mean "twice"?'),
        ('drop = ["twice", "leaky_sum"]', '"drop" leaves no function to ask for.'),
        ('drop = ["twice"]\n[functions.twice]\noutputs = { y = 1 }',
         '"functions.twice" has points, and is in "drop" as well.'),
        ("[functions.twice]\noutputs = { z = 1 }", '"functions.twice.outputs.z" names \'z\', which '
         "this assignment has not. Known are: y."),
        ("[functions.twice]\noutputs = { y = 0 }", '"functions.twice.outputs" must leave points to '
         'an output; see "drop" for no points at all.'),
        ("[functions.twice]\noutputs = { y = -1 }",
         '"functions.twice.outputs.y" must be a number of points from 0 up, not -1.'),
        ("[functions.twice]\nfile = 3", '"functions.twice.file" is not a known key. Known are: '
         "outputs, small."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_in_one_sentence(course: Path, own: str, said: str) -> None:
    """With the file, the key and what to do."""
    changes(course, own)
    with pytest.raises(UsageProblem) as raised:
        Course(course).assignment("leaky")
    path = json.dumps(str(course / "solutions/leaky/assignment.toml"))
    between = " " if "TOML" in said else ", "
    assert raised.value.message == f"{'' if 'TOML' in said else 'In '}{path}{between}{said}"
