import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    a_next = np.tanh(p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"])
    return a_next, softmax(p["Wya"] @ a_next + p["by"]), (a_next, a_prev, xt, p)


def rnn_cell_backward(da_next, cache):
    (a, a_prev, x, p) = cache
    da_prev = da_next * (1 - a ** 2)
    dWax, dWaa = da_prev @ x.T, da_prev @ a_prev.T
    dba = da_prev.sum(1, keepdims=True)
    dxt = p["Wax"].T @ da_prev
    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
