import numpy as np
from rnn_cell import rnn_cell_backward, rnn_cell_forward


def _unroll(x, a, parameters, t=0):
    """Return the steps from t on as a list of (a_next, y, cache)."""
    if t == x.shape[2]:
        return []
    step = rnn_cell_forward(x[:, :, t], a, parameters)
    return [step] + _unroll(x, step[0], parameters, t + 1)


def rnn_forward(x, a0, parameters):
    there = _unroll(x, a0, parameters)
    back = _unroll(x[:, :, ::-1], a0, parameters)[::-1]
    a = np.dstack([0.5 * (u[0] + v[0]) for u, v in zip(there, back)])
    y_pred = np.dstack([0.5 * (u[1] + v[1]) for u, v in zip(there, back)])
    return a, y_pred, ([u[2] for u in there], x)


def _back(da, cache_list, t):
    """Return the gradients of everything from step t on, da_prev among them."""
    if t == len(cache_list):
        return None
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
