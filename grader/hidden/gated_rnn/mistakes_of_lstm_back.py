"""Known mistakes of one step of the LSTM back."""

import itertools

import numpy as np
from mistake_families import LSTM_CACHE, LSTM_GATES, SQUASHED
from mistakes_of_gates import (
    STACKED,
    candidate,
    of_weights,
    slopes,
    sums,
)
from mistakes_of_lstm import SIGMOIDS

from grader.kit import (
    columns,
    each_and_together,
)

WEIGHTS = {f"dW{g}": (f"dp{g}", "s") for g in LSTM_GATES}
BIASES = {f"db{g}": f"dp{g}" for g in LSTM_GATES}


def left_out(gate):
    """The gradient of s without what comes by one gate."""
    return {
        "ds": lambda s: sum(
            getattr(s, f"W{g}").T @ getattr(s, f"dp{g}") for g in LSTM_GATES if g != gate
        )
    }


def exchanged(*places):
    """A cache read with some places in other order."""

    def read(held):
        order = list(range(len(LSTM_CACHE)))
        for one, other in places:
            order[one], order[other] = order[other], order[one]
        return [held[n] for n in order]

    return {"read": read}


def through_tanh(s):
    return 1 - np.tanh(s.c_next) ** 2


CELL_BACKWARD = {
    **STACKED,
    **slopes({g: SQUASHED[g] for g in SIGMOIDS}),
    **candidate(lambda s: s.cct, "slope_c"),
    **sums(BIASES),
    **of_weights(WEIGHTS),
    "later_cell_gradient_ignored": [
        {"dc": lambda s: s.da_next * s.ot * through_tanh(s)},
    ],
    "way_through_hidden_state_missing": [{"dc": lambda s: s.dc_next}],
    "output_tanh_not_differentiated": [{"dc": lambda s: s.dc_next + s.da_next * s.ot}],
    "output_gate_missing_on_way_back": [
        {"dc": lambda s: s.dc_next + s.da_next * through_tanh(s)},
    ],
    "tanh_of_cell_state_forgotten": [
        {"dc": lambda s: s.dc_next + s.da_next * s.ot * (1 - s.c_next**2)},
    ],
    "tanh_taken_for_hidden_state": [
        {"dc": lambda s: s.dc_next + s.da_next * s.ot * (1 - s.a_next**2)},
        {"dc": lambda s: s.dc_next + s.da_next * s.ot * (1 - np.tanh(s.a_next) ** 2)},
    ],
    "later_cell_gradient_through_tanh": [
        {"dc": lambda s: (s.dc_next + s.da_next * s.ot) * through_tanh(s)},
        {"dc": lambda s: (s.dc_next + s.da_next) * s.ot * through_tanh(s)},
    ],
    "forget_gate_sees_new_cell_state": [{"dpf": lambda s: s.dc * s.c_next * s.slope_f}],
    "input_gate_and_candidate_mixed_up": [
        {
            "dpi": lambda s: s.dc * s.it * s.slope_i,
            "dpc": lambda s: s.dc * s.cct * s.slope_c,
        },
        {"dpi": lambda s: s.dc * s.it * s.slope_i},
        {"dpc": lambda s: s.dc * s.cct * s.slope_c},
    ],
    "factor_of_another_gate": [
        {"dpf": lambda s: s.dc * s.cct * s.slope_f},
        {"dpf": lambda s: s.dc * s.a_prev * s.slope_f},
        {"dpi": lambda s: s.dc * s.c_prev * s.slope_i},
        {"dpi": lambda s: s.dc * s.c_next * s.slope_i},
        {"dpc": lambda s: s.dc * s.ft * s.slope_c},
        {"dpc": lambda s: s.dc * s.ot * s.slope_c},
        {"dpo": lambda s: s.da_next * np.tanh(s.c_prev) * s.slope_o},
        {"dpo": lambda s: s.da_next * s.cct * s.slope_o},
        {"dpo": lambda s: s.da_next * s.a_next * s.slope_o},
        {
            "dpf": lambda s: s.dc * s.cct * s.slope_f,
            "dpi": lambda s: s.dc * s.c_prev * s.slope_i,
        },
        *(
            {"dc": lambda s, gate=gate: s.dc_next + s.da_next * getattr(s, gate) * through_tanh(s)}
            for gate in ("ft", "it")
        ),
    ],
    "derivative_of_another_gate": [
        {f"slope_{one}": lambda s, g=SQUASHED[other]: getattr(s, g) * (1 - getattr(s, g))}
        for one, other in itertools.permutations(SIGMOIDS, 2)
    ],
    "output_gate_without_tanh": [{"dpo": lambda s: s.da_next * s.c_next * s.slope_o}],
    "output_gate_from_cell_gradient": [
        {"dpo": lambda s: s.dc * np.tanh(s.c_next) * s.slope_o},
    ],
    "gates_from_hidden_gradient": each_and_together(
        [
            {"dpf": lambda s: s.da_next * s.c_prev * s.slope_f},
            {"dpi": lambda s: s.da_next * s.cct * s.slope_i},
            {"dpc": lambda s: s.da_next * s.it * s.slope_c},
        ]
    ),
    "cell_gradient_past_forget_gate": [{"dc_prev": lambda s: s.dc}],
    "cell_gradient_of_later_steps_only": [{"dc_prev": lambda s: s.dc_next * s.ft}],
    "cell_gradient_by_other_gate": [
        {"dc_prev": lambda s: s.dc * s.it},
        {"dc_prev": lambda s: s.dc * s.ot},
    ],
    "gate_left_out": [left_out(g) for g in LSTM_GATES],
    "weights_of_another_gate_on_way_back": [
        {
            "ds": lambda s, order=order: sum(
                getattr(s, f"W{one}").T @ getattr(s, f"dp{other}")
                for one, other in zip(order, LSTM_GATES, strict=True)
            )
        }
        for order in itertools.permutations(LSTM_GATES)
        if order != LSTM_GATES
    ],
    "hidden_gradient_added_to": [{"da_prev": lambda s: s.ds[: s.n_a] + s.da_next}],
    "cut_in_other_order": [
        {"dxt": lambda s: s.ds[: s.n_a][: len(s.xt)], "da_prev": lambda s: s.ds[-s.n_a :]},
        {"dxt": lambda s: s.ds[: len(s.xt)], "da_prev": lambda s: s.ds[len(s.xt) :]},
    ][1:],
    "weights_from_new_hidden_state": [{"s": lambda s: np.concatenate([s.a_next, s.xt])}],
    "cache_read_in_other_order": [
        exchanged((0, 1)),
        exchanged((2, 3)),
        exchanged((0, 1), (2, 3)),
        exchanged((0, 2), (1, 3)),
        exchanged((4, 5)),
        exchanged((6, 7)),
    ],
    "gradients_under_each_others_names": [
        hooks
        for one, other in itertools.permutations(LSTM_GATES, 2)
        for hooks in (
            {f"dW{one}": lambda s, g=other: getattr(s, f"dp{g}") @ s.s.T},
            {f"db{one}": lambda s, g=other: columns(getattr(s, f"dp{g}"))},
        )
    ],
}
