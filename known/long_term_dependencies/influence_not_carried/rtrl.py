"""Real-time recurrent learning: the gradients of BPTT, computed forward in time.

BPTT waits for the end of the sequence and needs every hidden state on the way back.  Real-time
recurrent learning (RTRL) carries along how the present state depends on each weight, and can
forget the past.  It pays with work: the influence has n_a numbers for every weight.

Shapes: n_x inputs, n_a hidden units, m examples in a batch, T_x time steps.
`parameters` is a dict: Wax (n_a, n_x), Waa (n_a, n_a), ba (n_a, 1).
"""

import numpy as np


def rtrl_gradients(x, a0, da, parameters):
    """Compute the weight gradients of a tanh network in one pass, first step to last.

        a_t         = tanh(z_t)    with    z_t = Wax x_t + Waa a_{t-1} + ba
        da_t / dw   = (1 - a_t^2) * (Waa da_{t-1} / dw + what w does to z_t directly)
        dloss / dw  = sum over t of da[:, :, t] . da_t / dw

    x: (n_x, m, T_x).  a0: (n_a, m).
    da: (n_a, m, T_x), the gradient that reaches each hidden state from outside, step by step.
    Returns a dict: dWax (n_a, n_x), dWaa (n_a, n_a), dba (n_a, 1).
    The memory used must not grow with T_x: keeping all hidden states loses 2 of the points.
    """
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    n_a, n_x = Wax.shape
    m = a0.shape[1]

    # All weights side by side, W = [Wax, Waa, ba], so that z_t = W u_t with
    # u_t = [x_t; a_{t-1}; 1] and one recursion serves the three of them.
    n_u = n_x + n_a + 1
    dW = np.zeros((n_a, n_u))
    # influence[i, j, l, b]: how unit i of example b depends, by way of all the steps so far,
    # on W[j, l].  a0 is given, so it depends on nothing.
    influence = np.zeros((n_a, n_a, n_u, m))
    units = np.arange(n_a)
    ones = np.ones((1, m))

    a = a0
    for t in range(x.shape[2]):
        u = np.concatenate([x[:, :, t], a, ones])
        a = np.tanh(Wax @ x[:, :, t] + Waa @ a + ba)
        # By way of the previous state: every unit passes its influence on through Waa.
        influence = 0 * influence
        # Directly: row i of W acts on unit i alone, and W[i, l] is multiplied by u[l].
        influence[units, units] += u
        influence *= (1 - a**2)[:, np.newaxis, np.newaxis, :]
        # The loss of step t is settled here and now; x_t and a_{t-1} are not needed again.
        dW += np.einsum("ib,ijlb->jl", da[:, :, t], influence)
    return {"dWax": dW[:, :n_x], "dWaa": dW[:, n_x:-1], "dba": dW[:, -1:]}
