"""Known mistakes of a sequence through the LSTM, forward and backward."""

import numpy as np
from mistake_families import LSTM_WEIGHTS, SEQUENCE_FORWARD, answered
from mistakes_of_lstm import EQUATIONS
from mistakes_of_lstm_back import CELL_BACKWARD

from grader.kit import at_step, each_and_together, one_step_late, sums_over_time


def stored_late(name, first, of):
    """States that stand one step too late."""

    def late(s):
        return one_step_late(s.done, s.T, getattr(s, first), lambda step: getattr(step, of))

    return {name: late}


def seen_later(of):
    """Caches that hold parts of the arrays of states themselves: what is stored there in the end.

    ``of`` says by state and step which step's states these are.
    """

    def caches(s):
        held = [
            (*step.cache[:2], of(s, t).a_next, of(s, t).c_next, *step.cache[4:])
            for t, step in s.done.items()
        ]
        return held, s.x

    return {"caches": caches}


FORWARD = {
    **EQUATIONS,
    "hidden_state_not_carried": [{"previous_a": lambda s: s.a0}],
    "cell_state_not_carried": [
        {"previous_c": lambda s: s.c0},
        {"previous_c": lambda s: 0 * s.c0},
    ],
    "first_states_at_every_step": [
        {"previous_a": lambda s: s.a0, "previous_c": lambda s: s.c0},
    ],
    "first_state_ignored": [
        *each_and_together([{"start_a": lambda s: 0 * s.a0}, {"start_c": lambda s: 0 * s.c0}]),
        {
            "start_a": lambda s: 0 * s.a0,
            "start_c": lambda s: 0 * s.c0,
            **seen_later(lambda s, t: s.done[(t - 1) % s.T]),
        },
    ],
    "states_reset_at_every_step": [
        {"previous_a": lambda s: 0 * s.a0, "previous_c": lambda s: 0 * s.c0},
        {
            "previous_a": lambda s: 0 * s.a0,
            "previous_c": lambda s: 0 * s.c0,
            **seen_later(lambda s, t: s.done[t]),
        },
    ],
    "cell_state_begins_as_hidden_state": [{"start_c": lambda s: s.a0}],
    "states_exchanged": [{"previous_a": lambda s: s.c_t, "previous_c": lambda s: s.a_t}],
    "same_input_at_every_step": at_step("input", "x", "first", "last"),
    "inputs_in_reverse": at_step("input", "x", "reverse"),
    "inputs_one_step_off": at_step("input", "x", "before", "before, in a circle", "after"),
    "last_step_left_out": [
        {"times": lambda T: range(T - 1)},
        {
            "times": lambda T: range(T - 1),
            "a": lambda s: np.stack([step.a_next for step in s.done.values()], axis=2),
            "c": lambda s: np.stack([step.c_next for step in s.done.values()], axis=2),
        },
    ],
    "states_stored_one_step_late": each_and_together(
        [stored_late("a", "a0", "a_next"), stored_late("c", "c0", "c_next")]
    ),
    "one_state_for_both": [
        {"c": SEQUENCE_FORWARD["a"]},
        {"a": SEQUENCE_FORWARD["c"]},
        {"a": SEQUENCE_FORWARD["c"], "c": SEQUENCE_FORWARD["a"]},
    ],
    "only_last_step_returned": [
        {"a": lambda s: s.a_t, "c": lambda s: s.c_t},
        {"c": lambda s: s.c_t},
        {"a": lambda s: s.a_t},
    ],
    "caches_left_empty": [{"caches": lambda s: ([], s.x)}],
    "caches_of_last_step": [
        {"caches": lambda s: ([s.done[s.T - 1].cache] * s.T, s.x)},
        {"caches": lambda s: ([s.done[s.T - 1].cache], s.x)},
        {"caches": lambda s: (s.done[s.T - 1].cache, s.x)},
    ],
    "caches_in_reverse": [{"caches": lambda s: ([s.done[t].cache for t in s.done][::-1], s.x)}],
    "caches_without_inputs": [
        {"caches": lambda s: [step.cache for step in s.done.values()]},
        {"caches": lambda s: ([step.cache for step in s.done.values()],)},
    ],
    "caches_inputs_first": [{"caches": lambda s: (s.x, [step.cache for step in s.done.values()])}],
    "results_in_other_order": [{"answers": answered("a", "caches", "c")}],
}


def dx_of(number):
    """Take dx at each step from one step further on."""
    return {"dx": lambda s: np.stack([s.done[(t + number) % s.T].dxt for t in range(s.T)], axis=2)}


def nothing(s):
    """Carry nothing to the step before, and return that as the gradient of the start."""
    return np.zeros(s.da.shape[:2])


SHOWS_OTHERWISE = (  # what cannot be told apart once the steps are added up, or makes no sequence
    "cell_gradient_of_later_steps_only",  # nothing then reaches the last step, and so no other
    "cut_in_other_order",
    "hidden_gradient_added_to",
    "later_cell_gradient_ignored",
)

BACKWARD = {
    **{key: ways for key, ways in CELL_BACKWARD.items() if key not in SHOWS_OTHERWISE},
    **sums_over_time(*LSTM_WEIGHTS),
    "gradient_not_carried": [
        {"incoming": lambda s: s.da[:, :, s.t], "incoming_c": lambda s: 0.0},
        {"carry": nothing, "carry_c": nothing},
    ],
    "cell_gradient_not_carried": [{"incoming_c": lambda s: 0.0}, {"carry_c": nothing}],
    "hidden_gradient_not_carried": [
        {"incoming": lambda s: s.da[:, :, s.t]},
        {"carry": nothing},
    ],
    "outside_gradient_of_last_step_only": [
        {"incoming": lambda s: s.carried, "carry_start": lambda s: s.da[:, :, -1]},
    ],
    "outside_gradient_to_cell_too": [
        {"incoming_c": lambda s: s.carried_c + s.da[:, :, s.t]},
        {"carry_start_c": lambda s: s.da[:, :, -1]},
    ],
    "carried_gradients_exchanged": [
        {"incoming": lambda s: s.da[:, :, s.t] + s.carried_c, "incoming_c": lambda s: s.carried},
    ],
    "one_carried_gradient_for_both": [
        {"incoming_c": lambda s: s.carried},
        {"incoming_c": lambda s: s.carried, "carry_c": nothing},
        {"incoming": lambda s: s.da[:, :, s.t] + s.carried_c},
        {"incoming": lambda s: s.da[:, :, s.t] + s.carried + s.carried_c},
    ],
    "carry_piles_up": each_and_together(
        [
            {"carry": lambda s: s.carried + s.step.da_prev},
            {"carry_c": lambda s: s.carried_c + s.step.dc_prev},
        ]
    ),
    "outside_gradient_of_one_step": at_step("incoming", "da", "first", "last", plus="carried"),
    "outside_gradient_in_reverse": at_step("incoming", "da", "reverse", plus="carried"),
    "through_time_forwards": [{"times": range}],
    "first_step_skipped": [{"times": lambda T: range(T - 1, 0, -1)}],
    "last_step_skipped": [{"times": lambda T: range(T - 2, -1, -1)}],
    "same_cache_at_every_step": [
        {"cache_of": lambda s: s.caches[0]},
        {"cache_of": lambda s: s.caches[-1]},
    ],
    "caches_read_in_reverse": [{"cache_of": lambda s: s.caches[s.T - 1 - s.t]}],
    "start_gradients_exchanged": [
        {"da0": lambda s: s.carried_c, "dc0": lambda s: s.carried},
        {"dc0": lambda s: s.carried},
        {"da0": lambda s: s.carried_c},
    ],
    "start_gradient_of_last_step": each_and_together(
        [
            {"da0": lambda s: s.done[s.T - 1].da_prev},
            {"dc0": lambda s: s.done[s.T - 1].dc_prev},
        ]
    ),
    "dx_one_step_off": [dx_of(-1), dx_of(1)],
}
