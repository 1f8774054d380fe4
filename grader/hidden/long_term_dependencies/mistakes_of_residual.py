"""Known mistakes of the residual network, forward and back."""

import numpy as np
from mistake_families import RESIDUAL_FORWARD
from mistakes_of_errors import slopes

from grader.kit import (
    at_step,
    batch_sum,
    bias_again,
    columns,
    divided,
    each_and_together,
    not_carried,
    one_step_late,
    over_everything,
    over_units,
    products,
    sigmoid,
    sums_over_time,
    together,
    transposed,
)

RESIDUAL_FORWARD_MISTAKES = {
    "plain_update": [{"h_next": lambda s: s.g}],
    "tanh_around_everything": [{"h_next": lambda s: np.tanh(s.h_prev + s.z)}],
    "another_activation": [
        {"g": lambda s: s.z},
        {"g": lambda s: sigmoid(s.z)},
        {"g": lambda s: np.maximum(s.z, 0)},
    ],
    "update_joined_otherwise": [
        {"h_next": lambda s: s.h_prev - s.g},
        {"h_next": lambda s: s.h_prev * s.g},
        {"h_next": lambda s: (s.h_prev + s.g) / 2},
    ],
    "update_alone_handed_on": [
        {"previous": lambda s: s.done[s.t - 1].g if s.done else s.h0},
    ],
    "added_to_first_state": [{"h_next": lambda s: s.h0 + s.g}],
    "bias_missing": [{"z": lambda s: s.from_input + s.from_state}],
    "bias_twice": bias_again(),
    "bias_outside_tanh": [
        {"z": lambda s: s.from_input + s.from_state, "g": lambda s: np.tanh(s.z) + s.ba},
    ],
    "recurrent_weights_transposed": [{"from_state": lambda s: s.Waa.T @ s.h_prev}],
    "input_or_state_ignored": [
        {"from_state": lambda s: 0.0},
        {"from_input": lambda s: 0.0},
    ],
    "first_state_at_every_step": [
        {"previous": lambda s: s.h0},
        {"from_state": lambda s: s.Waa @ s.h0},
    ],
    "first_state_ignored": [{"start": lambda s: np.zeros_like(s.h0)}],
    "input_of_another_step": at_step(
        "input", "x", "first", "last", "reverse", "before, in a circle"
    ),
    "some_steps_left_out": [{"times": lambda T: range(T - 1)}],
    "states_stored_one_step_late": [
        {"h": lambda s: one_step_late(s.done, s.T, s.h0, lambda step: step.h_next)},
        {"h": lambda s: one_step_late(s.done, s.T, 0 * s.h0, lambda step: step.h_next)},
    ],
    "updates_in_place_of_states": [
        {"h": lambda s: np.stack([step.g for step in s.done.values()], axis=2)},
    ],
    "last_state_only": [
        {"h": lambda s: np.stack([s.h_t] * s.T, axis=2)},
        {"h": lambda s: s.h_t},
    ],
    "first_state_among_states": [
        {"h": lambda s: np.concatenate([s.h0[:, :, None], RESIDUAL_FORWARD["h"](s)], axis=2)},
    ],
}

# --- the residual network back ----------------------------------------------------------------


FACTORS = {"dWax": "xt", "dWaa": "h_prev"}
"""What the gradient of each weight is a product with."""

WEIGHTS = products("dz", FACTORS)

RESIDUAL_BACKWARD = {
    **slopes(lambda s: s.g),
    **not_carried("dh", lambda s: 0 * s.dh_t),
    **batch_sum("dba", lambda s: s.dz),
    **sums_over_time("dWax", "dWaa", "dba"),
    "derivative_of_the_state": [
        {"slope": lambda s: 1 - s.h_next**2},
        {"slope": lambda s: 1 - s.h_prev**2},
        {"slope": lambda s: 1 - np.tanh(s.h_next) ** 2},
        {"slope": lambda s: 1 - np.tanh(s.h_prev) ** 2},
    ],
    "straight_way_forgotten": [{"carry": lambda s: s.back}],
    "way_through_tanh_forgotten": [{"carry": lambda s: s.dh_t}],
    "straight_way_through_tanh_too": [{"carry": lambda s: s.dz + s.back}],
    "straight_way_from_outside_only": [{"carry": lambda s: s.outside + s.back}],
    "straight_way_without_outside": [{"carry": lambda s: s.carried + s.back}],
    "outside_gradient_counted_twice": [
        {"carry": lambda s: s.dh_t + s.back + s.outside},
        {"carry_start": lambda s: s.dh[:, :, -1]},
    ],
    "through_weights_not_transposed": [{"back": lambda s: s.Waa @ s.dz}],
    "not_through_weights": [{"back": lambda s: s.dz}],
    "outside_gradient_of_another_step": at_step(
        *("incoming", "dh", "first", "last", "before, in a circle", "after", "before"),
        plus="carried",
    ),
    "through_time_forwards": [{"times": range}],
    "some_steps_left_out": [{"times": lambda T: range(T - 1, 0, -1)}],
    "recurrent_gradient_from_another_state": [
        {"dWaa": lambda s: s.dz @ s.h_next.T},
        {"dWaa": lambda s: s.dz @ s.g.T},
    ],
    "derivative_missing_in_some": [
        {"dxt": lambda s: s.Wax.T @ s.dh_t},
        {"back": lambda s: s.Waa.T @ s.dh_t},
        *products("dh_t", FACTORS),
        {"dba": lambda s: columns(s.dh_t)},
    ],
    "weight_gradient_transposed": each_and_together(transposed("dz", FACTORS)),
    "averaged_over_examples": [
        together(divided([*WEIGHTS, {"dba": lambda s: columns(s.dz)}])),
        together(divided(WEIGHTS)),
        {"dz": lambda s: s.dh_t * s.slope / s.m},
    ],
    "bias_gradient_over_other_axes": [
        *over_units("dba", lambda s: s.dz),
        *over_everything("dba", lambda s: s.dz),
        {"dba": lambda s: s.dz},
    ],
    "dh0_from_outside": [{"dh0": lambda s: s.dh[:, :, 0]}],
    "dh0_of_another_step": [
        {"dh0": lambda s: s.carried + s.dh[:, :, 0]},
        {"dh0": lambda s: s.done[0].dh_t},
        {"dh0": lambda s: s.done[min(1, s.T - 1)].carry},
    ],
    "dh0_through_tanh_alone": [{"dh0": lambda s: s.done[0].back}],
}
