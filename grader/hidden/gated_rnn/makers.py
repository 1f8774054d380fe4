"""What a comparison takes that is no data, made in the worker: PyTorch's own modules."""

import torch
from torch_kit import filled


def lstm(*weights, **state):
    """Make a one-layer float64 ``torch.nn.LSTM``: weight_ih, weight_hh, bias_ih, bias_hh."""
    n_h = weights[1].shape[1]
    return filled(torch.nn.LSTM(weights[0].shape[1], n_h, dtype=torch.float64), weights, **state)


def gru(*weights, **state):
    """Make a float64 ``torch.nn.GRUCell`` of the same four, with three gates."""
    n_h = weights[1].shape[1]
    return filled(torch.nn.GRUCell(weights[0].shape[1], n_h, dtype=torch.float64), weights, **state)
