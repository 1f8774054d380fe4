"""What is offered for a misspelt name, and where nothing is."""

from __future__ import annotations

import pytest

from grader.cases.replaying import Called
from grader.isolation.answers import Raised
from grader.judging.explaining import finding_of
from grader.judging.judge import Judge
from grader.judging.near_names import near_key, near_module, near_name
from grader.source.parsing import Parsed
from tests.edited import TASK, result
from tests.judges import JudgeOf

SUBMISSION = Parsed(
    {
        "cell.py": b"class RNNCell:\n    def __init__(self, hidden_hh):\n"
        b"        self.weight_hh = hidden_hh\n"
        b"        weights_hh, hiden_hh\n    def forward(self):\n        step = None\n"
        b"        da_nxt = da_next = softmx = Wy = Wya = Waa = 1\n",
    }
)
CONTRACT = frozenset({"softmax", "rnn_backward"})


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("module 'numpy' has no attribute 'tanhh'", "tanh"),
        ("module 'torch' has no attribute 'tanhh'", ""),
        ("'RNNCell' object has no attribute 'weights_hh'", "weight_hh"),
        ("'RNNCell' object has no attribute 'forwrad'", "forward"),
        ("'RNNCell' object has no attribute 'hiden_hh'", ""),
        ("'RNN' object has no attribute 'weights_hh'", ""),
        ("'numpy.ndarray' object has no attribute 'tranpose'", "transpose"),
        ("'list' object has no attribute 'apend'", "append"),
        ("'dict' object has no attribute 'weights_hh'", ""),
        ("'NoneType' object has no attribute 'weights_hh'", ""),
        ("name 'Nome' is not defined", ""),
        ("name 'da_nxt' is not defined", "da_next"),
        ("name 'softmx' is not defined", "softmax"),
        ("'Wy'", "Wya"),
        ("name 'entirely' is not defined", ""),
        ("operands could not be broadcast together", ""),
        ("", ""),
    ],
)
def test_the_nearest_name_is_offered(text: str, near: str) -> None:
    """Of the submission, of the contract or of NumPy; none where nothing is near."""
    assert near_name(text, SUBMISSION, CONTRACT) == near


def test_a_submission_of_countless_names_costs_nothing() -> None:
    """Where there are more than a few thousand like it, none is offered."""
    names = ["da_nxt", "da_next", *(f"name{number:03x}" for number in range(4096))]
    files = Parsed({"m.py": "\n".join(names).encode()})
    assert near_name("name 'da_nxt' is not defined", files, ()) == ""


@pytest.mark.parametrize(("count", "similar"), [(10, "gru9"), (2001, "")])
def test_a_file_of_countless_functions_costs_nothing(count: int, similar: str) -> None:
    """Of those that are there none is named in the place of the missing one."""
    files = Parsed({"m.py": "".join(f"def gru{n}(): 0\n" for n in range(count)).encode()})
    missing = Raised(0, "NoFunctionError", (), importing=False, frames=(), text="", name="")
    found = finding_of(missing, files, Called("gru", 0), "m.py")
    assert (found.kind, found.facts["similar"]) == ("missing function", similar)


def test_of_two_that_are_equally_near_none_is_offered() -> None:
    """A guess would be no better than the other."""
    files = Parsed({"m.py": b"dba2 = dba3 = dba1"})
    assert near_name("name 'dba1' is not defined", files, ()) == ""


@pytest.mark.parametrize(
    ("held", "near"),
    [
        ({"da_perv": 1, "dWax": 2}, "da_perv"),
        ({"DA_PREV": 1}, "DA_PREV"),
        ({"dWax": 2}, ""),
        ({"da_prv": 1}, ""),
        ({("da_prev",): 1, 7: 2}, ""),
    ],
)
def test_the_key_that_was_returned_instead_is_offered(held: dict[object, int], near: str) -> None:
    """One that is not due, and that the submission has in its text."""
    names = {"da_perv", "DA_PREV", "dWax"}
    assert near_key("da_prev", held, {"da_prev", "dWax"}, names) == near


@pytest.mark.parametrize(
    ("module", "near"),
    [("nunpy", "numpy"), ("rnn_cel", "rnn_cell"), ("Torch", "torch"), ("seaborn", "")],
)
def test_a_module_of_nearly_that_name_is_offered(module: str, near: str) -> None:
    """A file that was handed in, or what everybody imports."""
    assert near_module(module, ["rnn_cell.py", "rnn_sequence.py"]) == near


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of rnn_bptt."""
    return judge_of(TASK.name)


@pytest.mark.parametrize(
    ("function", "old", "new", "similar"),
    [
        ("rnn_cell_backward", '"da_prev": ', '"da_perv": ', "da_perv"),
        ("rnn_sequence", "from rnn_cell import", "from rnn_cel import", "rnn_cell"),
        ("RNNCell", "self.dw_ih_stack.append", "self.dw_ih_stak = [] or self.dw_ih_stack.append",
         ""),
        ("RNNCell", "x, prev_hidden, hidden = self.steps.pop()",
         "x, prev_hidden, hidden = self.stepps.pop()", "steps"),
        ("rnn_cell_backward", "def rnn_cell_backward", "def rnn_cell_bacward",
         "rnn_cell_bacward"),
    ],
)  # fmt: skip
def test_a_slip_in_a_submission_is_told_with_the_name_meant(
    judge: Judge, function: str, old: str, new: str, similar: str
) -> None:
    """A returned key, a module, an attribute, a function; of a right name nothing is offered."""
    name = "rnn_forward" if function == "rnn_sequence" else function
    found = result(judge, name, (old, new), explain=False).finding
    assert (found.facts.get("similar", "") if found else "") == similar
