"""A student's own files are what is imported, whatever else goes by their names where code runs."""

from __future__ import annotations

from grader.intake.submission import Submission
from tests.edited import SOLUTIONS, TASK
from tests.judges import JudgeOf

NAMES = (
    "code", "conftest", "difference", "grader", "kinds", "lent", "makers", "modules", "msgpack",
    "probes", "queue", "script", "serve", "torch_kit", "typing_extensions", "wire", "witness",
    "worker", "workbench",
)  # fmt: skip
"""Of what judges, of what it imports, of what is handed out, and of the standard library."""


def test_helpers_named_like_what_judges(judge_of: JudgeOf) -> None:
    """Each is imported by name, and used, by functions beside their own and lent neighbours."""
    imports = "".join(f"from {name} import {name}_of_mine\n" for name in NAMES)
    used = "".join(f"    z = {name}_of_mine(z)\n" for name in NAMES)
    cell = SOLUTIONS["rnn_cell.py"].replace("    exp_z = ", f"{used}    exp_z = ")
    cell = cell.replace("import numpy as np\n", f"import numpy as np\n{imports}", 1)
    assert used in cell
    helpers = {f"{name}.py": f"def {name}_of_mine(z):\n    return z\n" for name in NAMES}
    files = {**SOLUTIONS, **helpers, "rnn_cell.py": cell + "import grader\ngrader.grader_of_mine\n"}
    wrong = files["rnn_sequence.py"].replace("a_t = a0", "a_t = a0 + 1")
    assert wrong != files["rnn_sequence.py"]
    for sequence, lost in ((SOLUTIONS["rnn_sequence.py"], set()), (wrong, {"rnn_forward"})):
        given = {**files, "rnn_sequence.py": sequence}
        submission = Submission("ann", {k: v.encode() for k, v in given.items()}, (), "d")
        report = judge_of(TASK.name).judge(submission)
        assert {one.name for one in report.functions if one.score != one.max_score} == lost
