"""Known mistakes of softmax and of one step, forward and backward."""

import itertools

import numpy as np

from grader.kit import (
    batch_sum,
    bias_again,
    columns,
    divided,
    each_and_together,
    over_everything,
    over_units,
    products,
    sigmoid,
    tanh_slopes,
    together,
    transposed,
)

# --- pieces -----------------------------------------------------------------------------------


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
    "softmax_maximum_from_zero": [{"shift": lambda z: z - np.maximum(0, column_max(z))}],
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
    "hidden_bias_twice": bias_again(),
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
    "output_bias_twice": [
        {"logits": lambda s: s.Wya @ s.a_next + 2 * s.by},
        {"logits": lambda s: s.Wya @ s.a_next + s.Wya.shape[1] * s.by},
    ],
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

SLOPES = tanh_slopes(lambda s: s.a_next)

DERIVATIVES = {
    **SLOPES,
    "derivative_missing": [{"dz": lambda s: s.da_next}],
    "gradient_dropped": [{"dz": lambda s: s.slope}],
    "derivative_plus": [{"slope": lambda s: 1 + s.a_next**2}],
    "derivative_negative": [{"slope": lambda s: s.a_next**2 - 1}],
    "derivative_without_one": [
        {"slope": lambda s: s.a_next**2},
        {"slope": lambda s: -(s.a_next**2)},
    ],
    "derivative_of_sigmoid": [
        *SLOPES["derivative_of_sigmoid"],
        {"slope": lambda s: sigmoid(s.a_next) * (1 - sigmoid(s.a_next))},
    ],
    "derivative_of_relu": [{"slope": lambda s: (s.a_next > 0).astype(float)}],
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

FACTORS = {"dWax": "xt", "dWaa": "a_prev"}
"""What the gradient of each weight is a product with."""

WEIGHTS = products("dz", FACTORS)

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
    "weight_gradient_transposed": each_and_together(transposed("dz", FACTORS)),
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
        *products("da_next", FACTORS),
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
        together(divided([*WEIGHTS, {"dba": lambda s: columns(s.dz)}])),
        *each_and_together(divided(WEIGHTS)),
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
    **batch_sum("dba", lambda s: s.dz),
    "bias_gradient_over_units": [
        *over_units("dba", lambda s: s.dz),
        {"dba": lambda s: s.dz.sum(axis=0)[:, None]},
    ],
    "bias_gradient_over_everything": [
        *over_everything("dba", lambda s: s.dz),
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
