"""Everything entry by entry, in plain Python."""

import math

import numpy as np


def sigma(p):
    if p < 0:
        return math.exp(p) / (1 + math.exp(p))
    return 1 / (1 + math.exp(-p))


def _pre(W, b, s, j, k):
    return math.fsum(float(W[j, i]) * s[i][k] for i in range(len(s))) + float(b[j, 0])


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    n_a, m = a_prev.shape
    s = [*a_prev.tolist(), *xt.tolist()]
    out = {name: [[0.0] * m for _ in range(n_a)] for name in ("a", "c", "f", "i", "g", "o")}
    p = parameters
    for j in range(n_a):
        for k in range(m):
            f = sigma(_pre(p["Wf"], p["bf"], s, j, k))
            i = sigma(_pre(p["Wi"], p["bi"], s, j, k))
            g = math.tanh(_pre(p["Wc"], p["bc"], s, j, k))
            o = sigma(_pre(p["Wo"], p["bo"], s, j, k))
            c = f * float(c_prev[j, k]) + i * g
            for name, value in zip(out, (o * math.tanh(c), c, f, i, g, o)):
                out[name][j][k] = value
    a, c, f, i, g, o = out.values()
    return np.array(a), np.array(c), (a, c, a_prev, c_prev, f, i, g, o, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    _, c, a_prev, c_prev, f, i, g, o, xt, p = cache
    c, f, i, g, o = (np.array(part) for part in (c, f, i, g, o))
    n_a, m = a_prev.shape
    s = np.vstack([a_prev, xt])
    grad = {"ds": np.zeros(s.shape), "dc_prev": np.zeros((n_a, m))}
    for gate in "fico":
        grad["dW" + gate], grad["db" + gate] = np.zeros((n_a, len(s))), np.zeros((n_a, 1))
    for k in range(m):
        for j in range(n_a):
            th = math.tanh(c[j, k])
            dc = dc_next[j, k] + da_next[j, k] * o[j, k] * (1 - th**2)
            pre = {
                "f": dc * c_prev[j, k] * f[j, k] * (1 - f[j, k]),
                "i": dc * g[j, k] * i[j, k] * (1 - i[j, k]),
                "c": dc * i[j, k] * (1 - g[j, k] ** 2),
                "o": da_next[j, k] * th * o[j, k] * (1 - o[j, k]),
            }
            grad["dc_prev"][j, k] = dc * f[j, k]
            for gate, value in pre.items():
                grad["dW" + gate][j] += value * s[:, k]
                grad["db" + gate][j, 0] += value
                grad["ds"][:, k] += value * p["W" + gate][j]
    ds = grad.pop("ds")
    return {"dxt": ds[n_a:].tolist(), "da_prev": ds[:n_a], **grad}
