import numpy as np
import torch


class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.w1 = weight_ih
        self.w2 = weight_hh
        self.b1 = bias_ih
        self.b2 = bias_hh
        self.going_back = False
        self.clear()

    def clear(self):
        self.inputs = []
        self.befores = []
        self.outputs = []
        self.dx_list = []
        self.dw_ih_stack = []
        self.dw_hh_stack = []
        self.db_ih_stack = []
        self.db_hh_stack = []
        self.carry = np.zeros(len(self.b1))

    def __call__(self, x, prev_hidden):
        if self.going_back:
            self.going_back = False
            self.clear()
        s = x.dot(self.w1.T) + prev_hidden.dot(self.w2.T)
        s = s + self.b1 + self.b2
        h = np.tanh(s)
        self.inputs.append(x)
        self.befores.append(prev_hidden)
        self.outputs.append(h)
        return h

    def backward(self, dh):
        self.going_back = True
        x = self.inputs.pop()
        before = self.befores.pop()
        h = self.outputs.pop()
        whole = dh + self.carry
        dz = whole - whole * h * h
        self.carry = dz.dot(self.w2)
        self.dx_list = [dz.dot(self.w1)] + self.dx_list
        self.dw_ih_stack.append(np.einsum("bi,bj->ij", dz, x))
        self.dw_hh_stack.append(np.einsum("bi,bj->ij", dz, before))
        self.db_ih_stack.append(dz)
        self.db_hh_stack.append(dz.copy())
        return self.dx_list


def compare_with_torch(rnn, x, h0, dh):
    params = dict(rnn.named_parameters())
    cell = RNNCell(
        params["weight_ih_l0"].detach().numpy(),
        params["weight_hh_l0"].detach().numpy(),
        params["bias_ih_l0"].detach().numpy(),
        params["bias_hh_l0"].detach().numpy(),
    )
    T = len(x)
    hidden = np.zeros(dh.shape)
    h = h0[0]
    for t in range(T):
        h = cell(x[t], h)
        hidden[t] = h
    for t in range(T - 1, -1, -1):
        dx = cell.backward(dh[t])
    rnn.zero_grad()
    xx = torch.from_numpy(x.copy()).requires_grad_(True)
    out, last = rnn(xx, torch.from_numpy(h0))
    loss = (out * torch.from_numpy(dh)).sum()
    loss.backward()
    answer = {}
    answer["hidden"] = (hidden, out.detach().numpy())
    answer["dx"] = (np.array(dx), xx.grad.numpy())
    answer["dw_ih"] = (sum(cell.dw_ih_stack), params["weight_ih_l0"].grad.numpy())
    answer["dw_hh"] = (sum(cell.dw_hh_stack), params["weight_hh_l0"].grad.numpy())
    answer["db_ih"] = (sum(cell.db_ih_stack).sum(axis=0), params["bias_ih_l0"].grad.numpy())
    answer["db_hh"] = (sum(cell.db_hh_stack).sum(axis=0), params["bias_hh_l0"].grad.numpy())
    return answer
