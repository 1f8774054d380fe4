import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    a_next = np.tanh(p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"])
    return a_next, softmax(p["Wya"] @ a_next + p["by"]), (a_next, a_prev, xt, p)


def rnn_cell_backward(da_next, cache):
    a, a_prev, x, p = cache
    da_next *= 1 - a**2
    return {
        "dxt": p["Wax"].T @ da_next,
        "da_prev": p["Waa"].T @ da_next,
        "dWax": da_next @ x.T,
        "dWaa": da_next @ a_prev.T,
        "dba": da_next.sum(axis=1, keepdims=True),
    }
