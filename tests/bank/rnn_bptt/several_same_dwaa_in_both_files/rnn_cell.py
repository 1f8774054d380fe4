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
    a_next, a_prev, xt, parameters = cache
    dz = es("am,am->am", da_next, 1 - np.square(a_next))
    return dict(
        dxt=es("ax,am->xm", parameters["Wax"], dz),
        da_prev=es("ab,am->bm", parameters["Waa"], dz),
        dWax=es("am,xm->ax", dz, xt),
        dWaa=es("am,bm->ab", dz, a_next),
        dba=es("am->a", dz)[:, None],
    )
