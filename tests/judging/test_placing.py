"""The line at which a submission's numbers part from the formula's, with no catalogue at all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from grader.course import Assignment
from grader.diagnosis.traces import read_trace
from grader.intake.submission import Submission
from grader.judging.judge import Judge
from grader.phrases import Phrases
from grader.record import FunctionResult
from grader.reports.html import page
from grader.reports.text import feedback
from grader.running.settings import Settings
from grader.running.start import open_judge
from tests.edited import SLOPE, TASK, result
from tests.judges import SEED, JudgeOf


def _files(task: Assignment) -> dict[str, str]:
    return {name: (task.solutions / name).read_text("utf-8") for name in task.files}


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of rnn_bptt."""
    return judge_of(TASK.name)


def _judged(judge: Judge, files: dict[str, str], function: str) -> FunctionResult:
    submission = Submission("ada", {name: text.encode() for name, text in files.items()}, (), "")
    return next(one for one in judge.judge(submission).functions if one.name == function)


def _line(text: str, part: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if part in line)


EDITS = {
    "a factor": ("rnn_cell.py", "rnn_cell_backward", "(1 - a_next**2)", "(1 - a_next)"),
    "another name": ("rnn_cell.py", "rnn_cell_backward", "dz @ a_prev.T", "dz @ a_next.T"),
    "a missing term": ("rnn_cell.py", "rnn_cell_forward", ' + parameters["ba"])', ")"),
    "an axis": ("rnn_cell.py", "softmax", "np.sum(exp_z, axis=0, keepdims=True)", "np.sum(exp_z)"),
    "what is not carried": (
        "rnn_sequence.py", "rnn_backward", "da[:, :, t] + da_prev, cell", "da[:, :, t], cell",
    ),
    "a weight that is not turned": (
        "numpy_vs_torch.py", "RNNCell", "dz @ self.weight_hh\n", "dz @ self.weight_hh.T\n",
    ),
}  # fmt: skip


def test_the_line_that_changes_an_argument_is_told(judge: Judge) -> None:
    """Its numbers are right, so that none of them tells; a copy there makes all right."""
    files = _files(TASK)
    old = "    dz = da_next * (1 - a_next**2)\n"
    new = "    da_next *= 1 - a_next**2\n    dz = da_next\n"
    files["rnn_cell.py"] = files["rnn_cell.py"].replace(old, new)
    result = _judged(judge, files, "rnn_cell_backward")
    assert result.mistakes == ("writes_into_argument",)
    line = _line(files["rnn_cell.py"], "da_next *= ")
    assert [(one.first, one.last, one.proved) for one in result.places] == [(line, line, True)]


def test_beside_a_changed_argument_the_line_of_the_wrong_output_is_told(judge: Judge) -> None:
    """It speaks of that output: the argument is changed on a line of its own."""
    files = _files(TASK)
    text = files["rnn_cell.py"].replace("dz @ a_prev.T", "dz @ a_next.T")
    old = "    dz = da_next * (1 - a_next**2)\n"
    new = "    da_next *= 1 - a_next**2\n    dz = da_next\n"
    files["rnn_cell.py"] = text.replace(old, new)
    result = _judged(judge, files, "rnn_cell_backward")
    assert "writes_into_argument" in result.mistakes
    line = _line(files["rnn_cell.py"], "dz @ a_next.T")
    assert [(one.first, one.last, one.output) for one in result.places] == [(line, line, "dWaa")]


def test_a_line_that_goes_into_nothing_right_is_told(judge: Judge) -> None:
    """Transposed numbers look like those of the formula; the text tells, beside the cause."""
    files = _files(TASK)
    files["rnn_cell.py"] = files["rnn_cell.py"].replace("dz @ a_prev.T", "a_prev @ dz.T")
    result = _judged(judge, files, "rnn_cell_backward")
    line = _line(files["rnn_cell.py"], "a_prev @ dz.T")
    (place,) = result.places
    assert (place.first, place.last, place.alone, place.output) == (line, line, True, "dWaa")
    assert result.mistakes == ("weight_gradient_transposed",)
    said = f"Something in line {line} of rnn_cell.py goes into dWaa and into nothing that is right."
    assert Phrases.of(TASK.hidden, "en").where(result) == said


def test_not_all_the_rest_is_spoken_of_where_other_cases_are_wrong_in_more(
    judge_of: JudgeOf,
) -> None:
    """The right number there mends what l2 adds, and not the weights of 0 in another case."""
    long = judge_of("long_term_dependencies")
    files = _files(long.assignment)
    old = 'decayed["d" + name] = gradients["d" + name] + l1 * np.sign(W) + l2 * W\n'
    assert files["stabilize.py"].count(old) == 1
    new = old.replace("l2 * W", "l2 / 2 * W").replace("l1 * np.sign(W)", "l1 * W / np.abs(W)")
    files["stabilize.py"] = files["stabilize.py"].replace(old, new)
    result = _judged(long, files, "weight_decay")
    line = _line(files["stabilize.py"], "l2 / 2 * W")
    assert result.mistakes
    assert [(one.first, one.last, one.output) for one in result.places] == [(line, line, "l2")]


def test_with_a_condition_is_told_what_it_leads_to(judge: Judge) -> None:
    """That it never holds makes all right, too: yet it may be a line under it that is wrong."""
    files = _files(TASK)
    old = "        gradients = rnn_cell_backward(da[:, :, t] + da_prev, cell_caches[t])\n"
    last = '        da_prev = gradients["da_prev"]\n'
    new = (
        "        if t == T_x - 1:\n"
        "            gradients = rnn_cell_backward(da[:, :, t], cell_caches[t])\n"
        f"        else:\n    {old}    {last}"
    )
    text = files["rnn_sequence.py"]
    assert text.count(old + last) == 1
    files["rnn_sequence.py"] = text.replace(old + last, new)
    (place,) = _judged(judge, files, "rnn_backward").places
    begin = _line(files["rnn_sequence.py"], "if t == T_x - 1:")
    assert (place.first, place.last, place.proved) == (begin, begin + 4, True)


def test_of_two_penalties_the_one_that_is_lost_is_wrong(judge_of: JudgeOf) -> None:
    """The other one is as it should be."""
    long = judge_of("long_term_dependencies")
    files = _files(long.assignment)
    old = 'decayed["d" + name] = gradients["d" + name] + l1 * np.sign(W) + l2 * W\n'
    for lost, used in (("l2", "l1 * np.sign(W)"), ("l1", "l2 * W")):
        other = {"l2": "l2 * W", "l1": "l1 * np.sign(W)"}[lost]
        new = f'decayed["d" + name] = gradients["d" + name] + ({used} if {used[:2]} else {other})\n'
        text = files["stabilize.py"].replace(old, new)
        result = _judged(long, {**files, "stabilize.py": text}, "weight_decay")
        assert result.finding is not None
        assert (result.finding.output, result.others) == (lost, 0)
        assert result.mistakes == ("only_one_penalty_at_a_time",)


def test_no_line_is_told_that_only_adds_to_what_others_share(judge_of: JudgeOf) -> None:
    """Another number there would make the last of them right; they were made as one before."""
    gated = judge_of("gated_rnn")
    files = _files(gated.assignment)
    old = "    for name, dp, factor in ("
    new = '    for name in ("r", "z", "nx", "na"):\n        gradients[f"db{name}"] = shared\n'
    text = files["gru_cell.py"].replace(
        old, "    shared, *_ = [np.zeros((n_a, 1))] * 4\n" + new + old
    )
    old = 'gradients[f"db{name}"] = np.sum('
    assert text.count(old) == 1
    files["gru_cell.py"] = text.replace(old, 'gradients[f"db{name}"] += np.sum(')
    result = _judged(gated, files, "gru_cell_backward")
    assert (result.mistakes, result.places) == (("one_array_under_several_names",), ())


def test_what_is_kept_and_changed_later_is_told_where_it_is_changed(judge_of: JudgeOf) -> None:
    """Not where it is read again: the cached states are all the last one."""
    long = judge_of("long_term_dependencies")
    files = _files(long.assignment)
    text = files["residual_rnn.py"].replace("h_prev = h0\n", "h_prev = h0.copy()\n")
    files["residual_rnn.py"] = text.replace("h_prev = h_prev + g\n", "h_prev += g\n")
    result = _judged(long, files, "residual_backward")
    line = _line(files["residual_rnn.py"], "h_prev += g")
    assert [(one.first, one.last, one.proved) for one in result.places] == [(line, line, True)]


@pytest.mark.parametrize("edit", EDITS)
def test_the_line_is_the_one_that_was_changed(judge: Judge, edit: str) -> None:
    """One edit of the solution, and one place: its line, and no other."""
    file, function, old, new = EDITS[edit]
    files = _files(TASK)
    assert files[file].count(old) == 1
    line = _line(files[file], old.strip())
    files[file] = files[file].replace(old, new)
    (place,) = _judged(judge, files, function).places
    assert (place.file, place.first, place.last) == (file, line, line)


LOOPS = """
import numpy as np
from rnn_cell import rnn_cell_forward


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    return rnn_forward_slow(x, a0, parameters)


def rnn_forward_slow(x, a0, parameters):
    n_x, m, T_x = x.shape
    states, predictions, caches = [a0], [], []
    for t in range(T_x):
        a_t, y_t, cache = rnn_cell_forward(x[..., t], states[-1], parameters)
        states.append(a_t)
        predictions.append(y_t)
        caches.append(cache)
    return np.stack(states[1:], -1), np.stack(predictions, -1), (caches, x)


def rnn_backward(da, caches):
    steps, x = caches
    a = np.stack([step[0] for step in steps], -1)
    before = np.concatenate([steps[0][1][..., None], a[..., :-1]], -1)
    parameters = steps[0][3]
    slope = 1 - a * a
    dz = np.zeros_like(a)
    later = np.zeros(a.shape[:2])
    for t in range(a.shape[2] - 1, -1, -1):
        arrives = da[..., t] + later
        dz[..., t] = arrives * slope[..., t]
        later = np.einsum("ji,jm->im", parameters["Waa"], dz[..., t])
    return {
        "dx": np.einsum("ji,jmt->imt", parameters["Wax"], dz),
        "da0": later,
        "dWax": np.einsum("imt,jmt->ij", dz, x),
        "dWaa": np.einsum("imt,jmt->ij", dz, before),
        "dba": dz.sum(axis=(1, 2))[:, None],
    }
"""


THROUGH_A_HELPER = """
def _power(column):
    return column - column.max()


def softmax(z):
    powers = [_power(column) for column in z.T]
    return np.stack([power / power.sum() for power in powers], axis=1)


"""

OF_WHAT_IS_NOT_KNOWN = """
def softmax(z):
    e = np.exp(z - z.max(axis=0))
    total = 0
    for row in e:
        total = row
    return np.exp(z - z.max(axis=0) - np.log(total))


"""


SUMMED = """
def softmax(z):
    e = np.exp(z - z.max(axis=0))
    total = np.zeros(z.shape[1])
    for row in e:
        total = row
    return e / total


"""

TAKEN_APART = """
def rnn_cell_backward(da_next, cache):
    h, before, inp, held = cache
    n_a = len(h)
    s = np.concatenate([inp, before])
    dz = da_next * (1 - h * h)
    dW = dz @ s.T
    return {
        "dxt": held["Wax"].T @ dz,
        "da_prev": held["Waa"].T @ dz,
        "dWax": dW[:, n_a:],
        "dWaa": dW[:, :n_a],
        "dba": dz.sum(axis=1, keepdims=True),
    }
"""


def test_a_sum_is_tried_where_it_is_read(judge: Judge) -> None:
    """Its terms come another number of times: the line that adds them may be the mistake."""
    files = _files(TASK)
    before, _, rest = files["rnn_cell.py"].partition("def softmax(z):")
    after = "def rnn_cell_forward(" + rest.partition("def rnn_cell_forward(")[2]
    files["rnn_cell.py"] = before + SUMMED + after
    (place,) = _judged(judge, files, "softmax").places
    assert place.first <= _line(files["rnn_cell.py"], "total = row") <= place.last


def test_what_may_be_exchanged_in_two_places_is_said_of_both(judge: Judge) -> None:
    """Where a cache is taken apart, and where both names are read: neither is proved alone."""
    files = _files(TASK)
    files["rnn_cell.py"] = files["rnn_cell.py"].partition("def rnn_cell_backward(")[0] + TAKEN_APART
    text = files["rnn_cell.py"]
    (place,) = _judged(judge, files, "rnn_cell_backward").places
    lines = _line(text, "h, before, inp, held"), _line(text, "s = np.concatenate")
    assert (place.first, place.last) == lines


def test_what_was_put_wrongly_is_not_said_of_where_it_is_read(judge_of: JudgeOf) -> None:
    """An object keeps the state after the step; backward reads what it is to read."""
    long = judge_of("long_term_dependencies")
    files = _files(long.assignment)
    text = files["residual_rnn.py"].partition("def residual_forward(")[0] + KEPT
    files["residual_rnn.py"] = text
    result = _judged(long, files, "residual_backward")
    assert result.mistakes
    lines = {line for one in result.places for line in range(one.first, one.last + 1)}
    assert _line(text, "local @ caches.before[t]") not in lines
    assert not lines or _line(text, "kept.before.append") in lines


GATHERED = """
def growth_factors(delta):
    T = delta.shape[2]
    norms = [float(np.sqrt((delta[:, :, t] ** 2).sum())) for t in range(T)]
    gammas = [0.0] * (T - 1)
    for k in range(T - 2):
        if norms[k + 1]:
            gammas[k] = norms[k] / norms[k + 1]
    return np.array(gammas)
"""

OF_ANOTHER_STEP = """
def backpropagate_error(Waa, a, da_T):
    last = a.shape[2] - 1
    deltas = [da_T * (1 - a[..., last] ** 2)]
    for k in range(last - 1, -1, -1):
        slope = 1 - a[..., k + 1] ** 2
        deltas.insert(0, slope * Waa.T.dot(deltas[0]))
    return np.stack(deltas, axis=2)


"""


OF_A_LOOP = """
def backpropagate_error(Waa, a, da_T):
    slopes = [1 - a[:, :, t] ** 2 for t in range(a.shape[2])][::-1]
    errors = [slopes[0] * da_T]
    for slope in slopes[:-1]:
        errors.append(slope * (Waa.T @ errors[-1]))
    return np.stack(errors[::-1], axis=2)


"""


@pytest.mark.parametrize(
    ("function", "code", "mistake"),
    [
        ("backpropagate_error", OF_A_LOOP, "slopes[:-1]"),
        ("growth_factors", GATHERED, "range(T - 2)"),
        ("backpropagate_error", OF_ANOTHER_STEP, "a[..., k + 1]"),
    ],
)
def test_a_line_that_does_right_by_what_it_gets_is_not_named_alone(
    judge_of: JudgeOf, function: str, code: str, mistake: str
) -> None:
    """It makes an array of a list that lacks an entry, or reads what is another step's."""
    long = judge_of("long_term_dependencies")
    files = _files(long.assignment)
    before, _, rest = files["gradient_flow.py"].partition("def backpropagate_error(")
    own, _, last = rest.partition("def growth_factors(")
    if function == "growth_factors":
        text = f"{before}def backpropagate_error({own}{code}"
    else:
        text = f"{before}{code}def growth_factors({last}"
    files["gradient_flow.py"] = text
    (place,) = _judged(long, files, function).places
    assert place.first <= _line(text, mistake) <= place.last


LERP = """
def lerp(start, end, amount):
    return start + amount * (end - start)


def gru_cell_forward(xt, a_prev, parameters):
    s = np.concatenate([a_prev, xt])
    rt = _sigmoid(parameters["Wr"] @ s + parameters["br"])
    zt = _sigmoid(parameters["Wz"] @ s + parameters["bz"])
    qt = parameters["Wna"] @ a_prev + parameters["bna"]
    nt = np.tanh(parameters["Wnx"] @ xt + parameters["bnx"] + rt * qt)
    a_next = lerp(a_prev, nt, zt)
    return a_next, (a_next, a_prev, rt, zt, nt, qt, xt, parameters)


"""


def _with_gru(gated: Judge, forward: str) -> dict[str, str]:
    """Return the solution with another gru_cell_forward, and what that needs before it."""
    files = _files(gated.assignment)
    before, _, rest = files["gru_cell.py"].partition("def gru_cell_forward(")
    after = "def gru_cell_backward(" + rest.partition("def gru_cell_backward(")[2]
    files["gru_cell.py"] = before + forward + after
    return files


def test_beside_the_line_of_a_helper_the_one_that_calls_it_is_told(judge_of: JudgeOf) -> None:
    """It may do right by its name, and be handed what does not belong there."""
    gated = judge_of("gated_rnn")
    files = _with_gru(gated, LERP)
    text = files["gru_cell.py"]
    result = _judged(gated, files, "gru_cell_forward")
    lines = _line(text, "amount * (end"), _line(text, "lerp(a_prev, nt")
    assert [(one.first, one.last) for one in result.places] == [(line, line) for line in lines]
    assert Phrases.load().where(result) == (
        f"Look at lines {lines[0]} and {lines[1]} of gru_cell.py: with the right number in one of "
        "them, all the rest comes out right."
    )


ONE_OF_THREE = """
def gate(W, b, s):
    return _sigmoid(W @ s + b)


def gru_cell_forward(xt, a_prev, parameters):
    s = np.concatenate([a_prev, xt])
    rt = gate(parameters["Wr"], parameters["br"], s)
    zt = gate(parameters["Wz"], parameters["br"], s)
    qt = parameters["Wna"] @ a_prev + parameters["bna"]
    nt = np.tanh(parameters["Wnx"] @ xt + parameters["bnx"] + rt * qt)
    a_next = (1 - zt) * nt + zt * a_prev
    return a_next, (a_next, a_prev, rt, zt, nt, qt, xt, parameters)


"""


def test_a_helper_that_is_right_for_others_is_not_named(judge_of: JudgeOf) -> None:
    """One of the lines that call it hands it the bias of another gate."""
    gated = judge_of("gated_rnn")
    files = _with_gru(gated, ONE_OF_THREE)
    text = files["gru_cell.py"]
    places = _judged(gated, files, "gru_cell_forward").places
    line = _line(text, 'parameters["Wz"], parameters["br"]')
    assert all(place.first <= line <= place.last for place in places)


INLINE = """
def rnn_backward(da, caches):
    steps, x = caches
    parameters = steps[0][3]
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    n_a, m, T = da.shape
    A = np.stack([c[0] for c in steps], axis=2)
    before = np.stack([c[1] for c in steps], axis=2)
    dZ = np.empty((n_a, m, T))
    carry = np.zeros((n_a, m))
    for t in range(T - 1, -1, -1):
        dZ[:, :, t] = (da[:, :, t] + carry) * (1 - A[:, :, t] ** 2)
        carry = Waa.T.dot(dZ[:, :, t])
    dx = np.tensordot(Wax, dZ, axes=([0], [0]))
    dWax = np.tensordot(dZ, x, axes=([1, 2], [1, 2]))
    dWaa = np.tensordot(dZ, A, axes=([1, 2], [1, 2]))
    dba = dZ.sum(axis=(1, 2))[:, None]
    return {"dx": dx, "da0": carry, "dWax": dWax, "dWaa": dWaa, "dba": dba}
"""


def test_lines_that_are_not_sure_are_narrowed_by_the_text(judge: Judge) -> None:
    """Of those between which the mistake is, one goes into nothing that is right."""
    files = _files(TASK)
    text = files["rnn_sequence.py"].partition("def rnn_backward(")[0] + INLINE
    files["rnn_sequence.py"] = text
    (place,) = _judged(judge, files, "rnn_backward").places
    line = _line(text, "np.tensordot(dZ, A,")
    assert (place.first, place.last, place.alone) == (line, line, True)


def test_no_change_is_tried_where_the_cause_is_known(judge: Judge) -> None:
    """One would prove the return's line; what is known already is not paid for twice."""
    files = _files(TASK)
    old = "    return a, y_pred, (cell_caches, x)\n"
    assert files["rnn_sequence.py"].count(old) == 1
    text = files["rnn_sequence.py"].replace("np.empty(", "np.zeros(")
    files["rnn_sequence.py"] = text.replace(old, f"    {old}")
    result = _judged(judge, files, "rnn_forward")
    assert result.mistakes == ("returned_inside_the_loop",)
    assert result.places == ()


def test_what_a_helper_is_handed_or_answers_is_not_said_of_where_it_is_read(
    judge_of: JudgeOf,
) -> None:
    """The caller hands on another number than it should; the helper's list is in another order."""
    long = judge_of("long_term_dependencies")
    files = _files(long.assignment)
    whole = files["gradient_flow.py"]
    before, _, rest = whole.partition("def backpropagate_error(")
    after = "def growth_factors(" + rest.partition("def growth_factors(")[2]
    for old, new, line in (
        ("arriving = Waa.T @ delta", "arriving = delta", "slope(state) * arriving"),
        ("deltas + [delta]", "[delta] + deltas", "np.stack(deltas"),
    ):
        assert HELPED.count(old) == 1
        text = before + HELPED.replace(old, new) + after
        files["gradient_flow.py"] = text
        places = _judged(long, files, "backpropagate_error").places
        wrong = _line(text, new)
        assert all(place.first <= wrong <= place.last for place in places)
        assert (_line(text, line), True) not in [
            (one.first, one.first == one.last) for one in places
        ]


HELPED = """
def slope(state):
    return 1 - state * state


def one_step(state, arriving):
    return slope(state) * arriving


def all_steps(Waa, states, arriving):
    if not states:
        return []
    delta = one_step(states[-1], arriving)
    arriving = Waa.T @ delta
    deltas = all_steps(Waa, states[:-1], arriving)
    return deltas + [delta]


def backpropagate_error(Waa, a, da_T):
    deltas = all_steps(Waa, [a[:, :, t] for t in range(a.shape[2])], da_T)
    return np.stack(deltas, axis=2)


"""

KEPT = """
class Kept:
    def __init__(self, x, parameters):
        self.x, self.parameters = x, parameters
        self.before, self.squashed = [], []


def residual_forward(x, h0, parameters):
    kept = Kept(x, parameters)
    state, states = h0, []
    for t in range(x.shape[2]):
        z = parameters["Wax"] @ x[:, :, t] + parameters["Waa"] @ state + parameters["ba"]
        kept.squashed.append(np.tanh(z))
        state = state + np.tanh(z)
        kept.before.append(state)
        states.append(state)
    return np.stack(states, axis=2), kept


def residual_backward(dh, caches):
    Wax, Waa = caches.parameters["Wax"], caches.parameters["Waa"]
    dx, dWax, dWaa = np.zeros(caches.x.shape), 0, 0
    dba, flow = 0, 0
    for t in reversed(range(dh.shape[2])):
        flow = flow + dh[:, :, t]
        local = flow * (1 - caches.squashed[t] ** 2)
        dWax = dWax + local @ caches.x[:, :, t].T
        dWaa = dWaa + local @ caches.before[t].T
        dba = dba + local.sum(axis=1, keepdims=True)
        dx[:, :, t] = Wax.T @ local
        flow = flow + Waa.T @ local
    return {"dx": dx, "dh0": flow, "dWax": dWax, "dWaa": dWaa, "dba": dba}
"""


@pytest.mark.parametrize(
    ("function", "old", "new"),
    [
        ("rnn_backward", "da_prev = np.zeros((n_a, m))", "da_prev = da[:, :, -1]"),
        ("rnn_backward", "for t in reversed(range(T_x)):", "for t in range(T_x - 1, 0, -1):"),
    ],
)
def test_a_line_is_not_named_alone_for_what_another_left_out(
    judge: Judge, function: str, old: str, new: str
) -> None:
    """Zeros to begin with, or a step that is never reached, are no line that reads them."""
    files = _files(TASK)
    assert files["rnn_sequence.py"].count(old) <= 1 + ("for t" in old)
    before, middle, after = files["rnn_sequence.py"].rpartition(old)
    assert middle
    line = before.count("\n") + 1
    files["rnn_sequence.py"] = before + new + after
    places = _judged(judge, files, function).places
    assert all(place.first <= line <= place.last for place in places)


@pytest.mark.parametrize("wrong", ["if self.carried is not None:\n            {}", "{} * 0"])
def test_what_was_never_put_where_it_is_read_is_told_with_it(judge: Judge, wrong: str) -> None:
    """An attribute that is set only where it is set already, or to zeros: it is read rightly."""
    files = _files(TASK)
    old, text = "self.carried = dz @ self.weight_hh", files["numpy_vs_torch.py"]
    assert text.count(old) == 1
    text = text.replace(old, wrong.format(old))
    files["numpy_vs_torch.py"] = text
    line = _line(text, old)
    places = _judged(judge, files, "RNNCell").places
    assert all(place.first <= line <= place.last for place in places)


WITHOUT_ITS_BIAS = """
def residual_forward(x, h0, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    states, kept = [h0], {"z": [], "x": x, "weights": (Wax, Waa)}
    for t in range(x.shape[2]):
        z = Wax @ x[:, :, t] + Waa @ states[-1]
        kept["z"].append(z)
        states.append(states[-1] + np.tanh(z + ba))
    kept["states"] = states
    return np.stack(states[1:], axis=2), kept


def residual_backward(dh, caches):
    Wax, Waa = caches["weights"]
    x, states = caches["x"], caches["states"]
    dx, dWax, dWaa = np.zeros(x.shape), 0, 0
    dba, flow = 0, 0
    for t in reversed(range(x.shape[2])):
        flow = flow + dh[:, :, t]
        dz = flow * (1 - np.tanh(caches["z"][t]) ** 2)
        dx[:, :, t] = Wax.T @ dz
        dWax = dWax + dz @ x[:, :, t].T
        dWaa = dWaa + dz @ states[t].T
        dba = dba + dz.sum(axis=1, keepdims=True)
        flow = flow + Waa.T @ dz
    return {"dx": dx, "dh0": flow, "dWax": dWax, "dWaa": dWaa, "dba": dba}
"""


def test_what_was_kept_wrongly_is_not_said_of_where_it_is_read(judge_of: JudgeOf) -> None:
    """The sum before tanh is kept without its bias; the right one stands in no variable at all."""
    long = judge_of("long_term_dependencies")
    files = _files(long.assignment)
    text = files["residual_rnn.py"].partition("def residual_forward(")[0] + WITHOUT_ITS_BIAS
    files["residual_rnn.py"] = text
    places = _judged(long, files, "residual_backward").places
    line = _line(text, 'kept["z"].append')
    assert all(place.first <= line <= place.last for place in places)


NO_SUCH_BIAS = """
def rnn_cell_forward(xt, a_prev, parameters):
    b = parameters.get("b", 0)
    z = parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + b
    a_next = np.tanh(z)
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


"""

FROM_THE_FRONT = """
def rnn_forward(x, a0, parameters):
    states, predictions, steps = [a0], [], []
    for t in range(x.shape[2]):
        state, prediction, step = rnn_cell_forward(x[:, :, t], states[-1], parameters)
        states.append(state)
        predictions.insert(0, prediction)
        steps.append(step)
    return np.stack(states[1:], axis=2), np.stack(predictions, axis=2), (steps, x)


"""

ON_AN_OBJECT = """
class Step:
    pass


class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.U, self.W, self.b = weight_ih, weight_hh, bias_ih + bias_hh
        self.steps = []
        self.begin()

    def begin(self):
        self.carry = 0.0
        self.dx_list, self.dw_ih_stack, self.dw_hh_stack = [], [], []
        self.db_ih_stack, self.db_hh_stack = [], []

    def __call__(self, x, prev_hidden):
        if not self.steps:
            self.begin()
        step = Step()
        step.x = x
        step.after = np.tanh(x @ self.U.T + prev_hidden @ self.W.T + self.b)
        step.before = step.after
        self.steps.append(step)
        return step.after

    def backward(self, dh):
        step = self.steps.pop()
        dz = (dh + self.carry) * (1 - step.after**2)
        self.carry = dz @ self.W
        self.dx_list.insert(0, dz @ self.U)
        self.dw_ih_stack.append(dz.T @ step.x)
        self.dw_hh_stack.append(dz.T @ step.before)
        self.db_ih_stack.append(dz)
        self.db_hh_stack.append(dz)
        return self.dx_list


"""


@pytest.mark.parametrize(
    ("code", "function", "after", "mistake"),
    [
        (NO_SUCH_BIAS, "rnn_cell_forward", "def rnn_cell_backward(", 'get("b", 0)'),
        (FROM_THE_FRONT, "rnn_forward", "def rnn_backward(", "insert(0, prediction)"),
        (ON_AN_OBJECT, "RNNCell", "def compare_with_torch(", "step.before = step.after"),
    ],
)
def test_no_line_is_named_without_the_one_that_gave_it_what_it_reads(
    judge: Judge, code: str, function: str, after: str, mistake: str
) -> None:
    """A zero by default, a list in another order, an attribute of an object."""
    files = _files(TASK)
    file = next(one.file for one in TASK.functions if one.name == function)
    keyword = "class " if function == "RNNCell" else "def "
    before = files[file].partition(f"{keyword}{function}")[0]
    files[file] = text = before + code + after + files[file].partition(after)[2]
    places = _judged(judge, files, function).places
    line = _line(text, mistake)
    assert all(place.first <= line <= place.last for place in places)


BY_NUMBERS = """
def squashed(z):
    e = np.exp(2 * z)
    return (e - 1) / e


def rnn_cell_forward(xt, a_prev, parameters):
    squash = np.vectorize(squashed)
    pre = parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"]
    a_next = squash(pre)
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


"""


def test_a_call_that_runs_a_helper_unseen_is_not_named(judge: Judge) -> None:
    """The helper is called number by number: what goes wrong in it shows in the call alone."""
    files = _files(TASK)
    before, _, rest = files["rnn_cell.py"].partition("def rnn_cell_forward(")
    after = "def rnn_cell_backward(" + rest.partition("def rnn_cell_backward(")[2]
    files["rnn_cell.py"] = text = before + BY_NUMBERS + after
    places = _judged(judge, files, "rnn_cell_forward").places
    line = _line(text, "(e - 1) / e")
    assert all(place.first <= line <= place.last for place in places)


@pytest.mark.parametrize(
    ("code", "part"),
    [(THROUGH_A_HELPER, "column - column"), (OF_WHAT_IS_NOT_KNOWN, "total = row")],
)
def test_a_line_that_reads_what_is_not_right_is_not_named_alone(
    judge: Judge, code: str, part: str
) -> None:
    """Its numbers are made elsewhere, and come there through a list, a helper or a loop."""
    files = _files(TASK)
    before, _, rest = files["rnn_cell.py"].partition("def softmax(z):")
    files["rnn_cell.py"] = (
        before + code + "def rnn_cell_forward(" + rest.partition("def rnn_cell_forward(")[2]
    )
    places = _judged(judge, files, "softmax").places
    line = _line(files["rnn_cell.py"], part)
    assert all(place.first <= line <= place.last for place in places)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("slope = 1 - a * a", "slope = 1 - a"),
        ("arrives = da[..., t] + later", "arrives = da[..., t] - later"),
        ('np.einsum("imt,jmt->ij", dz, before)', 'np.einsum("imt,jmt->ij", dz, a)'),
        ("dz.sum(axis=(1, 2))[:, None]", "dz.mean(axis=(1, 2))[:, None]"),
    ],
)
def test_another_algorithm_gets_no_wrong_line(judge: Judge, old: str, new: str) -> None:
    """The whole sequence at once, by einsum: the line that was changed is among those named."""
    files = {**_files(TASK), "rnn_sequence.py": LOOPS}
    assert _judged(judge, files, "rnn_backward").score == 25
    line = _line(LOOPS, old)
    files["rnn_sequence.py"] = LOOPS.replace(old, new)
    places = _judged(judge, files, "rnn_backward").places
    assert all(place.first <= line <= place.last for place in places)
    assert places


WITH_HELPERS = {
    "rnn_cell.py": """
import numpy as np
from helping import slope, total


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    z = parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"]
    a_next = np.tanh(z)
    y = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, y, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dz = da_next * slope(a_next)
    return {
        "dxt": parameters["Wax"].T @ dz,
        "da_prev": parameters["Waa"].T @ dz,
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_prev.T,
        "dba": total(dz),
    }
""",
    "helping.py": """
import numpy as np


def slope(y):
    return (1 - y) * (1 + y)


def total(d):
    return d @ np.ones((d.shape[1], 1))
""",
}
KEEPING = """
import numpy as np


class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.U, self.W = weight_ih, weight_hh
        self.b = bias_ih + bias_hh
        self.begin()

    def begin(self):
        self.befores, self.states, self.inputs = [], [], []
        self.dx_list, self.dw_ih_stack, self.dw_hh_stack = [], [], []
        self.db_ih_stack, self.db_hh_stack = [], []
        self.carry, self.back = 0.0, False

    def __call__(self, x, prev_hidden):
        if self.back:
            self.begin()
        z = x @ self.U.T + prev_hidden @ self.W.T + self.b
        h = np.tanh(z)
        self.inputs.append(x)
        self.befores.append(prev_hidden)
        self.states.append(h)
        return h

    def backward(self, dh):
        self.back = True
        h = self.states.pop()
        before = self.befores.pop()
        whole = dh + self.carry
        dz = whole * (1 - h * h)
        self.carry = dz @ self.W
        self.dx_list.insert(0, dz @ self.U)
        self.dw_ih_stack.append(dz.T @ self.inputs.pop())
        self.dw_hh_stack.append(dz.T @ before)
        self.db_ih_stack.append(dz)
        self.db_hh_stack.append(dz)
        return self.dx_list
"""


@pytest.mark.parametrize(
    ("file", "function", "old", "new"),
    [
        # the value that a helper makes is handed on by its caller: the helper's line is meant
        ("helping.py", "rnn_cell_backward", "(1 - y) * (1 + y)", "(1 - y) * (2 + y)"),
        ("helping.py", "rnn_cell_backward", "d @ np.ones((d.shape[1], 1))",
         "d @ np.ones((d.shape[1], 1)) - d[:, :1] ** 3"),
        # what is kept wrongly is right where it is read, but not what belongs there
        ("numpy_vs_torch.py", "RNNCell", "self.states.append(h)", "self.states.append(z)"),
        ("numpy_vs_torch.py", "RNNCell", "self.befores.pop()", "self.befores.pop(0)"),
        ("numpy_vs_torch.py", "RNNCell", "self.b = bias_ih + bias_hh", "self.b = bias_ih"),
        ("numpy_vs_torch.py", "RNNCell", "if self.back:", "if self.back and len(x) > 99:"),
    ],
)  # fmt: skip
def test_no_line_is_named_for_what_went_wrong_elsewhere(
    judge: Judge, file: str, function: str, old: str, new: str
) -> None:
    """Neither the caller's nor the reader's: the line that was changed, or none.

    It may be one of two that are said not to go together.
    """
    files = {**_files(TASK), **WITH_HELPERS, "numpy_vs_torch.py": KEEPING + _comparing()}
    assert files[file].count(old) == 1
    files[file] = files[file].replace(old, new)
    line = _line(files[file], new)
    result = _judged(judge, files, function)
    assert result.score < result.max_score
    holds = [one.file == file and one.first <= line <= one.last for one in result.places]
    apart = len(holds) == 2 and all(one.proved for one in result.places)
    assert any(holds) if apart else all(holds)


def _comparing() -> str:
    text = _files(TASK)["numpy_vs_torch.py"]
    return text[text.index("def compare_with_torch") :]


def test_lines_of_a_right_neighbour_are_not_named(judge: Judge) -> None:
    """The cell is right, and what the sequence hands it is not: the line is the sequence's."""
    files = _files(TASK)
    old = "rnn_cell_forward(x[:, :, t], a_t, parameters)"
    line = _line(files["rnn_sequence.py"], old)
    files["rnn_sequence.py"] = files["rnn_sequence.py"].replace(old, old.replace("a_t", "a0"))
    (place,) = _judged(judge, files, "rnn_forward").places
    assert (place.file, place.first, place.last) == ("rnn_sequence.py", line, line)


def test_beside_lent_functions_the_line_is_found_as_well(judge: Judge) -> None:
    """The softmax is wrong, so the cell is judged beside a right one; each has its own line."""
    files = _files(TASK)
    cell = files["rnn_cell.py"]
    files["rnn_cell.py"] = cell.replace(
        "np.sum(exp_z, axis=0, keepdims=True)", "np.sum(exp_z)"
    ).replace('parameters["Waa"] @ a_prev', 'parameters["Waa"].T @ a_prev')
    (place,) = _judged(judge, files, "rnn_cell_forward").places
    assert place.first == place.last == _line(cell, '["Waa"] @ a_prev')
    (place,) = _judged(judge, files, "softmax").places
    assert place.first == place.last == _line(cell, "np.sum(exp_z, axis=0")


def test_the_same_submission_has_the_same_places(judge: Judge) -> None:
    """What is tried is counted, not timed."""
    files = _files(TASK)
    files["rnn_cell.py"] = files["rnn_cell.py"].replace("(1 - a_next**2)", "(a_next**2)")
    first = _judged(judge, files, "rnn_cell_backward")
    assert first.places
    assert _judged(judge, files, "rnn_cell_backward").places == first.places


def test_who_answers_the_recorder_itself_gets_no_place_outside_its_files(judge: Judge) -> None:
    """A submission may say anything of what it made: no verdict and no other file changes."""
    files = _files(TASK)
    files["rnn_cell.py"] = (
        files["rnn_cell.py"].replace("(1 - a_next**2)", "(1 - a_next)")
        + """

import builtins
if hasattr(builtins, "__watch__"):
    watcher = builtins.__watch__.__self__
    watcher.stop = lambda: {
        "files": ["/etc/passwd"] * 3, "places": np.full((9, 5), 10**15),
        "events": np.full((9, 2), -1), "shapes": np.full((3, 5), 2**40), "numbers": np.ones(3),
    }
"""
    )
    result = _judged(judge, files, "rnn_cell_backward")
    assert result.places == ()
    assert result.score == 0


@pytest.mark.parametrize(
    "data",
    [
        None,
        {},
        [1, 2],
        {"files": ["a.py"], "places": 1, "events": 2, "shapes": 3, "numbers": 4},
        {
            "files": ["a.py"],
            "places": np.zeros((1, 5), np.int64),
            "events": np.array([[0, 7]]),
            "shapes": np.array([[1, 2, 0, 0, 0]]),
            "numbers": np.ones(2),
        },
        {
            "files": [],
            "places": np.zeros((1, 5), np.int64),
            "events": np.array([[0, 0]]),
            "shapes": np.array([[1, 2, 0, 0, 0]]),
            "numbers": np.ones(2),
        },
        {
            "files": ["a.py"],
            "places": np.zeros((1, 5), np.int64),
            "events": np.array([[0, 0]]),
            "shapes": np.array([[4, 2**31, 2**31, 2**31, 2**31]]),
            "numbers": np.ones(2),
        },
        {
            "files": ["a.py"],
            "places": np.zeros((1, 5), np.int64),
            "events": np.array([[0, 0]]),
            "shapes": np.array([[1, 2, 0, 0, 0]]),
            "tensors": np.array([[1]]),
            "numbers": np.ones(2),
        },
    ],
)
def test_what_has_another_form_is_no_trace(data: object) -> None:
    """Numbers of places, of values and sizes are checked before anything is made of them."""
    assert read_trace(data).events == ()


@pytest.fixture(scope="module")
def without_repair() -> Iterator[Judge]:
    """A judge that tries no changes of a submission's code."""
    with open_judge(TASK, Settings(SEED, weak=True, repair=False)) as judge:
        yield judge


SQUARED = """
import numpy as np
from rnn_cell import rnn_cell_backward, rnn_cell_forward


def rnn_forward(x, a0, parameters):
    a = np.zeros((a0.shape[0], x.shape[1], x.shape[2]))
    y = np.zeros((parameters["Wya"].shape[0], x.shape[1], x.shape[2]))
    caches, a_t = [], a0
    for t in range(x.shape[2]):
        a_t, y_t, cache = rnn_cell_forward(x[:, :, t], a_t, parameters)
        a[:, :, t], y[:, :, t] = a_t, y_t
        caches.append(cache)
    return a, y, (caches, x)


def rnn_backward(da, caches):
    steps, x = caches
    dx = np.zeros(x.shape)
    sums = {}
    carried = np.zeros(da.shape[:2])
    for t in reversed(range(da.shape[2])):
        step = rnn_cell_backward(da[:, :, t] + np.tanh(carried), steps[t])
        carried = step["da_prev"]
        dx[:, :, t] = step["dxt"]
        for name in ("dWax", "dWaa", "dba"):
            sums[name] = sums.get(name, 0) + step[name]
    return {"dx": dx, "da0": carried, **sums}
"""


def test_a_place_is_proved_where_a_change_there_makes_every_case_right(judge: Judge) -> None:
    """No known mistake, one call too many: without it all is right, in all cases."""
    files = {**_files(TASK), "rnn_sequence.py": SQUARED}
    result = _judged(judge, files, "rnn_backward")
    assert result.mistakes == ()
    (place,) = result.places
    line = _line(SQUARED, "np.tanh(carried)")
    assert (place.first, place.last, place.proved) == (line, line, True)


def test_without_repair_the_line_is_found_but_not_proved(
    judge: Judge, without_repair: Judge
) -> None:
    """The same scores, criteria and finding; the place is no more than looked at."""
    files = {**_files(TASK), "rnn_sequence.py": SQUARED}
    proved = _judged(judge, files, "rnn_backward")
    looked_at = _judged(without_repair, files, "rnn_backward")
    assert [one.proved for one in looked_at.places] == [False]
    assert (proved.score, proved.criteria, proved.finding) == (
        looked_at.score,
        looked_at.criteria,
        looked_at.finding,
    )


def test_changes_that_never_end_are_given_up_after_so_many_rounds(judge: Judge) -> None:
    """Some changes of a while loop loop for ever; the judge goes on, and the place is found."""
    text = SQUARED.replace(
        "    for t in reversed(range(da.shape[2])):\n",
        "    t = da.shape[2]\n    while t > 0:\n        t = t - 1\n",
    )
    files = {**_files(TASK), "rnn_sequence.py": text}
    line = _line(text, "np.tanh(carried)")
    (place,) = _judged(judge, files, "rnn_backward").places
    assert (place.first, place.last, place.proved) == (line, line, True)


def test_the_student_is_told_the_line_and_not_the_change(judge: Judge) -> None:
    """A sentence with the line, in every language, and the line marked on the page."""
    files = {**_files(TASK), "rnn_sequence.py": SQUARED}
    report = judge.judge(
        Submission("ada", {name: text.encode() for name, text in files.items()}, (), "")
    )
    line = _line(SQUARED, "np.tanh(carried)")
    english = Phrases.of(TASK.hidden, "en")
    said = feedback(report, english)
    assert (
        f"The mistake is in line {line} of rnn_sequence.py: a change there alone makes every case "
        "right."
    ) in " ".join(said.split())
    assert f"错误就在 rnn_sequence.py 第 {line} 行" in feedback(
        report, Phrases.of(TASK.hidden, "zh")
    )
    shown = page(report, english, files={name: text.encode() for name, text in files.items()})
    marked = [part.split("</span>")[0] for part in shown.split('<span class="line here">')[1:]]
    assert [part.rpartition(">")[2].strip() for part in marked] == [str(line)]


def test_no_line_is_looked_for_without_end(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where watched calls take more processor time than they may, nothing is named."""
    wrong = (SLOPE, SLOPE.replace("a_next**2", "a_next**4"))
    assert result(judge, "rnn_cell_backward", wrong).places
    monkeypatch.setattr("grader.judging.watched_case.MOST_SECONDS", 0.0)
    assert not result(judge, "rnn_cell_backward", wrong).places
