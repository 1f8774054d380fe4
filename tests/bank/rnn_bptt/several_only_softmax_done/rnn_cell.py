import numpy as np


def softmax(z):
    """
    Implements the softmax function.

    Arguments:
    z -- the scores, numpy array of shape (n_y, m)

    Returns:
    s -- the probabilities, numpy array of shape (n_y, m)
    """
    # shift every column by its own maximum
    z_shifted = z - np.max(z, axis=0, keepdims=True)
    e_z = np.exp(z_shifted)
    s = e_z / np.sum(e_z, axis=0, keepdims=True)
    return s


def rnn_cell_forward(xt, a_prev, parameters):
    """
    Implements a single forward step of the RNN-cell.
    """
    raise NotImplementedError("rnn_cell_forward is still to be written")


def rnn_cell_backward(da_next, cache):
    """
    Implements the backward pass for the RNN-cell (single time-step).
    """
    raise NotImplementedError("rnn_cell_backward is still to be written")
