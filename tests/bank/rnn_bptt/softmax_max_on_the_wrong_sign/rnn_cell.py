import numpy as np
from numpy import dot, exp, tanh


def softmax(z):
    """Column by column, with the largest entry taken out."""
    if z.shape[1] == 1:
        biggest = max(z[:, 0])
        e = exp(z + biggest)
        return e / sum(e[:, 0])
    left, right = z[:, :1], z[:, 1:]
    return np.hstack([softmax(left), softmax(right)])


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya, ba, by = (parameters[k] for k in ("Wax", "Waa", "Wya", "ba", "by"))
    a_next = tanh(dot(Wax, xt) + dot(Waa, a_prev) + ba)
    yt_pred = softmax(dot(Wya, a_next) + by)
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    delta = da_next * (1 - a_next) * (1 + a_next)
    result = {}
    result["dxt"] = dot(parameters["Wax"].T, delta)
    result["da_prev"] = dot(parameters["Waa"].T, delta)
    result["dWax"] = dot(delta, xt.T)
    result["dWaa"] = dot(delta, a_prev.T)
    result["dba"] = dot(delta, np.ones((delta.shape[1], 1)))
    return result
