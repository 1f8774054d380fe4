"""The sequence without calling the cell: the input part of all steps at once."""


import numpy as np
from rnn_cell import softmax


es = np.einsum


def rnn_forward(x, a0, parameters):
    a, steps, prev = [], [], a0
    for xt in np.moveaxis(x, -1, 0):
        new = np.tanh(
            es("ax,xm->am", parameters["Wax"], xt)
            + es("ab,bm->am", parameters["Waa"], prev)
            + parameters["ba"]
        )
        steps.append((new, prev, xt, parameters))
        a.append(new)
        prev = new
    a = np.stack(a, axis=-1)
    e = np.exp(es("ya,amt->ymt", parameters["Wya"], a) + parameters["by"][:, :, None])
    return a, e / e.sum(axis=(0, 1)), (steps, x)


def rnn_backward(da, caches):
    steps, x = caches
    parameters = steps[0][3]
    a = np.stack([step[0] for step in steps], axis=-1)
    before = np.stack([step[1] for step in steps], axis=-1)
    slope = 1 - a**2
    dz = np.empty(da.shape)
    carry = np.zeros(da.shape[:2])
    for t in range(da.shape[2] - 1, -1, -1):
        dz[..., t] = (da[..., t] + carry) * slope[..., t]
        carry = es("ab,am->bm", parameters["Waa"], dz[..., t])
    return dict(
        dx=es("ax,amt->xmt", parameters["Wax"], dz),
        da0=carry,
        dWax=es("amt,xmt->ax", dz, x),
        dWaa=es("amt,bmt->ab", dz, before),
        dba=es("amt->a", dz).reshape(-1, 1),
    )
