import copy

import numpy as np
import torch
from torch import nn


class RNNCell():
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.weight_ih, self.weight_hh = weight_ih, weight_hh
        self.bias_ih, self.bias_hh = bias_ih, bias_hh
        self.xs, self.prevs, self.nexts = [], [], []
        self.dx_list = []
        self.dw_ih_stack, self.dw_hh_stack = [], []
        self.db_ih_stack, self.db_hh_stack = [], []

    def __call__(self, x, prev_hidden):
        self.dh_next = np.zeros_like(prev_hidden)
        next_hidden = np.tanh(x.dot(self.weight_ih.T) + self.bias_ih
                              + prev_hidden.dot(self.weight_hh.T) + self.bias_hh)
        self.xs.append(x)
        self.prevs.append(prev_hidden)
        self.nexts.append(next_hidden)
        return next_hidden

    def backward(self, dh):
        x, prev, h = self.xs.pop(), self.prevs.pop(), self.nexts.pop()
        dz = (1.0 - h ** 2) * (dh + self.dh_next)
        self.dh_next = dz.dot(self.weight_hh)
        self.dx_list.insert(0, dz.dot(self.weight_ih))
        self.dw_ih_stack.append(dz.T.dot(x))
        self.dw_hh_stack.append(dz.T.dot(prev))
        self.db_ih_stack.append(dz)
        self.db_hh_stack.append(dz)
        return self.dx_list


def compare_with_torch(rnn: nn.RNN, x, h0, dh):
    # work on a copy, so that the network which was given to us stays as it is
    net = copy.deepcopy(rnn)
    net.zero_grad()

    x_torch = torch.from_numpy(x.copy())
    x_torch.requires_grad = True
    out, h_n = net(x_torch, torch.from_numpy(h0.copy()))
    out.backward(torch.from_numpy(dh.copy()))

    weights = net.state_dict()
    cell = RNNCell(weights["weight_ih_l0"].numpy(), weights["weight_hh_l0"].numpy(),
                   weights["bias_ih_l0"].numpy(), weights["bias_hh_l0"].numpy())
    hs = []
    state = h0[0]
    for step in x:
        state = cell(step, state)
        hs.append(state)
    for step in dh[::-1]:
        dx = cell.backward(step)

    return {
        "hidden": (np.array(hs), out.detach().numpy()),
        "dx": (np.array(dx), x_torch.grad.numpy()),
        "dw_ih": (np.sum(cell.dw_ih_stack, 0), net.weight_ih_l0.grad.numpy()),
        "dw_hh": (np.sum(cell.dw_hh_stack, 0), net.weight_hh_l0.grad.numpy()),
        "db_ih": (np.sum(cell.db_ih_stack, (0, 1)), net.bias_ih_l0.grad.numpy()),
        "db_hh": (np.sum(cell.db_hh_stack, (0, 1)), net.bias_hh_l0.grad.numpy()),
    }
