from collections import deque

import numpy as np
import torch


class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.W, self.U = weight_ih, weight_hh
        self.b = bias_ih + bias_hh
        self.memory = []
        self.dx_list = []
        self.dw_ih_stack, self.dw_hh_stack = deque(), deque()
        self.db_ih_stack, self.db_hh_stack = deque(), deque()

    def __call__(self, x, prev_hidden):
        self.carry = 0
        h = np.tanh(x @ self.W.T + prev_hidden @ self.U.T + self.b)
        self.memory.append((x, prev_hidden, h))
        return h

    def backward(self, dh):
        x, h_prev, h = self.memory.pop()
        g = (dh + self.carry) * (1 - h * h)
        self.carry = g @ self.U
        self.dx_list = [g @ self.W] + self.dx_list
        self.dw_ih_stack.appendleft(g.T @ x)
        self.dw_hh_stack.appendleft(g.T @ h_prev)
        self.db_ih_stack.appendleft(g)
        self.db_hh_stack.appendleft(g)
        return self.dx_list


def compare_with_torch(rnn, x, h0, dh):
    leaves = [p.detach().clone().requires_grad_() for p in rnn.parameters()]
    cell = RNNCell(*(p.detach().numpy() for p in leaves))
    hs = [h0[0]]
    for xt in x:
        hs.append(cell(xt, hs[-1]))
    for d in reversed(dh):
        dxs = cell.backward(d)

    xt = torch.from_numpy(x.copy()).requires_grad_()
    out, _ = rnn(xt, torch.from_numpy(h0.copy()))
    grads = torch.autograd.grad(out, [xt, *rnn.parameters()], torch.from_numpy(dh.copy()))
    dx, dw_ih, dw_hh, db_ih, db_hh = (g.numpy() for g in grads)
    return {
        "hidden": (np.stack(hs[1:]), out.detach().numpy()),
        "dx": (np.stack(dxs), dx),
        "dw_ih": (sum(cell.dw_ih_stack), dw_ih),
        "dw_hh": (sum(cell.dw_hh_stack), dw_hh),
        "db_ih": (sum(cell.db_ih_stack).sum(0), db_ih),
        "db_hh": (sum(cell.db_hh_stack).sum(0), db_hh),
    }
