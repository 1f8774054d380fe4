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
    # TODO (about 2 lines)
    raise NotImplementedError("softmax is still to be written")


def rnn_cell_forward(xt, a_prev, parameters):
    """Take one step: from the previous hidden state to the next, and to a prediction.

        a_next  = tanh(Wax xt + Waa a_prev + ba)
        yt_pred = softmax(Wya a_next + by)

    xt: (n_x, m), the input of this step.  a_prev: (n_a, m), the hidden state before it.
    Returns (a_next, yt_pred, cache): a_next (n_a, m), yt_pred (n_y, m), and the tuple
    cache = (a_next, a_prev, xt, parameters), which is all that the backward pass needs.
    """
    # TODO (about 3 lines)
    raise NotImplementedError("rnn_cell_forward is still to be written")


def rnn_cell_backward(da_next, cache):
    """Carry the gradient of the loss from a_next back to everything a_next was made of.

        dz      = da_next * (1 - a_next^2)
        dxt     = Wax^T dz         dWax = dz xt^T         dba = sum of dz over the examples
        da_prev = Waa^T dz         dWaa = dz a_prev^T

    da_next: (n_a, m), the gradient with respect to a_next.  cache: from rnn_cell_forward.
    Returns a dict: dxt (n_x, m), da_prev (n_a, m), dWax (n_a, n_x), dWaa (n_a, n_a), dba (n_a, 1).
    """
    # TODO (about 9 lines)
    raise NotImplementedError("rnn_cell_backward is still to be written")
