"""Nobody pays for a worker that dies of what another function left behind in it."""

from __future__ import annotations

import pytest

from grader.intake.submission import Submission
from tests.judges import JudgeOf

LEFT = {
    "crashes at the next import": """
    import sys, os
    class Finder:
        def find_spec(self, name, path, target=None):
            os.abort()
    sys.meta_path.insert(0, Finder())
    return {}
""",
    "ends at the next import": """
    import sys, os
    class Finder:
        def find_spec(self, name, path, target=None):
            os._exit(3)
    sys.meta_path.insert(0, Finder())
    return {}
""",
}


@pytest.mark.parametrize("left", LEFT.values(), ids=LEFT)
def test_a_worker_that_dies_of_what_another_left(judge_of: JudgeOf, left: str) -> None:
    """Who is asked as it dies is asked again in a fresh one."""
    judge = judge_of("rnn_bptt")
    files = dict(judge.assignment.solution)
    cell = files["rnn_cell.py"].decode().partition("def rnn_cell_backward(")[0]
    files["rnn_cell.py"] = f"{cell}def rnn_cell_backward(da_next, cache):{left}".encode()
    report = judge.judge(Submission("ada", files, (), ""))
    assert {one.name: one.score for one in report.functions if one.score != one.max_score} == {
        "rnn_cell_backward": 0.0
    }
