from collections import namedtuple

import numpy as np

np.random.seed(42)
np.seterr(all="raise")  # I want to know when something overflows
np.set_printoptions(precision=3, suppress=True)

Cache = namedtuple("Cache", ["a_next", "a_prev", "xt", "parameters"])


def softmax(z):
    with np.errstate(under="ignore"):
        e = np.exp(z - z.max(0))
        return e / e.sum(0)


def rnn_cell_forward(xt, a_prev, parameters):
    p = parameters
    a = np.tanh(p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"])
    return a, softmax(p["Wya"] @ a + p["by"]), Cache(a, a_prev, xt, p)


def rnn_cell_backward(da_next, cache):
    print("da_next", da_next.shape, "a", cache.a_next.shape)
    g = np.einsum("am,am->am", da_next, 1 - np.square(cache.a_next))
    return dict(
        dxt=np.einsum("ax,am->xm", cache.parameters["Wax"], g),
        da_prev=np.einsum("ab,am->bm", cache.parameters["Waa"], g),
        dWax=np.einsum("am,xm->ax", g, cache.xt),
        dWaa=np.einsum("am,bm->ab", g, cache.a_prev),
        dba=np.einsum("am->a", g)[:, None],
    )
