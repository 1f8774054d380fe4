import numpy as np

import rnn_cell
from mymath import zeros_for


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_a = parameters["ba"].size
    n_y = parameters["by"].size
    a = np.full((n_a, m, T_x + 1), np.nan)
    a[:, :, 0] = a0
    y_pred = np.full((n_y, m, T_x), np.nan)
    caches = [None] * T_x
    for t in range(1, T_x + 1):
        xt = x[:, :, t - 1]
        a[:, :, t], y_pred[:, :, t - 1], caches[t - 1] = rnn_cell.rnn_cell_forward(xt, a[:, :, t - 1], parameters)
    return a[:, :, 1:], y_pred, (caches, x)


def rnn_backward(da, caches):
    cells, x = caches
    parameters = cells[0][3]
    totals = zeros_for(parameters)
    dx = np.zeros_like(x)
    flowing = np.zeros(da.shape[:2])
    for t, cache in reversed(list(enumerate(cells))):
        flowing = flowing + da[:, :, t]
        step = rnn_cell.rnn_cell_backward(flowing, cache)
        flowing = step.pop("da_prev")
        dx[:, :, t] = step.pop("dxt")
        for key in step:
            totals[key] += step[key]
    totals["dx"] = dx
    totals["da0"] = flowing
    return totals
