import numpy as np

from rnn_cell import rnn_cell_backward, rnn_cell_forward


def _unroll(x, a, parameters, t=0):
    """Return the steps from t on as a list of (a_next, y, cache)."""
    if t == x.shape[2]:
        return []
    step = rnn_cell_forward(x[:, :, t], a, parameters)
    return [step] + _unroll(x, step[0], parameters, t + 1)


def rnn_forward(x, a0, parameters):
    a_list, y_list, cache_list = zip(*_unroll(x, a0, parameters))
    return np.dstack(a_list), np.dstack(y_list), (list(cache_list), x)


def _back(da, cache_list, t):
    """Return the gradients of everything from step t on, da_prev among them."""
    later = _back(da, cache_list, t + 1)
    d = da[:, :, t]
    if later is not None:
        d = d + later["da_prev"]
    here = rnn_cell_backward(d, cache_list[t])
    here["dx"] = [here.pop("dxt")]
    if later is not None:
        here["dx"] += later["dx"]
        for name in ("dWax", "dWaa", "dba"):
            here[name] = here[name] + later[name]
    return here


def rnn_backward(da, caches):
    cache_list, x = caches
    g = _back(da, cache_list, 0)
    return {
        "dx": np.dstack(g["dx"]),
        "da0": g["da_prev"],
        "dWax": g["dWax"],
        "dWaa": g["dWaa"],
        "dba": g["dba"],
    }
