"""Known mistakes of the comparison with PyTorch's modules."""

import numpy as np

from grader.kit import into_what_was_returned


def paired(of):
    """Answer something else than a pair."""
    return {"pairs": lambda s: {n: of(s.numpy_half[n], s.torch_half[n]) for n in s.numpy_half}}


def some_from(mine, theirs, prefix):
    """A half of which what begins so comes from the other."""
    return {n: theirs[n] if n.startswith(prefix) else mine[n] for n in mine}


def only_last(dh):
    return np.concatenate([np.zeros_like(dh[:-1]), dh[-1:]])


def no_start(s):
    return 0 * s.h0, 0 * s.c0


def left_behind(rows):
    """What a module of so many rows for each unit holds already; the other is asked afresh."""

    def held(module):
        is_that = len(module.weights[1]) == rows * module.weights[1].shape[1]
        return module.gradients if is_that else dict.fromkeys(module.gradients, 0.0)

    return held


def left_of(kind):
    """What the modules hold already of their weights, or biases, alone."""
    return lambda module: {
        name: held if name[1] == kind else 0.0 for name, held in module.gradients.items()
    }


LEFT = [
    {"held": lambda module: module.gradients},
    {"held": left_behind(4)},
    {"held": left_behind(3)},
    {"held": left_of("b")},
    {"held": left_of("w")},
]


def of_mean(half, size, prefix):
    """A half whose gradients under names that begin so are those of a mean."""
    states = ("hidden", "c_last", "gru_hidden")
    return {
        name: part / size if name not in states and name.startswith("gru") == (prefix == "gru")
        else part
        for name, part in half.items()
    }  # fmt: skip


def averaged(*prefixes):
    """PyTorch's gradients of the mean of so many kinds of gates, in place of the sum."""

    def half(s):
        found = s.by_torch
        for prefix in prefixes:
            found = of_mean(found, s.dh.size if prefix == "lstm" else s.dh[0].size, prefix)
        return found

    return {"torch_half": half}


def bias_of_one(gate, at, which):
    """A gate whose bias is one of PyTorch's two alone."""

    def given(parameters, weights):
        n_h = weights[1].shape[1]
        return parameters | {f"b{gate}": weights[which][at * n_h : (at + 1) * n_h, None]}

    return {"lstm_given" if gate in "ifco" else "gru_given": lambda s: given}


def one_bias(hook, gates):
    """All gates of one kind have the same one of PyTorch's two biases alone."""

    def given(which):
        def changed(parameters, weights):
            n_h = weights[1].shape[1]
            parts = {
                f"b{gate}": weights[which][n * n_h : (n + 1) * n_h, None]
                for n, gate in enumerate(gates)
            }
            return parameters | parts

        return changed

    return [{hook: lambda s, which=which: given(which)} for which in (2, 3)]


def candidate(of):
    """The candidate's two biases, made otherwise of the right ones."""

    def given(parameters, weights):
        bnx, bna = of(parameters["bnx"], parameters["bna"])
        return parameters | {"bnx": bnx, "bna": bna}

    return {"gru_given": lambda s: given}


def columns_exchanged(*prefixes):
    """The first columns of the gates' gradients are taken for the input's."""

    def half(s):
        found = dict(s.by_numpy)
        for prefix in prefixes:
            dw_ih, dw_hh = found[f"{prefix}dw_ih"], found[f"{prefix}dw_hh"]
            n_x, n_h = dw_ih.shape[1], dw_hh.shape[1]
            dW = np.hstack([dw_hh, dw_ih])
            end = 2 * n_h if prefix else 4 * n_h  # the candidate's have matrices of their own
            found[f"{prefix}dw_ih"] = np.vstack([dW[:end, :n_x], dw_ih[end:]])
            found[f"{prefix}dw_hh"] = np.vstack([dW[:end, n_x:], dw_hh[end:]])
        return found

    return {"numpy_half": half}


def last_hidden(*halves):
    """The last hidden state under the name of the last cell state."""
    names = {"numpy_half": "by_numpy", "torch_half": "by_torch"}
    return {
        half: lambda s, name=names[half]: (
            getattr(s, name) | {"c_last": getattr(s, name)["hidden"][-1:]}
        )
        for half in halves
    }


COMPARISON = {
    "both_halves_from_torch": [
        {"numpy_half": lambda s: s.by_torch},
        {"numpy_half": lambda s: some_from(s.by_numpy, s.by_torch, "gru")},
        {"numpy_half": lambda s: some_from(s.by_torch, s.by_numpy, "gru")},
    ],
    "both_halves_from_functions": [
        {"torch_half": lambda s: s.by_numpy},
        {"torch_half": lambda s: some_from(s.by_torch, s.by_numpy, "gru")},
        {"torch_half": lambda s: some_from(s.by_numpy, s.by_torch, "gru")},
    ],
    "halves_swapped": [
        {"numpy_half": lambda s: s.by_torch, "torch_half": lambda s: s.by_numpy},
    ],
    "difference_in_place_of_pair": [
        paired(lambda one, other: one - other),
        paired(lambda one, other: np.abs(one - other)),
        paired(lambda one, other: float(np.abs(one - other).max())),
    ],
    "rows_in_other_order": [
        *({"rows": lambda s, rows=rows: rows} for rows in ("fico", "ifoc", "fioc", "iofc")),
        {"gru_rows": lambda s: "zr"},
        {"rows": lambda s: "fico", "gru_rows": lambda s: "zr"},
    ],
    "weights_of_input_first": [{"joined": lambda s: lambda w_hh, w_ih: np.hstack([w_ih, w_hh])}],
    "one_bias_missing": [
        {"bias": lambda s: lambda b_ih, b_hh: b_ih},
        {"bias": lambda s: lambda b_ih, b_hh: b_hh},
        *one_bias("lstm_given", "ifco"),
        *one_bias("gru_given", "rz"),
    ],
    "one_bias_missing_in_a_gate": [
        bias_of_one(gate, at, which)
        for gates in ("ifco", "rz")
        for at, gate in enumerate(gates)
        for which in (2, 3)
    ],
    "biases_of_candidate_mixed_up": [
        candidate(lambda bnx, bna: (bnx, bnx)),
        candidate(lambda bnx, bna: (bna, bna)),
        candidate(lambda bnx, bna: (bna, bnx)),
        candidate(lambda bnx, bna: (bnx + bna, bna)),
        candidate(lambda bnx, bna: (bnx, bnx + bna)),
        candidate(lambda bnx, bna: (bnx + bna, 0 * bna)),
        candidate(lambda bnx, bna: (bnx + bna, bnx + bna)),
        candidate(lambda bnx, bna: (bnx, 0 * bna)),
        candidate(lambda bnx, bna: (0 * bnx, bna)),
    ],
    "gradient_columns_of_input_first": [
        columns_exchanged(""),
        columns_exchanged("gru_"),
        columns_exchanged("", "gru_"),
    ],
    "loss_averaged": [averaged("lstm"), averaged("gru"), averaged("lstm", "gru")],
    "gru_at_another_step": [
        {hook: lambda s, step=step: step}
        for hook in ("gru_step", "torch_gru_step")
        for step in ((-1, 0), (0, -1), (-1, -1))
    ],
    "last_hidden_for_last_cell_state": [
        last_hidden("numpy_half"),
        last_hidden("torch_half"),
        last_hidden("numpy_half", "torch_half"),
    ],
    "gradients_left_in_modules": [
        *LEFT,
        *({**one, "added": into_what_was_returned} for one in LEFT),
    ],
    "loss_of_ones": [
        {"torch_dh": lambda s: np.ones_like(s.dh)},
        {"numpy_dh": lambda s: np.ones_like(s.dh)},
        {"torch_dh": lambda s: np.ones_like(s.dh), "numpy_dh": lambda s: np.ones_like(s.dh)},
    ],
    "loss_of_last_step": [
        {"torch_dh": lambda s: only_last(s.dh)},
        {"numpy_dh": lambda s: only_last(s.dh)},
        {"torch_dh": lambda s: only_last(s.dh), "numpy_dh": lambda s: only_last(s.dh)},
    ],
    "first_states_not_given": [
        {"torch_starts": no_start},
        {"starts": no_start},
        {"torch_starts": no_start, "starts": no_start},
    ],
    "cell_states_begin_as_hidden_states": [
        {"torch_starts": lambda s: (s.h0, s.h0)},
        {"starts": lambda s: (s.h0, s.h0)},
    ],
}
