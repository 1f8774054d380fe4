import numpy as np
from numpy import dot, exp, tanh


def softmax(z):
    """One column at a time; a single column is the base case."""
    if z.shape[1] == 1:
        e = exp(z - max(z[:, 0]))
        return e / sum(e[:, 0])
    return np.hstack([softmax(z[:, :1]), softmax(z[:, 1:])])


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya, ba, by = (parameters[k] for k in ("Wax", "Waa", "Wya", "ba", "by"))
    a_next = tanh(dot(Wax, xt) + dot(Waa, a_prev) + ba)
    yt_pred = softmax(dot(Wya, a_next) + by)
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    delta = da_next * (1 - a_next) * (1 + a_next)
    return {
        "dxt": dot(parameters["Wax"].T, delta),
        "da_prev": dot(parameters["Waa"].T, delta),
        "dWax": dot(delta, xt.T),
        "dWaa": dot(delta, a_prev.T),
        "dba": np.sum(delta, axis=0, keepdims=True),
    }
