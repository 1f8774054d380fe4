"""What is said of a module that is not there when code is judged, wherever it is imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.intake.submission import read_submission
from grader.phrases import Phrases
from tests.intake.making import TASK, put
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
