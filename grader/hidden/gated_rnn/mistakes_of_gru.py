"""Known mistakes of one step of the GRU, forward and backward."""

import numpy as np
from mistake_families import GRU_CACHE, GRU_FACTORS, answered, sigma
from mistakes_of_gates import (
    PARTS,
    STACKED,
    biases,
    biases_again,
    candidate,
    gates,
    of_weights,
    slopes,
    sums,
)

from grader.kit import columns, each_and_together


def cache(**instead):
    """A cache with other things in some places."""
    return {"cache": answered(*(instead.get(name, name) for name in GRU_CACHE))}


FORWARD = {
    **STACKED,
    **PARTS,
    **gates({"rt": "pr", "zt": "pz"}),
    "gate_bias_missing": biases("rz"),
    "gate_bias_twice": biases_again("rz"),
    "sigma_for_candidate": [{"nt": lambda s: sigma(s.pn)}],
    "candidate_without_tanh": [{"nt": lambda s: s.pn}],
    "gates_mixed_up": [
        {"rt": lambda s: sigma(s.pz), "zt": lambda s: sigma(s.pr)},
        {
            "pn": lambda s: s.Wnx @ s.xt + s.bnx + s.zt * s.qt,
            "a_next": lambda s: (1 - s.rt) * s.nt + s.rt * s.a_prev,
        },
    ],
    "update_gate_turned_round": [{"a_next": lambda s: s.zt * s.nt + (1 - s.zt) * s.a_prev}],
    "reset_gate_before_weights": [
        {"pn": lambda s: s.Wnx @ s.xt + s.bnx + s.Wna @ (s.rt * s.a_prev) + s.bna},
        {
            "qt": lambda s: s.Wna @ (s.rt * s.a_prev) + s.bna,
            "pn": lambda s: s.Wnx @ s.xt + s.bnx + s.qt,
        },
    ],
    "reset_gate_not_on_bias": [
        {"pn": lambda s: s.Wnx @ s.xt + s.bnx + s.rt * (s.Wna @ s.a_prev) + s.bna},
        {
            "qt": lambda s: s.Wna @ s.a_prev,
            "pn": lambda s: s.Wnx @ s.xt + s.bnx + s.rt * s.qt + s.bna,
        },
    ],
    "reset_gate_missing": [{"pn": lambda s: s.Wnx @ s.xt + s.bnx + s.qt}],
    "reset_gate_on_everything": [{"pn": lambda s: s.rt * (s.Wnx @ s.xt + s.bnx + s.qt)}],
    "candidate_bias_missing": each_and_together(
        [
            {"pn": lambda s: s.Wnx @ s.xt + s.rt * s.qt},
            {"qt": lambda s: s.Wna @ s.a_prev},
        ]
    ),
    "candidate_not_weighted": [{"a_next": lambda s: s.nt + s.zt * s.a_prev}],
    "old_state_not_weighted": [{"a_next": lambda s: (1 - s.zt) * s.nt + s.a_prev}],
    "old_state_not_kept": [
        {"a_next": lambda s: (1 - s.zt) * s.nt},
        {"a_next": lambda s: s.zt * s.nt},
    ],
    "cache_order": [
        cache(a_next="a_prev", a_prev="a_next"),
        cache(rt="zt", zt="rt"),
        cache(nt="qt", qt="nt"),
        cache(rt="zt", zt="rt", nt="qt", qt="nt"),
    ],
    "cache_holds_preactivations": [
        cache(rt="pr", zt="pz", nt="pn"),
        cache(rt="pr"),
        cache(zt="pz"),
        cache(nt="pn"),
    ],
    "cache_holds_q_behind_the_gate": [
        {
            "cache": lambda s: (
                s.a_next, s.a_prev, s.rt, s.zt, s.nt, s.rt * s.qt, s.xt, s.parameters
            )
        },
    ],
    "cache_same_state_twice": [cache(a_prev="a_next"), cache(a_next="a_prev")],
    "results_in_other_order": [{"answer": answered("cache", "a_next")}],
}  # fmt: skip

WEIGHTS = {f"dW{name}": pair for name, pair in GRU_FACTORS.items()}
BIASES = {f"db{name}": of for name, (of, _) in GRU_FACTORS.items()}


def exchanged(one, other):
    """A cache read with two places in each other's."""

    def read(held):
        order = list(range(len(GRU_CACHE)))
        order[one], order[other] = order[other], order[one]
        return [held[n] for n in order]

    return {"read": read}


BACKWARD = {
    **STACKED,
    **slopes({"r": "rt", "z": "zt"}),
    **candidate(lambda s: s.nt, "slope_n"),
    **sums(BIASES),
    **of_weights(WEIGHTS),
    "way_past_the_gates_missing": [{"past": lambda s: 0.0}],
    "way_past_the_gates_not_weighted": [{"past": lambda s: s.da_next}],
    "way_past_the_gates_turned_round": [{"past": lambda s: (1 - s.zt) * s.da_next}],
    "way_through_candidate_missing": [{"past_n": lambda s: 0.0}],
    "way_through_gates_missing": [
        {"da_prev": lambda s: s.past_n + s.past},
        {"dxt": lambda s: s.Wnx.T @ s.dpn},
        {"ds": lambda s: 0 * (s.Wr.T @ s.dpr)},
    ],
    "gate_left_out": [
        {"ds": lambda s: s.Wz.T @ s.dpz},
        {"ds": lambda s: s.Wr.T @ s.dpr},
    ],
    "update_gate_sign": [{"dzt": lambda s: s.da_next * (s.nt - s.a_prev)}],
    "update_gate_from_new_state": [
        {"dzt": lambda s: s.da_next * (s.a_next - s.nt)},
        {"dzt": lambda s: s.da_next * (s.a_prev - s.a_next)},
    ],
    "factor_of_another_gate": [
        {"dqt": lambda s: s.dpn * s.zt},
        {"dqt": lambda s: s.dpn * (1 - s.zt)},
        {"dnt": lambda s: s.da_next * (1 - s.rt)},
        {"dnt": lambda s: s.da_next * s.rt},
        {"dpr": lambda s: s.dpn * s.nt * s.slope_r},
        {"dpr": lambda s: s.dpn * s.a_next * s.slope_r},
    ],
    "derivative_of_another_gate": [
        {"slope_r": lambda s: s.zt * (1 - s.zt)},
        {"slope_z": lambda s: s.rt * (1 - s.rt)},
        {"slope_r": lambda s: s.zt * (1 - s.zt), "slope_z": lambda s: s.rt * (1 - s.rt)},
    ],
    "update_gate_one_term": [
        {"dzt": lambda s: s.da_next * s.a_prev},
        {"dzt": lambda s: -s.da_next * s.nt},
    ],
    "candidate_past_the_update_gate": [{"dnt": lambda s: s.da_next}],
    "update_gate_turned_round_on_way_back": [
        {"dnt": lambda s: s.da_next * s.zt},
        {
            "dnt": lambda s: s.da_next * s.zt,
            "dzt": lambda s: s.da_next * (s.nt - s.a_prev),
            "past": lambda s: (1 - s.zt) * s.da_next,
        },
    ],
    "reset_gate_missing_on_way_back": [
        {"dqt": lambda s: s.dpn},
        {"past_n": lambda s: s.Wna.T @ s.dpn},
        {"dWna": lambda s: s.dpn @ s.a_prev.T},
        {"dWna": lambda s: s.dpn @ s.a_prev.T, "dbna": lambda s: columns(s.dpn)},
    ],
    "one_gradient_for_both_biases": [{"dbna": lambda s: columns(s.dpn)}],
    "reset_gate_twice": [
        {"dpr": lambda s: s.dqt * s.qt * s.slope_r},
        {"dqt": lambda s: s.dpn * s.rt**2},
    ],
    "reset_gate_sees_old_state": [
        {"dpr": lambda s: s.dpn * s.a_prev * s.slope_r},
        {"dpr": lambda s: s.dpn * (s.qt - s.bna) * s.slope_r},
    ],
    "weights_of_another_gate_on_way_back": [
        {"ds": lambda s: s.Wr.T @ s.dpz + s.Wz.T @ s.dpr},
    ],
    "hidden_gradient_added_to": [
        {"da_prev": lambda s: s.ds[: s.n_a] + s.past_n + s.past + s.da_next}
    ],
    "weights_from_new_hidden_state": each_and_together(
        [
            {"s": lambda s: np.concatenate([s.a_next, s.xt])},
            {"dWna": lambda s: s.dqt @ s.a_next.T},
        ]
    ),
    "cache_read_in_other_order": [
        exchanged(0, 1),
        exchanged(2, 3),
        exchanged(4, 5),
    ],
    "gradients_under_each_others_names": [
        {"dWr": lambda s: s.dpz @ s.s.T},
        {"dWz": lambda s: s.dpr @ s.s.T},
        {"dbr": lambda s: columns(s.dpz)},
        {"dbz": lambda s: columns(s.dpr)},
    ],
}
