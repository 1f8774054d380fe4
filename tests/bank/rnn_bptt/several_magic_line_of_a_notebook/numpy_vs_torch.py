%matplotlib inline
import numpy as np
import torch

# week 6 homework, part 3

class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.weight_ih = weight_ih
        self.weight_hh = weight_hh
        self.bias_ih = bias_ih
        self.bias_hh = bias_hh
        self.xs = []
        self.hs = []
        self.new_hs = []
        self.dx_list = []
        self.dw_ih_stack = []
        self.dw_hh_stack = []
        self.db_ih_stack = []
        self.db_hh_stack = []
        self.dh_next = 0
        self.was_backward = False

    def __call__(self, x, prev_hidden):
        if self.was_backward == True:
            # new sequence
            self.dh_next = 0
            self.was_backward = False
        a = np.dot(x, np.transpose(self.weight_ih)) + self.bias_ih
        b = np.dot(prev_hidden, np.transpose(self.weight_hh)) + self.bias_hh
        new_h = np.tanh(a + b)
        self.xs.append(x)
        self.hs.append(prev_hidden)
        self.new_hs.append(new_h)
        return new_h

    def backward(self, dh):
        self.was_backward = True
        x = self.xs.pop()
        h = self.hs.pop()
        new_h = self.new_hs.pop()
        d = dh + self.dh_next
        d = d * (1 - new_h * new_h)
        self.dx_list.insert(0, np.dot(d, self.weight_ih))
        self.dw_ih_stack.append(np.dot(np.transpose(d), x))
        self.dw_hh_stack.append(np.dot(np.transpose(d), h))
        self.db_ih_stack.append(d)
        self.db_hh_stack.append(d)
        self.dh_next = np.dot(d, self.weight_hh)
        return self.dx_list


def compare_with_torch(rnn, x, h0, dh):
    # get the weights
    weight_ih = rnn.weight_ih_l0.detach().numpy()
    weight_hh = rnn.weight_hh_l0.detach().numpy()
    bias_ih = rnn.bias_ih_l0.detach().numpy()
    bias_hh = rnn.bias_hh_l0.detach().numpy()

    # numpy
    cell = RNNCell(weight_ih, weight_hh, bias_ih, bias_hh)
    h = h0[0]
    all_h = []
    for t in range(x.shape[0]):
        h = cell(x[t], h)
        all_h.append(h)
    for t in range(x.shape[0] - 1, -1, -1):
        dx = cell.backward(dh[t])
    numpy_hidden = np.array(all_h)
    numpy_dx = np.array(dx)
    numpy_dw_ih = np.sum(np.array(cell.dw_ih_stack), axis=0)
    numpy_dw_hh = np.sum(np.array(cell.dw_hh_stack), axis=0)
    numpy_db_ih = np.sum(np.sum(np.array(cell.db_ih_stack), axis=0), axis=0)
    numpy_db_hh = np.sum(np.sum(np.array(cell.db_hh_stack), axis=0), axis=0)

    # torch
    rnn.zero_grad()
    x2 = torch.tensor(x, requires_grad=True)
    out, hn = rnn(x2, torch.tensor(h0))
    out.backward(torch.tensor(dh))
    torch_hidden = out.detach().numpy()
    torch_dx = x2.grad.numpy()
    torch_dw_ih = rnn.weight_ih_l0.grad.numpy().copy()
    torch_dw_hh = rnn.weight_hh_l0.grad.numpy().copy()
    torch_db_ih = rnn.bias_ih_l0.grad.numpy().copy()
    torch_db_hh = rnn.bias_hh_l0.grad.numpy().copy()

    answer = {
        "hidden": (numpy_hidden, torch_hidden),
        "dx": (numpy_dx, torch_dx),
        "dw_ih": (numpy_dw_ih, torch_dw_ih),
        "dw_hh": (numpy_dw_hh, torch_dw_hh),
        "db_ih": (numpy_db_ih, torch_db_ih),
        "db_hh": (numpy_db_hh, torch_db_hh),
    }
    return answer
