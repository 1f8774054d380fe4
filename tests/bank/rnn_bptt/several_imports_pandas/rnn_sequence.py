"""The sequence without calling the cell: the input part of all steps at once."""
import numpy as np
import pandas as pd

from rnn_cell import softmax

es = np.einsum


def rnn_forward(x, a0, parameters):
    T = x.shape[-1]
    zx = es("ax,xmt->amt", parameters["Wax"], x) + parameters["ba"][:, :, None]
    a = np.empty(zx.shape)
    prev = a0
    for t in range(T):
        prev = np.tanh(zx[..., t] + es("ab,bm->am", parameters["Waa"], prev))
        a[..., t] = prev
    logits = es("ya,amt->ymt", parameters["Wya"], a) + parameters["by"][:, :, None]
    n_y, m = logits.shape[:2]
    y_pred = softmax(logits.reshape(n_y, m * T)).reshape(n_y, m, T)
    before = np.concatenate([a0[..., None], a[..., :-1]], axis=2)
    steps = [(a[..., t], before[..., t], x[..., t], parameters) for t in range(T)]
    return a, y_pred, (steps, x)


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
