"""Known mistakes of gates, which the LSTM and the GRU have in common."""

import numpy as np
from mistake_families import sigma

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
