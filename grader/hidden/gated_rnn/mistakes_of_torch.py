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


LEFT = [
    {"held": lambda module: module.gradients},
    {"held": left_behind(4)},
    {"held": left_behind(3)},
]

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
