"""How an error travels back through a plain recurrent network, and how fast it grows or fades.

The network is a_t = tanh(z_t) with z_t = Wax x_t + Waa a_{t-1} + ba.  Only the loss of the
last step is looked at here, so every number below belongs to one and the same loss.

Shapes: n_a hidden units, m examples in a batch, T_x time steps.
"""

import numpy as np


def backpropagate_error(Waa, a, da_T):
    """Carry the gradient of the last step's loss back to every pre-activation z_k.

        delta_T = da_T * (1 - a_T^2)
        delta_k = (1 - a_k^2) * (Waa^T delta_{k+1})        for k = T-1, ..., 1

    Waa: (n_a, n_a).  a: (n_a, m, T_x), the hidden states of a tanh network.
    da_T: (n_a, m), the gradient of the last step's loss with respect to the last hidden state.
    Returns delta: (n_a, m, T_x); delta[:, :, k] is the gradient with respect to z_k.
    Small entries must be right as well: each step is compared by its own size.
    """
    T_x = a.shape[2]
    delta = np.empty(a.shape)
    # tanh'(z) = 1 - tanh(z)^2, so the hidden states are all that is needed of the forward pass.
    delta[:, :, -1] = da_T * (1 - a[:, :, -1] ** 2)
    for k in range(T_x - 2, -1, -1):
        # z_{k+1} reads a_k through Waa, so the error comes back through its transpose,
        delta[:, :, k] = Waa.T @ delta[:, :, k + 1]
        # and then through the tanh of step k.
        delta[:, :, k] *= 1 - a[:, :, k] ** 2
    return delta


def growth_factors(delta):
    """Measure gamma, the factor by which each step back scales the error.

        gamma_k = ||delta_k|| / ||delta_{k+1}||,   the norm over all units and examples

    delta: (n_a, m, T_x), as backpropagate_error returns it.
    Returns (T_x - 1,), in time order: entry k belongs to the step from k + 1 back to k.
    It is 0 where the later norm is 0, and the shape is (0,) for a single step.
    """
    # The Frobenius norm of each time step.
    norms = np.sum(delta**2, axis=(0, 1))
    earlier, later = norms[:-1], norms[1:]
    gamma = np.zeros(len(later))
    # `where` leaves the zeros above in place of 0 / 0: an error that has died stays dead.
    np.divide(earlier, later, out=gamma, where=later > 0)
    return gamma
