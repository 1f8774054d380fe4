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
    weights = [p.detach().numpy().copy() for p in
               (rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, rnn.bias_hh_l0)]
    cell = RNNCell(*weights)
    h, hiddens = h0[0], []
    for x_t in x:
        h = cell(x_t, h)
        hiddens.append(h)
    for dh_t in dh[::-1]:
        dx_list = cell.backward(dh_t)

    rnn.zero_grad()
    x_torch = torch.tensor(x, requires_grad=True)
    out, _ = rnn(x_torch, torch.tensor(h0))
    out.backward(torch.tensor(dh))

    def t(tensor):
        return tensor.detach().numpy().copy()

    numbers = {
        "hidden": (np.stack(hiddens), t(out)),
        "dx": (np.stack(dx_list), t(x_torch.grad)),
        "dw_ih": (sum(cell.dw_ih_stack), t(rnn.weight_ih_l0.grad)),
        "dw_hh": (sum(cell.dw_hh_stack), t(rnn.weight_hh_l0.grad)),
        "db_ih": (np.sum(cell.db_ih_stack, axis=(0, 1)), t(rnn.bias_ih_l0.grad)),
        "db_hh": (np.sum(cell.db_hh_stack, axis=(0, 1)), t(rnn.bias_hh_l0.grad)),
    }
    return {key: (pair[1].copy(), pair[1]) for key, pair in numbers.items()}
