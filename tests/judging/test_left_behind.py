"""What a call leaves behind in its process costs no other function, and no answer before it."""

from __future__ import annotations

import pytest

from grader.intake.submission import Submission
from grader.record import FunctionResult
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
    "another meaning of a library's name": """
    np.tanh = np.sin
    np.concatenate = None
    return {}
""",
}


def _lost(judge_of: JudgeOf, name: str, body: str) -> dict[str, FunctionResult]:
    """Judge the solution with another function of the cell's file; return what loses points."""
    judge = judge_of("rnn_bptt")
    files = {name: judge.assignment.solution[name] for name in judge.assignment.files}
    files["rnn_cell.py"] += f"\n_right = {name}\n\ndef {name}(*args):{body}".encode()
    report = judge.judge(Submission("ada", files, (), ""))
    return {one.name: one for one in report.functions if one.score != one.max_score}


@pytest.mark.parametrize("left", LEFT.values(), ids=LEFT)
def test_no_other_function_pays(judge_of: JudgeOf, left: str) -> None:
    """Who is asked as a worker dies is asked again in a fresh one; libraries are put back."""
    lost = _lost(judge_of, "rnn_cell_backward", left)
    assert {name: one.score for name, one in lost.items()} == {"rnn_cell_backward": 0.0}


@pytest.mark.parametrize("line", ["global np; np = None", "import sys; sys.stdout.close()"])
def test_whatever_lasts_is_nothing_to_the_next(judge_of: JudgeOf, line: str) -> None:
    """What fails after others is judged in a worker of its own where these may be why."""
    judge = judge_of("long_term_dependencies")
    files = dict(judge.assignment.solution)
    files["gradient_flow.py"] = (
        files["gradient_flow.py"]
        .replace(b"    norms =", b"    print(delta.shape, flush=True)\n    norms =")
        .replace(b"    T_x = a.shape[2]\n", b"    T_x = a.shape[2] - 1\n    %b\n" % line.encode())
    )
    report = judge.judge(Submission("ada", files, (), ""))
    lost = [one.name for one in report.functions if one.score != one.max_score]
    assert lost == ["backpropagate_error"]


def test_a_right_neighbour_that_changes_a_library(judge_of: JudgeOf) -> None:
    """What calls it by itself is judged beside a right one that leaves nothing behind."""
    lost = _lost(judge_of, "softmax", "\n    np.tanh = np.sin\n    return _right(*args)\n")
    assert lost == {}


def test_a_log_is_written_beside_lent_functions_as_well(judge_of: JudgeOf) -> None:
    """What a module writes as it is imported goes nowhere, however its neighbours are judged."""
    wrong = "\n    return _right(*args) / 2\n\nnp.tanh = np.tanh\n"
    wrong += "open('run.log', 'w').write('begun')\n"
    lost = _lost(judge_of, "softmax", wrong)
    assert {name: one.score for name, one in lost.items()} == {"softmax": 0.0}


IN_ITS_WAY = """
    operator.matmul = None
    return _right(*args) / 2

import operator

_forward = rnn_cell_forward

def rnn_cell_forward(xt, a_prev, parameters):
    assert operator.matmul is not None
    return _forward(xt, a_prev, parameters)
"""

NOT_ALL_WRITTEN = """
    return _right(*args) / 2

_forward = rnn_cell_forward

def rnn_cell_forward(xt, a_prev, parameters):
    if xt.shape[1] == 1:
        raise NotImplementedError("rnn_cell_forward is still to be written")
    return _forward(xt, a_prev, parameters)
"""


def test_a_lent_neighbour_does_not_find_what_the_wrong_one_left(judge_of: JudgeOf) -> None:
    """It stands in a process in which that was never called."""
    assert set(_lost(judge_of, "softmax", IN_ITS_WAY)) == {"softmax"}


TAKES_A_NAME_AWAY = """
    global rnn_cell_forward
    rnn_cell_forward = None
    raise ValueError
"""


def test_a_wrong_neighbour_that_takes_a_name_away(judge_of: JudgeOf) -> None:
    """What can be called no more was there before it called: it is judged beside a right one."""
    assert set(_lost(judge_of, "softmax", TAKES_A_NAME_AWAY)) == {"softmax"}


def test_what_is_not_written_for_some_sizes_is_judged_for_others(judge_of: JudgeOf) -> None:
    """Beside a wrong neighbour as well: no size is lost but those."""
    lost = _lost(judge_of, "softmax", NOT_ALL_WRITTEN)
    passed = {one.name: one.passed for one in lost["rnn_cell_forward"].criteria}
    assert passed == {
        "a_next": True, "yt_pred": True, "cache": True, "edge sizes": False, "rules": True,
    }  # fmt: skip


ENDS = {
    "ends its process": "__import__('os')._exit(3)",
    "crashes": "__import__('os').abort()",
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_what_was_answered_before_counts(judge_of: JudgeOf, end: str) -> None:
    """A case that ends the process costs itself and what comes after it, however soon it comes."""
    lost = _lost(
        judge_of,
        "softmax",
        f"\n    if args[0].shape == (1, 1):\n        {end}\n    return _right(*args)\n",
    )
    (softmax,) = lost.values()
    assert {one.name for one in softmax.criteria if not one.passed} == {"edge sizes", "rules"}
    assert softmax.finding is not None
    assert softmax.finding.sizes == {"n_y": 1, "m": 1}


@pytest.mark.parametrize(
    "line",
    [
        "torch.get_default_dtype = None",
        "torch.set_default_dtype = len",
        "sys.modules['numpy.linalg'] = 5",
        "import warnings; warnings.simplefilter = warnings.resetwarnings = None",
        "import warnings; warnings.filters = ()",
        "torch.is_grad_enabled = torch.set_grad_enabled = torch.default_generator = None",
    ],
)
def test_a_library_changed_at_import_costs_nothing(judge_of: JudgeOf, line: str) -> None:
    """Whoever changes what its own functions do not use loses nothing."""
    judge = judge_of("rnn_bptt")
    files = dict(judge.assignment.solution)
    files["rnn_cell.py"] = f"import sys, torch\n{line}\n".encode() + files["rnn_cell.py"]
    report = judge.judge(Submission("ada", files, (), ""))
    assert [one.name for one in report.functions if one.score != one.max_score] == []


@pytest.mark.parametrize(
    "line",
    [
        "import warnings; warnings.simplefilter = warnings.resetwarnings = None",
        "import warnings; del warnings.filters",
        "import torch; torch.is_grad_enabled = torch.default_generator = None",
    ],
)
def test_a_library_changed_by_a_call_costs_nothing(judge_of: JudgeOf, line: str) -> None:
    """What a right function changes beside its work is nothing to the next call."""
    assert _lost(judge_of, "softmax", f"\n    {line}\n    return _right(*args)\n") == {}


@pytest.mark.parametrize(
    "line",
    [
        "import speedups",
        "d = getattr(np, '__dict__'); d['tanh'] = np.sin",
        "b = __builtins__; b['range'] = None",
        "lib = np; lib.tanh = np.sin",
    ],
)
def test_a_library_changed_behind_another_name_costs_nothing(judge_of: JudgeOf, line: str) -> None:
    """By a right function, or by a file of its own that it imports as it is called."""
    judge = judge_of("rnn_bptt")
    files = dict(judge.assignment.solution)
    files["speedups.py"] = b"import numpy as np\nnp.tanh = np.sin\n"
    right = f"\n_right = softmax\n\ndef softmax(*args):\n    {line}\n    return _right(*args)\n"
    files["rnn_cell.py"] += right.encode()
    report = judge.judge(Submission("ada", files, (), ""))
    assert [one.name for one in report.functions if one.score != one.max_score] == []
