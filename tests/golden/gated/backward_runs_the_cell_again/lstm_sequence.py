"""A whole sequence through the cell of lstm_cell.py, and back-propagation through time.

The same cell, with the same weights, is used at every step.  Two states go from each step to the
next: the hidden state a and the cell state c.

Shapes: n_x inputs, n_a hidden units, m examples in a batch, T_x time steps.
`parameters` is a dict: Wf, Wi, Wc, Wo (n_a, n_a + n_x) and bf, bi, bc, bo (n_a, 1).
"""

import numpy as np
from lstm_cell import lstm_cell_backward, lstm_cell_forward


def lstm_forward(x, a0, c0, parameters):
    """Run the LSTM cell over a sequence, first step to last.

        a_t, c_t = the cell at x_t, a_{t-1} and c_{t-1},    t = 1, ..., T_x,    from a0 and c0

    x: (n_x, m, T_x).  a0, c0: (n_a, m), the states before the first step.
    Returns (a, c, caches): a and c (n_a, m, T_x), and the tuple
    caches = (the T_x caches of the cell as a list in time order, x).
    """
    states = (*a0.shape, x.shape[2])
    a, c = np.empty(states), np.empty(states)
    cell_caches = []
    a_t, c_t = a0, c0
    for t in range(x.shape[2]):
        # Both states are new arrays at each step, so the cache of the step before keeps its own.
        a_t, c_t, cache = lstm_cell_forward(x[:, :, t], a_t, c_t, parameters)
        a[:, :, t] = a_t
        c[:, :, t] = c_t
        cell_caches.append(cache)
    return a, c, (cell_caches, x)


def lstm_backward(da, caches):
    """Back-propagate through time: the gradients of a whole sequence, last step to first.

        da_t = da[:, :, t] + da_prev of step t + 1        (nothing comes from behind the last)
        dc_t =               dc_prev of step t + 1        (from outside nothing reaches a c)
        the cell's backward turns both into dx_t, da_prev, dc_prev, and this step's part of the
        gradients of the weights and biases, which are summed over the steps

    da: (n_a, m, T_x), the gradient that reaches each hidden state from outside, step by step.
    caches: from lstm_forward.
    Returns a dict: dx (n_x, m, T_x), da0 and dc0 (n_a, m), dWf, dWi, dWc, dWo (n_a, n_a + n_x),
    dbf, dbi, dbc, dbo (n_a, 1).
    """
    cell_caches, x = caches
    n_a, m, T_x = da.shape

    dx = np.empty((x.shape[0], m, T_x))
    # A step sends back two gradients, one for each state that it was handed.
    da_prev, dc_prev = np.zeros((n_a, m)), np.zeros((n_a, m))
    sums = {}
    for t in reversed(range(T_x)):
        kept = cell_caches[t]
        *_, again = lstm_cell_forward(kept[8], kept[2], kept[3], kept[9])
        step = lstm_cell_backward(da[:, :, t] + da_prev, dc_prev, again)
        dx[:, :, t] = step.pop("dxt")
        da_prev, dc_prev = step.pop("da_prev"), step.pop("dc_prev")
        # What is left are the gradients of weights and biases, which all steps share.
        for name, gradient in step.items():
            sums[name] = sums.get(name, 0) + gradient
    # What the first step sends back reaches a0 and c0.
    return {"dx": dx, "da0": da_prev, "dc0": dc_prev, **sums}
