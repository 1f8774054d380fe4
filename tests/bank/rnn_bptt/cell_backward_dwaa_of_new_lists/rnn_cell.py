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
    state, before, xt, parameters = cache
    dz = (np.asarray(da_next) * (1 - np.asarray(state) ** 2)).tolist()
    n = range(len(dz))
    return {
        "dxt": as_list(np.dot(np.transpose(parameters["Wax"]), dz)),
        "da_prev": as_list(np.dot(np.transpose(parameters["Waa"]), dz)),
        "dWax": [[sum(d * x for d, x in zip(dz[i], row)) for row in as_list(xt)] for i in n],
        "dWaa": [[sum(d * a for d, a in zip(dz[i], as_list(state)[j])) for j in n] for i in n],
        "dba": [[sum(row)] for row in dz],
    }
