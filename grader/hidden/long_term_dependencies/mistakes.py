"""The mistakes that long_term_dependencies' functions are known to be made with, as variants.

One line is one mistake: its key in ``mistakes.<language>.toml``, and which quantities of
``mistake_families.py`` it computes otherwise.  Several sets of hooks in one line are several
ways to make the same mistake.  To add one: add a line here, its words to both languages, and
run ``pytest tests/test_mistakes_long_term.py``, which tells if it cannot be told from another.
"""

import ast
import re

import numpy as np
from mistake_families import CLIP_BY_NORM, FAMILIES, RESIDUAL_FORWARD

from grader.kit import (
    Mistakes,
    Quantities,
    at_step,
    batch_sum,
    bias_again,
    columns,
    divided,
    each_and_together,
    lost_axis,
    not_carried,
    of_kind,
    one_step_late,
    over_everything,
    over_units,
    products,
    sigmoid,
    sums_over_time,
    tanh_slopes,
    together,
    transposed,
)

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

# --- the residual network forward -------------------------------------------------------------


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

# --- clipping ---------------------------------------------------------------------------------

CLIP_BY_VALUE = {
    "clipped_on_one_side": [
        {"clipped": np.minimum},
        {"clipped": lambda g, limit: np.maximum(g, -limit)},
    ],
    "sign_lost": [
        {"clipped": lambda g, limit: np.minimum(np.abs(g), limit)},
        {"clipped": lambda g, limit: np.where(np.abs(g) > limit, limit, g)},
    ],
    "compared_with_one_limit_alone": [
        {"clipped": lambda g, limit: np.where(g > limit, limit, np.where(g < limit, -limit, g))},
        {"clipped": lambda g, limit: np.where(g < -limit, -limit, np.where(g > -limit, limit, g))},
    ],
    "set_to_zero_outside": [{"clipped": lambda g, limit: np.where(np.abs(g) > limit, 0.0, g)}],
    "negative_entries_dropped": [{"clipped": lambda g, limit: np.clip(g, 0, limit)}],
    "scaled_in_place_of_clipped": [
        {"clipped": lambda g, limit: g * min(1.0, limit / max(np.abs(g).max(), 1e-300))},
        {"clipped": lambda g, limit: g * limit / np.abs(g).max()},
        {"clipped": lambda g, limit: g * min(1.0, limit / max(np.linalg.norm(g), 1e-300))},
    ],
    "squashed_in_place_of_clipped": [
        {"clipped": lambda g, limit: limit * np.tanh(g / limit)},
        {"clipped": lambda g, limit: limit * np.tanh(g)},
    ],
    "another_limit": [
        {"clipped": lambda g, limit: np.clip(g, -1, 1)},
        {"clipped": lambda g, limit: np.clip(g, -limit / 2, limit / 2)},
    ],
    "nothing_is_clipped": [{"clipped": lambda g, limit: g}],
}


def each_by_itself(least, always=False):
    """Bring each array to the length that all may have together, by its own norm.

    A norm counts as ``least`` at least: by 0 itself nothing can be divided.  Unless it is
    ``always`` done, an array that is short enough stays as it is.
    """

    def clipped(s):
        norms = {name: max(np.linalg.norm(array), least) for name, array in s.gradients.items()}
        factors = {name: s.max_norm / norm for name, norm in norms.items()}
        if always:
            return {name: array * factors[name] for name, array in s.gradients.items()}
        return {name: array * min(1.0, factors[name]) for name, array in s.gradients.items()}

    return {"clipped": clipped}


def where_too_long(hooks):
    """Do so only where all together are too long."""
    return {"clipped": lambda s: hooks["clipped"](s) if s.scale < 1 else dict(s.gradients)}


def measured(of):
    """Clip by something else than the norm, and tell it."""
    return {"length": of}


TINY = 1e-300

CLIP_BY_NORM_MISTAKES = {
    "each_array_by_its_own_norm": [
        each_by_itself(TINY),
        *(where_too_long(each_by_itself(least, always=True)) for least in (TINY, 0.0)),
        {
            **each_by_itself(TINY),
            "told": lambda s: sum(np.linalg.norm(array) for array in s.gradients.values()),
        },
    ],
    "norm_not_rooted": [measured(lambda arrays: sum(np.sum(array**2) for array in arrays))],
    "norms_added_up": [measured(lambda arrays: sum(np.linalg.norm(array) for array in arrays))],
    "another_norm": [
        measured(lambda arrays: sum(np.abs(array).sum() for array in arrays)),
        measured(lambda arrays: max(np.abs(array).max() for array in arrays)),
        measured(lambda arrays: max(np.linalg.norm(array) for array in arrays)),
        measured(
            lambda arrays: np.sqrt(
                np.mean(np.concatenate([array.ravel() for array in arrays]) ** 2)
            )
        ),
    ],
    "always_scaled": [{"too_long": lambda s: True}],
    "scaled_where_short": [{"too_long": lambda s: s.norm < s.max_norm}],
    "another_factor": [
        {"factor": lambda s: s.norm / s.max_norm},
        {"factor": lambda s: 1 / s.norm},
        {"factor": lambda s: s.max_norm},
        {"factor": lambda s: np.sqrt(s.max_norm / s.norm)},
    ],
    "nothing_is_clipped": [{"too_long": lambda s: False}],
    "entries_clipped_in_place_of_norm": [
        {
            "clipped": lambda s: {
                name: np.clip(array, -s.max_norm, s.max_norm) for name, array in s.gradients.items()
            }
        },
    ],
    "norm_after_clipping": [
        {"told": lambda s: CLIP_BY_NORM["length"](s.clipped.values())},
        {"told": lambda s: min(s.norm, s.max_norm)},
    ],
    "factor_in_place_of_norm": [{"told": lambda s: s.scale}],
    "epsilon_in_divisor": [
        {"factor": lambda s, e=e: s.max_norm / (s.norm + e)} for e in (1e-3, 1e-4, 1e-5)
    ],
}

# --- weight decay -----------------------------------------------------------------------------

WEIGHT_DECAY = {
    "l1_of_absolute_values": [{"l1_term": np.abs}],
    "l1_without_sign": [{"l1_term": np.ones_like}],
    "l1_as_l2": [{"l1_term": lambda W: W}],
    "l1_left_out": [{"l1_term": np.zeros_like}],
    "l1_at_zero": [
        {"l1_term": lambda W: np.where(W > 0, 1.0, -1.0)},
        {"l1_term": lambda W: np.where(W >= 0, 1.0, -1.0)},
        {"l1_term": lambda W: W / np.abs(W)},
    ],
    "l2_other_factor": [{"l2_term": lambda W: 2 * W}, {"l2_term": lambda W: W / 2}],
    "l2_squared": [{"l2_term": np.square}, {"l2_term": lambda W: W**2 / 2}],
    "l2_left_out": [{"l2_term": np.zeros_like}],
    "penalty_itself_added": [
        {"l1_term": lambda W: np.abs(W).sum()},
        {"l2_term": lambda W: (W**2).sum() / 2},
        {"l1_term": lambda W: np.abs(W).sum(), "l2_term": lambda W: (W**2).sum() / 2},
    ],
    "penalties_swapped": [{"l1_term": lambda W: W, "l2_term": np.sign}],
    "penalty_subtracted": [
        {"decayed": lambda s: s.g - s.l1 * s.l1_term - s.l2 * s.l2_term},
        {"l1_term": lambda W: -np.sign(W)},
        {"l2_term": lambda W: -W},
    ],
    "penalty_in_place_of_gradient": [
        {"decayed": lambda s: s.l1 * s.l1_term + s.l2 * s.l2_term},
    ],
    "only_one_penalty_at_a_time": [
        {"decayed": lambda s: s.g + (s.l1 * s.l1_term if s.l1 else s.l2 * s.l2_term)},
        {"decayed": lambda s: s.g + (s.l2 * s.l2_term if s.l2 else s.l1 * s.l1_term)},
    ],
    "gradient_shrunk_in_place_of_weight": [
        {"decayed": lambda s: s.g + s.l1 * np.sign(s.g) + s.l2 * s.g},
        {"decayed": lambda s: (1 + s.l2) * s.g + s.l1 * s.l1_term},
    ],
    "biases_decayed": [{"decays": lambda name: True}],
    "any_name_with_a_w": [{"decays": lambda name: "W" in name}],
    "nothing_decayed": [{"decays": lambda name: False}],
    "some_weights_left_out": [
        {"decays": lambda name: name == "Waa"},
        {"decays": lambda name: name == "Wax"},
        {"decays": lambda name: name in ("Wax", "Waa")},
        {"decays": lambda name: name in ("Wax", "Waa", "Wya")},
    ],
}

# --- real-time recurrent learning -------------------------------------------------------------


def by_its_value(s):
    """What each parameter does to the state directly, a bias by its own value."""
    direct = np.einsum("ij,lb->ijlb", np.eye(len(s.Waa)), s.u)
    direct[:, :, -1] *= s.ba[:, :, None]
    return direct


RTRL = {
    "bias_by_its_value": [{"direct": by_its_value}],
    "influence_not_carried": [{"carried": lambda s: 0.0}],
    "direct_influence_forgotten": [{"direct": lambda s: 0.0}],
    "influence_through_transposed_weights": [
        {"carried": lambda s: np.tensordot(s.Waa.T, s.influence, axes=1)},
    ],
    "influence_not_through_weights": [{"carried": lambda s: s.influence}],
    "derivative_missing": [{"slope": lambda s: np.ones_like(s.a)}],
    "derivative_on_one_influence_only": [
        {"influence": lambda s: s.carried + s.slope[:, None, None, :] * s.direct},
        {"influence": lambda s: s.slope[:, None, None, :] * s.carried + s.direct},
    ],
    "derivative_of_previous_state": [{"slope": lambda s: 1 - s.a_prev**2}],
    "derivative_not_squared": [{"slope": lambda s: 1 - s.a}],
    "derivative_other_formula": [{"slope": lambda s: 1 + s.a**2}],
    "tanh_of_tanh": [{"slope": lambda s: 1 - np.tanh(s.a) ** 2}],
    "another_state_in_direct_influence": [
        {"state_used": lambda s: s.a},
        {"state_used": lambda s: s.a0},
    ],
    "every_unit_touched_directly": [
        {"direct": lambda s: np.broadcast_to(s.u, (len(s.Waa), len(s.Waa), *s.u.shape))},
    ],
    "first_state_ignored": [{"start": lambda s: np.zeros_like(s.a0)}],
    "influence_one_step_late": [{"seen": lambda s: s.influence_before}],
    "outside_gradient_of_last_step_only": [
        {"outside": lambda s: s.da[:, :, s.t] if s.t == s.T - 1 else 0 * s.da[:, :, s.t]},
        {"total": lambda s: s.dW},
    ],
    "outside_gradient_of_another_step": at_step(
        "outside", "da", "first", "last", "before, in a circle", "after", "reverse"
    ),
    "some_steps_left_out": [{"times": lambda T: range(T - 1)}],
    "averaged_over_examples": [{"dW": lambda s: np.einsum("ib,ijlb->jl", s.outside, s.seen) / s.m}],
    "weights_doubled_at_every_step": [{"total": lambda s: 2 * s.total + s.dW}],
    "lost_keepdims": [{"dba": lambda s: s.dba.ravel()}],
}

# --- what numbers do not tell -----------------------------------------------------------------


TAKING = {"pop", "popleft", "popitem", "clear"}


def takes_from_caches(finding, text, body):
    """A second call on the same caches finds nothing: the first one took out what is there."""
    if re.search("pop from", text):
        return True
    once = finding.more == 0 and finding.sizes.get("T_x", 0) > 1
    return once and any(
        takes_out_of(one) for one in ast.parse(body).body if isinstance(one, ast.FunctionDef)
    )


def takes_out_of(function):
    """Whether a function empties something that it got out of its last argument."""
    held = {function.args.args[-1].arg} if function.args.args else set()
    for node in ast.walk(function):
        taken = isinstance(node, ast.Assign) and not isinstance(node.value, ast.Call | ast.BinOp)
        if taken and held & names_in(node.value):
            held |= {name for target in node.targets for name in names_in(target)}
    return any(held & names_in(one) for node in ast.walk(function) for one in emptied_by(node))


def emptied_by(node):
    """What is emptied there, if anything is."""
    if isinstance(node, ast.Delete):
        return node.targets
    method = node.func if isinstance(node, ast.Call) else None
    taking = isinstance(method, ast.Attribute) and method.attr in TAKING
    return [method.value] if taking else []


def names_in(node):
    """The names that an expression has."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def penalty_by_default(finding, text, body):
    """A penalty that is left out is not 0."""
    functions = [one for one in ast.parse(body).body if isinstance(one, ast.FunctionDef)]
    return any(
        name in ("l1", "l2")
        and isinstance(default, ast.Constant)
        and default.value not in (0, None)
        for one in functions
        if one.name == "weight_decay"
        for name, default in defaults_of(one.args)
    )


def defaults_of(arguments):
    """Pair the names of parameters with what they are where they are left out."""
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
    last = names[len(names) - len(arguments.defaults) :]
    by_name = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    return [*zip(last, arguments.defaults, strict=True), *((one.arg, got) for one, got in by_name)]


def skips(finding, text, body):
    """A loop goes on before it has put something into the dict."""
    return finding.kind == "missing key" and any(
        isinstance(node, ast.Continue) for node in ast.walk(ast.parse(body))
    )


SAME_DICT = {"argument_returned": of_kind("argument returned"), "skipped_by_continue": skips}

RULES = {
    "residual_backward": {
        "lost_keepdims": lost_axis("dba"),
        "caches_used_up": takes_from_caches,
    },
    "clip_by_value": SAME_DICT,
    "clip_by_global_norm": SAME_DICT,
    "weight_decay": {
        **SAME_DICT,
        "gradient_made_up": of_kind("extra key"),
        "penalty_by_default": penalty_by_default,
    },
    "rtrl_gradients": {"lost_keepdims": lost_axis("dba"), "past_is_kept": of_kind("memory grows")},
}


def no_growth(module, *sizes):
    """Stand in for the measurement of memory, which is not the judge's own."""
    return {"growth": 0.0}


CATALOGUE = Mistakes(
    families=FAMILIES,
    variants={
        "backpropagate_error": ERROR_PATH,
        "growth_factors": GROWTH,
        "residual_forward": RESIDUAL_FORWARD_MISTAKES,
        "residual_backward": RESIDUAL_BACKWARD,
        "clip_by_value": CLIP_BY_VALUE,
        "clip_by_global_norm": CLIP_BY_NORM_MISTAKES,
        "weight_decay": WEIGHT_DECAY,
        "rtrl_gradients": RTRL,
    },
    quantities={"rtrl_gradients": Quantities(ignored={"memory": frozenset({"growth"})})},
    probes={"memory_growth": no_growth},
    unplaced=frozenset({"penalty_by_default"}),
    rules=RULES,
)
