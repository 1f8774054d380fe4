from operator import itemgetter
from types import MappingProxyType

import numpy as np

WEIGHTS = itemgetter("Wax", "Waa", "Wya", "ba", "by")
# name of a gradient -> how it follows from delta and the cache
RULES = MappingProxyType({
    "dxt": lambda d, a_prev, xt, Wax, Waa: Wax.T @ d,
    "da_prev": lambda d, a_prev, xt, Wax, Waa: Waa.T @ d,
    "dWax": lambda d, a_prev, xt, Wax, Waa: d @ xt.T,
    "dWaa": lambda d, a_prev, xt, Wax, Waa: d @ a_prev.T,
    "dba": lambda d, *_: d.sum(1),
})


def softmax(z):
    return np.apply_along_axis(lambda c: (lambda e: e / e.sum())(np.exp(c - c.max())), 0, z)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya, ba, by = WEIGHTS(parameters)
    joined = np.concatenate([Waa, Wax], axis=1) @ np.concatenate([a_prev, xt], axis=0)
    a_next = np.tanh(joined + ba)
    return a_next, softmax(Wya @ a_next + by), (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    Wax, Waa, *_ = WEIGHTS(parameters)
    delta = da_next * (1 - a_next**2)
    return {name: rule(delta, a_prev, xt, Wax, Waa) for name, rule in RULES.items()}
