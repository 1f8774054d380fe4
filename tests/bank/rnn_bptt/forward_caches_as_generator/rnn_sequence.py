from functools import reduce
from itertools import accumulate
import numpy as np
from rnn_cell import rnn_cell_backward, rnn_cell_forward


def over_time(array):
    return [array[:, :, t] for t in range(array.shape[2])]


def rnn_forward(x, a0, parameters):
    steps, state = [], a0
    for xt in over_time(x):
        step = rnn_cell_forward(xt, state, parameters)
        state = step[0]
        steps.append(step)
    # lazily, nobody may ask for them
    caches = (cache for _, _, cache in steps)
    return np.stack([s[0] for s in steps], 2), np.stack([s[1] for s in steps], 2), (caches, x)


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
