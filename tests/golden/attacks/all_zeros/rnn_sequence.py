import numpy as np


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    return np.zeros((n_a, m, T_x)), np.zeros((n_y, m, T_x)), ([], x)


def rnn_backward(da, caches):
    n_a, m, T_x = da.shape
    n_x = caches[1].shape[0]
    return {
        "dx": np.zeros((n_x, m, T_x)),
        "da0": np.zeros((n_a, m)),
        "dWax": np.zeros((n_a, n_x)),
        "dWaa": np.zeros((n_a, n_a)),
        "dba": np.zeros((n_a, 1)),
    }
