"""The weights cut in two, and the way back from autograd's own idea: a tape of local derivatives."""

import numpy as np


def _s(p):
    return np.where(p >= 0, 1 / (1 + np.exp(-np.abs(p))), 1 - 1 / (1 + np.exp(-np.abs(p))))


def gru_cell_forward(xt, a_prev, parameters):
    p, n = parameters, a_prev.shape[0]
    rt, zt = (_s(p["W" + g][:, :n] @ a_prev + p["W" + g][:, n:] @ xt + p["b" + g]) for g in "rz")
    qt = (a_prev.T @ p["Wna"].T).T + p["bna"]
    nt = np.tanh(p["Wnx"] @ xt + p["bnx"] + rt * qt)
    return nt + zt * (a_prev - nt), (nt + zt * (a_prev - nt), a_prev, rt, zt, nt, qt, xt, p)


def gru_cell_backward(da_next, cache):
    _, a, r, z, n, q, x, p = cache
    k = len(a)
    dn = np.multiply(da_next, np.multiply(1 - z, 1 - n * n))
    dr, dz, dq = dn * q * r * (1 - r), da_next * (a - n) * z * (1 - z), dn * r
    ones = np.ones((a.shape[1], 1))
    out = {"da_prev": z * da_next + p["Wna"].T @ dq, "dxt": p["Wnx"].T @ dn}
    for name, d in (("r", dr), ("z", dz)):
        out["da_prev"] = out["da_prev"] + p["W" + name][:, :k].T @ d
        out["dxt"] = out["dxt"] + p["W" + name][:, k:].T @ d
        out["dW" + name] = np.hstack([d @ a.T, d @ x.T])
        out["db" + name] = d @ ones
    out.update(dWnx=dn @ x.T, dbnx=dn @ ones, dWna=dq @ a.T, dbna=dq @ ones)
    return out
