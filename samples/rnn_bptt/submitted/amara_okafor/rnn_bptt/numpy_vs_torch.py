"""My RNN cell against PyTorch's - Amara Okafor, group 2."""

import numpy as np
import torch


class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.weight_ih = weight_ih
        self.weight_hh = weight_hh
        self.bias_ih = bias_ih
        self.bias_hh = bias_hh
        self.x_stack = []
        self.prev_hidden_stack = []
        self.next_hidden_stack = []
        self.dx_list = []
        self.dw_ih_stack = []
        self.dw_hh_stack = []
        self.db_ih_stack = []
        self.db_hh_stack = []
        self.prev_dh = None

    def __call__(self, x, prev_hidden):
        self.prev_dh = np.zeros(prev_hidden.shape)
        next_h = np.tanh(
            np.dot(x, self.weight_ih.T)
            + np.dot(prev_hidden, self.weight_hh.T)
            + self.bias_ih
            + self.bias_hh
        )
        self.x_stack.append(x)
        self.prev_hidden_stack.append(prev_hidden)
        self.next_hidden_stack.append(next_h)
        return next_h

    def backward(self, dh):
        x = self.x_stack.pop()
        prev_hidden = self.prev_hidden_stack.pop()
        next_hidden = self.next_hidden_stack.pop()

        d_tanh = (dh + self.prev_dh) * (1 - next_hidden**2)
        self.prev_dh = np.dot(d_tanh, self.weight_hh)

        self.dx_list.insert(0, np.dot(d_tanh, self.weight_ih))
        self.dw_ih_stack.append(np.dot(d_tanh.T, x))
        self.dw_hh_stack.append(np.dot(d_tanh.T, prev_hidden))
        self.db_ih_stack.append(d_tanh)
        self.db_hh_stack.append(d_tanh)
        return self.dx_list


def compare_with_torch(rnn, x, h0, dh):
    # ---- NumPy
    params = {name: p.detach().numpy() for name, p in rnn.named_parameters()}
    cell = RNNCell(
        params["weight_ih_l0"], params["weight_hh_l0"], params["bias_ih_l0"], params["bias_hh_l0"]
    )
    T = x.shape[0]
    hidden = np.zeros(dh.shape)
    h = h0[0]
    for t in range(T):
        h = cell(x[t], h)
        hidden[t] = h
    for t in reversed(range(T)):
        dx_list = cell.backward(dh[t])

    # ---- PyTorch
    rnn.zero_grad()
    x_torch = torch.tensor(x, requires_grad=True)
    output, _ = rnn(x_torch, torch.tensor(h0))
    output.backward(torch.tensor(dh))

    return {
        "hidden": (hidden, output.detach().numpy()),
        "dx": (np.array(dx_list), x_torch.grad.numpy()),
        "dw_ih": (np.sum(cell.dw_ih_stack, axis=0), rnn.weight_ih_l0.grad.numpy()),
        "dw_hh": (np.sum(cell.dw_hh_stack, axis=0), rnn.weight_hh_l0.grad.numpy()),
        "db_ih": (np.sum(cell.db_ih_stack, axis=(0, 1)), rnn.bias_ih_l0.grad.numpy()),
        "db_hh": (np.sum(cell.db_hh_stack, axis=(0, 1)), rnn.bias_hh_l0.grad.numpy()),
    }
