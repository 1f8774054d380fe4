"""What is said of a module that is not there when code is judged, wherever it is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import find_course
from grader.intake.submission import Submission, read_submission
from grader.phrases import Phrases
from tests.edited import SOLUTIONS
from tests.intake.making import ROOT, TASK, put
from tests.judges import JudgeOf

SOFTMAX = "def softmax(z):"
CASES = {
    "in a function": (
        "from scipy.special import softmax as other",
        "Line {line} of rnn_cell.py imports scipy, which is not available here.",
        "if the module is a file of your own, hand it in with the rest; if not, take the import "
        "out",
    ),
    "of what was handed out": (
        "from checks import numerical_gradient",
        "Line {line} of rnn_cell.py imports checks, which you were given for your tests and which "
        "is not there when your code is judged.",
        "copy what you use of checks into rnn_cell.py",
    ),
    "with a dot": (
        "from .helper import K",
        "Line {line} of rnn_cell.py imports with a dot, and the files you hand in are no package: "
        "from .helper import K",
        "take out the dot in front of the name",
    ),
}


@pytest.mark.parametrize("what", CASES)
@pytest.mark.parametrize("at_top", [True, False])
def test_the_line_and_what_to_do(
    tmp_path: Path, judge_of: JudgeOf, what: str, at_top: bool
) -> None:
    """The same is said of an import in a function, which costs that function alone."""
    code, said, todo = CASES[what]
    for path in TASK.solutions.glob("*.py"):
        put(tmp_path / path.name, path.read_bytes())
    for path in (TASK.stubs / "checks").glob("*.py"):  # as whole folders come back
        put(tmp_path / "checks" / path.name, path.read_bytes())
    put(tmp_path / "helper.py", b"K = 1\n")
    text = (tmp_path / "rnn_cell.py").read_text()
    changed = f"{code}\n{text}" if at_top else text.replace(SOFTMAX, f"{SOFTMAX}\n    {code}")
    put(tmp_path / "rnn_cell.py", changed.encode())
    report = judge_of("rnn_bptt").judge(read_submission(tmp_path, "ann", TASK))
    (softmax,) = [one for one in report.functions if one.name == "softmax"]
    phrases = Phrases.load()
    line = [one.strip() for one in changed.splitlines()].index(code) + 1
    assert softmax.finding is not None
    assert phrases.what(softmax.finding) == said.format(line=line)
    assert phrases.next(softmax) == todo
    lost = {one.name for one in report.functions if one.score != one.max_score}
    assert lost == {"softmax"} | ({"rnn_cell_forward", "rnn_cell_backward"} if at_top else set())


GATES = 'GATES = ("f", "i", "c", "o")\n'
USED_AT_IMPORT = 'NAMES = ["dW" + gate for gate in GATES]\n'


def test_a_constant_of_a_file_that_cannot_be_imported(judge_of: JudgeOf) -> None:
    """It is named, and nothing untrue is said of it; who only imports it loses nothing."""
    task = find_course(ROOT).assignment("gated_rnn")
    files = {path.name: path.read_text() for path in task.solutions.glob("*.py")}
    files = {name: text for name, text in files.items() if name in task.files}
    files["lstm_cell.py"] = "import scipy\n" + GATES + files["lstm_cell.py"]
    imports = "from lstm_cell import GATES, "
    sequence = files["lstm_sequence.py"].replace("from lstm_cell import ", imports)
    assert imports in sequence
    for added, lost in (("", set()), (USED_AT_IMPORT, {"lstm_forward", "lstm_backward"})):
        files["lstm_sequence.py"] = sequence.replace("\n\n\n", f"\n{added}\n\n", 1)
        given = {name: text.encode() for name, text in files.items()}
        report = judge_of("gated_rnn").judge(Submission("ann", given, (), "d"))
        wrong = {one.name: one for one in report.functions if one.score != one.max_score}
        assert set(wrong) == {"lstm_cell_forward", "lstm_cell_backward"} | lost
        for name in lost:
            finding = wrong[name].finding
            assert finding is not None
            assert (finding.kind, finding.facts) == ("neighbour absent", {"name": "GATES"})


LACKING = {
    "a name": (
        "from helper import shift",
        "",
        "Line 1 of rnn_sequence.py imports shift from helper.py, which has nothing of that name: "
        "from helper import shift",
        "define shift in helper.py, or take it out of the import",
    ),
    "a name of a list": (
        "from helper import *",
        '__all__ = ["scale", "shift"]\n',
        "Line 1 of rnn_sequence.py imports all that __all__ of helper.py lists, and helper.py has "
        "no shift: from helper import *",
        "define shift in helper.py, or take it out of __all__",
    ),
}


@pytest.mark.parametrize("what", LACKING)
def test_a_name_that_a_file_of_the_student_lacks(judge_of: JudgeOf, what: str) -> None:
    """It is said where it is missing, not that something is tried out."""
    code, listed, said, todo = LACKING[what]
    files = {name: text.encode() for name, text in SOLUTIONS.items()}
    files["helper.py"] = f"{listed}def scale(z):\n    return z\n".encode()
    files["rnn_sequence.py"] = f"{code}\n".encode() + files["rnn_sequence.py"]
    report = judge_of("rnn_bptt").judge(Submission("ann", files, (), "d"))
    wrong = [one for one in report.functions if one.score != one.max_score]
    assert [one.name for one in wrong] == ["rnn_forward", "rnn_backward"]
    phrases = Phrases.load()
    assert wrong[0].finding is not None
    assert phrases.what(wrong[0].finding) == said
    assert phrases.next(wrong[0]) == todo


def test_a_star_of_names_that_a_file_of_the_contract_lacks(judge_of: JudgeOf) -> None:
    """They are stood in for as names are that are imported one by one."""
    files = {name: text.encode() for name, text in SOLUTIONS.items()}
    listed = b'__all__ = ["softmax", "rnn_cell_forward", "rnn_cell_backward", "checked"]\n'
    files["rnn_cell.py"] += listed
    old = b"from rnn_cell import rnn_cell_backward, rnn_cell_forward\n"
    assert old in files["rnn_sequence.py"]
    star = files["rnn_sequence.py"].replace(old, b"from rnn_cell import *\n")
    report = judge_of("rnn_bptt").judge(
        Submission("ann", {**files, "rnn_sequence.py": star}, (), "d")
    )
    assert [one.name for one in report.functions if one.score != one.max_score] == []


def test_a_long_file_that_python_cannot_read(judge_of: JudgeOf) -> None:
    """Its text is not read here, and what is said is still what is wrong with it."""
    files = {name: text.encode() for name, text in SOLUTIONS.items()}
    files["rnn_cell.py"] = b"# coding: of nobody\n" + files["rnn_cell.py"] + b"x = 1\n" * 30_000
    report = judge_of("rnn_bptt").judge(Submission("ann", files, (), "d"))
    (softmax,) = [one for one in report.functions if one.name == "softmax"]
    assert softmax.finding is not None
    assert Phrases.load().what(softmax.finding) == "Python cannot read rnn_cell.py."
