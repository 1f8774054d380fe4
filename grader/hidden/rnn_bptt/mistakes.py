"""The mistakes that rnn_bptt's functions are known to be made with, as variants of the formulas.

One line is one mistake: its key in ``mistakes.<language>.toml``, and which quantities of
``mistake_families.py`` it computes otherwise.  Several sets of hooks in one line are several
ways to make the same mistake.  To add one: add a line here, its words to both languages, and
run ``pytest tests/judging/test_diagnosis.py``, which tells if it cannot be told from another.
"""

import ast
import functools
import itertools
import re

import numpy as np
from mistake_families import (
    FORWARD,
    QUANTITIES,
    STACKS,
    Rnn,
    begin,
    changed_rnn,
    columns,
    make,
    rnn_after,
)

from grader.judging.observe import Layout
from grader.judging.variants import Mistakes

# --- pieces -----------------------------------------------------------------------------------


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def column_max(z):
    return z.max(axis=0, keepdims=True)


def log_softmax(e):
    return np.log(e / e.sum(axis=0, keepdims=True))


def softmaxed(z):
    e = np.exp(z - column_max(z))
    return e / e.sum(axis=0, keepdims=True)


def same(value):
    return value


def pair(z, one, other):
    """Return two shares that sum to 1, of two rows alone."""
    share = sigmoid(z[one] - z[other])
    return np.stack([share, 1 - share])


def unit(array, axis=None):
    """Scale to length 1; zeros stay as they are."""
    length = np.linalg.norm(array, axis=axis, keepdims=True)
    return array / np.where(length == 0, 1, length)


def standardised(array, axis):
    return (array - array.mean(axis=axis, keepdims=True)) / array.std(axis=axis, keepdims=True)


# --- softmax ----------------------------------------------------------------------------------

SOFTMAX = {
    "softmax_whole_matrix": [
        {"share": lambda e: e / e.sum()},
        {"share": lambda e: e / e.sum(), "shift": same},
        {"share": lambda e: e / e.sum(), "shift": lambda z: z - z.max()},
    ],
    "softmax_along_rows": [
        {"share": lambda e: e / e.sum(axis=1, keepdims=True)},
        {
            "shift": lambda z: z - z.max(axis=1, keepdims=True),
            "share": lambda e: e / e.sum(axis=1, keepdims=True),
        },
    ],
    "softmax_not_divided": [{"share": same}, {"share": same, "shift": same}],
    "softmax_divided_by_other_than_sum": [
        {"share": lambda e: e / e.mean(axis=0, keepdims=True)},
        {"share": lambda e: e / np.linalg.norm(e, axis=0)},
        {"share": lambda e: e / np.linalg.norm(e)},
        {"share": lambda e: e / e.shape[0], "shift": same},
        {"share": lambda e: e / e.shape[0]},
        {"share": lambda e: e / e.shape[1], "shift": same},
        {"share": lambda e: e / (1 + e.sum(axis=0)), "shift": same},
    ],
    "softmax_of_logarithm": [{"share": log_softmax}],
    "softmax_epsilon": [
        {"share": lambda e, small=small: e / (e.sum(axis=0, keepdims=True) + small)}
        for small in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
    ],
    "softmax_without_exponential": [{"power": same}, {"power": same, "shift": same}],
    "softmax_other_base": [{"power": np.exp2}, {"power": lambda z: 10.0**z}],
    "softmax_of_negative": [
        {"shift": lambda z: -z - column_max(-z)},
        {"shift": lambda z: -z},
        {"shift": lambda z: column_max(z) - z},
    ],
    "softmax_shifted_by_rows": [{"shift": lambda z: z - z.max(axis=1, keepdims=True)}],
    "softmax_scaled_by_max": [
        {"shift": lambda z: z / column_max(z)},
        {"shift": lambda z: z / z.max()},
    ],
    "softmax_standardised": [
        {"shift": lambda z: (z - z.mean(axis=0)) / z.std(axis=0)},
        {"shift": lambda z: (z - z.mean()) / z.std()},
    ],
    "softmax_twice": [{"share": lambda e: softmaxed(e / e.sum(axis=0, keepdims=True))}],
    "softmax_only_the_largest": [
        {"share": lambda e: (e == column_max(e)).astype(float)},
        {"share": lambda e: np.eye(e.shape[0])[:, e.argmax(axis=0)]},
    ],
    "softmax_of_two": [
        {"shift": same, "power": same, "share": lambda z, one=one, other=other: pair(z, one, other)}
        for one, other in ((0, -1), (0, 1), (-1, 0))
    ],
    "softmax_scaled": [
        {"shift": lambda z: (z - column_max(z)) / np.sqrt(z.shape[0])},
        {"shift": lambda z: (z - column_max(z)) / z.shape[0]},
        {"shift": lambda z: (z - column_max(z)) / np.sqrt(z.shape[1])},
        {"shift": lambda z: (z - column_max(z)) / 2},
        {"shift": lambda z: (z - column_max(z)) * 2},
        {"shift": lambda z: (z - column_max(z)) / 10},
    ],
    "sigmoid_for_softmax": [{"shift": same, "power": sigmoid, "share": same}],
    "tanh_for_softmax": [{"shift": same, "power": np.tanh, "share": same}],
}

SHIFTS = {
    "softmax_shifted_by_whole_maximum": [{"shift": lambda z: z - z.max()}],
    "softmax_not_shifted": [
        {"shift": same},
        {"shift": lambda z: z - z.min(axis=0, keepdims=True)},
        {"shift": lambda z: z - z.min()},
        {"shift": lambda z: z - z.mean(axis=0, keepdims=True)},
        {"shift": lambda z: z - z.mean()},
        {"shift": lambda z: z + column_max(z)},
        {"shift": same, "share": lambda e: np.nan_to_num(e / e.sum(axis=0))},
    ],
    "softmax_clipped": [
        {"shift": lambda z, limit=limit: np.clip(z, -limit, limit)} for limit in (500, 700, 100, 20)
    ],
}

# --- one step forward -------------------------------------------------------------------------

ACTIVATIONS = {
    "sigmoid_for_tanh": [{"a_next": lambda s: sigmoid(s.z)}],
    "relu_for_tanh": [{"a_next": lambda s: np.maximum(s.z, 0)}],
    "no_activation": [{"a_next": lambda s: s.z}],
    "softmax_for_tanh": [{"a_next": lambda s: softmaxed(s.z)}],
    "tanh_twice": [{"a_next": lambda s: np.tanh(np.tanh(s.z))}],
    "tanh_written_wrongly": [
        {"a_next": lambda s: np.tanh(s.z / 2)},
        {"a_next": lambda s: np.tanh(2 * s.z)},
        {"a_next": lambda s: 2 * sigmoid(s.z) - 0.5},
        {"a_next": lambda s: (np.exp(s.z) - np.exp(-s.z)) / 2},
        {"a_next": lambda s: 1 / np.tanh(s.z)},
        {"a_next": lambda s: np.tan(s.z)},
        {"a_next": lambda s: np.sin(s.z)},
        {"a_next": lambda s: np.arctan(s.z)},
        {"a_next": lambda s: np.arctanh(s.z)},
        {"a_next": lambda s: 1.7159 * np.tanh(2 * s.z / 3)},
        {"a_next": lambda s: 2 * sigmoid(s.z) - 1},
        {"a_next": lambda s: np.clip(s.z, -1, 1)},
    ],
    "tanh_of_parts": [{"a_next": lambda s: np.tanh(s.from_input) + np.tanh(s.z - s.from_input)}],
    "state_outside_tanh": [
        {"a_next": lambda s: np.tanh(s.from_input) + s.z - s.from_input},
        {"a_next": lambda s: np.tanh(s.z - s.from_state) + s.from_state},
    ],
    "old_state_added": [{"a_next": lambda s: s.a_prev + np.tanh(s.z)}],
    "state_mixed_with_previous": [
        {"a_next": lambda s, new=new: new * np.tanh(s.z) + (1 - new) * s.a_prev}
        for new in (0.9, 0.8, 0.7, 0.5, 0.3, 0.2, 0.1)
    ],
    "state_ignored": [{"from_state": lambda s: 0.0}],
    "input_ignored": [{"from_input": lambda s: 0.0}],
}

FORWARD_STEP = {
    **ACTIVATIONS,
    "terms_multiplied": [{"z": lambda s: s.from_input * s.from_state + s.ba}],
    "bias_outside_tanh": [
        {"z": lambda s: s.from_input + s.from_state, "a_next": lambda s: np.tanh(s.z) + s.ba}
    ],
    "hidden_bias_missing": [{"z": lambda s: s.from_input + s.from_state}],
    "hidden_bias_subtracted": [{"z": lambda s: s.from_input + s.from_state - s.ba}],
    "product_subtracted": [
        {"z": lambda s: s.from_input - s.from_state + s.ba},
        {"z": lambda s: s.from_state - s.from_input + s.ba},
    ],
    "hidden_bias_twice": [{"z": lambda s: s.from_input + s.from_state + 2 * s.ba}],
    "stacked_in_other_order": [
        {"z": lambda s: np.hstack([s.Wax, s.Waa]) @ np.vstack([s.a_prev, s.xt]) + s.ba},
        {"z": lambda s: np.hstack([s.Waa, s.Wax]) @ np.vstack([s.xt, s.a_prev]) + s.ba},
    ],
    "input_standardised": [
        {"from_input": lambda s, axis=axis: s.Wax @ standardised(s.xt, axis)} for axis in (1, 0)
    ],
    "state_scaled_to_length_one": [{"a_next": lambda s: unit(np.tanh(s.z), 0)}],
    "recurrent_weights_transposed": [{"from_state": lambda s: s.Waa.T @ s.a_prev}],
    "state_multiplied_by_entries": [{"from_state": lambda s: np.diag(s.Waa)[:, None] * s.a_prev}],
}

READ_OUT = {
    **SOFTMAX,
    "output_bias_missing": [{"logits": lambda s: s.Wya @ s.a_next}],
    "output_bias_subtracted": [{"logits": lambda s: s.Wya @ s.a_next - s.by}],
    "output_bias_outside_softmax": [
        {"logits": lambda s: s.Wya @ s.a_next, "yt_pred": lambda s: s.shares + s.by}
    ],
    "prediction_from_previous_state": [{"logits": lambda s: s.Wya @ s.a_prev + s.by}],
    "prediction_from_before_tanh": [{"logits": lambda s: s.Wya @ s.z + s.by}],
    "prediction_through_tanh_again": [{"logits": lambda s: s.Wya @ np.tanh(s.a_next) + s.by}],
    "prediction_without_softmax": [{"shift": same, "power": same, "share": same}],
}


CACHES = {
    "cache_order": [
        {"cache": lambda s, order=order: tuple(getattr(s, name) for name in order)}
        for order in itertools.permutations(("a_next", "a_prev", "xt", "parameters"))
        if order != ("a_next", "a_prev", "xt", "parameters")
    ],
    "cache_same_state_twice": [
        {"cache": lambda s: (s.a_next, s.a_next, s.xt, s.parameters)},
        {"cache": lambda s: (s.a_prev, s.a_prev, s.xt, s.parameters)},
    ],
    "cache_before_tanh": [{"cache": lambda s: (s.z, s.a_prev, s.xt, s.parameters)}],
    "cache_holds_prediction": [
        {"cache": lambda s: (s.yt_pred, s.a_prev, s.xt, s.parameters)},
        {"cache": lambda s: (s.a_next, s.yt_pred, s.xt, s.parameters)},
        {"cache": lambda s: (s.a_next, s.a_prev, s.yt_pred, s.parameters)},
    ],
}

CELL_FORWARD = {
    **FORWARD_STEP,
    **READ_OUT,
    **CACHES,
    "results_in_other_order": [
        {"answer": lambda s: (s.yt_pred, s.a_next, s.cache)},
        {"answer": lambda s: (s.a_next, s.cache, s.yt_pred)},
        {"answer": lambda s: (s.cache, s.a_next, s.yt_pred)},
    ],
    "returns_previous_state": [
        {"answer": lambda s: (s.a_prev, s.yt_pred, s.cache)},
    ],
    "returns_before_tanh": [
        {"answer": lambda s: (s.z, s.yt_pred, s.cache)},
    ],
}

# --- one step back ----------------------------------------------------------------------------

DERIVATIVES = {
    "derivative_missing": [{"dz": lambda s: s.da_next}],
    "gradient_dropped": [{"dz": lambda s: s.slope}],
    "derivative_not_squared": [{"slope": lambda s: 1 - s.a_next}],
    "derivative_plus": [{"slope": lambda s: 1 + s.a_next**2}],
    "derivative_negative": [{"slope": lambda s: s.a_next**2 - 1}],
    "derivative_without_one": [
        {"slope": lambda s: s.a_next**2},
        {"slope": lambda s: -(s.a_next**2)},
    ],
    "derivative_of_sigmoid": [
        {"slope": lambda s: s.a_next * (1 - s.a_next)},
        {"slope": lambda s: sigmoid(s.a_next) * (1 - sigmoid(s.a_next))},
    ],
    "derivative_of_relu": [{"slope": lambda s: (s.a_next > 0).astype(float)}],
    "tanh_of_tanh": [{"slope": lambda s: 1 - np.tanh(s.a_next) ** 2}],
    "tanh_in_place_of_derivative": [
        {"slope": lambda s: s.a_next},
        {"slope": lambda s: np.tanh(s.a_next)},
    ],
    "derivative_at_previous_state": [{"slope": lambda s: 1 - s.a_prev**2}],
    "derivative_of_gradient": [
        {"slope": lambda s: 1 - s.da_next**2},
        {"slope": lambda s: 1 - np.tanh(s.da_next) ** 2},
        {"dz": lambda s: 1 - np.tanh(s.da_next) ** 2},
    ],
    "derivative_other_power": [
        {"slope": lambda s: (1 - s.a_next) ** 2},
        {"slope": lambda s: 1 - 2 * s.a_next},
        {"slope": lambda s: 1 - s.a_next**3},
        {"slope": lambda s: np.sqrt(1 - s.a_next**2)},
    ],
    "derivative_twice": [{"slope": lambda s: (1 - s.a_next**2) ** 2}],
    "derivative_recomputed_wrongly": [
        {"slope": lambda s: 1 - np.tanh(s.Wax @ s.xt + s.Waa @ s.a_prev) ** 2},
        {"slope": lambda s: 1 - (s.Wax @ s.xt + s.Waa @ s.a_prev + s.ba) ** 2},
        {"slope": lambda s: 1 - np.tanh(s.Wax @ s.xt + s.Waa @ s.a_next + s.ba) ** 2},
    ],
    "derivative_averaged": [
        {"slope": lambda s: (1 - s.a_next**2).mean(axis=1, keepdims=True)},
        {"slope": lambda s: (1 - s.a_next**2).mean(axis=0, keepdims=True)},
        {"slope": lambda s: (1 - s.a_next**2).mean()},
    ],
    "gradient_doubled": [{"dz": lambda s: 2 * s.da_next * s.slope}],
    "gradient_scaled_to_length_one": [
        {"dz": lambda s: unit(s.da_next * s.slope)},
        {"dz": lambda s: unit(s.da_next) * s.slope},
        {"dz": lambda s: unit(s.da_next * s.slope, 0)},
        {"dz": lambda s: unit(s.da_next * s.slope, 1)},
    ],
    "gradient_clipped_on_the_way": [
        {"dz": lambda s, limit=limit: np.clip(s.da_next * s.slope, -limit, limit)}
        for limit in (0.1, 0.5, 1)
    ]
    + [
        {"dz": lambda s, limit=limit: np.clip(s.da_next, -limit, limit) * s.slope}
        for limit in (0.1, 0.5, 1)
    ],
    "derivative_added": [{"dz": lambda s: s.da_next + s.slope}],
    "derivative_divided": [{"dz": lambda s: s.da_next / s.slope}],
    "derivative_brackets": [
        {"dz": lambda s: s.da_next * 1 - s.a_next**2},
        {"dz": lambda s: 1 - s.a_next**2 * s.da_next},
    ],
}

COLUMNS_ONLY = ("derivative_recomputed_wrongly",)
"""What is written for examples in columns, and says nothing of PyTorch's layout."""

WEIGHTS_OF = {
    "dWax": lambda part: lambda s: s.dz[:, part] @ s.xt[:, part].T,
    "dWaa": lambda part: lambda s: s.dz[:, part] @ s.a_prev[:, part].T,
    "dba": lambda part: lambda s: columns(s.dz[:, part]),
}
"""The gradients of what examples share, of some of the examples."""

CELL_GRADIENTS = {
    "cache_read_in_other_order": [
        {"read": lambda cache: (cache[1], cache[0], *cache[2:])},
    ],
    "through_weights_not_transposed": [{"da_prev": lambda s: s.Waa @ s.dz}],
    "slope_after_weights": [
        {"da_prev": lambda s: (s.Waa.T @ s.da_next) * s.slope},
        {"da_prev": lambda s: (s.Waa.T @ s.dz) * s.slope},
    ],
    "slope_of_previous_too": [{"da_prev": lambda s: (s.Waa.T @ s.dz) * (1 - s.a_prev**2)}],
    "state_gradient_not_through_weights": [
        {"da_prev": lambda s: s.dz},
        {"da_prev": lambda s: s.da_next},
    ],
    "state_gradient_added_to": [
        {"da_prev": lambda s: s.Waa.T @ s.dz + s.da_next},
        {"da_prev": lambda s: s.Waa.T @ s.dz + s.dz},
    ],
    "weight_gradient_transposed": [
        {"dWax": lambda s: s.xt @ s.dz.T, "dWaa": lambda s: s.a_prev @ s.dz.T},
        {"dWaa": lambda s: s.a_prev @ s.dz.T},
        {"dWax": lambda s: s.xt @ s.dz.T},
    ],
    "recurrent_gradient_from_next_state": [{"dWaa": lambda s: s.dz @ s.a_next.T}],
    "recurrent_gradient_from_gradient": [
        {"dWaa": lambda s: s.dz @ s.da_prev.T},
        {"dWaa": lambda s: s.da_prev @ s.dz.T},
        {"dWaa": lambda s: s.da_prev @ s.a_prev.T},
        {"dWaa": lambda s: s.dz @ s.dz.T},
        {"dWaa": lambda s: s.dz @ s.da_next.T},
    ],
    "input_gradient_from_gradient": [
        {"dWax": lambda s: s.dz @ s.dxt.T},
        {"dWax": lambda s: s.da_prev @ s.xt.T},
    ],
    "derivative_missing_in_some": [
        {"dxt": lambda s: s.Wax.T @ s.da_next},
        {"da_prev": lambda s: s.Waa.T @ s.da_next},
        {"dWax": lambda s: s.da_next @ s.xt.T},
        {"dWaa": lambda s: s.da_next @ s.a_prev.T},
        {"dba": lambda s: columns(s.da_next)},
    ],
    "input_and_recurrent_mixed_up": [
        {"dWax": lambda s: s.dz @ s.a_prev.T},
        {"dWaa": lambda s: s.dz @ s.xt.T},
        {"dxt": lambda s: s.Waa.T @ s.dz},
        {"da_prev": lambda s: s.Wax.T @ s.dz},
        {"dWax": lambda s: s.dz @ s.a_prev.T, "dWaa": lambda s: s.dz @ s.xt.T},
        {"dxt": lambda s: s.Waa.T @ s.dz, "da_prev": lambda s: s.Wax.T @ s.dz},
    ],
    "averaged_over_examples": [
        {"dz": lambda s: s.da_next * s.slope / s.m},
        {
            "dWax": lambda s: s.dz @ s.xt.T / s.m,
            "dWaa": lambda s: s.dz @ s.a_prev.T / s.m,
            "dba": lambda s: columns(s.dz) / s.m,
        },
        {"dWax": lambda s: s.dz @ s.xt.T / s.m, "dWaa": lambda s: s.dz @ s.a_prev.T / s.m},
        {"dWax": lambda s: s.dz @ s.xt.T / s.m},
        {"dWaa": lambda s: s.dz @ s.a_prev.T / s.m},
    ],
    "one_example_left_out": [
        {name: of(part) for name, of in WEIGHTS_OF.items() if name in names}
        for part in (slice(1, None), slice(None, -1))
        for names in (tuple(WEIGHTS_OF), ("dWax", "dWaa"), *((name,) for name in WEIGHTS_OF))
    ],
    "weight_decay_added": [
        {
            "dWax": lambda s, decay=decay: s.dz @ s.xt.T + decay * s.Wax,
            "dWaa": lambda s, decay=decay: s.dz @ s.a_prev.T + decay * s.Waa,
        }
        for decay in (0.1, 0.01, 0.001, 0.0001)
    ],
    "bias_gradient_by_mean": [
        {"dba": lambda s: s.dz.mean(axis=1, keepdims=True)},
        {"dba": lambda s: s.dz.mean(axis=1)},
    ],
    "lost_keepdims": [{"dba": lambda s: s.dz.sum(axis=1)}],
    "bias_gradient_over_units": [
        {"dba": lambda s: s.dz.sum(axis=0, keepdims=True)},
        {"dba": lambda s: s.dz.sum(axis=0)},
        {"dba": lambda s: s.dz.sum(axis=0)[:, None]},
    ],
    "bias_gradient_over_everything": [
        {"dba": lambda s: s.dz.sum()},
        {"dba": lambda s: np.full(s.ba.shape, s.dz.sum())},
        {"dba": lambda s: s.dz.sum(keepdims=True)},
    ],
    "bias_gradient_not_summed": [{"dba": lambda s: s.dz}],
    "bias_gradient_of_one_example": [
        {"dba": lambda s: s.dz[:, :1]},
        {"dba": lambda s: s.dz[:, -1:]},
        {"dba": lambda s: s.dz[:, 0]},
        {"dba": lambda s: s.dz.max(axis=1, keepdims=True)},
    ],
    "bias_gradient_through_weights": [
        {"dba": lambda s: columns(s.da_prev)},
        {"dba": lambda s: s.ba * columns(s.dz)},
    ],
}

CELL_BACKWARD = {**DERIVATIVES, **CELL_GRADIENTS}

# --- a sequence forward -----------------------------------------------------------------------


def at_step(number, of):
    """Make a function that takes one step's part for all steps."""
    return lambda s: np.stack([of(list(s.done.values())[number])] * s.T, axis=2)


def shifted(s, first, of):
    """Put each step's part one step too late."""
    parts = [first, *(of(step) for step in s.done.values())][: s.T]
    return np.stack(parts, axis=2)


SEQUENCE_FORWARD = {
    **FORWARD_STEP,
    **READ_OUT,
    **CACHES,
    "first_state_at_every_step": [{"previous": lambda s: s.a0}],
    "first_state_ignored": [{"start": lambda s: np.zeros_like(s.a0)}],
    "state_reset_at_every_step": [{"previous": lambda s: np.zeros_like(s.a0)}],
    "state_reset_every_few_steps": [
        {"previous": lambda s, few=few, kept=kept: s.a_t if s.t % few or not s.t else kept * s.a0}
        for few in (2, 3)
        for kept in (1, 0)
    ],
    "states_averaged": [
        {"previous": lambda s: np.mean([s.a0, *(step.a_next for step in s.done.values())], axis=0)},
    ],
    "softmax_over_time": [
        {
            "shift": same,
            "power": same,
            "share": same,
            "y_pred": lambda s: softmaxed(FORWARD["y_pred"](s).T).T,
        },
    ],
    "same_input_at_every_step": [
        {"input": lambda s: s.x[:, :, 0]},
        {"input": lambda s: s.x[:, :, -1]},
    ],
    "inputs_in_reverse": [
        {"input": lambda s: s.x[:, :, s.T - 1 - s.t]},
        {"times": lambda T: range(T - 1, -1, -1)},
        {
            "times": lambda T: range(T - 1, -1, -1),
            "caches": lambda s: ([s.done[t].cache for t in range(s.T)], s.x),
        },
        {
            "input": lambda s: s.x[:, :, s.T - 1 - s.t],
            "a": lambda s: FORWARD["a"](s)[:, :, ::-1],
            "y_pred": lambda s: FORWARD["y_pred"](s)[:, :, ::-1],
        },
    ],
    "inputs_one_step_late": [
        {"input": lambda s: s.x[:, :, max(s.t - 1, 0)]},
        {"input": lambda s: s.x[:, :, s.t - 1]},
        {"input": lambda s: s.x[:, :, min(s.t + 1, s.T - 1)]},
    ],
    "last_step_left_out": [{"times": lambda T: range(T - 1)}],
    "first_step_left_out": [{"times": lambda T: range(1, T)}],
    "returned_inside_the_loop": [{"times": lambda T: range(1)}],
    "states_stored_one_step_late": [
        {"a": lambda s: shifted(s, s.a0, lambda step: step.a_next)},
        {"a": lambda s: shifted(s, np.zeros_like(s.a0), lambda step: step.a_next)},
    ],
    "predictions_stored_one_step_late": [
        {
            "y_pred": lambda s: shifted(
                s, np.zeros_like(s.done[0].yt_pred), lambda step: step.yt_pred
            )
        },
    ],
    "last_step_everywhere": [
        {"a": at_step(-1, lambda step: step.a_next)},
        {"y_pred": at_step(-1, lambda step: step.yt_pred)},
        {
            "a": at_step(-1, lambda step: step.a_next),
            "y_pred": at_step(-1, lambda step: step.yt_pred),
        },
    ],
    "only_last_step_returned": [
        {"a": lambda s: s.a_t},
        {"y_pred": lambda s: s.done[s.T - 1].yt_pred},
        {"a": lambda s: s.a_t, "y_pred": lambda s: s.done[s.T - 1].yt_pred},
    ],
    "first_state_among_states": [
        {"a": lambda s: np.concatenate([s.a0[:, :, None], FORWARD["a"](s)], axis=2)},
    ],
    "predictions_summed": [
        {"y_pred": lambda s: FORWARD["y_pred"](s).sum(axis=2)},
        {"y_pred": lambda s: np.cumsum(FORWARD["y_pred"](s), axis=2)},
    ],
    "caches_of_last_step": [
        {"caches": lambda s: ([s.done[s.T - 1].cache] * s.T, s.x)},
        {"caches": lambda s: ([s.done[s.T - 1].cache], s.x)},
        {"caches": lambda s: (s.done[s.T - 1].cache, s.x)},
    ],
    "caches_of_first_step": [
        {"caches": lambda s: ([s.done[0].cache] * s.T, s.x)},
        {"caches": lambda s: ([s.done[0].cache], s.x)},
    ],
    "caches_left_empty": [{"caches": lambda s: ([], s.x)}],
    "caches_share_one_state": [
        {"caches": lambda s: ([(s.a_t, s.a_t, *one.cache[2:]) for one in s.done.values()], s.x)},
        {"caches": lambda s: ([(s.a_t, *one.cache[1:]) for one in s.done.values()], s.x)},
        {
            "caches": lambda s: (
                [(one.a_next, s.a_t, *one.cache[2:]) for one in s.done.values()],
                s.x,
            )
        },
    ],
    "caches_in_reverse": [{"caches": lambda s: ([s.done[t].cache for t in s.done][::-1], s.x)}],
    "caches_without_inputs": [
        {"caches": lambda s: [step.cache for step in s.done.values()]},
        {"caches": lambda s: ([step.cache for step in s.done.values()],)},
        {"caches": lambda s: tuple(step.cache for step in s.done.values())},
    ],
    "caches_inputs_first": [{"caches": lambda s: (s.x, [step.cache for step in s.done.values()])}],
    "caches_other_inputs": [
        {"caches": lambda s: ([step.cache for step in s.done.values()], s.x[:, :, -1])},
        {"caches": lambda s: ([step.cache for step in s.done.values()], s.parameters)},
        {"caches": lambda s: ([step.cache for step in s.done.values()], s.a)},
    ],
    "caches_with_first_state": [
        {
            "caches": lambda s: (
                [(step.a_next, s.a0, *step.cache[2:]) for step in s.done.values()],
                s.x,
            )
        },
    ],
    "results_in_other_order": [
        {"answers": lambda s: (s.y_pred, s.a, s.caches)},
        {"answers": lambda s: (s.a, s.caches, s.y_pred)},
    ],
}

# --- back through time ------------------------------------------------------------------------


def totals(of):
    """Add up the steps' parts of every weight otherwise."""
    return {f"total_{name}": of for name in ("dWax", "dWaa", "dba")}


def dx_of(step_of):
    """Take dx at each step from elsewhere."""
    return {"dx": lambda s: np.stack([step_of(s, t).dxt for t in range(s.T)], axis=2)}


def with_part(number, of):
    """Take the caches with one entry of another step's."""
    return {
        "cache_of": lambda s: tuple(
            of(s)[number] if n == number else part for n, part in enumerate(s.caches[s.t])
        )
    }


def gone_through_again(of):
    """Take caches of another forward, which is gone through before the way back."""

    def cache_of(s):
        states = [s.caches[0][1]]
        for _, _, xt, parameters in s.caches:
            states.append(of(xt, states[-1], parameters))
        return (states[s.t + 1], states[s.t], *s.caches[s.t][2:])

    return {"cache_of": cache_of}


def without_bias(xt, a_prev, parameters):
    return np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev)


def bias_outside(xt, a_prev, parameters):
    return without_bias(xt, a_prev, parameters) + parameters["ba"]


def slope_at(s):
    return 1 - s.caches[s.t][0] ** 2


def piled_up(s, steps):
    """Add up the input gradients of the steps so far."""
    parts = {}
    total = 0.0
    for t in steps:
        total = parts[t] = total + s.done[t].dxt
    return np.stack([parts[t] for t in range(s.T)], axis=2)


def running_average(new):
    """Mix what is there with the new part, from 0 on."""
    return lambda parts: functools.reduce(
        lambda total, part: (1 - new) * total + new * part, parts, 0.0
    )


SEQUENCE_BACKWARD = {
    **CELL_BACKWARD,
    "derivative_recomputed_wrongly": [
        *DERIVATIVES["derivative_recomputed_wrongly"],
        gone_through_again(without_bias),
        {
            **gone_through_again(bias_outside),
            "slope": lambda s: 1 - (s.a_next - s.ba) ** 2,
            "dba": lambda s: columns(s.da_next),
        },
    ],
    "derivative_at_another_step": [
        with_part(0, lambda s: s.caches[-1]),
        with_part(0, lambda s: s.caches[0]),
        with_part(0, lambda s: s.caches[s.T - 1 - s.t]),
        with_part(0, lambda s: s.caches[min(s.t + 1, s.T - 1)]),
    ],
    "recurrent_gradient_from_another_step": [
        with_part(1, lambda s: s.caches[0]),
        with_part(1, lambda s: s.caches[-1]),
        with_part(1, lambda s: s.caches[s.T - 1 - s.t]),
        with_part(1, lambda s: s.caches[max(s.t - 1, 0)]),
    ],
    "input_gradient_from_another_step": [
        with_part(2, lambda s: s.caches[0]),
        with_part(2, lambda s: s.caches[-1]),
        with_part(2, lambda s: s.caches[s.T - 1 - s.t]),
        with_part(2, lambda s: s.caches[min(s.t + 1, s.T - 1)]),
        with_part(2, lambda s: s.caches[max(s.t - 1, 0)]),
        with_part(2, lambda s: s.caches[s.t - 1]),
    ],
    "one_gradient_not_through_tanh": [
        {"incoming": lambda s: s.da[:, :, s.t] / slope_at(s) + s.carried},
        {"incoming": lambda s: s.da[:, :, s.t] + s.carried / slope_at(s)},
    ],
    "outside_gradient_never_enters": [{"incoming": lambda s: s.carried}],
    "outside_gradient_averaged": [
        {"incoming": lambda s: s.da[:, :, s.t] / s.da.size + s.carried},
        {"incoming": lambda s: s.da[:, :, s.t] / s.T + s.carried},
    ],
    "carry_weakened": [
        {"incoming": lambda s, kept=kept: s.da[:, :, s.t] + kept * s.carried}
        for kept in (0.99, 0.9, 0.8, 0.5, 0.1)
    ],
    "carry_cut_every_few_steps": [
        {
            "incoming": lambda s, few=few, first=first: (
                s.da[:, :, s.t]
                + (s.carried if (s.T - 1 - s.t if first else s.t + 1) % few else 0.0)
            )
        }
        for few, first in ((2, True), (2, False), (3, True), (3, False))
    ],
    "gradient_scaled_to_length_one": [
        *DERIVATIVES["gradient_scaled_to_length_one"],
        {"incoming": lambda s: s.da[:, :, s.t] + unit(s.carried + 0 * s.da[:, :, s.t])},
    ],
    # in a sequence, da_next is not told from what outside_gradient_carried_too adds
    "state_gradient_added_to": [{"da_prev": lambda s: s.Waa.T @ s.dz + s.dz}],
    "input_and_recurrent_mixed_up": [  # a da_prev of another shape ends the sequence
        hooks for hooks in CELL_GRADIENTS["input_and_recurrent_mixed_up"] if "da_prev" not in hooks
    ],
    "gradient_not_carried": [
        {"incoming": lambda s: s.da[:, :, s.t]},
    ],
    "outside_gradient_of_last_step_only": [
        {"incoming": lambda s: s.carried, "carry_start": lambda s: s.da[:, :, -1]},
    ],
    "outside_gradient_of_one_step": [
        {"incoming": lambda s: s.da[:, :, 0] + s.carried},
        {"incoming": lambda s: s.da[:, :, -1] + s.carried},
    ],
    "outside_gradient_in_reverse": [
        {"incoming": lambda s: s.da[:, :, s.T - 1 - s.t] + s.carried},
    ],
    "outside_gradient_one_step_off": [
        {"incoming": lambda s: s.da[:, :, s.t - 1] + s.carried},
        {"incoming": lambda s: s.da[:, :, min(s.t + 1, s.T - 1)] + s.carried},
        {"incoming": lambda s: s.da[:, :, max(s.t - 1, 0)] + s.carried},
    ],
    "carry_piles_up": [
        {"carry": lambda s: s.carried + s.step.da_prev},
    ],
    "outside_gradient_carried_too": [
        {"carry": lambda s: s.step.da_prev + s.da[:, :, s.t]},
        {"carry": lambda s: s.step.da_prev + s.step.da_next},
    ],
    "last_gradient_counted_twice": [{"carry_start": lambda s: s.da[:, :, -1]}],
    "carry_starts_at_one": [{"carry_start": lambda s: 1.0}],
    "carry_cut_short": [
        {"carry": lambda s: s.step.Waa.T @ (s.da[:, :, s.t] * s.step.slope)},
    ],
    "carry_averaged": [
        {"incoming": lambda s: (s.da[:, :, s.t] + s.carried) / 2},
    ],
    "carry_multiplied": [
        {"incoming": lambda s: s.da[:, :, s.t] * s.carried, "carry_start": lambda s: 1.0},
    ],
    "carry_subtracted": [
        {"incoming": lambda s: s.da[:, :, s.t] - s.carried},
    ],
    "through_time_forwards": [{"times": range}],
    "first_step_skipped": [{"times": lambda T: range(T - 1, 0, -1)}],
    "returned_inside_the_loop": [{"times": lambda T: range(T - 1, T - 2, -1)}],
    "last_step_skipped": [{"times": lambda T: range(T - 2, -1, -1)}],
    "same_cache_at_every_step": [
        {"cache_of": lambda s: s.caches[0]},
        {"cache_of": lambda s: s.caches[-1]},
    ],
    "caches_read_in_reverse": [{"cache_of": lambda s: s.caches[s.T - 1 - s.t]}],
    "caches_read_one_off": [
        {"cache_of": lambda s: s.caches[s.t - 1]},
        {"cache_of": lambda s: s.caches[min(s.t + 1, s.T - 1)]},
    ],
    "weights_of_one_step": [
        totals(lambda parts: parts[-1]),
        totals(lambda parts: parts[0]),
        *(
            {f"total_{name}": lambda parts, n=n: parts[n]}
            for name in ("dWax", "dWaa", "dba")
            for n in (-1, 0)
        ),
    ],
    "weights_averaged_as_they_come": [
        totals(running_average(new)) for new in (0.1, 0.01, 0.001, 0.5, 0.9)
    ],
    "weights_doubled_at_every_step": [
        totals(lambda parts: functools.reduce(lambda total, part: 2 * total + part, parts)),
    ],
    "averaged_over_time": [
        totals(lambda parts: sum(parts) / len(parts)),
    ],
    "weights_not_added_up": [
        totals(lambda parts: np.stack(parts, axis=-1)),
        totals(lambda parts: np.stack(parts[::-1], axis=-1)),
        totals(lambda parts: np.stack(parts, axis=0)),
        totals(lambda parts: np.stack(parts[::-1], axis=0)),
    ],
    "bias_gradient_spread_out": [
        {
            "dba": lambda s: s.dz.sum(axis=1),
            "total_dba": lambda parts: np.zeros((len(parts[0]), 1)) + sum(parts),
        },
    ],
    "da0_from_outside": [
        {"da0": lambda s: s.da[:, :, 0]},
    ],
    "da0_with_outside_gradient": [
        {"da0": lambda s: s.carried + s.da[:, :, 0]},
    ],
    "da0_one_step_late": [
        {"da0": lambda s: s.done[min(1, s.T - 1)].da_prev},
        {"da0": lambda s: s.done[0].da_next},
        {"da0": lambda s: s.done[0].dz},
    ],
    "da0_of_last_step": [
        {"da0": lambda s: s.done[s.T - 1].da_prev},
    ],
    "da0_summed_over_time": [
        {"da0": lambda s: sum(step.da_prev for step in s.done.values())},
    ],
    "da0_of_all_steps": [
        {"da0": lambda s: np.stack([s.done[t].da_prev for t in range(s.T)], axis=2)},
    ],
    "dx_one_step_off": [
        dx_of(lambda s, t: s.done[(t - 1) % s.T]),
        dx_of(lambda s, t: s.done[(t + 1) % s.T]),
    ],
    "dx_of_one_step": [
        {"dx": lambda s: s.done[0].dxt},
        dx_of(lambda s, t: s.done[0]),
        dx_of(lambda s, t: s.done[s.T - 1]),
    ],
    "dx_piles_up": [
        {"dx": lambda s: piled_up(s, reversed(range(s.T)))},
        {"dx": lambda s: piled_up(s, range(s.T))},
    ],
    "dx_summed_over_time": [
        {"dx": lambda s: sum(step.dxt for step in s.done.values())},
    ],
}

# --- RNNCell ----------------------------------------------------------------------------------


def keep_carry(home):
    """Begin a sequence with what an earlier one carried."""
    carried = home.carried
    begin(home)
    home.carried = carried


def go_on(home):
    """Begin a sequence without taking new lists."""
    home.carried, home.gone_back, home.last = 0.0, False, None


def running(stack, part):
    """Keep the sum so far in place of each part."""
    stack.append(part + (stack[-1] if stack else 0.0))


def only_newest(stack, part):
    stack[:] = [part]


def only_first(stack, part):
    stack[:] = stack or [part]


def mixed_up(dx_list, dx):
    """Turn the list round after each step."""
    dx_list.append(dx)
    dx_list.reverse()


TORCH_CELL = {
    **ACTIVATIONS,
    "hidden_bias_twice": [{"bias": lambda s: 2 * (s.bias_ih + s.bias_hh)}],
    "hidden_bias_subtracted": [
        {"bias": lambda s: -s.bias_ih - s.bias_hh},
        {"bias": lambda s: s.bias_ih - s.bias_hh},
        {"bias": lambda s: s.bias_hh - s.bias_ih},
    ],
    "product_subtracted": [
        {"z": lambda s: s.from_input - s.from_state + s.bias},
        {"z": lambda s: s.from_state - s.from_input + s.bias},
    ],
    "state_scaled_to_length_one": [{"a_next": lambda s: unit(np.tanh(s.z), 1)}],
    "input_standardised": [
        {"from_input": lambda s, axis=axis: standardised(s.xt, axis) @ s.weight_ih.T}
        for axis in (0, 1)
    ],
    "one_gradient_not_through_tanh": [
        {"dz": lambda s: s.dh * s.slope + s.carried},
        {"dz": lambda s: s.dh + s.carried * s.slope},
    ],
    "carry_weakened": [
        {"incoming": lambda s, kept=kept: s.dh + kept * s.carried}
        for kept in (0.99, 0.9, 0.8, 0.5, 0.1)
    ],
    "terms_multiplied": [{"z": lambda s: s.from_input * s.from_state + s.bias}],
    "recurrent_weights_transposed": [{"from_state": lambda s: s.a_prev @ s.weight_hh}],
    "one_bias_missing": [{"bias": lambda s: s.bias_ih}, {"bias": lambda s: s.bias_hh}],
    "hidden_bias_missing": [{"bias": lambda s: 0.0}],
    "bias_given_twice": [{"bias": lambda s: 2 * s.bias_ih}, {"bias": lambda s: 2 * s.bias_hh}],
    "biases_multiplied": [{"bias": lambda s: s.bias_ih * s.bias_hh}],
    "bias_outside_tanh": [
        {
            "z": lambda s: s.from_input + s.from_state,
            "a_next": lambda s: np.tanh(s.z) + s.bias,
        },
    ],
    "first_state_ignored": [
        {"prev": lambda s: np.zeros_like(s.given) if s.last is None else s.last},
    ],
    **{key: hooks for key, hooks in DERIVATIVES.items() if key not in COLUMNS_ONLY},
    "gradient_not_carried": [{"incoming": lambda s: s.dh}],
    "outside_gradient_of_last_step_only": [
        {"incoming": lambda s: s.dh if np.ndim(s.carried) == 0 else s.carried},
    ],
    "carry_piles_up": [{"carry": lambda s: s.carried + s.dz @ s.weight_hh}],
    "outside_gradient_carried_too": [{"carry": lambda s: s.dh + s.dz @ s.weight_hh}],
    "carry_subtracted": [{"incoming": lambda s: s.dh - s.carried}],
    "carry_averaged": [{"incoming": lambda s: (s.dh + s.carried) / 2}],
    "state_gradient_not_through_weights": [
        {"carry": lambda s: s.da_next},
        {"carry": lambda s: s.dz},
    ],
    "carry_without_derivative": [{"carry": lambda s: s.da_next @ s.weight_hh}],
    "carry_cut_short": [{"carry": lambda s: (s.dh * s.slope) @ s.weight_hh}],
    "through_weights_not_transposed": [{"carry": lambda s: s.dz @ s.weight_hh.T}],
    "carry_kept_for_next_sequence": [{"afresh": keep_carry}],
    "steps_taken_from_the_front": [{"take": lambda steps: steps.pop(0)}],
    "only_last_step_remembered": [{"take": lambda steps: steps[-1]}],
    "only_first_step_remembered": [{"take": lambda steps: steps[0]}],
    "shared_between_cells": [
        {"home": type, "afresh": go_on},
        {"home": type},
    ],
    "weight_gradient_transposed": [
        {"dw_hh": lambda s: s.a_prev.T @ s.dz},
        {"dw_ih": lambda s: s.xt.T @ s.dz},
        {"dw_hh": lambda s: s.a_prev.T @ s.dz, "dw_ih": lambda s: s.xt.T @ s.dz},
    ],
    "recurrent_gradient_from_next_state": [{"dw_hh": lambda s: s.dz.T @ s.a_next}],
    "derivative_missing_in_some": [
        {"dw_ih": lambda s: s.da_next.T @ s.xt},
        {"dw_hh": lambda s: s.da_next.T @ s.a_prev},
        {"db_ih": lambda s: s.da_next},
        {"db_hh": lambda s: s.da_next},
        {"dx": lambda s: s.da_next @ s.weight_ih},
        {"db_ih": lambda s: s.da_next, "db_hh": lambda s: s.da_next},
    ],
    "input_and_recurrent_mixed_up": [
        {"dx": lambda s: s.dz @ s.weight_hh},
        {"dw_ih": lambda s: s.dz.T @ s.a_prev},
        {"dw_hh": lambda s: s.dz.T @ s.xt},
    ],
    "gradient_without_carry": [
        {"dw_ih": lambda s: (s.dh * s.slope).T @ s.xt},
        {"dw_hh": lambda s: (s.dh * s.slope).T @ s.a_prev},
        {"dx": lambda s: (s.dh * s.slope) @ s.weight_ih},
        {"db_ih": lambda s: s.dh * s.slope},
        {"db_hh": lambda s: s.dh * s.slope},
        {"db_ih": lambda s: s.dh * s.slope, "db_hh": lambda s: s.dh * s.slope},
    ],
    "bias_gradient_not_through_cell": [
        {"db_ih": lambda s: s.dh},
        {"db_hh": lambda s: s.dh},
        {"db_ih": lambda s: s.dh, "db_hh": lambda s: s.dh},
    ],
    "averaged_over_examples": [
        {
            "dw_ih": lambda s: s.dz.T @ s.xt / s.m,
            "dw_hh": lambda s: s.dz.T @ s.a_prev / s.m,
            "db_ih": lambda s: s.dz / s.m,
            "db_hh": lambda s: s.dz / s.m,
        },
        {"dw_ih": lambda s: s.dz.T @ s.xt / s.m, "dw_hh": lambda s: s.dz.T @ s.a_prev / s.m},
    ],
    "bias_gradient_summed_already": [
        {"db_ih": lambda s: s.dz.sum(axis=0), "db_hh": lambda s: s.dz.sum(axis=0)},
        {"db_ih": lambda s: s.dz.sum(axis=0)},
        {"db_hh": lambda s: s.dz.sum(axis=0)},
    ],
    "bias_gradient_by_mean": [
        {
            "db_ih": lambda s: s.dz.mean(axis=0, keepdims=True),
            "db_hh": lambda s: s.dz.mean(axis=0, keepdims=True),
        },
        {"db_ih": lambda s: s.dz.mean(axis=0), "db_hh": lambda s: s.dz.mean(axis=0)},
    ],
    "bias_gradient_halved": [
        {"db_ih": lambda s: s.dz / 2, "db_hh": lambda s: s.dz / 2},
    ],
    "running_sums_in_stacks": [{"stack": running}],
    "one_step_in_stacks": [{"stack": only_newest}, {"stack": only_first}],
    "dx_list_mixed_up": [{"list_dx": mixed_up}],
    "dx_list_in_reverse": [{"list_dx": lambda dx_list, dx: dx_list.append(dx)}],
    "dx_list_of_newest_only": [
        {"dx_answer": lambda cell: cell.dx_list[:1]},
        {"dx_answer": lambda cell: cell.dx_list[0]},
    ],
}

# --- compare_with_torch -----------------------------------------------------------------------


def left_behind(rnn):
    """Return the gradients an rnn holds already."""
    return rnn.grads


def only_last(array):
    """Keep the last step alone."""
    kept = np.zeros_like(array)
    kept[-1] = array[-1]
    return kept


def paired(of):
    """Answer something else in place of each pair."""
    return {
        "pairs": lambda s: {name: of(s.by_numpy[name], s.by_torch[name]) for name in QUANTITIES}
    }


def some_from(one, other, names):
    """Take some of the quantities of one half from the other."""
    return {**one, **{name: other[name] for name in names}}


def clipped_together(limit):
    """Have the weight gradients of PyTorch's half scaled down to a norm."""

    def pairs(s):
        norm = np.sqrt(sum(np.sum(s.by_torch[name] ** 2) for name in STACKS))
        scale = {name: min(1.0, limit / (norm + 1e-6)) for name in STACKS}
        return {
            name: (s.by_numpy[name], scale.get(name, 1.0) * s.by_torch[name]) for name in QUANTITIES
        }

    return {"pairs": pairs}


def torch_states(s):
    """Go through PyTorch's half ahead of its way back."""
    weight_ih, weight_hh, bias_ih, bias_hh = s.rnn.weights
    states = [s.h0[0]]
    for xt in s.rnn.factor * s.x:
        states.append(np.tanh(xt @ weight_ih.T + states[-1] @ weight_hh.T + bias_ih + bias_hh))
    return np.array(states[1:])


def swapped(one, other):
    """Answer two quantities under each other's names."""
    names = {one: other, other: one}
    return {
        "pairs": lambda s: {
            name: (s.by_numpy[names.get(name, name)], s.by_torch[names.get(name, name)])
            for name in QUANTITIES
        }
    }


SOME = (STACKS[:2], STACKS[2:], STACKS, ("hidden",), ("dx",), ("hidden", "dx"))
"""Quantities that are taken from the wrong half together."""

COMPARISON = {
    "both_halves_from_rnn": [
        {"halves": lambda s: (s.by_torch, s.by_torch)},
        *(
            {"halves": lambda s, n=names: (some_from(s.by_numpy, s.by_torch, n), s.by_torch)}
            for names in SOME
        ),
    ],
    "both_halves_from_cell": [
        {"halves": lambda s: (s.by_numpy, s.by_numpy)},
        *(
            {"halves": lambda s, n=names: (s.by_numpy, some_from(s.by_torch, s.by_numpy, n))}
            for names in SOME
        ),
    ],
    "weights_under_each_others_name": [swapped("dw_ih", "dw_hh")],
    "gradients_clipped_together": [clipped_together(limit) for limit in (0.25, 1.0)],
    "squared_error": [
        {"torch_dh": lambda s: 2 * (torch_states(s) - s.dh)},
        {"torch_dh": lambda s: torch_states(s) - s.dh},
        {"torch_dh": lambda s: 2 * (torch_states(s) - s.dh) / s.dh.size},
    ],
    "halves_swapped": [{"halves": lambda s: (s.by_torch, s.by_numpy)}],
    "difference_in_place_of_pair": [
        paired(lambda one, other: one - other),
        paired(lambda one, other: np.abs(one - other)),
        paired(lambda one, other: float(np.abs(one - other).max())),
    ],
    "gradients_left_in_rnn": [{"held": left_behind}],
    "loss_of_ones": [
        {"torch_dh": lambda s: np.ones_like(s.dh)},
        {"torch_dh": lambda s: np.full_like(s.dh, 1 / s.dh.size)},
        {"numpy_dh": lambda s: np.ones_like(s.dh)},
        {"torch_dh": lambda s: np.ones_like(s.dh), "numpy_dh": lambda s: np.ones_like(s.dh)},
    ],
    "loss_of_last_step": [
        {"torch_dh": lambda s: only_last(s.dh)},
        {"numpy_dh": lambda s: only_last(s.dh)[::-1]},
        {
            "torch_dh": lambda s: only_last(s.dh),
            "numpy_dh": lambda s: only_last(s.dh)[::-1],
        },
    ],
    "loss_averaged": [{"torch_dh": lambda s: s.dh / s.dh.size}],
    "backward_in_time_order": [
        {"numpy_dh": lambda s: s.dh},
        {"torch_dh": lambda s: s.dh[::-1]},
    ],
    "first_state_not_given": [
        {"torch_h0": lambda s: np.zeros_like(s.h0[0])},
        {"numpy_h0": lambda s: np.zeros_like(s.h0[0])},
        {
            "torch_h0": lambda s: np.zeros_like(s.h0[0]),
            "numpy_h0": lambda s: np.zeros_like(s.h0[0]),
        },
    ],
    "only_last_hidden": [
        {"numpy_hidden": lambda s: s.passed.hidden[-1]},
        {"torch_hidden": lambda s: s.run.hidden[-1][None]},
        {"torch_hidden": lambda s: s.run.hidden[-1]},
        {
            "numpy_hidden": lambda s: s.passed.hidden[-1],
            "torch_hidden": lambda s: s.run.hidden[-1],
        },
        {
            "numpy_hidden": lambda s: s.passed.hidden[-1],
            "torch_hidden": lambda s: s.run.hidden[-1][None],
        },
        {
            "numpy_hidden": lambda s: s.passed.hidden[-1][None],
            "torch_hidden": lambda s: s.run.hidden[-1][None],
        },
    ],
    "first_state_among_states": [
        {"numpy_hidden": lambda s: np.array([s.h0[0], *s.passed.hidden])},
        {"numpy_hidden": lambda s: np.array([s.h0[0], *s.passed.hidden[:-1]])},
    ],
    "stacks_not_summed": [
        {"weights_summed": np.array},
        {"biases_summed": np.array},
        {"weights_summed": np.array, "biases_summed": np.array},
    ],
    "stacks_in_reverse_not_summed": [
        {"weights_summed": lambda stack: np.array(stack)[::-1]},
        {
            "weights_summed": lambda stack: np.array(stack)[::-1],
            "biases_summed": lambda stack: np.array(stack)[::-1],
        },
    ],
    "stacks_averaged": [
        {"weights_summed": lambda stack: np.mean(stack, axis=0)},
        {"biases_summed": lambda stack: np.mean(stack, axis=(0, 1))},
        {"biases_summed": lambda stack: np.mean(stack, axis=0).sum(axis=0)},
        {"biases_summed": lambda stack: np.sum(stack, axis=0).mean(axis=0)},
        {
            "weights_summed": lambda stack: np.mean(stack, axis=0),
            "biases_summed": lambda stack: np.mean(stack, axis=(0, 1)),
        },
    ],
    "one_step_of_stacks": [
        {
            "weights_summed": lambda stack, n=n: stack[n],
            "biases_summed": lambda stack, n=n: stack[n].sum(axis=0),
        }
        for n in (0, -1)
    ],
    "biases_summed_over_one_axis": [
        {"biases_summed": lambda stack: np.sum(stack, axis=0)},
        {"biases_summed": lambda stack: np.sum(stack, axis=1)},
        {"biases_summed": lambda stack: np.sum(stack)},
        {"biases_summed": lambda stack: np.sum(stack, axis=0).sum(axis=1)},
    ],
    "weights_summed_over_everything": [{"weights_summed": np.sum}],
    "dx_of_one_step": [
        {"numpy_dx": lambda s: s.passed.dx_list[0]},
        {"numpy_dx": lambda s: s.passed.dx_list[-1]},
    ],
    "bias_given_twice": [
        {"cell": lambda s: s.RNNCell(*s.rnn.weights[:3], s.rnn.weights[2])},
        {"cell": lambda s: s.RNNCell(*s.rnn.weights[:2], *[s.rnn.weights[3]] * 2)},
    ],
    "one_bias_missing": [
        {"cell": lambda s: s.RNNCell(*s.rnn.weights[:3], 0 * s.rnn.weights[3])},
        {"cell": lambda s: s.RNNCell(*s.rnn.weights[:2], 0 * s.rnn.weights[2], s.rnn.weights[3])},
    ],
    "recurrent_weights_transposed": [
        {"cell": lambda s: s.RNNCell(s.rnn.weights[0], s.rnn.weights[1].T, *s.rnn.weights[2:])},
    ],
}

# --- what numbers do not tell ---------------------------------------------------------------------


def lost_axis(finding, text, body):
    """A column that became a plain row of numbers."""
    shape = finding.facts.get("shape", (0, 0))
    return finding.kind == "shape" and finding.output == "dba" and len(shape) == 1


def of_other_length(output):
    """A tuple or a list with more, or fewer, or other things in it; not one made an array."""
    return lambda finding, text, body: (
        finding.output == output
        and finding.kind in ("length", "type")
        and "object" not in str(finding.facts.get("type"))
    )


def lacking_parameters(finding, text, body):
    """A cache whose parameters are not all there."""
    return finding.kind == "missing key" and finding.output.startswith("cache")


def raised(error):
    """An exception of one type."""
    return lambda finding, text, body: (
        finding.kind == "raised" and finding.facts.get("error") == error
    )


def saying(pattern):
    """An exception that says something."""
    return lambda finding, text, body: (
        finding.kind == "raised" and re.search(pattern, text) is not None
    )


def returns_several(finding, text, body):
    """A method that returns more than one thing, seen in what that leads to."""
    several = any(
        isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple)
        for method in ast.walk(ast.parse(body))
        if isinstance(method, ast.FunctionDef) and method.name in ("__call__", "backward")
        for node in ast.walk(method)
    )
    return several and finding.kind in ("raised", "length", "type", "shape")


def of_a_new_rnn(finding, text, body):
    """PyTorch's half from an rnn that is made for it, with weights of its own."""
    makes = re.search(r"\bRNN(Cell)?\([^)]*size|\bnn\.RNN\(", body)
    copies = re.search(r"load_state_dict|copy_\(|deepcopy|\.data\b|Parameter\(", body)
    return (
        finding.kind in ("values", "half not computed by")
        and finding.output == "PyTorch half"
        and makes is not None
        and copies is None
    )


RULES = {
    "softmax": {
        # in plain Python the same sum of 0, and the same infinity, end in an exception
        "softmax_sum_of_zero": raised("ZeroDivisionError"),
        "softmax_overflows": raised("OverflowError"),
    },
    "rnn_cell_forward": {
        "cache_entries": of_other_length("cache"),
        "cache_without_some_parameters": lacking_parameters,
    },
    "rnn_cell_backward": {"lost_keepdims": lost_axis},
    "rnn_forward": {
        "caches_entries": of_other_length("caches"),
        "cache_without_some_parameters": lacking_parameters,
    },
    "rnn_backward": {"lost_keepdims": lost_axis},
    "RNNCell": {
        "stack_missing": saying(r"has no attribute 'd[wb]_[ih]h_stack'"),
        "method_missing": saying(
            r"'RNNCell' object is not callable|'RNNCell' object has no attribute 'backward'"
        ),
        "stack_left_empty": lambda finding, text, body: (
            finding.kind == "shape" and finding.facts.get("shape") in ((0,), ())
        ),
        "method_returns_several": returns_several,
    },
    "compare_with_torch": {
        "yes_or_no_in_place_of_pair": lambda finding, text, body: (
            finding.kind == "type" and finding.facts.get("type") == "bool"
        ),
        "another_network": of_a_new_rnn,
    },
}

CATALOGUE = Mistakes(
    make=make,
    variants={
        "softmax": {**SOFTMAX, **SHIFTS},
        "rnn_cell_forward": CELL_FORWARD,
        "rnn_cell_backward": CELL_BACKWARD,
        "rnn_forward": SEQUENCE_FORWARD,
        "rnn_backward": SEQUENCE_BACKWARD,
        "RNNCell": TORCH_CELL,
        "compare_with_torch": COMPARISON,
    },
    layouts={
        "RNNCell": Layout(
            sums={"dw_ih": (0,), "dw_hh": (0,), "db_ih": (0, 1), "db_hh": (0, 1)},
            ignored={"second sequence": frozenset(STACKS)},
        ),
        "compare_with_torch": Layout(depth=2),
    },
    probes={"comparison_with_changed_rnn": changed_rnn, "rnn_after_comparison": rnn_after},
    rnn=Rnn,
    rules=RULES,
)
