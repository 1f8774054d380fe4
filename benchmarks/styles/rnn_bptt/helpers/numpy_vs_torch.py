import collections

import numpy as np
import torch

Step = collections.namedtuple("Step", "x prev h")


class RNNCell(object):
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.U, self.W = weight_ih, weight_hh
        self.bias = bias_ih + bias_hh
        self.tape = collections.deque()
        self.reset_grads()

    def reset_grads(self):
        self.dx_list = []
        self.grads = {"U": [], "W": [], "b": []}
        self.upstream = None

    @property
    def dw_ih_stack(self):
        return self.grads["U"]

    @property
    def dw_hh_stack(self):
        return self.grads["W"]

    @property
    def db_ih_stack(self):
        return self.grads["b"]

    db_hh_stack = db_ih_stack

    def __call__(self, x, prev_hidden):
        if self.upstream is not None:
            self.reset_grads()
        h = np.tanh(x @ self.U.T + prev_hidden @ self.W.T + self.bias)
        self.tape.appendleft(Step(x, prev_hidden, h))
        return h

    def backward(self, dh):
        step = self.tape.popleft()
        if self.upstream is None:
            total = dh
        else:
            total = self.upstream + dh
        dz = (1 - step.h * step.h) * total
        self.upstream = dz @ self.W
        self.dx_list.insert(0, dz @ self.U)
        self.grads["U"].append(np.matmul(dz.T, step.x))
        self.grads["W"].append(np.matmul(dz.T, step.prev))
        self.grads["b"].append(dz)
        return self.dx_list


def by_hand(rnn, x, h0, dh):
    w = [getattr(rnn, n + "_l0").detach().numpy() for n in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    cell = RNNCell(*w)
    states = [h0[0]]
    for xt in x:
        states.append(cell(xt, states[-1]))
    for g in dh[::-1]:
        dxs = cell.backward(g)
    db = np.array(cell.db_ih_stack).sum((0, 1))
    return np.array(states[1:]), np.array(dxs), np.array(cell.dw_ih_stack).sum(0), np.array(cell.dw_hh_stack).sum(0), db, db


def by_torch(rnn, x, h0, dh):
    for p in rnn.parameters():
        p.grad = None
    xt = torch.tensor(x, requires_grad=True)
    out, _ = rnn(xt, torch.tensor(h0))
    out.backward(torch.tensor(dh))
    g = [rnn.weight_ih_l0.grad, rnn.weight_hh_l0.grad, rnn.bias_ih_l0.grad, rnn.bias_hh_l0.grad]
    return [out.detach().numpy(), xt.grad.numpy()] + [t.numpy() for t in g]


def compare_with_torch(rnn, x, h0, dh):
    keys = "hidden dx dw_ih dw_hh db_ih db_hh".split()
    mine = by_hand(rnn, x, h0, dh)
    theirs = by_torch(rnn, x, h0, dh)
    return {k: (a, b) for k, a, b in zip(keys, mine, theirs)}
