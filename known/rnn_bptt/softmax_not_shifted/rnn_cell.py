"""One step of a recurrent network, forward and backward.

    a_t = tanh(z_t)    with    z_t = Wax x_t + Waa a_{t-1} + ba
    y_t = softmax(Wya a_t + by)

Shapes: n_x inputs, n_a hidden units, n_y outputs, m examples in a batch, one per column.
`parameters` is a dict: Wax (n_a, n_x), Waa (n_a, n_a), Wya (n_y, n_a), ba (n_a, 1), by (n_y, 1).
"""

import numpy as np


def softmax(z):
    """Turn each column of scores into probabilities.

        softmax(z)_i = exp(z_i) / sum over j of exp(z_j),    column by column

    z: (n_y, m).  Returns (n_y, m): each column sums to 1.
    It must be finite for any finite z, such as a column that holds 1000 and -1000.
    """
    # exp(z - c) / sum(exp(z - c)) is the same for any c.  With c the largest entry of the column
    # no exponent is above 0, so nothing overflows, and one of them is 0, so no sum is 0.  The
    # largest entry of the whole matrix would not do: a column far below it would become 0 / 0.
    exp_z = np.exp(z)
    return exp_z / np.sum(exp_z, axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    """Take one step: from the previous hidden state to the next, and to a prediction.

        a_next  = tanh(Wax xt + Waa a_prev + ba)
        yt_pred = softmax(Wya a_next + by)

    xt: (n_x, m), the input of this step.  a_prev: (n_a, m), the hidden state before it.
    Returns (a_next, yt_pred, cache): a_next (n_a, m), yt_pred (n_y, m), and the tuple
    cache = (a_next, a_prev, xt, parameters), which is all that the backward pass needs.
    """
    # The biases are columns (n, 1), so that NumPy adds them to each of the m examples.
    a_next = np.tanh(parameters["Wax"] @ xt + parameters["Waa"] @ a_prev + parameters["ba"])
    # The prediction is read off the new state, not the old one.
    yt_pred = softmax(parameters["Wya"] @ a_next + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    """Carry the gradient of the loss from a_next back to everything a_next was made of.

        dz      = da_next * (1 - a_next^2)
        dxt     = Wax^T dz         dWax = dz xt^T         dba = sum of dz over the examples
        da_prev = Waa^T dz         dWaa = dz a_prev^T

    da_next: (n_a, m), the gradient with respect to a_next.  cache: from rnn_cell_forward.
    Returns a dict: dxt (n_x, m), da_prev (n_a, m), dWax (n_a, n_x), dWaa (n_a, n_a), dba (n_a, 1).
    """
    a_next, a_prev, xt, parameters = cache
    # tanh'(z) = 1 - tanh(z)^2, and tanh(z) is a_next: z itself need not be kept.
    dz = da_next * (1 - a_next**2)
    return {
        # x and a_prev enter z through a matrix, so their gradients come back through its transpose.
        "dxt": parameters["Wax"].T @ dz,
        "da_prev": parameters["Waa"].T @ dz,
        # All examples use the same weights: the matrix product adds up what each contributes.
        "dWax": dz @ xt.T,
        "dWaa": dz @ a_prev.T,
        # The bias was added to every column, so its gradient is the sum over them; it stays a
        # column, as ba is one.
        "dba": np.sum(dz, axis=1, keepdims=True),
    }
