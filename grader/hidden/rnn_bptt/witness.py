"""PyTorch's answers to the questions the hidden cases ask; run in a worker, never in the judge."""

import torch
from torch_kit import along_time, differentiated, filled, tensor


@differentiated
def rnn_cell_forward(xt, a_prev, Wax, Waa, ba):
    """a_next = tanh(Wax xt + Waa a_prev + ba)."""
    return torch.tanh(Wax @ xt + Waa @ a_prev + ba)


@differentiated
def rnn_forward(x, a, Wax, Waa, ba):
    """The same update, step by step: all a_t."""
    states = [a]
    for t in range(x.shape[2]):
        states.append(torch.tanh(Wax @ x[:, :, t] + Waa @ states[-1] + ba))
    return along_time(states[1:])


def rnn_gradients(weight_ih, weight_hh, bias_ih, bias_hh, x, h0, dh):
    """Hidden states and gradients of ``torch.nn.RNN`` itself."""
    rnn = torch.nn.RNN(weight_ih.shape[1], weight_ih.shape[0], dtype=torch.float64)
    filled(rnn, (weight_ih, weight_hh, bias_ih, bias_hh))
    inputs = tensor(x).requires_grad_()
    hidden, _ = rnn(inputs, tensor(h0))
    found = torch.autograd.grad(hidden, [inputs, *rnn.parameters()], tensor(dh))
    names = ("hidden", "dx", "dw_ih", "dw_hh", "db_ih", "db_hh")
    return dict(zip(names, (hidden.detach(), *found), strict=True))


def published_rnn():
    """The weights that ``torch.manual_seed(123); torch.nn.RNN(4, 5).double()`` gives."""
    torch.manual_seed(123)
    return tuple(parameter.detach() for parameter in torch.nn.RNN(4, 5).double().parameters())
