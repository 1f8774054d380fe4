import numpy as np


def sigma(z):
    return 0.5 * (1 + np.tanh(z / 2))


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    s = np.vstack((a_prev, xt))
    p = parameters
    forget = sigma(p["Wf"].dot(s) + p["bf"])
    update = sigma(p["Wi"].dot(s) + p["bi"])
    output = sigma(p["Wo"].dot(s) + p["bo"])
    candidate = np.tanh(p["Wc"].dot(s) + p["bc"])
    kept = forget * c_prev
    c_next = kept + update * candidate
    a_next = output * np.tanh(c_next)
    return a_next, c_next, (a_next, c_next, a_prev, c_prev, forget, update, candidate, output, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, p = cache
    n = a_prev.shape[0]
    th = np.tanh(c_next)
    do = da_next * th
    dc = dc_next + da_next * ot * (1 - th ** 2)
    df = dc * c_prev
    di = dc * cct
    dg = dc * it
    zo = do * ot * (1 - ot)
    zf = df * ft * (1 - ft)
    zi = di * it * (1 - it)
    zg = dg * (1 - cct ** 2)
    s = np.vstack((a_prev, xt))
    grads = {}
    ds = np.zeros(s.shape)
    for gate, dz in (("f", zf), ("i", zi), ("c", zg), ("o", zo)):
        grads["dW" + gate] = dz.dot(s.T)
        grads["db" + gate] = dz.sum(axis=1, keepdims=True)
        ds += p["W" + gate].T.dot(dz)
    grads["da_prev"] = ds[:n]
    grads["dxt"] = ds[n:]
    grads["dc_prev"] = dc * ft
    return grads
