import numpy as np
import torch


class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.weight_ih = weight_ih
        self.weight_hh = weight_hh
        self.bias_ih = bias_ih
        self.bias_hh = bias_hh
        self.stack = []
        self.dx_list = []
        self.dw_ih_stack = []
        self.dw_hh_stack = []
        self.db_ih_stack = []
        self.db_hh_stack = []
        self.prev_dh = None

    def __call__(self, x, prev_hidden):
        self.prev_dh = None   # forward again = new sequence
        a = np.dot(x, self.weight_ih.T) + self.bias_ih
        b = np.dot(prev_hidden, self.weight_hh.T) + self.bias_hh
        h = np.tanh(a + b)
        self.stack.append({"x": x, "prev": prev_hidden, "h": h})
        return h

    def backward(self, dh):
        s = self.stack.pop()
        if self.prev_dh is not None:
            dh = dh + self.prev_dh
        d = dh * (1 - s["h"] ** 2)
        self.prev_dh = np.dot(d, self.weight_hh)
        self.dx_list.append(np.dot(d, self.weight_ih))
        self.dw_ih_stack.append(np.dot(d.T, s["x"]))
        self.dw_hh_stack.append(np.dot(d.T, s["prev"]))
        self.db_ih_stack.append(d)
        self.db_hh_stack.append(d.copy())
        return self.dx_list


def compare_with_torch(rnn, x, h0, dh):
    cell = RNNCell(
        rnn.weight_ih_l0.detach().numpy(),
        rnn.weight_hh_l0.detach().numpy(),
        rnn.bias_ih_l0.detach().numpy(),
        rnn.bias_hh_l0.detach().numpy(),
    )
    hidden = []
    h = h0[0]
    for t in range(x.shape[0]):
        h = cell(x[t], h)
        hidden.append(h)
    for t in reversed(range(x.shape[0])):
        cell.backward(dh[t])

    x_t = torch.tensor(x, requires_grad=True)
    y_t, _ = rnn(x_t, torch.tensor(h0))
    y_t.backward(torch.tensor(dh))
    out = {}
    out["hidden"] = (np.array(hidden), y_t.data.numpy())
    out["dx"] = (np.array(cell.dx_list[::-1]), x_t.grad.numpy())
    out["dw_ih"] = (np.array(cell.dw_ih_stack).sum(0), rnn.weight_ih_l0.grad.numpy())
    out["dw_hh"] = (np.array(cell.dw_hh_stack).sum(0), rnn.weight_hh_l0.grad.numpy())
    out["db_ih"] = (np.array(cell.db_ih_stack).sum((0, 1)), rnn.bias_ih_l0.grad.numpy())
    out["db_hh"] = (np.array(cell.db_hh_stack).sum((0, 1)), rnn.bias_hh_l0.grad.numpy())
    return out
