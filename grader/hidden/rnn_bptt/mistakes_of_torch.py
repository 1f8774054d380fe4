"""Known mistakes of the cell in PyTorch's layout, and of the comparison with PyTorch."""

import numpy as np
from mistake_families import QUANTITIES, STACKS, begin
from mistakes_of_cell import ACTIVATIONS, COLUMNS_ONLY, DERIVATIVES, standardised, unit

from grader.kit import into_what_was_returned

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


def left_of(*numbers):
    """Return what an rnn holds of some of its weights alone."""
    return lambda rnn: [held if n in numbers else 0.0 for n, held in enumerate(rnn.grads)]


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
    "gradients_left_in_rnn": [
        {"held": left_behind},
        {"held": left_behind, "added": into_what_was_returned},
        *(
            {"held": left_of(*some), **added}
            for some in ((2, 3), (0, 1), (0,), (1,), (2,), (3,))
            for added in ({}, {"added": into_what_was_returned})
        ),
    ],
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
