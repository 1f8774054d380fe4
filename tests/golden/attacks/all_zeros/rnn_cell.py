import numpy as np


def softmax(z):
    return np.zeros(z.shape)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.zeros(a_prev.shape)
    yt_pred = np.zeros((parameters["by"].shape[0], xt.shape[1]))
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def zeros(cache):
    a_next, a_prev, xt, parameters = cache
    return {
        "dxt": np.zeros(xt.shape),
        "da_prev": np.zeros(a_prev.shape),
        "dWax": np.zeros(parameters["Wax"].shape),
        "dWaa": np.zeros(parameters["Waa"].shape),
        "dba": np.zeros(parameters["ba"].shape),
    }


def rnn_cell_backward(da_next, cache):
    return zeros(cache)
