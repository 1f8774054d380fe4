import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    from_input = p["Wax"] @ xt
    from_past = p["Waa"].T @ a_prev
    a = np.tanh(from_input + from_past + p["ba"])
    return a, softmax(p["Wya"] @ a + p["by"]), (a, a_prev, xt, p)


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
