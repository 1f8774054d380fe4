"""A recurrent network that adds to its state instead of replacing it.

    h_t = h_{t-1} + tanh(z_t)    with    z_t = Wax x_t + Waa h_{t-1} + ba

One step back multiplies the gradient by I + Waa^T diag(1 - tanh(z_t)^2) instead of
Waa^T diag(1 - a_t^2).  The I is a path on which nothing is lost.

Shapes: n_x inputs, n_a hidden units, m examples in a batch, T_x time steps.
`parameters` is a dict: Wax (n_a, n_x), Waa (n_a, n_a), ba (n_a, 1).
"""

import numpy as np


def residual_forward(x, h0, parameters):
    """Run the network over a sequence.

        h_t = h_{t-1} + tanh(Wax x_t + Waa h_{t-1} + ba)

    x: (n_x, m, T_x).  h0: (n_a, m).
    Returns (h, caches).  h: (n_a, m, T_x).
    caches: whatever residual_backward needs, in any form you like; it is handed back untouched.
    """
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    n_a, m = h0.shape
    T_x = x.shape[2]

    h = np.empty((n_a, m, T_x))
    steps = []
    h_prev = h0
    for t in range(T_x):
        xt = x[:, :, t]
        g = np.tanh(Wax @ xt + Waa @ h_prev + ba)
        # g cannot be had from h_t alone, so it is kept: tanh'(z) = 1 - g^2, not 1 - h^2.
        steps.append((xt, h_prev, g))
        h_prev = h_prev + g
        h[:, :, t] = h_prev
    return h, (steps, parameters)


def residual_backward(dh, caches):
    """Back-propagate through the whole sequence.

        dh_t     = dh[:, :, t] + what came back from step t + 1
        dz_t     = dh_t * (1 - tanh(z_t)^2)
        dh_{t-1} = dh_t + Waa^T dz_t               (goes back to step t - 1)

    dh: (n_a, m, T_x), the gradient that reaches each state from outside, step by step.
    caches: what residual_forward returned.  They may be used again, so leave them as they are.
    Returns a dict: dx (n_x, m, T_x), dh0 (n_a, m), dWax (n_a, n_x), dWaa (n_a, n_a), dba (n_a, 1).
    """
    steps, parameters = caches
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    n_a, m, T_x = dh.shape

    dx = np.empty((Wax.shape[1], m, T_x))
    dWax = np.zeros(Wax.shape)
    dWaa = np.zeros(Waa.shape)
    dba = np.zeros(n_a)
    # Nothing comes back from behind the last step.
    dh_next = np.zeros((n_a, m))
    for t in range(T_x - 1, -1, -1):
        xt, h_prev, g = steps[t]
        dh_t = dh[:, :, t] + dh_next
        dz = dh_t * (1 - g**2)

        dx[:, :, t] = Wax.T @ dz
        # The same weights are used at every step and by every example: their gradients add up.
        dWax += dz @ xt.T
        dWaa += dz @ h_prev.T
        dba += np.sum(dz, axis=1)
        # h_{t-1} reaches h_t twice: as it is, and through tanh.  The first keeps the gradient
        # from vanishing; the sum of both may still grow from step to step.
        dh_next = dh_t + Waa.T @ dz
    return {"dx": dx, "dh0": dh_next, "dWax": dWax, "dWaa": dWaa, "dba": dba}
