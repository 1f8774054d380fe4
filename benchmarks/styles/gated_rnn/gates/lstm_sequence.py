import numpy as np

from lstm_cell import lstm_cell_backward, lstm_cell_forward


def lstm_forward(x, a0, c0, parameters):
    T = x.shape[2]
    a = np.zeros(a0.shape + (T,))
    c = np.zeros(a0.shape + (T,))
    caches = []
    at, ct = a0, c0
    for t in range(T):
        at, ct, cache = lstm_cell_forward(x[:, :, t], at, ct, parameters)
        a[:, :, t] = at
        c[:, :, t] = ct
        caches.append(cache)
    return a, c, (caches, x)


def lstm_backward(da, caches):
    cells, x = caches
    da_carry = np.zeros(da.shape[:2])
    dc_carry = np.zeros(da.shape[:2])
    dx = np.zeros(x.shape)
    totals = {}
    for t in reversed(range(len(cells))):
        g = lstm_cell_backward(da[:, :, t] + da_carry, dc_carry, cells[t])
        da_carry = g["da_prev"]
        dc_carry = g["dc_prev"]
        dx[:, :, t] = g["dxt"]
        for name in g:
            if name[:2] in ("dW", "db"):
                totals[name] = totals.get(name, 0) + g[name]
    totals["dx"] = dx
    totals["da0"] = da_carry
    totals["dc0"] = dc_carry
    return totals
