"""PyTorch's answers to the questions the hidden cases ask; run in a worker, never in the judge."""

import numpy as np
import torch


def _leaf(array):
    return torch.from_numpy(np.array(array)).requires_grad_()


def _lstm_step(xt, a, c, p):
    """One step, all four gates in one product."""
    W, b = (torch.cat([p[f"{kind}{gate}"] for gate in "fico"]) for kind in "Wb")
    f, i, new, o = (W @ torch.cat([a, xt]) + b).chunk(4)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(new)
    return torch.sigmoid(o) * torch.tanh(c), c


def _lstm_sequence(x, a, c, p):
    states = []
    for xt in x.unbind(dim=2):
        a, c = _lstm_step(xt, a, c, p)
        states.append(a)
    return (torch.stack(states, dim=2),)


def _gru_step(xt, a, p):
    """One step, the gates' weights cut in two."""
    n_a = len(a)
    r, z = (
        torch.sigmoid(p[f"W{g}"][:, :n_a] @ a + p[f"W{g}"][:, n_a:] @ xt + p[f"b{g}"]) for g in "rz"
    )
    n = torch.tanh(p["Wnx"] @ xt + p["bnx"] + r * (p["Wna"] @ a + p["bna"]))
    return (n + z * (a - n),)


KINDS = {"lstm_step": _lstm_step, "lstm_sequence": _lstm_sequence, "gru_step": _gru_step}


def gradients(kind, inputs, parameters, outside):
    """Gradients of the sum of states times outside, by inputs and then by parameters."""
    leaves = [_leaf(array) for array in inputs]
    weights = {name: _leaf(array) for name, array in parameters.items()}
    states = KINDS[kind](*leaves, weights)
    given = [torch.from_numpy(np.array(array)) for array in outside]
    return torch.autograd.grad(states, [*leaves, *weights.values()], given)


def modules(lstm_weights, gru_weights, x, h0, c0, dh):
    """What ``torch.nn.LSTM`` and ``torch.nn.GRUCell`` themselves say, in their layout."""
    n_x, n_h = x.shape[2], h0.shape[2]
    lstm, gru = torch.nn.LSTM(n_x, n_h).double(), torch.nn.GRUCell(n_x, n_h).double()
    for made, values in ((lstm, lstm_weights), (gru, gru_weights)):
        with torch.no_grad():
            for parameter, value in zip(made.parameters(), values, strict=True):
                parameter.copy_(torch.from_numpy(np.array(value)))
    inputs, h, c, xt, ht = (_leaf(array) for array in (x, h0, c0, x[0], h0[0]))
    hidden, (_, c_last) = lstm(inputs, (h, c))
    gru_hidden = gru(xt, ht)
    (hidden * torch.from_numpy(np.array(dh))).sum().backward()
    (gru_hidden * torch.from_numpy(np.array(dh[0]))).sum().backward()
    names = ("dw_ih", "dw_hh", "db_ih", "db_hh")
    found = {"hidden": hidden, "c_last": c_last, "dx": inputs.grad, "dh0": h.grad, "dc0": c.grad}
    found |= {name: one.grad for name, one in zip(names, lstm.parameters(), strict=True)}
    found |= {"gru_hidden": gru_hidden, "gru_dx": xt.grad, "gru_dh0": ht.grad}
    found |= {f"gru_{name}": one.grad for name, one in zip(names, gru.parameters(), strict=True)}
    return {name: tensor.detach() for name, tensor in found.items()}


def published_modules():
    """The weights of an LSTM and of a GRUCell after ``torch.manual_seed(123)``."""
    torch.manual_seed(123)
    lstm, gru = torch.nn.LSTM(4, 5).double(), torch.nn.GRUCell(4, 5).double()
    return [[one.detach() for one in made.parameters()] for made in (lstm, gru)]
