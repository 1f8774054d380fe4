"""Known mistakes of a sequence, forward and backward."""

import functools

import numpy as np
from mistake_families import FORWARD
from mistakes_of_cell import (
    CACHES,
    CELL_BACKWARD,
    CELL_GRADIENTS,
    DERIVATIVES,
    FORWARD_STEP,
    READ_OUT,
    same,
    softmaxed,
    unit,
)

from grader.kit import at_step, columns, not_carried, one_step_late, sums_over_time

# --- a sequence forward -----------------------------------------------------------------------


def everywhere(number, of):
    """Make a function that takes one step's part for all steps."""
    return lambda s: np.stack([of(list(s.done.values())[number])] * s.T, axis=2)


def stored_or_collected(times):
    """Make the ways to do some steps alone: into arrays for all steps, or into lists of those."""
    return [
        {"times": times},
        {
            "times": times,
            "a": lambda s: np.stack([step.a_next for step in s.done.values()], axis=2),
            "y_pred": lambda s: np.stack([step.yt_pred for step in s.done.values()], axis=2),
        },
    ]


def seen_later(of):
    """Caches that hold a part of the array of states itself: what is stored there in the end.

    ``of`` says by state and step which step's state that is.
    """

    def caches(s):
        held = [(step.a_next, of(s, t).a_next, *step.cache[2:]) for t, step in s.done.items()]
        return held, s.x

    return {"caches": caches}


SEQUENCE_FORWARD = {
    **FORWARD_STEP,
    **READ_OUT,
    **CACHES,
    "first_state_at_every_step": [{"previous": lambda s: s.a0}],
    "first_state_ignored": [
        {"start": lambda s: np.zeros_like(s.a0)},
        {"start": lambda s: np.zeros_like(s.a0), **seen_later(lambda s, t: s.done[(t - 1) % s.T])},
    ],
    "state_reset_at_every_step": [
        {"previous": lambda s: np.zeros_like(s.a0)},
        {"previous": lambda s: np.zeros_like(s.a0), **seen_later(lambda s, t: s.done[t])},
    ],
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
    "same_input_at_every_step": at_step("input", "x", "first", "last"),
    "inputs_in_reverse": [
        *at_step("input", "x", "reverse"),
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
    "inputs_one_step_late": at_step("input", "x", "before", "before, in a circle", "after"),
    "last_step_left_out": stored_or_collected(lambda T: range(T - 1)),
    "first_step_left_out": stored_or_collected(lambda T: range(1, T)),
    "returned_inside_the_loop": stored_or_collected(lambda T: range(1)),
    "states_stored_one_step_late": [
        {"a": lambda s: one_step_late(s.done, s.T, s.a0, lambda step: step.a_next)},
        {"a": lambda s: one_step_late(s.done, s.T, 0 * s.a0, lambda step: step.a_next)},
    ],
    "predictions_stored_one_step_late": [
        {
            "y_pred": lambda s: one_step_late(
                s.done, s.T, np.zeros_like(s.done[0].yt_pred), lambda step: step.yt_pred
            )
        },
    ],
    "last_step_everywhere": [
        {"a": everywhere(-1, lambda step: step.a_next)},
        {"y_pred": everywhere(-1, lambda step: step.yt_pred)},
        {
            "a": everywhere(-1, lambda step: step.a_next),
            "y_pred": everywhere(-1, lambda step: step.yt_pred),
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


SUMS = sums_over_time("dWax", "dWaa", "dba")

SEQUENCE_BACKWARD = {
    **CELL_BACKWARD,
    **SUMS,
    **not_carried("da", lambda s: 0 * s.step.da_prev),
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
    "outside_gradient_of_one_step": at_step("incoming", "da", "first", "last", plus="carried"),
    "outside_gradient_in_reverse": at_step("incoming", "da", "reverse", plus="carried"),
    "outside_gradient_one_step_off": at_step(
        "incoming", "da", "before, in a circle", "after", "before", plus="carried"
    ),
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
        *SUMS["weights_of_one_step"],
        *(
            {f"total_{name}": lambda parts, n=n: parts[n]}
            for name in ("dWax", "dWaa", "dba")
            for n in (-1, 0)
        ),
    ],
    "weights_averaged_as_they_come": [
        totals(running_average(new)) for new in (0.1, 0.01, 0.001, 0.5, 0.9)
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
