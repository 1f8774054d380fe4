import numpy as np
import torch


def T(array):
    return torch.tensor(array, dtype=torch.float64)


class RNNCell:
    """Tensors inside, arrays outside."""

    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.w_ih, self.w_hh = T(weight_hh), T(weight_ih)
        self.b = T(bias_ih) + T(bias_hh)
        self.saved = []
        self.carry = None
        self.dx_list = []
        self.dw_ih_stack, self.dw_hh_stack, self.db_ih_stack, self.db_hh_stack = [], [], [], []

    def __call__(self, x, prev_hidden):
        self.carry = None
        x, prev = T(x), T(prev_hidden)
        h = torch.tanh(x @ self.w_ih.T + prev @ self.w_hh.T + self.b)
        self.saved.append((x, prev, h))
        return h.numpy()

    def backward(self, dh):
        x, prev, h = self.saved.pop()
        g = T(dh)
        if self.carry is not None:
            g = g + self.carry
        dz = g * (1 - h.pow(2))
        self.carry = dz.mm(self.w_hh)
        self.dw_ih_stack.append(dz.t().mm(x).numpy())
        self.dw_hh_stack.append(dz.t().mm(prev).numpy())
        self.db_ih_stack.append(dz.numpy())
        self.db_hh_stack.append(dz.numpy())
        self.dx_list.insert(0, dz.mm(self.w_ih).numpy())
        return self.dx_list


def compare_with_torch(rnn, x, h0, dh):
    rnn.zero_grad(set_to_none=True)
    tx = T(x).requires_grad_()
    out, _ = rnn(tx, T(h0))
    out.backward(T(dh))

    with torch.no_grad():
        cell = RNNCell(rnn.weight_ih_l0.numpy(), rnn.weight_hh_l0.numpy(),
                       rnn.bias_ih_l0.numpy(), rnn.bias_hh_l0.numpy())
    h = h0[0]
    hidden = []
    for t in range(x.shape[0]):
        h = cell(x[t], h)
        hidden.append(h)
    for t in range(x.shape[0])[::-1]:
        dx = cell.backward(dh[t])

    return {
        "hidden": (np.array(hidden), out.detach()),
        "dx": (np.array(dx), tx.grad),
        "dw_ih": (np.array(cell.dw_ih_stack).sum(0), rnn.weight_ih_l0.grad.clone()),
        "dw_hh": (np.array(cell.dw_hh_stack).sum(0), rnn.weight_hh_l0.grad.clone()),
        "db_ih": (np.array(cell.db_ih_stack).sum((0, 1)), rnn.bias_ih_l0.grad.clone()),
        "db_hh": (np.array(cell.db_hh_stack).sum((0, 1)), rnn.bias_hh_l0.grad.clone()),
    }
