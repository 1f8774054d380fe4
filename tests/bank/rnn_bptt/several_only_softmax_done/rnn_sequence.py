import numpy as np

from rnn_cell import rnn_cell_backward, rnn_cell_forward


def rnn_forward(x, a0, parameters):
    """
    Implement the forward propagation of the recurrent neural network.
    """
    raise NotImplementedError("rnn_forward is still to be written")


def rnn_backward(da, caches):
    """
    Implement the backward pass for a RNN over an entire sequence of input data.
    """
    raise NotImplementedError("rnn_backward is still to be written")
