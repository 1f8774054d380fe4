import numpy as np
import torch

from my_maths import tanh_gradient


class RNNCell:
    """One tanh cell in PyTorch's layout; begins afresh with every new sequence."""

    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.w_ih, self.w_hh, self.b_ih, self.b_hh = weight_ih, weight_hh, bias_ih, bias_hh
        self.mode = "backward"

    def start(self):
        self.mode = "forward"
        self.xs, self.hs_before, self.hs_after = [], [], []
        self.dx_list = []
        self.dw_ih_stack = self.dw_hh_stack = self.db_ih_stack = self.db_hh_stack = None
        self.from_later = None

    def __call__(self, x, prev_hidden):
        if self.mode == "backward":
            self.start()
        h = np.tanh(self.w_ih @ x.T + self.b_ih[:, None] + self.w_hh @ prev_hidden.T
                    + self.b_hh[:, None]).T
        self.xs += [x]
        self.hs_before += [prev_hidden]
        self.hs_after += [h]
        return h

    def backward(self, dh):
        self.mode = "backward"
        x, before, after = self.xs.pop(), self.hs_before.pop(), self.hs_after.pop()
        if self.from_later is not None:
            dh = dh + self.from_later
        dz = dh * tanh_gradient(after)
        self.from_later = dz @ self.w_hh
        self.dx_list.insert(0, dz @ self.w_ih)
        # the stacks are arrays with the step as first axis
        self.dw_ih_stack = self.grow(self.dw_ih_stack, dz.T @ x)
        self.dw_hh_stack = self.grow(self.dw_hh_stack, dz.T @ before)
        self.db_ih_stack = self.grow(self.db_ih_stack, dz)
        self.db_hh_stack = self.grow(self.db_hh_stack, dz)
        return self.dx_list

    @staticmethod
    def grow(stack, step):
        step = step[np.newaxis]
        return step if stack is None else np.concatenate([step, stack])


def compare_with_torch(rnn, x, h0, dh):
    cell = RNNCell(*[w.detach().numpy() for w in rnn.all_weights[0]])
    h = h0[0]
    hidden = []
    for t in range(len(x)):
        h = cell(x[t], h)
        hidden.append(h)
    for t in range(len(x) - 1, -1, -1):
        cell.backward(dh[t])

    for w in rnn.all_weights[0]:
        w.grad = None
    tx = torch.tensor(x).requires_grad_(True)
    out, _ = rnn(tx, torch.tensor(h0))
    (out * torch.tensor(dh)).sum().backward()

    result = {"hidden": (np.array(hidden), out.detach().numpy()),
              "dx": (np.array(cell.dx_list), tx.grad.numpy())}
    names = ["dw_ih", "dw_hh", "db_ih", "db_hh"]
    for name, w in zip(names, rnn.all_weights[0]):
        mine = getattr(cell, name + "_stack").sum(axis=0)
        if name.startswith("db"):
            mine = mine.sum(axis=0)
        result[name] = (mine, w.grad.numpy())
    return result
