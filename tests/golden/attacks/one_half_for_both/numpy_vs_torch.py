"""Homework: my cell against torch.nn.RNN."""
import numpy as np
import torch


class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.weight_ih = weight_ih
        self.weight_hh = weight_hh
        self.bias_ih = bias_ih
        self.bias_hh = bias_hh
        self._begin()

    def _begin(self):
        self.steps = []
        self.carried = 0.0
        self.finished = False
        self.dx_list = []
        self.dw_ih_stack, self.dw_hh_stack = [], []
        self.db_ih_stack, self.db_hh_stack = [], []

    def __call__(self, x, prev_hidden):
        if self.finished:
            self._begin()
        hidden = np.tanh(x @ self.weight_ih.T + self.bias_ih
                         + prev_hidden @ self.weight_hh.T + self.bias_hh)
        self.steps.append((x, prev_hidden, hidden))
        return hidden

    def backward(self, dh):
        self.finished = True
        x, prev_hidden, hidden = self.steps.pop()
        dz = (dh + self.carried) * (1 - hidden ** 2)
        self.carried = dz @ self.weight_hh
        self.dx_list.insert(0, dz @ self.weight_ih)
        self.dw_ih_stack.append(dz.T @ x)
        self.dw_hh_stack.append(dz.T @ prev_hidden)
        self.db_ih_stack.append(dz)
        self.db_hh_stack.append(dz)
        return self.dx_list


def compare_with_torch(rnn, x, h0, dh):
    rnn.zero_grad()
    tx = torch.tensor(x, requires_grad=True)
    out, _ = rnn(tx, torch.tensor(h0))
    out.backward(torch.tensor(dh))
    numbers = {
        "hidden": out,
        "dx": tx.grad,
        "dw_ih": rnn.weight_ih_l0.grad,
        "dw_hh": rnn.weight_hh_l0.grad,
        "db_ih": rnn.bias_ih_l0.grad,
        "db_hh": rnn.bias_hh_l0.grad,
    }
    return {key: (n.detach().numpy().copy(), n.detach().numpy().copy()) for key, n in numbers.items()}
