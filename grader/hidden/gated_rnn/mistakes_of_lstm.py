"""Known mistakes of one step of the LSTM forward."""

import itertools

import numpy as np
from mistake_families import LSTM_CACHE, LSTM_GATES, SQUASHED, answered, sigma
from mistakes_of_gates import (
    PARTS,
    STACKED,
    biases,
    biases_again,
    clipped,
    gates,
    naive,
    squashed,
)

from grader.kit import together

SIGMOIDS = ("f", "i", "o")
NAMES = {SQUASHED[g]: f"p{g}" for g in SIGMOIDS}


def in_order(order):
    """All that is made of pre-activations under the names of ``order``'s."""
    made = {"c": lambda s: np.tanh(s.pc)}
    made |= {g: lambda s, g=g: sigma(getattr(s, f"p{g}")) for g in SIGMOIDS}
    return {SQUASHED[gate]: made[one] for gate, one in zip(LSTM_GATES, order, strict=True)}


def swapped(one, other):
    """Two gates take each other's place."""
    return {
        SQUASHED[one]: lambda s: sigma(getattr(s, f"p{other}")),
        SQUASHED[other]: lambda s: sigma(getattr(s, f"p{one}")),
    }


def by_each_other(candidate, gate):
    """The candidate is made of a gate's pre-activation, and that gate of the candidate's."""
    return {
        SQUASHED[candidate]: lambda s: np.tanh(getattr(s, f"p{gate}")),
        SQUASHED[gate]: lambda s: sigma(getattr(s, f"p{candidate}")),
    }


def cache(**instead):
    """A cache with other things in some places."""
    return {"cache": answered(*(instead.get(name, name) for name in LSTM_CACHE))}


CACHES = {
    "cache_order": [
        cache(a_next="c_next", c_next="a_next"),
        cache(a_prev="c_prev", c_prev="a_prev"),
        cache(ft="it", it="ft"),
        cache(cct="ot", ot="cct"),
        cache(a_next="c_next", c_next="a_next", a_prev="c_prev", c_prev="a_prev"),
    ],
    "cache_holds_preactivations": [
        cache(ft="pf", it="pi", cct="pc", ot="po"),
        *(cache(**{SQUASHED[g]: f"p{g}"}) for g in LSTM_GATES),
    ],
    "cache_same_state_twice": [
        cache(c_prev="c_next"),
        cache(a_prev="a_next"),
        cache(a_prev="a_next", c_prev="c_next"),
        cache(c_next="c_prev"),
        cache(a_next="a_prev"),
        cache(a_next="a_prev", c_next="c_prev"),
    ],
}

EQUATIONS = {
    **STACKED,
    **PARTS,
    **gates(NAMES),
    "gate_bias_missing": biases(LSTM_GATES),
    "gate_bias_twice": biases_again(LSTM_GATES),
    "sigma_for_candidate": [{"cct": lambda s: sigma(s.pc)}],
    "candidate_without_tanh": [{"cct": lambda s: s.pc}],
    "gates_mixed_up": [
        swapped("f", "i"),
        swapped("f", "o"),
        swapped("i", "o"),
        {"c_next": lambda s: s.it * s.c_prev + s.ft * s.cct},
        {
            "c_next": lambda s: s.ot * s.c_prev + s.it * s.cct,
            "a_next": lambda s: s.ft * np.tanh(s.c_next),
        },
        {
            "c_next": lambda s: s.ft * s.c_prev + s.ot * s.cct,
            "a_next": lambda s: s.it * np.tanh(s.c_next),
        },
    ],
    "gates_taken_apart_in_other_order": [
        in_order(order)
        for order in itertools.permutations(LSTM_GATES)
        if sum(one != other for one, other in zip(order, LSTM_GATES, strict=True)) > 2
    ],
    "candidate_and_gate_mixed_up": [
        *(by_each_other("c", gate) for gate in SIGMOIDS),
        {**by_each_other("c", "o"), **swapped("f", "i")},
    ],
    "forget_gate_missing": [{"c_next": lambda s: s.c_prev + s.it * s.cct}],
    "input_gate_missing": [{"c_next": lambda s: s.ft * s.c_prev + s.cct}],
    "gates_coupled": [
        {"c_next": lambda s: s.ft * s.c_prev + (1 - s.ft) * s.cct},
        {"c_next": lambda s: (1 - s.it) * s.c_prev + s.it * s.cct},
    ],
    "old_cell_state_ignored": [{"c_next": lambda s: s.it * s.cct}],
    "candidate_ignored": [{"c_next": lambda s: s.ft * s.c_prev}, {"cct": lambda s: 0 * s.pc}],
    "hidden_state_for_cell_state": [{"c_next": lambda s: s.ft * s.a_prev + s.it * s.cct}],
    "tanh_on_cell_state": [{"c_next": lambda s: np.tanh(s.ft * s.c_prev + s.it * s.cct)}],
    "output_without_tanh": [{"a_next": lambda s: s.ot * s.c_next}],
    "output_gate_missing": [{"a_next": lambda s: np.tanh(s.c_next)}],
    "output_gate_inside_tanh": [{"a_next": lambda s: np.tanh(s.ot * s.c_next)}],
    "output_from_old_cell_state": [{"a_next": lambda s: s.ot * np.tanh(s.c_prev)}],
    "output_from_candidate": [
        {"a_next": lambda s: s.ot * s.cct},
        {"a_next": lambda s: s.ot * np.tanh(s.cct)},
    ],
}

CELL_FORWARD = {
    **EQUATIONS,
    **CACHES,
    "sigma_overflows": [together(squashed(NAMES, naive))],
    "sigma_clipped": [together(squashed(NAMES, clipped(limit))) for limit in (10, 15, 20)],
    "results_in_other_order": [
        {"answer": answered("c_next", "a_next", "cache")},
        {"answer": answered("a_next", "cache", "c_next")},
    ],
}
