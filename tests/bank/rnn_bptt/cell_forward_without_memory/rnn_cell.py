import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Wya = parameters["Wax"], parameters["Wya"]
    ba, by = parameters["ba"], parameters["by"]
    hidden = np.tanh(Wax @ xt + ba)
    output = softmax(Wya @ hidden + by)
    return hidden, output, (hidden, a_prev, xt, parameters)


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
