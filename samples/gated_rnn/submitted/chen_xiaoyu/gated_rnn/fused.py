"""The four gates at once."""

import numpy as np

GATES = ("f", "i", "o", "c")


def sigma(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def stacked(parameters):
    W = np.concatenate([parameters["W" + g] for g in GATES])
    b = np.concatenate([parameters["b" + g] for g in GATES])
    return W, b


def unstacked(dW, db):
    n = dW.shape[0] // 4
    named = {}
    for k, g in enumerate(GATES):
        named["dW" + g] = dW[k * n : (k + 1) * n]
        named["db" + g] = db[k * n : (k + 1) * n]
    return named
