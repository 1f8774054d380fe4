"""Known mistakes that numbers do not tell are recognised by what else they show."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.diagnosis import exception_patterns, rules
from grader.diagnosis.catalogue import load_mistakes
from grader.judging.judge import Judge
from grader.phrases import Phrases
from tests.edited import SLOPE, STEP_BACK, TASK, result
from tests.judges import JudgeOf

TO_TORCH = "inputs = torch.tensor(x, requires_grad=True)"
GRADIENTS = "gradients = torch.autograd.grad(output, [inputs, *weights], torch.tensor(dh))"
AND_BACK = "by_torch = [tensor.detach().numpy() for tensor in (output, *gradients)]"

EXPONENTIALS = """exp_z = np.exp(z - np.max(z, axis=0, keepdims=True))
    return exp_z / np.sum(exp_z, axis=0, keepdims=True)"""
IN_PLAIN_PYTHON = """import math
    rows = z.tolist()
    e = [[math.exp(v - (shift)) for v in row] for row in rows]
    sums = [sum(column) for column in zip(*e)]
    return [[v / total for v, total in zip(row, sums)] for row in e]"""

BY_RULE: list[tuple[str, str, str, str]] = [
    ("column_spread", "rnn_backward", "dba = np.zeros((n_a, 1))", "dba = np.zeros((n_a, m))"),
    ("state_kept_between_calls", "rnn_forward", "    cell_caches = []\n",
     "    cell_caches = globals().setdefault(\"CACHES\", [])\n"),
    ("state_kept_between_calls", "rnn_forward", "    return a, y_pred, (cell_caches, x)\n",
     "    kept = globals().setdefault('KEPT', [])\n    kept.append(a)\n"
     "    return kept[0], y_pred, (cell_caches, x)\n"),
    ("one_array_under_several_names", "rnn_forward", "    return a, y_pred, (cell_caches, x)\n",
     "    rows = [np.zeros((n_a, m))] * T_x\n"
     "    for t in range(T_x):\n        rows[t] += a[:, :, t]\n"
     "    return np.stack(rows, axis=2), y_pred, (cell_caches, x)\n"),
    ("import_forgotten", "rnn_cell_backward", "import numpy as np", "import numpy"),
    ("name_not_defined", "rnn_cell_backward", SLOPE, "dz = da_next * (1 - nexta**2)"),
    ("used_before_assignment", "rnn_cell_backward", SLOPE, "dz = dz * da_next"),
    ("gone_from_numpy", "rnn_cell_backward", SLOPE, SLOPE + ".astype(np.float)"),
    ("no_such_function", "rnn_cell_backward", SLOPE, "dz = np.tanhh(da_next)"),
    ("append_returns_nothing", "rnn_forward", "cell_caches.append(cache)",
     "cell_caches = cell_caches.append(cache)"),
    ("none_is_used", "rnn_cell_backward", SLOPE, "dz = da_next * None"),
    ("arrays_do_not_append", "rnn_forward", "cell_caches = []", "cell_caches = np.zeros(T_x)"),
    ("tuples_do_not_change", "rnn_forward", "cell_caches = []", "cell_caches = ()"),
    ("list_used_as_array", "rnn_backward", "n_a, m, T_x = da.shape",
     "n_a, m, T_x = da.shape\n    cell_caches.shape"),
    ("sequence_used_as_dict", "rnn_cell_backward", SLOPE, 'dz = da_next * cache["a_next"]'),
    ("round_brackets_for_square", "rnn_cell_backward", 'parameters["Waa"].T @ dz',
     'parameters("Waa").T @ dz'),
    ("call_forgotten", "rnn_cell_backward", SLOPE, f"{SLOPE}\n    sorted(parameters.items)"),
    ("square_brackets_for_round", "rnn_cell_backward", SLOPE, "dz = np.tanh[da_next]"),
    ("matrix_product_does_not_fit", "rnn_cell_backward", "dz @ xt.T", "dz @ xt"),
    ("shapes_do_not_broadcast", "rnn_cell_backward", SLOPE, "dz = da_next * xt"),
    ("slice_of_other_shape", "rnn_forward", "y_pred = np.empty((n_y, m, T_x))",
     "y_pred = np.empty((n_a, m, T_x))"),
    ("sizes_written_into_code", "rnn_cell_backward", SLOPE, SLOPE + ".reshape(5, 10)"),
    ("sizes_written_into_code", "rnn_backward", "    for t in reversed(range(T_x)):\n",
     "    t = 4\n    while t > 0:\n        t = t - 1\n"),
    ("reshape_does_not_fit", "rnn_cell_backward", SLOPE, SLOPE + ".reshape(xt.shape)"),
    ("index_past_the_end", "rnn_backward", "cell_caches[t])", "cell_caches[t + 1])"),
    ("too_many_indices", "rnn_cell_backward", SLOPE, "dz = da_next[:, :, 0]"),
    ("unpacked_into_other_number", "rnn_cell_backward", "a_next, a_prev, xt, parameters = cache",
     "a_next, a_prev, parameters = cache"),
    ("axis_not_there", "rnn_cell_backward", "np.sum(dz, axis=1", "np.sum(dz, axis=2"),
    ("names_of_pytorch", "rnn_cell_backward", "np.sum(dz, axis=1, keepdims=True)",
     "dz.sum(dim=1, keepdim=True)"),
    ("called_with_other_arguments", "rnn_forward", "x[:, :, t], a_t, parameters)",
     "x[:, :, t], a_t)"),
    ("tensor_not_detached", "compare_with_torch", "weight.detach().numpy()", "weight.numpy()"),
    ("float32_meets_float64", "compare_with_torch", TO_TORCH,
     "inputs = torch.tensor(x, dtype=torch.float32, requires_grad=True)"),
    ("array_given_to_torch", "compare_with_torch", TO_TORCH, "inputs = x"),
    ("backward_needs_a_gradient", "compare_with_torch", GRADIENTS,
     "gradients = torch.autograd.grad(output, [inputs, *weights])"),
    ("gradient_not_asked_for", "compare_with_torch", AND_BACK,
     "by_torch = [torch.zeros(1).grad.numpy()]"),
    ("graph_used_twice", "compare_with_torch", AND_BACK, f"{GRADIENTS}\n    {AND_BACK}"),
    ("truth_of_an_array", "rnn_cell_backward", SLOPE, f"if xt:\n        {SLOPE}"),
    ("one_number_expected", "rnn_cell_backward", SLOPE, "dz = da_next * float(a_next)"),
    ("no_such_key", "rnn_cell_backward", 'parameters["Waa"].T @ dz',
     'parameters["dWaa"].T @ dz'),
    ("np_append_on_a_list", "rnn_forward", "cell_caches.append(cache)",
     "cell_caches = np.append(cell_caches, cache)"),
    ("file_cannot_be_read", "rnn_cell_backward", SLOPE, "dz = (da_next"),
    ("module_not_there", "rnn_cell_backward", "import numpy as np",
     "import numpy as np\nimport seaborn"),
    ("fails_at_import", "rnn_cell_backward", "import numpy as np", "import numpy as np\n1 / 0"),
    ("runs_at_import", "rnn_cell_backward", "import numpy as np",
     "import os\nimport numpy as np\nos._exit(1)"),
    ("calls_itself", "rnn_backward", "gradients = " + STEP_BACK, "rnn_backward(da, caches)"),
    ("float32", "rnn_cell_backward", "dz @ xt.T", "(dz @ xt.T).astype(np.float32)"),
    ("whole_numbers", "rnn_cell_backward", "dz @ xt.T", "(dz @ xt.T).astype(int)"),
    ("placeholder_left", "rnn_cell_backward", '"dWax": dz @ xt.T', '"dWax": None'),
    ("return_missing", "softmax", "return exp_z / np.sum", "exp_z = exp_z / np.sum"),
    ("other_number_of_results", "rnn_cell_forward",
     "return a_next, yt_pred, (a_next, a_prev, xt, parameters)", "return a_next, yt_pred"),
    ("dict_expected", "rnn_backward",
     'return {"dx": dx, "da0": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}',
     "return dx, da_prev, dWax, dWaa, dba"),
    ("one_result_of_several", "rnn_cell_forward",
     "return a_next, yt_pred, (a_next, a_prev, xt, parameters)", "return a_next"),
    ("array_of_objects", "rnn_cell_backward", "dz @ xt.T", "(dz @ xt.T).astype(object)"),
    ("key_misnamed", "rnn_cell_backward", '"dWaa": dz', '"d_waa": dz'),
    ("key_missing", "rnn_cell_backward", '        "dWaa": dz @ a_prev.T,\n', ""),
    ("transposed", "rnn_cell_backward", "dz @ xt.T", "0.1 + (xt @ dz.T) ** 3"),
    ("writes_into_argument", "rnn_cell_backward", SLOPE,
     "da_next *= 1 - a_next**2\n    dz = da_next"),
    ("result_reused", "rnn_backward", "dx = np.empty(x.shape)",
     "dx = globals().setdefault(f'dx{x.shape}', np.empty(x.shape))"),
    ("state_kept_between_calls", "rnn_backward", "n_a, m, T_x = da.shape",
     "n_a, m, T_x = da.shape\n"
     "    calls = globals().setdefault('CALLS', [])\n"
     "    calls.append(da.tobytes())\n"
     "    da = da * calls.count(da.tobytes())"),
    ("ragged_array", "rnn_forward", "return a, y_pred, (cell_caches, x)",
     "return a, y_pred, (np.array(cell_caches), x)"),
    ("dict_used_as_array", "rnn_backward", 'dWax += gradients["dWax"]', "dWax += 1.0 * gradients"),
    ("axes_in_other_order", "rnn_forward", "return a, y_pred,",
     "return 1.1 - a.transpose(2, 0, 1) ** 3, y_pred,"),
    ("lost_keepdims", "rnn_cell_backward", "np.sum(dz, axis=1, keepdims=True)",
     "0.3 - np.sum(dz**3, axis=1)"),
    ("endless_loop", "rnn_cell_backward", SLOPE, f"while True:\n        {SLOPE}"),
    ("grows_without_end", "rnn_cell_backward", SLOPE,
     "rows = []\n    while True:\n        rows.append(np.empty((10**4, 10**4)))\n    " + SLOPE),
    ("waits_for_something", "rnn_cell_backward", SLOPE,
     f"import time\n    time.sleep(100)\n    {SLOPE}"),
    ("cache_entries", "rnn_cell_forward",
     "return a_next, yt_pred, (a_next, a_prev, xt, parameters)",
     "return a_next, yt_pred, (a_next, a_prev, xt, parameters, yt_pred)"),
    ("reversed_view_given_to_torch", "compare_with_torch", GRADIENTS,
     "gradients = torch.autograd.grad(output, [inputs, *weights], torch.from_numpy(dh[::-1]))"),
    ("caches_entries", "rnn_forward", "return a, y_pred, (cell_caches, x)",
     "return a, y_pred, (cell_caches, x, parameters)"),
    ("stack_missing", "RNNCell", "self.dw_ih_stack.append(dz.T @ x)",
     "del self.dw_ih_stack"),
    ("stacked_nothing", "compare_with_torch", "hidden.append(h)", "hidden"),
    ("attribute_not_there", "RNNCell", "= self.steps.pop()", "= self.step.pop()"),
    ("neighbour_given_other_arguments", "rnn_forward",
     "x[:, :, t], a_t, parameters)", "a_t, x[:, :, t], parameters)"),
    ("nothing_written", "softmax", EXPONENTIALS, "pass"),
    ("stopped_on_purpose", "rnn_cell_backward", SLOPE, "assert False, 'goes on here'"),
    ("approximated", "rnn_cell_backward", "dz @ xt.T", "(dz + 1e-8) @ xt.T"),
    ("random_numbers", "rnn_cell_backward", SLOPE,
     SLOPE + " + np.random.normal(size=a_next.shape)"),
    ("softmax_sum_of_zero", "softmax", EXPONENTIALS,
     IN_PLAIN_PYTHON.replace("shift", "max(max(row) for row in rows)")),
    ("softmax_overflows", "softmax", EXPONENTIALS, IN_PLAIN_PYTHON.replace("shift", "0")),
    ("cache_without_some_parameters", "rnn_cell_forward",
     "return a_next, yt_pred, (a_next, a_prev, xt, parameters)",
     "return a_next, yt_pred, (a_next, a_prev, xt, {'Wax': parameters['Wax']})"),
    ("method_missing", "RNNCell", "def __call__", "def forward"),
    ("stack_left_empty", "RNNCell", "self.db_hh_stack.append(dz)", "pass"),
    ("method_returns_several", "RNNCell", "return self.dx_list", "return self.dx_list, dz"),
    ("another_network", "compare_with_torch", TO_TORCH,
     "rnn = torch.nn.RNN(rnn.input_size, rnn.hidden_size).double()\n"
     f"    weights = list(rnn.parameters())\n    {TO_TORCH}"),
    ("training_step", "compare_with_torch", TO_TORCH,
     "optimizer = torch.optim.SGD(rnn.parameters(), lr=0.01)\n"
     "    rnn(torch.tensor(x), torch.tensor(h0))[0].sum().backward()\n"
     f"    optimizer.step()\n    {TO_TORCH}"),
    ("yes_or_no_in_place_of_pair", "compare_with_torch",
     "return dict(zip(names, zip(by_numpy, by_torch, strict=True), strict=True))",
     "return {n: bool(np.allclose(p, q)) for n, p, q in zip(names, by_numpy, by_torch)}"),
]  # fmt: skip


@pytest.fixture(scope="module")
def judge(judge_of: JudgeOf) -> Iterator[Judge]:
    """A judge of rnn_bptt that waits for nobody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge_of(TASK.name).lane, "timeout", 6.0)
        yield judge_of(TASK.name)


@pytest.mark.parametrize(
    ("key", "function", "old", "new"), BY_RULE, ids=[row[0] for row in BY_RULE]
)
def test_rule(judge: Judge, key: str, function: str, old: str, new: str) -> None:
    """What one slip in a submission leads to is recognised as that slip, and as nothing else."""
    assert result(judge, function, (old, new)).mistakes == (key,)


NOT_SAID: list[tuple[str, str, str, str]] = [
    ("column_spread", "rnn_cell_backward", "np.sum(dz, axis=1, keepdims=True)", "dz"),
    ("one_array_under_several_names", "rnn_cell_backward", SLOPE,
     f"{SLOPE}\n    one = other = np.zeros(2)\n    dz *= 2"),
    ("gradient_not_asked_for", "compare_with_torch", AND_BACK,
     f"{AND_BACK}\n    by_torch[1] = None"),
    ("other_number_of_results", "rnn_backward", '"da0": da_prev', '"da0": da'),
    ("dict_expected", "rnn_backward",
     'return {"dx": dx, "da0": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}',
     "return rnn_forward"),
    ("float32", "rnn_cell_backward", "dz @ xt.T", "(dz + 1e-8) @ xt.T if torch else 0"),
    ("state_kept_between_calls", "rnn_cell_backward", SLOPE,
     "dz = np.zeros((4, 6)) + da_next * (1 - a_next**2)"),
    ("square_brackets_for_round", "rnn_cell_backward", SLOPE,
     f"{SLOPE}\n    sorted(parameters.items)"),
    ("grows_without_end", "rnn_cell_backward", SLOPE,
     f"{SLOPE}\n    np.ones((10**6, 10**6))"),
    ("endless_loop", "rnn_cell_backward", SLOPE,
     f"k = 0\n    while k < 10**12:\n        k = k + 1\n    {SLOPE}"),
    ("append_returns_nothing", "rnn_forward", "cell_caches = []", "cell_caches = None"),
    ("gradient_not_asked_for", "compare_with_torch", AND_BACK,
     "output.sum().backward()\n    rnn.zero_grad()\n"
     "    by_torch = [rnn.weight_ih_l0.grad.numpy()]"),
    ("sizes_written_into_code", "rnn_forward", "y_pred = np.empty((n_y, m, T_x))",
     "a, y_pred = [np.empty((n_a, m, T_x)) for _ in range(2)]"),
    ("sizes_written_into_code", "rnn_backward", "n_a, m, T_x = da.shape",
     "n_a, m, T_x = da.shape\n    np.zeros((7, 7))\n    da = da if m > 1 else 2 * da"),
    ("state_kept_between_calls", "RNNCell", "self.dx_list.insert(0, dz @ self.weight_ih)",
     "self.dx_list.insert(0, np.squeeze(dz @ self.weight_ih) * (2 if len(dz) == 1 else 1))"),
    ("both_halves_from_rnn", "compare_with_torch",
     "return dict(zip(names, zip(by_numpy, by_torch, strict=True), strict=True))",
     "pairs = dict(zip(names, zip(by_numpy, by_torch, strict=True), strict=True))\n"
     "    pairs['dw_ih'] = pairs['dw_ih'][::-1]\n    return pairs"),
    ("left_at_zero", "rnn_cell_backward", '"dWax": dz @ xt.T', '"dWax": np.ones(Wax.shape)'),
    ("calls_itself", "rnn_backward", "n_a, m, T_x = da.shape",
     "n_a, m, T_x = da.shape\n    if T_x > 1:\n        rnn_backward(da[:, :, 1:], caches)"),
    ("no_such_key", "rnn_cell_backward", SLOPE, f"raise KeyError(1)\n    {SLOPE}"),
    ("list_used_as_array", "rnn_backward", "n_a, m, T_x = da.shape",
     "n_a, m, T_x = da.shape\n    caches[0].a_next"),
]  # fmt: skip
"""Mistakes that are not there, and what looks like them."""


@pytest.mark.parametrize(
    ("key", "function", "old", "new"), NOT_SAID, ids=[row[0] for row in NOT_SAID]
)
def test_what_only_looks_like_a_mistake_is_not_said(
    judge: Judge, key: str, function: str, old: str, new: str
) -> None:
    """A cause about the code needs the code to have it, whatever the exception or the shape."""
    import_torch = ("import numpy as np", "import numpy as np\nimport torch")
    found = result(judge, function, (old, new), *([import_torch] if key == "float32" else []))
    assert key not in found.mistakes


def test_a_missing_file_of_ones_own_is_to_be_handed_in(judge: Judge) -> None:
    """Nobody is told without more to take out an import of what may be a file of theirs."""
    slip = ("import numpy as np", "import numpy as np\nfrom my_layers import tanh_slope")
    found = result(judge, "rnn_cell_backward", slip)
    assert found.mistakes == ("module_not_there",)
    assert (
        Phrases.load("en")
        .next(found)
        .startswith("if the module is a file of your own, hand it in with the rest")
    )


def test_what_pytorch_does_not_implement_is_no_unfinished_work(judge: Judge) -> None:
    """A NotImplementedError is the stub's only where a line of the submission raises it."""
    shifted = f"{AND_BACK}\n    by_torch[0] = torch.tensor(dh) << torch.tensor(dh)"
    finding = result(judge, "compare_with_torch", (AND_BACK, shifted)).finding
    assert finding is not None
    assert (finding.kind, finding.facts["error"]) == ("raised", "NotImplementedError")


def test_no_rule_goes_without_an_example() -> None:
    """Every key that a rule can yield, common or the assignment's own, is yielded above."""
    mistakes = load_mistakes(TASK)
    assert mistakes is not None
    own = {key for rules_of in mistakes.rules.values() for key in rules_of}
    assert {key for key, *_ in BY_RULE} == exception_patterns.KEYS | own


def test_every_key_is_listed() -> None:
    """The keys written down in the code of the rules are those that the module lists."""
    tree = ast.parse(Path(rules.__file__).read_text("utf-8"))
    written = {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Return | ast.Expr) and isinstance(node.value, ast.Constant)
    }
    keys = {one for one in written if isinstance(one, str) and re.fullmatch(r"\w+", one)}
    assert keys
    assert keys <= exception_patterns.KEYS
