from collections import deque, namedtuple

import numpy as np
import torch

Step = namedtuple("Step", "x before after")


class RNNCell(object):
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.weight_ih, self.weight_hh = weight_ih, weight_hh
        self.bias_ih, self.bias_hh = bias_ih, bias_hh
        self.steps = deque()
        self.dx_list = []
        self.dw_ih_stack, self.dw_hh_stack = deque(), deque()
        self.db_ih_stack, self.db_hh_stack = deque(), deque()
        self.from_the_future = 0

    def __call__(self, x, prev_hidden):
        self.from_the_future = 0
        z = np.dot(x, self.weight_ih.T) + self.bias_ih
        z = z + np.dot(prev_hidden, self.weight_hh.T) + self.bias_hh
        after = np.tanh(z)
        self.steps.append(Step(x, prev_hidden, after))
        return after

    def backward(self, dh):
        step = self.steps.pop()
        delta = (dh + self.from_the_future) * (1 - step.after) * (1 + step.after)
        self.dw_ih_stack.appendleft(np.dot(delta.T, step.x))
        self.dw_hh_stack.appendleft(np.dot(delta.T, step.before))
        self.db_ih_stack.appendleft(delta)
        self.db_hh_stack.appendleft(delta)
        self.from_the_future = np.dot(delta, self.weight_hh)
        self.dx_list.insert(0, np.dot(delta, self.weight_ih))
        return self.dx_list


def _run(cell, x, h, dh, hidden):
    """Go forward through x, come back through dh."""
    if len(x) == 0:
        return []
    h = cell(x[0], h)
    hidden.append(h)
    _run(cell, x[1:], h, dh[1:], hidden)
    return cell.backward(dh[0])


def compare_with_torch(rnn, x, h0, dh):
    weights = [rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, rnn.bias_hh_l0]
    cell = RNNCell(*[w.detach().numpy().copy() for w in weights])
    hidden = []
    dx = _run(cell, x, h0[0], dh, hidden)

    tx = torch.tensor(x, requires_grad=True)
    th, _ = rnn(tx, torch.tensor(h0))
    th.backward(torch.tensor(dh))
    grads = [w.grad.detach().clone().numpy() for w in weights]

    return {
        "hidden": (np.array(hidden), th.detach().numpy()),
        "dx": (np.array(dx), tx.grad.numpy()),
        "dw_ih": (np.array(cell.dw_ih_stack).sum(axis=0), grads[0]),
        "dw_hh": (np.array(cell.dw_hh_stack).sum(axis=0), grads[1]),
        "db_ih": (np.array(cell.db_ih_stack).sum(axis=(0, 1)), grads[2]),
        "db_hh": (np.array(cell.db_hh_stack).sum(axis=(0, 1)), grads[3]),
    }
