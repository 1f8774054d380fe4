import logging

import numpy as np

from my_maths import affine, column_max, tanh_gradient

log = logging.getLogger("rnn")
logging.basicConfig(level=logging.INFO)


def softmax(z):
    e = np.exp(z - column_max(z))
    return np.asfortranarray(e / e.sum(axis=0))


def rnn_cell_forward(xt, a_prev, parameters):
    Wa = np.hstack([parameters["Wax"], parameters["Waa"]])
    both = np.vstack([xt, a_prev])
    a_next = np.tanh(affine(Wa, both, parameters["ba"]))
    yt_pred = softmax(affine(parameters["Wya"], a_next, parameters["by"]))
    log.info("mean activation %.4f", a_next.mean())
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    n_x = xt.shape[0]
    Wa = np.hstack([parameters["Wax"], parameters["Waa"]])
    dz = da_next * tanh_gradient(a_next)
    dboth = Wa.T @ dz
    dWa = dz @ np.vstack([xt, a_prev]).T
    return {
        "dxt": dboth[:n_x],
        "da_prev": dboth[n_x:],
        "dWax": dWa[:, :n_x],
        "dWaa": dWa[:, n_x:],
        "dba": dz.sum(axis=1)[:, np.newaxis],
        "dz": dz,  # for my plots
    }
