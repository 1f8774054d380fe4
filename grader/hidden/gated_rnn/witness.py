"""PyTorch's answers to the questions the hidden cases ask; run in a worker, never in the judge."""

import torch
from torch_kit import along_time, differentiated, filled, leaves, tensor


def _step(xt, a, c, W, b):
    """One step of the LSTM, its four gates in one product."""
    f, i, o, new = (W @ torch.cat([a, xt]) + b).chunk(4)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(new)
    return torch.sigmoid(o) * torch.tanh(c), c


@differentiated
def lstm_cell_forward(xt, a_prev, c_prev, *parameters):
    """Both states, of the parameters Wf, Wi, Wo, Wc, bf, bi, bo, bc."""
    return _step(xt, a_prev, c_prev, torch.cat(parameters[:4]), torch.cat(parameters[4:]))


@differentiated
def lstm_forward(x, a, c, *parameters):
    """All hidden states."""
    W, b = torch.cat(parameters[:4]), torch.cat(parameters[4:])
    states = [(a, c)]
    for xt in x.unbind(dim=2):
        states.append(_step(xt, *states[-1], W, b))
    return along_time(a for a, _ in states[1:])


@differentiated
def gru_cell_forward(xt, a, Wr, Wz, Wnx, Wna, br, bz, bnx, bna):
    """The next state, the gates' weights cut in two."""
    n_a = len(a)
    r = torch.sigmoid(Wr[:, :n_a] @ a + Wr[:, n_a:] @ xt + br)
    z = torch.sigmoid(Wz[:, :n_a] @ a + Wz[:, n_a:] @ xt + bz)
    n = torch.tanh(Wnx @ xt + bnx + r * (Wna @ a + bna))
    return n + z * (a - n)


WEIGHTS = ("dw_ih", "dw_hh", "db_ih", "db_hh")


def modules(lstm_weights, gru_weights, x, h0, c0, dh):
    """What ``torch.nn.LSTM`` and ``torch.nn.GRUCell`` themselves say, in their layout."""
    n_x, n_h = x.shape[2], h0.shape[2]
    lstm = filled(torch.nn.LSTM(n_x, n_h).double(), lstm_weights)
    gru = filled(torch.nn.GRUCell(n_x, n_h).double(), gru_weights)
    inputs, h, c, xt, ht = leaves(x, h0, c0, x[0], h0[0])
    hidden, (_, c_last) = lstm(inputs, (h, c))
    gru_hidden = gru(xt, ht)
    ((hidden * tensor(dh)).sum() + (gru_hidden * tensor(dh[0])).sum()).backward()
    found = {"hidden": hidden, "c_last": c_last, "dx": inputs.grad, "dh0": h.grad, "dc0": c.grad}
    found |= {name: one.grad for name, one in zip(WEIGHTS, lstm.parameters(), strict=True)}
    found |= {"gru_hidden": gru_hidden, "gru_dx": xt.grad, "gru_dh0": ht.grad}
    found |= {f"gru_{name}": one.grad for name, one in zip(WEIGHTS, gru.parameters(), strict=True)}
    return {name: one.detach() for name, one in found.items()}


def published_modules():
    """The weights of an LSTM and of a GRUCell after ``torch.manual_seed(123)``."""
    torch.manual_seed(123)
    lstm, gru = torch.nn.LSTM(4, 5).double(), torch.nn.GRUCell(4, 5).double()
    return [[one.detach() for one in made.parameters()] for made in (lstm, gru)]
