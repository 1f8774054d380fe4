"""What the cases pass to a student's functions that is no data, made in the worker."""

import torch
from torch_kit import filled


def rnn(weight_ih, weight_hh, bias_ih, bias_hh, stale=False, training=True):
    """Make a one-layer float64 ``torch.nn.RNN`` with these weights.

    weight_ih (n_h, n_x), weight_hh (n_h, n_h), bias_ih and bias_hh (n_h,).  ``stale`` has its
    parameters hold gradients already.
    """
    made = torch.nn.RNN(weight_ih.shape[1], weight_ih.shape[0], dtype=torch.float64)
    return filled(made, (weight_ih, weight_hh, bias_ih, bias_hh), stale, training)
