import math

import numpy as np
import torch


class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.w_ih = weight_ih
        self.w_hh = weight_hh
        self.b_ih = bias_ih
        self.b_hh = bias_hh
        self.n_h, self.n_x = weight_ih.shape
        self.record = []
        self.carried = None
        self.dx_list = []
        self.dw_ih_stack = []
        self.dw_hh_stack = []
        self.db_ih_stack = []
        self.db_hh_stack = []

    def __call__(self, x, prev_hidden):
        m = len(x)
        h = np.zeros((m, self.n_h))
        for e in range(m):
            for i in range(self.n_h):
                z = self.b_ih[i] + self.b_hh[i]
                for k in range(self.n_x):
                    z += self.w_ih[i, k] * x[e, k]
                for k in range(self.n_h):
                    z += self.w_hh[i, k] * prev_hidden[e, k]
                h[e, i] = math.tanh(z)
        self.record.append((x, prev_hidden, h))
        self.carried = np.zeros((m, self.n_h))
        return h

    def backward(self, dh):
        x, prev, h = self.record.pop()
        m = len(x)
        dz = np.zeros((m, self.n_h))
        dx = np.zeros((m, self.n_x))
        dprev = np.zeros((m, self.n_h))
        dw_ih = np.zeros((self.n_h, self.n_x))
        dw_hh = np.zeros((self.n_h, self.n_h))
        for e in range(m):
            for i in range(self.n_h):
                dz[e, i] = (dh[e, i] + self.carried[e, i]) * (1 - math.tanh(h[e, i]) ** 2)
                for k in range(self.n_x):
                    dx[e, k] += dz[e, i] * self.w_ih[i, k]
                    dw_ih[i, k] += dz[e, i] * x[e, k]
                for k in range(self.n_h):
                    dprev[e, k] += dz[e, i] * self.w_hh[i, k]
                    dw_hh[i, k] += dz[e, i] * prev[e, k]
        self.carried = dprev
        self.dw_ih_stack.append(dw_ih)
        self.dw_hh_stack.append(dw_hh)
        self.db_ih_stack.append(dz)
        self.db_hh_stack.append(dz)
        self.dx_list.insert(0, dx)
        return self.dx_list


def add_up(arrays):
    total = np.zeros_like(arrays[0])
    for array in arrays:
        total = total + array
    return total


def compare_with_torch(rnn, x, h0, dh):
    cell = RNNCell(
        rnn.weight_ih_l0.data.numpy().copy(),
        rnn.weight_hh_l0.data.numpy().copy(),
        rnn.bias_ih_l0.data.numpy().copy(),
        rnn.bias_hh_l0.data.numpy().copy(),
    )
    T = len(x)
    hidden = np.zeros(dh.shape)
    h = h0[0]
    for t in range(T):
        h = cell(x[t], h)
        for e in range(len(h)):
            for i in range(len(h[e])):
                hidden[t, e, i] = h[e][i]
    for t in range(T - 1, -1, -1):
        dx_list = cell.backward(dh[t])
    dx = np.zeros(x.shape)
    for t in range(T):
        dx[t] = dx_list[t]

    for parameter in rnn.parameters():
        if parameter.grad is not None:
            parameter.grad = torch.zeros_like(parameter)
    torch_x = torch.tensor(x, requires_grad=True)
    output, _ = rnn(torch_x, torch.tensor(h0))
    output.backward(torch.tensor(dh))

    return {
        "hidden": (hidden, output.detach().numpy()),
        "dx": (dx, torch_x.grad.numpy()),
        "dw_ih": (add_up(cell.dw_ih_stack), rnn.weight_ih_l0.grad.numpy().copy()),
        "dw_hh": (add_up(cell.dw_hh_stack), rnn.weight_hh_l0.grad.numpy().copy()),
        "db_ih": (add_up(add_up(cell.db_ih_stack)), rnn.bias_ih_l0.grad.numpy().copy()),
        "db_hh": (add_up(add_up(cell.db_hh_stack)), rnn.bias_hh_l0.grad.numpy().copy()),
    }
