"""Known mistakes of one step of the LSTM, forward and backward."""

import itertools

import numpy as np
from mistake_families import LSTM_CACHE, LSTM_GATES, SQUASHED, answered, sigma

from grader.kit import (
    batch_sum,
    columns,
    divided,
    each_and_together,
    over_everything,
    over_units,
    products,
    sigmoid_slopes,
    tanh_slopes,
    together,
    transposed,
)

SIGMOIDS = ("f", "i", "o")

# --- shared with the GRU ----------------------------------------------------------------------


def naive(p):
    """sigma by exp(p) / (1 + exp(p)): right on ordinary input, NaN at 1000."""
    return np.exp(p) / (1 + np.exp(p))


def clipped(limit):
    return lambda p: sigma(np.clip(p, -limit, limit))


def hard(p):
    return np.clip(0.2 * p + 0.5, 0, 1)


def squashed(names, of):
    """Put every gate through another function; ``names`` maps gates to pre-activations."""
    return [{name: lambda s, p=p: of(getattr(s, p))} for name, p in names.items()]


def gates(names):
    """Mistakes of sigma, of gates by name and pre-activation."""
    return {
        "tanh_for_gate": each_and_together(squashed(names, np.tanh)),
        "gate_without_sigma": each_and_together(squashed(names, lambda p: p)),
        "sigma_of_negative": each_and_together(squashed(names, lambda p: sigma(-p))),
        "hard_sigma": [together(squashed(names, hard))],
    }


def biases(names):
    """Gates without their biases."""
    return each_and_together({f"p{g}": lambda s, g=g: getattr(s, f"W{g}") @ s.s} for g in names)


def biases_again(names):
    """Gates whose biases are added twice, or within a loop over all that is stacked."""
    return [
        way
        for times in (lambda s: 2, lambda s: len(s.s))
        for way in each_and_together(
            {
                f"p{g}": lambda s, g=g, times=times: (
                    getattr(s, f"W{g}") @ s.s + times(s) * getattr(s, f"b{g}")
                )
            }
            for g in names
        )
    ]


def in_order(order):
    """All that is made of pre-activations under the names of ``order``'s."""
    made = {"c": lambda s: np.tanh(s.pc)}
    made |= {g: lambda s, g=g: sigma(getattr(s, f"p{g}")) for g in SIGMOIDS}
    return {SQUASHED[gate]: made[one] for gate, one in zip(LSTM_GATES, order, strict=True)}


STACKED = {
    "stacked_in_other_order": [{"s": lambda s: np.concatenate([s.xt, s.a_prev])}],
}
PARTS = {
    "old_hidden_state_ignored": [{"s": lambda s: np.concatenate([0 * s.a_prev, s.xt])}],
    "input_ignored": [{"s": lambda s: np.concatenate([s.a_prev, 0 * s.xt])}],
}


def slopes(of_gates):
    """Wrong derivatives of sigma, of each gate (its letter, its name) and of all."""
    found = {}
    for letter, name in of_gates.items():
        some = sigmoid_slopes(lambda s, name=name: getattr(s, name), f"slope_{letter}")
        for key, ways in some.items():
            found.setdefault(key, []).append(ways)
    renamed = {
        "derivative_of_tanh": "gate_derivative_of_tanh",
        "derivative_half": "gate_derivative_half",
        "sigmoid_of_sigmoid": "sigma_of_sigma",
        "derivative_twice": "gate_derivative_twice",
    }
    missing = each_and_together({f"slope_{letter}": lambda s: 1.0} for letter in of_gates)
    return {"gate_derivative_missing": missing} | {
        renamed[key]: [
            hooks
            for number in range(len(several[0]))
            for hooks in each_and_together(ways[number] for ways in several)
        ]
        for key, several in found.items()
    }


def candidate(of, hook):
    """Wrong derivatives of the candidate's tanh."""
    some = tanh_slopes(of, hook)
    return {
        "candidate_derivative_of_sigma": some["derivative_of_sigmoid"],
        "candidate_derivative_not_squared": some["derivative_not_squared"],
        "tanh_of_tanh": some["tanh_of_tanh"],
        "candidate_derivative_missing": [{hook: lambda s: 1.0}],
    }


def sums(names):
    """Wrong sums over the examples, of each bias (its name, its pre-activation's) and of all."""
    several = [batch_sum(name, lambda s, of=of: getattr(s, of)) for name, of in names.items()]
    others = {
        "bias_gradient_over_units": over_units,
        "bias_gradient_over_everything": over_everything,
        "bias_gradient_not_summed": lambda name, of: [{name: of}],
    }
    for number, (name, of) in enumerate(names.items()):
        for key, make in others.items():
            several[number][key] = make(name, lambda s, of=of: getattr(s, of))
    return {
        key: [
            hooks
            for number in range(len(ways))
            for hooks in each_and_together(one[key][number] for one in several)
        ]
        for key, ways in several[0].items()
    }


def of_weights(names):
    """Wrong products, of each weight: its name, its pre-activation's, and its factor."""
    rights, turned = [], []
    for name, (of, factor) in names.items():
        rights += products(of, {name: factor})
        turned += transposed(of, {name: factor})
    sums_of = [
        {f"db{name[2:]}": lambda s, of=of: columns(getattr(s, of))}
        for name, (of, _) in names.items()
    ]
    return {
        "weight_gradient_transposed": each_and_together(turned),
        "averaged_over_examples": [
            together(divided([*rights, *sums_of])),
            *each_and_together(divided(rights)),
        ],
    }


# --- forward ----------------------------------------------------------------------------------

NAMES = {SQUASHED[g]: f"p{g}" for g in SIGMOIDS}


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

# --- backward ---------------------------------------------------------------------------------

WEIGHTS = {f"dW{g}": (f"dp{g}", "s") for g in LSTM_GATES}
BIASES = {f"db{g}": f"dp{g}" for g in LSTM_GATES}


def left_out(gate):
    """The gradient of s without what comes by one gate."""
    return {
        "ds": lambda s: sum(
            getattr(s, f"W{g}").T @ getattr(s, f"dp{g}") for g in LSTM_GATES if g != gate
        )
    }


def exchanged(*places):
    """A cache read with some places in other order."""

    def read(held):
        order = list(range(len(LSTM_CACHE)))
        for one, other in places:
            order[one], order[other] = order[other], order[one]
        return [held[n] for n in order]

    return {"read": read}


def through_tanh(s):
    return 1 - np.tanh(s.c_next) ** 2


CELL_BACKWARD = {
    **STACKED,
    **slopes({g: SQUASHED[g] for g in SIGMOIDS}),
    **candidate(lambda s: s.cct, "slope_c"),
    **sums(BIASES),
    **of_weights(WEIGHTS),
    "later_cell_gradient_ignored": [
        {"dc": lambda s: s.da_next * s.ot * through_tanh(s)},
    ],
    "way_through_hidden_state_missing": [{"dc": lambda s: s.dc_next}],
    "output_tanh_not_differentiated": [{"dc": lambda s: s.dc_next + s.da_next * s.ot}],
    "output_gate_missing_on_way_back": [
        {"dc": lambda s: s.dc_next + s.da_next * through_tanh(s)},
    ],
    "tanh_of_cell_state_forgotten": [
        {"dc": lambda s: s.dc_next + s.da_next * s.ot * (1 - s.c_next**2)},
    ],
    "tanh_taken_for_hidden_state": [
        {"dc": lambda s: s.dc_next + s.da_next * s.ot * (1 - s.a_next**2)},
        {"dc": lambda s: s.dc_next + s.da_next * s.ot * (1 - np.tanh(s.a_next) ** 2)},
    ],
    "later_cell_gradient_through_tanh": [
        {"dc": lambda s: (s.dc_next + s.da_next * s.ot) * through_tanh(s)},
        {"dc": lambda s: (s.dc_next + s.da_next) * s.ot * through_tanh(s)},
    ],
    "forget_gate_sees_new_cell_state": [{"dpf": lambda s: s.dc * s.c_next * s.slope_f}],
    "input_gate_and_candidate_mixed_up": [
        {
            "dpi": lambda s: s.dc * s.it * s.slope_i,
            "dpc": lambda s: s.dc * s.cct * s.slope_c,
        },
        {"dpi": lambda s: s.dc * s.it * s.slope_i},
        {"dpc": lambda s: s.dc * s.cct * s.slope_c},
    ],
    "factor_of_another_gate": [
        {"dpf": lambda s: s.dc * s.cct * s.slope_f},
        {"dpf": lambda s: s.dc * s.a_prev * s.slope_f},
        {"dpi": lambda s: s.dc * s.c_prev * s.slope_i},
        {"dpi": lambda s: s.dc * s.c_next * s.slope_i},
        {"dpc": lambda s: s.dc * s.ft * s.slope_c},
        {"dpc": lambda s: s.dc * s.ot * s.slope_c},
        {"dpo": lambda s: s.da_next * np.tanh(s.c_prev) * s.slope_o},
        {"dpo": lambda s: s.da_next * s.cct * s.slope_o},
        {"dpo": lambda s: s.da_next * s.a_next * s.slope_o},
        {
            "dpf": lambda s: s.dc * s.cct * s.slope_f,
            "dpi": lambda s: s.dc * s.c_prev * s.slope_i,
        },
        *(
            {"dc": lambda s, gate=gate: s.dc_next + s.da_next * getattr(s, gate) * through_tanh(s)}
            for gate in ("ft", "it")
        ),
    ],
    "derivative_of_another_gate": [
        {f"slope_{one}": lambda s, g=SQUASHED[other]: getattr(s, g) * (1 - getattr(s, g))}
        for one, other in itertools.permutations(SIGMOIDS, 2)
    ],
    "output_gate_without_tanh": [{"dpo": lambda s: s.da_next * s.c_next * s.slope_o}],
    "output_gate_from_cell_gradient": [
        {"dpo": lambda s: s.dc * np.tanh(s.c_next) * s.slope_o},
    ],
    "gates_from_hidden_gradient": each_and_together(
        [
            {"dpf": lambda s: s.da_next * s.c_prev * s.slope_f},
            {"dpi": lambda s: s.da_next * s.cct * s.slope_i},
            {"dpc": lambda s: s.da_next * s.it * s.slope_c},
        ]
    ),
    "cell_gradient_past_forget_gate": [{"dc_prev": lambda s: s.dc}],
    "cell_gradient_of_later_steps_only": [{"dc_prev": lambda s: s.dc_next * s.ft}],
    "cell_gradient_by_other_gate": [
        {"dc_prev": lambda s: s.dc * s.it},
        {"dc_prev": lambda s: s.dc * s.ot},
    ],
    "gate_left_out": [left_out(g) for g in LSTM_GATES],
    "hidden_gradient_added_to": [{"da_prev": lambda s: s.ds[: s.n_a] + s.da_next}],
    "cut_in_other_order": [
        {"dxt": lambda s: s.ds[: s.n_a][: len(s.xt)], "da_prev": lambda s: s.ds[-s.n_a :]},
        {"dxt": lambda s: s.ds[: len(s.xt)], "da_prev": lambda s: s.ds[len(s.xt) :]},
    ][1:],
    "weights_from_new_hidden_state": [{"s": lambda s: np.concatenate([s.a_next, s.xt])}],
    "cache_read_in_other_order": [
        exchanged((0, 1)),
        exchanged((2, 3)),
        exchanged((0, 1), (2, 3)),
        exchanged((0, 2), (1, 3)),
        exchanged((4, 5)),
        exchanged((6, 7)),
    ],
    "gradients_under_each_others_names": [
        hooks
        for one, other in itertools.permutations(LSTM_GATES, 2)
        for hooks in (
            {f"dW{one}": lambda s, g=other: getattr(s, f"dp{g}") @ s.s.T},
            {f"db{one}": lambda s, g=other: columns(getattr(s, f"dp{g}"))},
        )
    ],
}
