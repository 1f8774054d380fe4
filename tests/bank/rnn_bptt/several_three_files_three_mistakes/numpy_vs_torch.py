from contextlib import suppress
from functools import reduce

import numpy as np
import torch

NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        for name, value in zip(NAMES, (weight_ih, weight_hh, bias_ih, bias_hh)):
            setattr(self, name, value)
        self.past, self.carry, self.dx_list = [], 0.0, []
        for name in ("dw_ih", "dw_hh", "db_ih", "db_hh"):
            setattr(self, f"{name}_stack", [])

    def __call__(self, x, prev_hidden):
        self.carry = 0.0
        both = np.hstack([x, prev_hidden]) @ np.hstack([self.weight_ih, self.weight_hh]).T
        hidden = np.tanh(both + self.bias_ih + self.bias_hh)
        self.past.append((x, prev_hidden, hidden))
        return hidden

    def backward(self, dh):
        x, prev_hidden, hidden = self.past.pop()
        delta = (dh + self.carry) * (1 - np.square(hidden))
        self.carry = delta @ self.weight_hh
        new = {"dw_ih": delta.T @ x, "dw_hh": delta.T @ hidden, "db_ih": delta, "db_hh": delta}
        for name, value in new.items():
            getattr(self, f"{name}_stack").append(value)
        self.dx_list = [delta @ self.weight_ih, *self.dx_list]
        return self.dx_list


def compare_with_torch(rnn, x, h0, dh):
    weights = {name: getattr(rnn, f"{name}_l0") for name in NAMES}
    for weight in weights.values():
        with suppress(AttributeError):
            weight.grad.zero_()
    cell = RNNCell(*(w.detach().numpy() for w in weights.values()))
    states = reduce(lambda hs, xt: [*hs, cell(xt, hs[-1])], x, [h0[0]])[1:]
    *_, dx = map(cell.backward, dh[::-1])
    tx = torch.tensor(x).requires_grad_()
    out = rnn(tx, torch.tensor(h0))[0]
    out.backward(gradient=torch.tensor(dh))
    own = (
        sum(cell.dw_ih_stack),
        sum(cell.dw_hh_stack),
        sum(cell.db_ih_stack).sum(axis=0),
        sum(cell.db_hh_stack).sum(axis=0),
    )
    torchs = (w.grad.detach().numpy().copy() for w in weights.values())
    return {
        "hidden": (np.stack(states), out.detach().numpy()),
        "dx": (np.stack(dx), tx.grad.numpy()),
        **dict(zip(("dw_ih", "dw_hh", "db_ih", "db_hh"), zip(own, torchs))),
    }
