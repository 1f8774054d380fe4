"""Known mistakes of real-time recurrent learning."""

import numpy as np

from grader.kit import at_step


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
