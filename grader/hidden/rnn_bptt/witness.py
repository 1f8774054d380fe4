"""PyTorch's answers to the questions the hidden cases ask; run in a worker, never in the judge."""

import numpy as np
import torch


def _tensors(*arrays):
    return [torch.from_numpy(np.array(array)).requires_grad_() for array in arrays]


def cell_gradients(xt, a_prev, Wax, Waa, ba, da_next):
    """Gradients of sum(a_next * da_next) for a_next = tanh(Wax xt + Waa a_prev + ba)."""
    inputs = _tensors(xt, a_prev, Wax, Waa, ba)
    xt, a_prev, Wax, Waa, ba = inputs
    a_next = torch.tanh(Wax @ xt + Waa @ a_prev + ba)
    found = torch.autograd.grad(a_next, inputs, torch.from_numpy(da_next))
    return dict(zip(("dxt", "da_prev", "dWax", "dWaa", "dba"), found, strict=True))


def sequence_gradients(x, a0, Wax, Waa, ba, da):
    """Gradients of sum over t of a_t * da_t for the same update, step by step."""
    inputs = _tensors(x, a0, Wax, Waa, ba)
    x, a, Wax, Waa, ba = inputs
    states = []
    for t in range(x.shape[2]):
        a = torch.tanh(Wax @ x[:, :, t] + Waa @ a + ba)
        states.append(a)
    found = torch.autograd.grad(torch.stack(states, dim=2), inputs, torch.from_numpy(da))
    return dict(zip(("dx", "da0", "dWax", "dWaa", "dba"), found, strict=True))


def rnn_gradients(weight_ih, weight_hh, bias_ih, bias_hh, x, h0, dh):
    """Hidden states and gradients of ``torch.nn.RNN`` itself."""
    rnn = torch.nn.RNN(weight_ih.shape[1], weight_ih.shape[0], dtype=torch.float64)
    weights = dict(rnn.named_parameters())
    values = (weight_ih, weight_hh, bias_ih, bias_hh)
    with torch.no_grad():
        for parameter, value in zip(weights.values(), values, strict=True):
            parameter.copy_(torch.from_numpy(np.array(value)))
    (inputs,) = _tensors(x)
    hidden, _ = rnn(inputs, torch.from_numpy(np.array(h0)))
    gradient = torch.from_numpy(np.array(dh))
    found = torch.autograd.grad(hidden, [inputs, *weights.values()], gradient)
    names = ("hidden", "dx", "dw_ih", "dw_hh", "db_ih", "db_hh")
    return dict(zip(names, (hidden, *found), strict=True))


def published_rnn():
    """The weights that ``torch.manual_seed(123); torch.nn.RNN(4, 5).double()`` gives."""
    torch.manual_seed(123)
    return tuple(parameter.detach() for parameter in torch.nn.RNN(4, 5).double().parameters())
