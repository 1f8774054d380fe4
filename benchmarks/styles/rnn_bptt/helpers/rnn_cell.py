import numpy as np

from mymath import affine, colsum, dtanh


def softmax(z):
    shifted = z - np.max(z, axis=0)
    lse = np.log(np.sum(np.exp(shifted), axis=0))
    return np.exp(shifted - lse)


def rnn_cell_forward(xt, a_prev, parameters):
    pre = affine(parameters["Wax"], xt) + affine(parameters["Waa"], a_prev, parameters["ba"])
    a_next = np.tanh(pre)
    logits = affine(parameters["Wya"], a_next, parameters["by"])
    cache = tuple([a_next, a_prev, xt, parameters])
    return a_next, softmax(logits), cache


def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, p) = cache
    delta = da_next * dtanh(a_next)
    left = {"dxt": p["Wax"], "da_prev": p["Waa"]}
    right = {"dWax": xt, "dWaa": a_prev}
    grads = {name: W.T @ delta for name, W in left.items()}
    grads.update({name: delta @ v.T for name, v in right.items()})
    grads["dba"] = colsum(delta)
    return grads
