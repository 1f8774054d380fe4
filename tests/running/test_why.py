"""`grade why`: the very hidden cases behind a function's points, on the class's own seed."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from grader.cases.comparing import Mismatch
from grader.judging.evidence import CaseEvidence
from grader.phrases import Phrases
from grader.record import Criterion, Finding, FunctionResult, Status
from grader.running.why import Question, listing, opened
from tests.command import FORGETS_NOTHING, Done, environment, grade, hand_in, right, small_course


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small course whose class has been graded."""
    course = small_course(tmp_path_factory.mktemp("course"))
    hand_in(course, ann=right(course), bo=FORGETS_NOTHING)
    assert grade("run", "leaky", where=course).code == 0
    return course


def why(course: Path, *arguments: str) -> Done:
    """Ask about a function of a student."""
    return grade("why", *arguments, where=course)


def test_the_answer_holds_all_that_decided(course: Path) -> None:
    """Each case, what went in and came out, what was due, how far off, and what it costs."""
    done = why(course, "bo", "leaky_sum")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("leaky_sum   0 of 10 points")
    assert "  wrong  h: 0 of 8" in lines
    assert any(re.fullmatch(r"  case 1 +wrong: h   test_leaky_sum.py::.*", line) for line in lines)
    assert any(line.startswith("    x (") for line in lines)
    assert any(line.startswith("    keep = ") for line in lines)
    assert any(line.startswith("    got (") for line in lines)
    assert any(line.startswith("    due (") for line in lines)
    assert any(re.fullmatch(r"    off by \S+ at most at \[\d, \d\]", line) for line in lines)
    assert "  costs: h 8 (a criterion is all or nothing over all its cases)" in lines


def test_the_command_it_names_runs_the_same_case(course: Path) -> None:
    """On the class's seed, by hand, with the same numbers."""
    told = why(course, "bo", "leaky_sum").out
    command = shlex.split(told.splitlines()[-1])
    assert command[0] == "pytest"
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=course,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1, done.stdout
    seed = (course / "graded/leaky/.run/seed").read_text().strip()
    assert command[-2:] == ["--seed", seed]
    (got,) = re.findall(r"    got .*= array\(\[\[ *([-\d.]+)", told)
    assert re.search(r"got  array\(\[\[ *" + re.escape(got[:8]), done.stdout)


def test_what_a_student_may_see_holds_no_number(course: Path) -> None:
    """Sizes, sentence and cost; no input, no answer, no name of a case, no seed."""
    done = why(course, "bo", "leaky_sum", "--for-student", "--case", "2")
    assert done.code == 0
    assert "Case 2" in done.out
    assert "costs: h 8" in done.out
    seed = (course / "graded/leaky/.run/seed").read_text().strip()
    for hidden in ("array", "test_leaky_sum", "got", "due", seed, "pytest"):
        assert hidden not in done.out


def test_a_right_function_has_nothing_to_show(course: Path) -> None:
    """Every case is right, and none is opened unless it is asked for."""
    done = why(course, "ann", "leaky_sum")
    assert done.code == 0
    assert "wrong" not in done.out
    assert "call 1" not in done.out
    assert "call 1: leaky_sum" in why(course, "ann", "leaky_sum", "--case", "1").out


@pytest.mark.parametrize(
    ("lang", "verdict", "said"),
    [
        ("en", "wrong  h: 0 of 10", "leaky_sum.py is not a text file."),
        ("zh", "不对     h：0 / 10 分", "leaky_sum.py 不是文本文件。"),
    ],
)
def test_a_file_that_no_case_could_use(lang: str, verdict: str, said: str) -> None:
    """Nothing was asked of it: why, stands below the points."""
    none = Criterion("h", 10, 0, passed=False)
    finding = Finding("binary file", facts={"file": "leaky_sum.py"})
    result = FunctionResult("leaky_sum", Status.FAILED, 0, 10, (none,), finding)
    lines = list(listing((), result, Phrases.load(lang), Question("bo", "leaky_sum")))
    assert lines[1:] == [f"  {verdict}", f"  {said}"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("bob", "leaky_sum"), 'There are no results of "bob" in'),
        (("bo", "leaky_sun"), 'Did you mean "leaky_sum"?'),
        (("bo", "leaky_sum", "--case", "99"), "Error: leaky_sum has "),
        (("bo", "leaky_sum", "solutions"), 'There is no submission of "bo" there.'),
    ],
)
def test_questions_that_cannot_be_answered(
    course: Path, arguments: tuple[str, ...], said: str
) -> None:
    """Each is refused in one sentence."""
    done = why(course, *arguments)
    assert done.code == 2
    assert said in done.err


def test_the_lines_of_the_cases_agree_with_the_points() -> None:
    """An edge case that is wrong in an output that has cost its points already costs no more."""
    criteria = (
        Criterion("dxt", 8, 8, True),
        Criterion("dba", 2, 0, False),
        Criterion("edge", 5, 4, True),
        Criterion("rules", 5, 0, False),
    )
    result = FunctionResult("f", Status.FAILED, 12, 20, criteria)

    def case(number: int, criterion: str, *outputs: str) -> CaseEvidence:
        wrong = tuple(Mismatch(Finding("dtype", output)) for output in outputs)
        return CaseEvidence(number, f"t[{number}]", "", criterion, {}, (), wrong)

    cases = [
        case(1, "", "dba"),
        case(2, "edge", "dba"),
        case(3, "edge"),
        case(4, "rules", "dba", "dxt"),
    ]
    phrases, question = Phrases.load(), Question("ann", "f", for_student=True)
    assert list(listing(cases, result, phrases, question))[1:] == [
        "  right  dxt: 8 of 8",
        "  wrong  dba: 0 of 2",
        "  right  edge: 4 of 5 (as large a share as the outputs earned)",
        "  wrong  rules: 0 of 5",
        "  case 1   wrong: dba",
        "  case 2   wrong: dba (edge; costs nothing more)",
        "  case 3   right (edge)",
        "  case 4   wrong: dba, dxt (rules)",
    ]
    assert list(listing(cases[1:2], result, Phrases.load("zh"), question))[1:] == [
        "  正确     dxt：8 / 8 分",
        "  不对     dba：0 / 2 分",
        "  正确     edge：4 / 5 分 （所得比例与各输出相同）",
        "  不对     规则：0 / 5 分",
        "  用例 2     不对：dba (edge; 不再扣分)",
    ]
    costs = [list(opened(one, result, phrases, question))[-1] for one in cases]
    assert costs[0].startswith("  costs: dba 2 (")
    assert costs[1].startswith("  costs nothing more: a small criterion is judged on the outputs")
    assert costs[3].startswith("  costs: rules 5 (")


def test_cases_after_one_that_ends_the_function_were_not_tried(course: Path) -> None:
    """Nobody says that they are wrong: neither here nor in the feedback."""
    ends = "import os\n\n\ndef leaky_sum(x, keep):\n    os._exit(3)\n"
    hand_in(course, eve=ends)
    assert grade("run", "leaky", "--student", "eve", where=course).code == 0
    told = why(course, "eve", "leaky_sum").out
    cases = re.findall(r"^  case (\d+) +(.*?)   test_", told, re.MULTILINE)
    assert cases[0] == ("1", "wrong: all of it")
    assert {said for _, said in cases[1:]} == {"not tried: the function was ended before"}
    opened = why(course, "eve", "leaky_sum", "--case", "2").out
    assert "\n  not tried: the function was ended before\n" in opened
    assert "ends the Python process" not in opened
    assert "more hidden case" not in grade("show", "leaky", "eve", where=course).out
