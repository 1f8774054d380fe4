"""Known mistakes of what is done to gradients: clipping and weight decay."""

import numpy as np
from mistake_families import CLIP_BY_NORM

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
