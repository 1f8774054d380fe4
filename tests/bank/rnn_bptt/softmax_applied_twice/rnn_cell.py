import numpy as np
from numpy import dot, exp, tanh


def _one(z):
    e = exp(z - np.max(z, axis=0))
    return e / np.sum(e, axis=0)


def softmax(z):
    p = _one(z)
    # make sure it still sums to one
    return _one(p)


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
