import numpy as np
from numpy import dot, exp, tanh


def softmax(z):
    """One column at a time; a single column is the base case."""
    if z.shape[1] == 1:
        e = exp(z - max(z[:, 0]))
        return e / sum(e[:, 0])
    return np.hstack([softmax(z[:, :1]), softmax(z[:, 1:])])


def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    a_next = tanh(dot(p["Wax"], xt) + dot(p["Waa"], a_prev) + p["ba"])
    yt_pred = softmax(dot(p["Wya"], a_next) + p["by"])
    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred


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
