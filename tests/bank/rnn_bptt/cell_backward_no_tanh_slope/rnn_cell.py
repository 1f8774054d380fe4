"""Everything as index notation: a = hidden, x = input, y = output, m = example."""


import numpy as np


es = np.einsum


def softmax(z):
    z = z - np.amax(z, axis=0)
    e = np.exp(z)
    return es("ym,m->ym", e, 1 / es("ym->m", e))


def rnn_cell_forward(xt, a_prev, parameters):
    z = es("ax,xm->am", parameters["Wax"], xt)
    z = z + es("ab,bm->am", parameters["Waa"], a_prev) + parameters["ba"]
    a_next = np.tanh(z)
    logits = es("ya,am->ym", parameters["Wya"], a_next) + parameters["by"]
    return a_next, softmax(logits), (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    _, a_prev, xt, parameters = cache
    return dict(
        dxt=es("ax,am->xm", parameters["Wax"], da_next),
        da_prev=es("ab,am->bm", parameters["Waa"], da_next),
        dWax=es("am,xm->ax", da_next, xt),
        dWaa=es("am,bm->ab", da_next, a_prev),
        dba=es("am->a", da_next)[:, None],
    )
