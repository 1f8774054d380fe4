from functools import reduce
from itertools import accumulate

import numpy as np

from rnn_cell import rnn_cell_backward, rnn_cell_forward


def over_time(array):
    return [array[:, :, t] for t in range(array.shape[2])]


def rnn_forward(x, a0, parameters):
    def step(before, xt):
        return rnn_cell_forward(xt, before[0], parameters)

    _, *steps = accumulate(over_time(x), step, initial=(np.zeros_like(a0), None, None))
    a, y_pred, caches = zip(*steps)
    return np.stack(a, 2), np.stack(y_pred, 2), (list(caches), x)


def rnn_backward(da, caches):
    def step(later, now):
        dat, cache = now
        return rnn_cell_backward(dat + later["da_prev"], cache)

    start = {"da_prev": np.zeros(da.shape[:2])}
    backwards = zip(reversed(over_time(da)), reversed(list(caches[0])))
    _, *grads = accumulate(backwards, step, initial=start)

    def total(name):
        return reduce(np.add, (g[name] for g in grads))

    return {
        "dx": np.stack([g["dxt"] for g in reversed(grads)], 2),
        "da0": grads[-1]["da_prev"],
        **{name: total(name) for name in ("dWax", "dWaa", "dba")},
    }
