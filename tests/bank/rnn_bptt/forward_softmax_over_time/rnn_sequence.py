"""The sequence without calling the cell: the input part of all steps at once."""


import numpy as np
from rnn_cell import softmax


es = np.einsum


def rnn_forward(x, a0, parameters):
    T = x.shape[-1]
    a = np.zeros((a0.shape[0], x.shape[1], T))
    prev, steps = a0, []
    for t in range(T):
        a[..., t] = np.tanh(
            es("ax,xm->am", parameters["Wax"], x[..., t])
            + es("ab,bm->am", parameters["Waa"], prev)
            + parameters["ba"]
        )
        steps.append((a[..., t], prev, x[..., t], parameters))
        prev = a[..., t]
    logits = es("ya,amt->ymt", parameters["Wya"], a) + parameters["by"][:, :, None]
    # all steps at once: shape (n_y, m, T), normalise along the last axis
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return a, e / e.sum(axis=-1, keepdims=True), (steps, x)


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
