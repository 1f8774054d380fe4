import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    return np.exp(z) / np.sum(np.exp(z), axis=0)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya, ba, by = [parameters[k] for k in ("Wax", "Waa", "Wya", "ba", "by")]
    a_next = np.tanh(Wax @ xt + Waa @ a_prev + ba)
    yt_pred = softmax(Wya @ a_next + by)
    parameters["a_next"] = a_next   # handy later
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    da_next *= 1 - a_next ** 2
    return {
        "dxt": parameters["Wax"].T @ da_next,
        "da_prev": parameters["Waa"].T @ da_next,
        "dWax": da_next @ xt.T,
        "dWaa": da_next @ a_next.T,
        "dba": da_next.sum(1, keepdims=True),
    }
