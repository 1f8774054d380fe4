"""Causes in gated networks are those of the code: said where it is so, and not where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.course import find_course
from grader.intake.submission import Submission
from grader.judging.judge import Judge
from grader.record import FunctionResult
from tests.judges import JudgeOf

TASK = find_course(Path(__file__).parents[2]).assignment("gated_rnn")
SOLUTIONS = {path.name: path.read_text("utf-8") for path in TASK.solutions.glob("*.py")}
CARRY = 'da_prev, dc_prev = step.pop("da_prev"), step.pop("dc_prev")'


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Judge:
    """A judge of gated_rnn."""
    return judge_of("gated_rnn")


def result(judge: Judge, function: str, old: str, new: str) -> FunctionResult:
    """Judge the solutions with a piece of a function's file replaced; it is in it once."""
    file = next(one.file for one in TASK.functions if one.name == function)
    assert SOLUTIONS[file].count(old) == 1
    files = {**SOLUTIONS, file: SOLUTIONS[file].replace(old, new)}
    handed_in = {name: text.encode() for name, text in files.items()}
    report = judge.judge(Submission("sam", handed_in, (), ""))
    return next(one for one in report.functions if one.name == function)


SUMS = """            sums[name] = sums.get(name, 0) + gradient
"""
IN_ONE = """            sums = sums or {
                **dict.fromkeys([f"dW{gate}" for gate in "fico"], np.zeros((n_a, n_a + len(x)))),
                **dict.fromkeys([f"db{gate}" for gate in "fico"], np.zeros((n_a, 1))),
            }
            sums[name] += gradient
"""
STATES = "c_next = ft * c_prev + it * cct\n    a_next"
CANDIDATE = 'cct = np.tanh(parameters["Wc"] @ s + parameters["bc"])\n'
OUTPUT = 'ot = _sigmoid(parameters["Wo"] @ s + parameters["bo"])\n'
STEPS = SOLUTIONS["lstm_sequence.py"].partition("cell_caches = []")[2].partition("        a[:")[0]
SLOTS = """
    a, c = np.zeros(states), np.zeros(states)
    for t in range(x.shape[2]):
        a_t, c_t, cache = lstm_cell_forward(x[:, :, t], a[:, :, t], c[:, :, t], parameters)
"""
BY_GRAD = """    (hidden * torch.tensor(dh)).sum().backward()
    gradients = [one.grad for one in (*leaves, *weights)]
    names = ("hidden", "c_last","""
AUTOGRAD = """    gradients = torch.autograd.grad(hidden, [*leaves, *weights], torch.tensor(dh))
    names = ("hidden", "c_last","""
BY_MEAN = """    loss = (hidden * torch.tensor(dh)).mean()
    gradients = torch.autograd.grad(loss, [*leaves, *weights])
    names = ("hidden", "c_last","""
COLUMNS = '"dw_ih": dW[:, n_h:],\n        "dw_hh": dW[:, :n_h],'
COLUMNS_OF_INPUT = '"dw_ih": dW[:, : x.shape[2]],\n        "dw_hh": dW[:, x.shape[2] :],'
HIDDEN = "hidden, (_, c_last) = lstm(leaves[0]"
OF_HIDDEN = "hidden, (c_last, _) = lstm(leaves[0], (leaves[1], leaves[2]))"


@pytest.mark.parametrize(
    ("function", "old", "new", "key"),
    [
        ("lstm_cell_forward", STATES, STATES.replace("ft * c_prev + it", "it * c_prev + ft"),
         "gates_mixed_up"),
        ("lstm_cell_forward", f"{CANDIDATE}    {OUTPUT}",
         f"{CANDIDATE}    {OUTPUT}".replace("Wc", "W").replace("Wo", "Wc").replace('"W"', '"Wo"')
         .replace('"bc"', '"b"').replace('"bo"', '"bc"').replace('"b"', '"bo"'),
         "candidate_and_gate_mixed_up"),
        ("lstm_backward", SUMS, IN_ONE, "one_array_under_several_names"),
        ("compare_gates_with_torch", AUTOGRAD, BY_GRAD, "gradients_left_in_modules"),
        ("lstm_backward", CARRY, CARRY.replace("da_prev, dc_prev =", "da_prev, _ ="),
         "cell_gradient_not_carried"),
        ("lstm_backward", CARRY, CARRY.replace("da_prev, dc_prev =", "_, dc_prev ="),
         "hidden_gradient_not_carried"),
        ("lstm_backward", CARRY, CARRY.replace("da_prev, dc_prev =", "_ ="),
         "gradient_not_carried"),
        ("lstm_cell_backward", '"dc_prev": dc * ft', '"dc_prev": dc_next * ft',
         "cell_gradient_of_later_steps_only"),
        ("lstm_backward", "reversed(range(T_x))", "reversed(range(1, T_x))", "first_step_skipped"),
        ("gru_cell_backward", '("na", dqt, a_prev)', '("na", dqt, cache[0])',
         "weights_from_new_hidden_state"),
        ("gru_cell_backward", "_, a_prev, rt, zt, nt", "_, a_prev, zt, rt, nt",
         "cache_read_in_other_order"),
        ("lstm_cell_backward", '("c", dpc), ("o", dpo)', '("c", dpc), ("o", dpc)',
         "gradients_under_each_others_names"),
        ("lstm_cell_forward", "cct = np.tanh(parameters[\"Wc\"] @ s + parameters[\"bc\"])",
         "cct = np.zeros(a_prev.shape)", "candidate_ignored"),
        ("lstm_cell_forward", 'parameters["bf"]', 'len(s) * parameters["bf"]', "gate_bias_twice"),
        ("gru_cell_forward", 'parameters["Wz"] @ s', 'parameters["bz"] + parameters["Wz"] @ s',
         "gate_bias_twice"),
        ("gru_cell_backward", "(a_prev - nt) * zt", "(cache[0] - nt) * zt",
         "update_gate_from_new_state"),
        ("gru_cell_backward", "dqt = dpn * rt\n    dpr", "dqt = dpn * zt\n    dpr",
         "factor_of_another_gate"),
        ("gru_cell_backward", "zt * (1 - zt)\n", "rt * (1 - rt)\n", "derivative_of_another_gate"),
        ("lstm_cell_backward", "dpi = dc * cct * it", "dpi = dc * c_prev * it",
         "factor_of_another_gate"),
        ("lstm_cell_forward", STATES, f"ft, it, cct, ot = cct, ft, it, ot\n    {STATES}",
         "gates_taken_apart_in_other_order"),
        ("lstm_backward", SUMS, SUMS.replace("0) + gradient", "gradient) + gradient"),
         "one_step_twice"),
        ("lstm_cell_backward", "cct * it * (1 - it)", "cct * ft * (1 - ft)",
         "derivative_of_another_gate"),
        ("lstm_forward", STEPS, SLOTS, "states_reset_at_every_step"),
        ("lstm_forward", STEPS, SLOTS.replace(", t],", ", t - 1],").replace("x[:, :, t - 1]",
         "x[:, :, t]"), "first_state_ignored"),
        ("lstm_cell_backward", 'parameters["Wf"].T @ dpf\n        + parameters["Wi"].T @ dpi',
         'parameters["Wf"].T @ dpi\n        + parameters["Wi"].T @ dpf',
         "weights_of_another_gate_on_way_back"),
        ("gru_cell_backward", '["Wr"].T @ dpr + parameters["Wz"].T @ dpz',
         '["Wz"].T @ dpr + parameters["Wr"].T @ dpz', "weights_of_another_gate_on_way_back"),
        ("gru_cell_backward", "    return gradients\n",
         '    gradients["dbnx"], gradients["dbna"] = gradients["dbna"], gradients["dbnx"]\n'
         "    return gradients\n", "outputs_exchanged"),
    ],
)  # fmt: skip
def test_the_mistake_itself_is_named(
    judge: Judge, function: str, old: str, new: str, key: str
) -> None:
    """One slip, one cause, and it is that of all outputs that are wrong."""
    found = result(judge, function, old, new)
    assert (found.mistakes, found.unexplained) == ((key,), ())
