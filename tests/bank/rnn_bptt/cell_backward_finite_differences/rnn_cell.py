"""Nested lists in, nested lists out: I find them easier to print than arrays."""


import math
import numpy as np


def as_list(v):
    return np.asarray(v).tolist()


def softmax(z):
    columns = []
    for column in zip(*as_list(z)):
        top = max(column)
        e = [math.exp(v - top) for v in column]
        total = sum(e)
        columns.append([v / total for v in e])
    return [list(row) for row in zip(*columns)]


def rnn_cell_forward(xt, a_prev, parameters):
    z = np.dot(parameters["Wax"], xt) + np.dot(parameters["Waa"], a_prev) + parameters["ba"]
    a_next = [[math.tanh(v) for v in row] for row in as_list(z)]
    yt_pred = softmax(np.dot(parameters["Wya"], a_next) + parameters["by"])
    return a_next, yt_pred, (a_next, as_list(a_prev), as_list(xt), parameters)


def rnn_cell_backward(da_next, cache):
    """Nudge every number a little and see what happens."""
    a_next, a_prev, xt, parameters = cache
    da_next = np.asarray(da_next)
    h = 1e-4
    args = {
        "dxt": np.array(xt, dtype=float),
        "da_prev": np.array(a_prev, dtype=float),
        "dWax": np.array(parameters["Wax"]),
        "dWaa": np.array(parameters["Waa"]),
        "dba": np.array(parameters["ba"]),
    }

    def loss():
        z = np.dot(args["dWax"], args["dxt"]) + np.dot(args["dWaa"], args["da_prev"]) + args["dba"]
        return float(np.sum(np.tanh(z) * da_next))

    result = {}
    for name, array in args.items():
        gradient = np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + h
            up = loss()
            array[place] = kept - h
            down = loss()
            array[place] = kept
            gradient[place] = (up - down) / (2 * h)
        result[name] = gradient.tolist()
    return result
