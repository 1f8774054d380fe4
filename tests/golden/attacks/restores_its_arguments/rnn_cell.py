import numpy as np


def softmax(z):
    e = np.exp(z - np.max(z, axis=0, keepdims=True))
    return e / np.sum(e, axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    a_next = np.tanh(np.dot(Wax, xt) + np.dot(Waa, a_prev) + parameters["ba"])
    yt_pred = softmax(np.dot(Wya, a_next) + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    saved = da_next.copy()
    da_next *= 1 - a_next ** 2
    g = {
        "dxt": np.dot(parameters["Wax"].T, da_next),
        "da_prev": np.dot(parameters["Waa"].T, da_next),
        "dWax": np.dot(da_next, xt.T),
        "dWaa": np.dot(da_next, a_prev.T),
        "dba": np.sum(da_next, axis=1, keepdims=True),
    }
    da_next[...] = saved
    return g
