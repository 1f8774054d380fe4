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
    # TODO (about 15 lines)
    raise NotImplementedError("rtrl_gradients is still to be written")
