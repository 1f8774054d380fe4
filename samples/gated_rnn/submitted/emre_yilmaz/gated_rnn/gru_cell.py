import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def gru_cell_forward(xt, a_prev, parameters):
    p = parameters
    concat = np.vstack((a_prev, xt))
    rt = sigmoid(p["Wr"] @ concat + p["br"])
    zt = sigmoid(p["Wz"] @ concat + p["bz"])
    qt = p["Wna"] @ a_prev + p["bna"]
    nt = np.tanh(p["Wnx"] @ xt + p["bnx"] + rt * qt)
    a_next = (1 - zt) * nt + zt * a_prev
    return a_next, (a_next, a_prev, rt, zt, nt, qt, xt, parameters)


def gru_cell_backward(da_next, cache):
    a_next, a_prev, rt, zt, nt, qt, xt, p = cache
    n_a = a_prev.shape[0]
    concat = np.vstack((a_prev, xt))
    dn = da_next * (1 - zt) * (1 - nt**2)
    dz = da_next * (a_prev - nt) * zt * (1 - zt)
    dq = dn * rt
    dr = dn * qt * rt * (1 - rt)
    dconcat = p["Wr"].T @ dr + p["Wz"].T @ dz
    return {
        "dxt": dconcat[n_a:] + p["Wnx"].T @ dn,
        "da_prev": dconcat[:n_a] + p["Wna"].T @ dq + da_next * zt,
        "dWr": dr @ concat.T,
        "dbr": dr.sum(axis=1, keepdims=True),
        "dWz": dz @ concat.T,
        "dbz": dz.sum(axis=1, keepdims=True),
        "dWnx": dn @ xt.T,
        "dbnx": dn.sum(axis=1, keepdims=True),
        "dWna": dq @ a_prev.T,
        "dbna": dq.sum(axis=1, keepdims=True),
    }
