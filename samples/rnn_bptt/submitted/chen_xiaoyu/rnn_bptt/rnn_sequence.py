import numpy as np

import rnn_cell


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x), order="F")
    y_pred = np.zeros((n_y, m, T_x), order="F")
    caches = []
    for t in range(T_x):
        previous = a0 if t == 0 else a[:, :, t - 1]
        a[:, :, t], y_pred[:, :, t], cache = rnn_cell.rnn_cell_forward(
            x[:, :, t], previous, parameters
        )
        caches.append(cache)
    return a, y_pred, (caches, x)


def rnn_backward(da, caches):
    cells, x = caches
    n_a, m, T_x = da.shape
    dx = np.zeros(x.shape, order="F")
    total = {"dWax": 0.0, "dWaa": 0.0, "dba": 0.0}
    da_prev = np.zeros((n_a, m))
    for t in range(T_x)[::-1]:
        g = rnn_cell.rnn_cell_backward(da[:, :, t] + da_prev, cells[t])
        da_prev = g["da_prev"]
        dx[:, :, t] = g["dxt"]
        for name in total:
            total[name] = total[name] + g[name]
    return {"dx": dx, "da0": da_prev, **total}
