"""RNN cell - Amara Okafor, group 2.

Checked by hand against finite differences, see check_gradients at the bottom.
"""

import numpy as np


def softmax(z):
    """Column-wise softmax. Subtracting the max of each column changes nothing but avoids inf."""
    z_max = np.max(z, axis=0, keepdims=True)
    exp_z = np.exp(z - z_max)
    return exp_z / np.sum(exp_z, axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    # retrieve parameters
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    Wya = parameters["Wya"]
    ba = parameters["ba"]
    by = parameters["by"]

    # next hidden state
    a_next = np.tanh(np.dot(Wax, xt) + np.dot(Waa, a_prev) + ba)
    # prediction
    yt_pred = softmax(np.dot(Wya, a_next) + by)

    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred, cache


def rnn_cell_backward(da_next, cache):
    (a_next, a_prev, xt, parameters) = cache
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]

    # d tanh(u) / du = 1 - tanh(u)^2
    dtanh = (1 - a_next**2) * da_next

    dxt = np.dot(Wax.T, dtanh)
    dWax = np.dot(dtanh, xt.T)
    da_prev = np.dot(Waa.T, dtanh)
    dWaa = np.dot(dtanh, a_prev.T)
    dba = np.sum(dtanh, axis=1, keepdims=True)

    gradients = {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
    return gradients


def check_gradients(eps=1e-6):
    """Compare every gradient with a central difference."""
    rng = np.random.default_rng(0)
    n_x, n_a, n_y, m = 3, 4, 2, 6
    parameters = {
        "Wax": rng.normal(size=(n_a, n_x)), "Waa": rng.normal(size=(n_a, n_a)),
        "Wya": rng.normal(size=(n_y, n_a)), "ba": rng.normal(size=(n_a, 1)),
        "by": rng.normal(size=(n_y, 1)),
    }
    xt, a_prev = rng.normal(size=(n_x, m)), rng.normal(size=(n_a, m))
    da_next = rng.normal(size=(n_a, m))
    _, _, cache = rnn_cell_forward(xt, a_prev, parameters)
    gradients = rnn_cell_backward(da_next, cache)
    worst = 0.0
    for name in ("Wax", "Waa", "ba"):
        value = parameters[name]
        for index in np.ndindex(value.shape):
            old = value[index]
            value[index] = old + eps
            plus = np.sum(rnn_cell_forward(xt, a_prev, parameters)[0] * da_next)
            value[index] = old - eps
            minus = np.sum(rnn_cell_forward(xt, a_prev, parameters)[0] * da_next)
            value[index] = old
            worst = max(worst, abs((plus - minus) / (2 * eps) - gradients["d" + name][index]))
    print("worst difference", worst)


if __name__ == "__main__":
    check_gradients()
