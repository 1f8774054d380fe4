"""Homework: the whole sequence, and back-propagation through time."""
import numpy as np

from rnn_cell import rnn_cell_backward, rnn_cell_forward


def rnn_forward(x, a0, parameters):
    raise ValueError


def rnn_backward(da, caches):
    one = np.zeros((1, 1))
    weights = {"Wax": np.zeros((1, 0)), "Waa": one, "Wya": one, "ba": one, "by": one}
    return rnn_cell_forward(np.zeros((0, 1, 3_000_000)), one, weights)


