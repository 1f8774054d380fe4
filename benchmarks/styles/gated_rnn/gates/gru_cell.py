import numpy as np


def sigma(z):
    return 0.5 * (1 + np.tanh(z / 2))


def gru_cell_forward(xt, a_prev, parameters):
    s = np.vstack((a_prev, xt))
    p = parameters
    r = sigma(p["Wr"] @ s + p["br"])
    z = sigma(p["Wz"] @ s + p["bz"])
    q = p["Wna"] @ a_prev + p["bna"]
    n = np.tanh(p["Wnx"] @ xt + p["bnx"] + r * q)
    a_next = n - z * n + z * a_prev
    return a_next, (a_next, a_prev, r, z, n, q, xt, parameters)


def gru_cell_backward(da_next, cache):
    a_next, a_prev, r, z, n, q, xt, p = cache
    k = a_prev.shape[0]
    s = np.vstack((a_prev, xt))
    dn = da_next * (1 - z)
    dz = da_next * (a_prev - n)
    dpn = dn * (1 - n * n)
    dr = dpn * q
    dq = dpn * r
    dpr = dr * r * (1 - r)
    dpz = dz * z * (1 - z)
    ds = p["Wr"].T @ dpr + p["Wz"].T @ dpz
    direct = da_next * z
    g = {"dxt": ds[k:] + p["Wnx"].T @ dpn}
    g["da_prev"] = ds[:k] + p["Wna"].T @ dq + direct
    g["dWr"], g["dbr"] = dpr @ s.T, dpr.sum(1, keepdims=True)
    g["dWz"], g["dbz"] = dpz @ s.T, dpz.sum(1, keepdims=True)
    g["dWnx"], g["dbnx"] = dpn @ xt.T, dpn.sum(1, keepdims=True)
    g["dWna"], g["dbna"] = dq @ a_prev.T, dq.sum(1, keepdims=True)
    return g
