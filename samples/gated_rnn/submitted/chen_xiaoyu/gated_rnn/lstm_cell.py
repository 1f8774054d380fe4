import numpy as np
from fused import sigma, stacked, unstacked

np.seterr(all="raise")


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    W, b = stacked(parameters)
    n_a = a_prev.shape[0]
    z = np.einsum("ij,jm->im", W[:, :n_a], a_prev) + np.einsum("ij,jm->im", W[:, n_a:], xt) + b
    ft, it, ot = np.split(sigma(z[: 3 * n_a]), 3)
    cct = np.tanh(z[3 * n_a :])
    c_next = ft * c_prev + it * cct
    a_next = np.asfortranarray(ot * np.tanh(c_next))
    return a_next, c_next, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    _, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    W, _ = stacked(parameters)
    th = np.tanh(c_next)
    dc = dc_next + da_next * ot * (1 - th) * (1 + th)
    dz = np.concatenate(
        [
            dc * c_prev * ft * (1 - ft),
            dc * cct * it * (1 - it),
            da_next * th * ot * (1 - ot),
            dc * it * (1 - cct) * (1 + cct),
        ]
    )
    s = np.r_[a_prev, xt]
    ds = np.einsum("ij,im->jm", W, dz)
    n_a = len(a_prev)
    named = unstacked(np.einsum("im,jm->ij", dz, s), np.einsum("im->i", dz)[:, None])
    return {"dxt": ds[n_a:], "da_prev": ds[:n_a], "dc_prev": dc * ft, "dz": dz, **named}
