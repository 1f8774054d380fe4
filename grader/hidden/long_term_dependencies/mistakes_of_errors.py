"""Known mistakes of how an error travels back, and of how fast it grows."""

import numpy as np

from grader.kit import tanh_slopes

# --- how an error travels back ----------------------------------------------------------------


def slopes(of):
    """The wrong derivatives of tanh, of the array that holds tanh(z)."""
    return {
        **tanh_slopes(of),
        "derivative_missing": [{"slope": lambda s: np.ones_like(of(s))}],
        "derivative_other_formula": [
            {"slope": lambda s: 1 + of(s) ** 2},
            {"slope": lambda s: of(s) ** 2 - 1},
            {"slope": lambda s: of(s) ** 2},
            {"slope": of},
            {"slope": lambda s: (of(s) > 0).astype(float)},
            {"slope": lambda s: (1 - of(s)) ** 2},
            {"slope": lambda s: 1 - 2 * of(s)},
            {"slope": lambda s: 2 * (1 - of(s) ** 2)},
            {"slope": lambda s: np.sqrt(1 - of(s) ** 2)},
        ],
    }


ERROR_PATH = {
    **slopes(lambda s: s.a_k),
    "derivative_of_later_step": [{"slope": lambda s: 1 - s.a_later**2}],
    "derivative_missing_in_some": [
        {"last": lambda s: s.da_T},
        {"earlier": lambda s: s.through},
        {"through": lambda s: s.Waa.T @ s.at_state[:, :, s.k + 1]},
    ],
    "derivative_before_weights": [
        {"through": lambda s: s.Waa.T @ (s.slope * s.later), "earlier": lambda s: s.through},
    ],
    "through_weights_not_transposed": [{"through": lambda s: s.Waa @ s.later}],
    "not_through_weights": [
        {"through": lambda s: s.later},
        {"through": lambda s: np.diag(s.Waa)[:, None] * s.later},
    ],
    "error_at_the_state": [{"delta": lambda s: s.at_state}],
    "a_loss_at_every_step": [{"through": lambda s: s.Waa.T @ s.later + s.da_T}],
    "error_of_the_last_step_every_time": [
        {"through": lambda s: s.Waa.T @ s.delta[:, :, -1]},
        {"through": lambda s: s.Waa.T @ s.da_T},
    ],
    "averaged_over_examples": [{"last": lambda s: s.da_T * s.slope / s.m}],
    "some_steps_left_out": [
        {"times": lambda T: ()},
        {"times": lambda T: range(T - 2, 0, -1)},
    ],
    "errors_one_step_early": [
        {"delta": lambda s: np.concatenate([s.delta[:, :, 1:], s.delta[:, :, :1]], axis=2)},
        {"delta": lambda s: np.concatenate([s.delta[:, :, 1:], 0 * s.delta[:, :, :1]], axis=2)},
    ],
}

# --- gamma ------------------------------------------------------------------------------------


def undivided(s):
    """Divide by the norms as they are."""
    return s.ratios


GROWTH = {
    "ratio_upside_down": [
        {"ratios": lambda s: s.later / s.earlier},
        {"ratios": lambda s: s.later / s.earlier, "dead": undivided},
    ],
    "ratios_in_reverse": [{"gamma": lambda s: s.gamma[::-1]}],
    "norm_not_rooted": [{"norms": lambda s: np.sum(s.delta**2, axis=(0, 1))}],
    "another_norm": [
        {"norms": lambda s: np.abs(s.delta).sum(axis=(0, 1))},
        {"norms": lambda s: np.abs(s.delta).max(axis=(0, 1))},
        {"norms": lambda s: np.linalg.norm(np.moveaxis(s.delta, 2, 0), 2, axis=(1, 2))},
        {"norms": lambda s: np.sqrt(np.sum(s.delta**2, axis=0)).mean(axis=0)},
        {"norms": lambda s: s.delta.sum(axis=(0, 1))},
        {"norms": lambda s: np.abs(s.delta.sum(axis=(0, 1)))},
        {"norms": lambda s: s.delta.sum(axis=(0, 1)), "dead": undivided},
    ],
    "ratio_to_the_last_step": [{"ratios": lambda s: s.earlier / s.norms[-1]}],
    "no_ratio": [
        {"ratios": lambda s: s.earlier - s.later},
        {"ratios": lambda s: s.earlier - s.later, "dead": undivided},
        {"ratios": lambda s: s.later - s.earlier, "dead": undivided},
        {"ratios": lambda s: np.log(s.earlier / s.later)},
        {"ratios": lambda s: np.log(s.earlier / s.later), "dead": undivided},
    ],
    "divided_by_zero": [{"dead": undivided}],
    "one_where_error_is_dead": [
        {"dead": lambda s: np.where(s.later > 0, s.ratios, 1.0)},
        {"dead": lambda s: np.where(s.later > 0, s.ratios, np.inf)},
        {"dead": lambda s: np.where(s.later > 0, s.ratios, s.earlier)},
    ],
    "ends_where_error_is_dead": [
        {"dead": lambda s: np.where(np.logical_and.accumulate(s.later > 0), s.ratios, 0.0)},
    ],
    "epsilon_in_divisor": [
        {"ratios": lambda s, e=e: s.earlier / (s.later + e), "dead": undivided}
        for e in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
    ],
    "as_many_factors_as_steps": [
        {"gamma": lambda s: np.append(s.gamma, 1.0)},
        {"gamma": lambda s: np.append(s.gamma, 0.0)},
        {"gamma": lambda s: np.concatenate([[1.0], s.gamma])},
        {"gamma": lambda s: np.concatenate([[0.0], s.gamma])},
    ],
    "one_mean_factor": [{"gamma": lambda s: s.gamma.mean() if s.gamma.size else np.nan}],
}
