"""A whole sequence through the cell of rnn_cell.py, and back-propagation through time (BPTT).

The same cell, with the same weights, is used at every step; the hidden state goes from each
step to the next.

Shapes: n_x inputs, n_a hidden units, n_y outputs, m examples in a batch, T_x time steps.
`parameters` is a dict: Wax (n_a, n_x), Waa (n_a, n_a), Wya (n_y, n_a), ba (n_a, 1), by (n_y, 1).
"""

import numpy as np
from rnn_cell import rnn_cell_backward, rnn_cell_forward


def rnn_forward(x, a0, parameters):
    """Run the cell over a sequence, first step to last.

        a_t, y_t = the cell at x_t and a_{t-1},    t = 1, ..., T_x,    starting from a0

    x: (n_x, m, T_x).  a0: (n_a, m), the hidden state before the first step.
    Returns (a, y_pred, caches): a (n_a, m, T_x), y_pred (n_y, m, T_x), and the tuple
    caches = (the T_x caches of the cell as a list in time order, x).
    """
    m, T_x = x.shape[1:]
    n_y, n_a = parameters["Wya"].shape

    a = np.empty((n_a, m, T_x))
    y_pred = np.empty((n_y, m, T_x))
    cell_caches = []
    # Only the first step sees a0; each later one sees the state before it.
    a_t = a0
    for t in range(T_x):
        # a_t is a new array at each step: the cache of the last step keeps its own.
        a_t, yt_pred, cache = rnn_cell_forward(x[:, :, t], a_t, parameters)
        a[:, :, t] = a_t
        y_pred[:, :, t] = yt_pred
        cell_caches.append(cache)
    return a, y_pred, (cell_caches, x)


def rnn_backward(da, caches):
    """Back-propagate through time: the gradients of a whole sequence, last step to first.

        da_t = da[:, :, t] + da_prev of step t + 1         (nothing comes from behind the last)
        the cell's backward turns da_t into dx_t, da_prev, and this step's part of dWax, dWaa, dba

    da: (n_a, m, T_x), the gradient that reaches each hidden state from outside, step by step.
    caches: from rnn_forward.
    Returns a dict: dx (n_x, m, T_x), da0 (n_a, m), dWax (n_a, n_x), dWaa (n_a, n_a), dba (n_a, 1).
    """
    cell_caches, x = caches
    n_a, m, T_x = da.shape

    dx = np.empty(x.shape)
    dWax = np.zeros((n_a, x.shape[0]))
    dWaa = np.zeros((n_a, n_a))
    dba = np.zeros((n_a, 1))
    da_prev = np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        # a_t is used twice: by the loss of its own step, and by step t + 1.  Both gradients add
        # up, before they go through the tanh of this step together.
        gradients = rnn_cell_backward(da[:, :, t], cell_caches[t])
        da_prev = gradients["da_prev"]
        dx[:, :, t] = gradients["dxt"]
        # The weights are shared by all steps, so their gradient is the sum over the steps.
        dWax += gradients["dWax"]
        dWaa += gradients["dWaa"]
        dba += gradients["dba"]
    # What the first step sends back reaches a0.
    return {"dx": dx, "da0": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
