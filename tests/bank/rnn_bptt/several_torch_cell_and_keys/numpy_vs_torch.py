import numpy as np
import torch


class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.W, self.U, self.b = weight_ih, weight_hh, bias_ih
        self.tape = []
        self.fresh = True
        self.reset()

    def reset(self):
        self.dx_list = []
        self.dw_ih_stack, self.dw_hh_stack = [], []
        self.db_ih_stack, self.db_hh_stack = [], []
        self.carry = 0.0

    def __call__(self, x, prev_hidden):
        if not self.fresh:
            self.reset()
            self.fresh = True
        h = np.tanh(x @ self.W.T + prev_hidden @ self.U.T + self.b)
        self.tape.append((x, prev_hidden, h))
        return h

    def backward(self, dh):
        self.fresh = False
        x, prev, h = self.tape.pop()
        dz = (dh + self.carry) * (1 - h**2)
        self.carry = dz @ self.U
        self.dw_ih_stack += [dz.T @ x]
        self.dw_hh_stack += [dz.T @ prev]
        self.db_ih_stack += [dz]
        self.db_hh_stack += [dz]
        self.dx_list = [dz @ self.W] + self.dx_list
        return self.dx_list


def compare_with_torch(rnn, x, h0, dh):
    names = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"]
    weights = [getattr(rnn, n) for n in names]
    tx = torch.from_numpy(x.copy()).requires_grad_()
    out, _ = rnn(tx, torch.from_numpy(h0.copy()))
    gx, *gw = torch.autograd.grad(out, [tx, *weights], torch.from_numpy(dh.copy()))

    cell = RNNCell(*(w.detach().numpy() for w in weights))
    h, hs = h0[0], []
    for xt in x:
        h = cell(xt, h)
        hs.append(h)
    for d in dh[::-1]:
        dx = cell.backward(d)
    mine = [
        sum(cell.dw_ih_stack),
        sum(cell.dw_hh_stack),
        sum(cell.db_ih_stack).sum(0),
        sum(cell.db_hh_stack).sum(0),
    ]
    keys = ["dw_ih", "dw_hh", "db_ih", "db_hh"]
    pairs = {k: (a, b.numpy()) for k, a, b in zip(keys, mine, gw)}
    return {"hidden": (np.stack(hs), out.detach().numpy()), "dX": (np.stack(dx), gx.numpy()), **pairs}
