import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya, ba, by = map(parameters.get, ["Wax", "Waa", "Wya", "ba", "by"])
    a_next = np.tanh(Wax @ xt + Waa @ a_prev) + ba
    y = softmax(Wya @ a_next + by)
    return a_next, y, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a, a_prev, x, p = cache
    dz = da_next * (1 - a * a)
    return {
        "dxt": p["Wax"].T @ dz,
        "da_prev": p["Waa"].T @ dz,
        "dWax": dz @ x.T,
        "dWaa": dz @ a_prev.T,
        "dba": dz.sum(axis=1, keepdims=True),
    }
