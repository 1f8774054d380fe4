"""The line of what goes wrong in functions that hand numbers on: each wrong part is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.intake.submission import Submission
from grader.record import FunctionResult
from tests.judges import JudgeOf
from tests.placed import named

STYLES = Path(__file__).parents[2] / "benchmarks" / "styles" / "rnn_bptt"
GATES, ONE_CELL = ("gated_rnn", "gates_vs_torch.py"), ("rnn_bptt", "numpy_vs_torch.py")
COLUMNS = ('"dw_ih": dW[:, n_h:],\n        "dw_hh": dW[:, :n_h],',
           '"dw_ih": dW[:, : x.shape[2]],\n        "dw_hh": dW[:, x.shape[2] :],')  # fmt: skip
BIASES = """    parameters |= {f"b{gate}": rows for gate, rows in zip(GRU_GATES, b, strict=True)}
"""
ONE_BIAS = """    (br, bz, _), (hr, hz, _) = np.split(_column(b_ih), 3), np.split(_column(b_hh), 3)
    parameters |= {"br": br + hr, "bz": bz}
"""
LEFT = ("gradients = torch.autograd.grad(output, [inputs, *weights], torch.tensor(dh))",
        "output.backward(torch.tensor(dh))\n"
        "    gradients = [one.grad for one in (inputs, *weights)]")  # fmt: skip
WAY = "for dh_t in reversed(dh):"


def _judged(
    judge_of: JudgeOf, where: tuple[str, str], old: str, new: str, without: str = ""
) -> tuple[FunctionResult, str]:
    """Judge a comparison of the solutions with a piece replaced; return its text, too."""
    assignment, file = where
    judge = judge_of(assignment)
    task = judge.assignment
    files = {name: (task.solutions / name).read_text("utf-8") for name in task.files}
    assert files[file].count(old) == 1
    files[file] = files[file].replace(old, new).replace(without, "")
    handed_in = {name: text.encode() for name, text in files.items()}
    report = judge.judge(Submission("ada", handed_in, (), ""))
    result = next(one for one in report.functions if one.name.startswith("compare_"))
    assert result.finding is not None
    return result, files[file]


def _line(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize(
    ("where", "old", "new", "part"),
    [
        (GATES, "bna\": _column(b_hh[n])", "bna\": _column(b_ih[n])", "bna\": _column(b_ih"),
        (GATES, "h0[0], dh[0])", "h0[0], dh[-1])", "dh[-1]"),
        (GATES, "[db, gradients[\"dbna\"]]", "[db, gradients[\"dbnx\"]]", "gru_db_hh"),
        (ONE_CELL, "[inputs, *weights], torch.tensor(dh)",
         "[inputs, *weights], torch.ones_like(output)", "torch.ones_like"),
        (ONE_CELL, "rnn(inputs, torch.tensor(h0))", "rnn(inputs, torch.zeros(h0.shape).double())",
         "torch.zeros"),
        (ONE_CELL, "    h = h0[0]\n", "    h = np.zeros(h0[0].shape)\n", "np.zeros(h0[0]"),
        (GATES, "    found = _arrays(hidden, *gradients)\n",
         "    found = _arrays(hidden, *gradients)\n    found[0] = found[0][::-1]\n", "[::-1]"),
        (ONE_CELL, "np.sum(cell.db_ih_stack, axis=(0, 1))", "np.sum(cell.db_ih_stack, axis=0)",
         "db_ih_stack, axis=0"),
        (ONE_CELL, "np.sum(cell.dw_ih_stack", "np.mean(cell.dw_ih_stack", "np.mean"),
    ],
)  # fmt: skip
def test_the_line_of_a_wrong_number_is_told(
    judge_of: JudgeOf, where: tuple[str, str], old: str, new: str, part: str
) -> None:
    """It is the first that the student lacks, what the case gives, or what is due in the end."""
    result, text = _judged(judge_of, where, old, new)
    line = _line(text, part)
    assert [(one.first, one.last, one.output) for one in result.places] == [(line, line, "")]


def test_each_wrong_part_has_a_line(judge_of: JudgeOf) -> None:
    """What was taken from columns of known numbers is wrong there, under either name."""
    result, text = _judged(judge_of, GATES, *COLUMNS)
    places = [(one.first, one.last, one.output) for one in result.places]
    lines = [_line(text, '"dw_ih": dW['), _line(text, '"dw_hh": dW[')]
    assert places == [(lines[0], lines[0], "dw_ih"), (lines[1], lines[1], "dw_hh")]


def test_with_a_number_that_is_put_there_goes_where_it_comes_from(judge_of: JudgeOf) -> None:
    """A part of a bias may be wrong where it is read, and where it was taken out."""
    unused = "    *b, _ = np.split(_column(b_ih + b_hh), 3)\n"
    result, text = _judged(judge_of, GATES, BIASES, ONE_BIAS, without=unused)
    line = _line(text, '"bz": bz')
    assert [(one.first, one.last) for one in result.places] == [(line - 1, line)]
    assert result.mistakes == ("one_bias_missing_in_a_gate",)


def test_what_was_taken_apart_may_be_wrong_where_that_was_done(judge_of: JudgeOf) -> None:
    """With the right number where it is read all is right; it was given a wrong one before."""
    old = "    output, _ = rnn(inputs, torch.tensor(h0))\n"
    new = """    start = torch.tensor(h0)
    _, start = rnn(torch.tensor(x), start)
    output, _ = rnn(inputs, start.detach())
"""
    result, text = _judged(judge_of, ONE_CELL, old, new)
    line = _line(text, "_, start = ")
    assert [(one.first, one.last, one.proved) for one in result.places] == [(line, line, True)]


def test_numbers_in_the_wrong_order_are_told_with_their_loop(judge_of: JudgeOf) -> None:
    """Each of them is known; what is wrong is the order in which the loop hands them out."""
    result, text = _judged(judge_of, ONE_CELL, WAY, "for dh_t in dh:")
    line = _line(text, "for dh_t in dh:")
    assert [(one.first, one.last) for one in result.places] == [(line, line + 1)]


def test_what_a_tensor_holds_as_its_gradient_is_no_mistake(judge_of: JudgeOf) -> None:
    """It was put there by what was done with it before: the line that reads it is right."""
    result, _ = _judged(judge_of, ONE_CELL, *LEFT)
    assert result.mistakes == ("gradients_left_in_rnn",)
    assert result.places == ()


def test_where_a_shape_is_wrong_changes_of_loops_are_tried_first(judge_of: JudgeOf) -> None:
    """What a loop fills has one entry for each of its turns: it ends two steps too early."""
    text = (STYLES / "course" / "numpy_vs_torch.py").read_text("utf-8")
    loop = "for t in range(T - 1, -1, -1):"
    assert text.count(loop) == 1
    text = text.replace(loop, "for t in range(T - 1, 1, -1):")
    judge = judge_of("rnn_bptt")
    files = {name: judge.assignment.solution[name] for name in judge.assignment.files}
    files["numpy_vs_torch.py"] = text.encode()
    report = judge.judge(Submission("ada", files, (), ""))
    (place,) = next(one for one in report.functions if one.name == "compare_with_torch").places
    line = _line(text, "for t in range(T - 1, 1, -1):")
    assert (place.first, place.last, place.proved) == (line, line, True)


@pytest.mark.parametrize("place", ["1", "-1"])
def test_where_one_attribute_is_wrong_changes_of_what_is_put_there_are_tried_first(
    judge_of: JudgeOf, place: str
) -> None:
    """Each number is right, and put at another place of the list."""
    judge = judge_of("rnn_bptt")
    text = judge.assignment.solution["numpy_vs_torch.py"].decode()
    assert text.count("self.dx_list.insert(0, ") == 1
    text = text.replace("self.dx_list.insert(0, ", f"self.dx_list.insert({place}, ")
    line = _line(text, "self.dx_list.insert(")
    assert named(judge, "numpy_vs_torch.py", text, "RNNCell") == [(line, line, True)]
