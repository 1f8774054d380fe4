import numpy as np
import torch


class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.weights = [weight_ih, weight_hh]
        self.biases = [bias_ih, bias_hh]
        self.inputs, self.befores, self.afters = [], [], []
        self.new_sequence()

    def new_sequence(self):
        self.dx_list = []
        self.dw_ih_stack = []
        self.dw_hh_stack = []
        self.db_ih_stack = []
        self.db_hh_stack = []
        self.carried = [0.0]

    def __call__(self, x, prev_hidden):
        if self.dx_list:
            self.new_sequence()
        z = np.dot(x, self.weights[0].T) + np.dot(prev_hidden, self.weights[1].T)
        after = np.tanh(z + self.biases[0] + self.biases[1]).tolist()
        self.inputs.append(np.array(x).tolist())
        self.befores.append(np.array(prev_hidden).tolist())
        self.afters.append(after)
        return after

    def backward(self, dh):
        x, before, after = self.inputs.pop(), self.befores.pop(), np.array(self.afters.pop())
        dz = (np.array(dh) + np.array(self.carried[-1])) * (1 - after**2)
        self.carried.append(np.dot(dz, self.weights[1]).tolist())
        self.dw_ih_stack.append(np.dot(dz.T, x).tolist())
        self.dw_hh_stack.append(np.dot(dz.T, before).tolist())
        self.db_ih_stack.append(dz.tolist())
        self.db_hh_stack.append(dz.tolist())
        self.dx_list = [np.dot(dz, self.weights[0]).tolist()] + self.dx_list
        return self.dx_list


def compare_with_torch(rnn, x, h0, dh):
    named = {name.replace("_l0", ""): p for name, p in rnn.named_parameters()}
    rnn.zero_grad()
    tensor_x = torch.tensor(x.tolist(), dtype=torch.float64, requires_grad=True)
    out, _ = rnn(tensor_x, torch.tensor(h0.tolist(), dtype=torch.float64))
    torch.autograd.backward([out], [torch.tensor(dh.tolist(), dtype=torch.float64)])

    order = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
    cell = RNNCell(*[np.array(named[n].tolist()) for n in order])
    hidden = []
    h = h0[0]
    for xt in x:
        h = cell(xt, h)
        hidden.append(h)
    for d in list(dh)[::-1]:
        dx = cell.backward(d)

    return {
        "hidden": (hidden, out.tolist()),
        "dx": (dx, tensor_x.grad.tolist()),
        "dw_ih": (np.sum(cell.dw_hh_stack, 0).tolist(), named["weight_hh"].grad.tolist()),
        "dw_hh": (np.sum(cell.dw_ih_stack, 0).tolist(), named["weight_ih"].grad.tolist()),
        "db_ih": (np.sum(cell.db_ih_stack, (0, 1)).tolist(), named["bias_ih"].grad.tolist()),
        "db_hh": (np.sum(cell.db_hh_stack, (0, 1)).tolist(), named["bias_hh"].grad.tolist()),
    }
