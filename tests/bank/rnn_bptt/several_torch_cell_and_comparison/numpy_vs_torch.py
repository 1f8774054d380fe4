import numpy as np
import torch


class RNNCell:
    """The cell of torch.nn.RNN, written in NumPy."""

    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.weight_ih = weight_ih
        self.weight_hh = weight_hh
        self.bias_ih = bias_ih
        self.bias_hh = bias_hh

        # what backward needs
        self.x_stack = []
        self.prev_hidden_stack = []
        self.next_hidden_stack = []

        # the gradients, one entry per time step
        self.dx_list = []
        self.dw_ih_stack = []
        self.dw_hh_stack = []
        self.db_ih_stack = []
        self.db_hh_stack = []
        self.dh_prev = None

    def __call__(self, x, prev_hidden):
        # a new sequence starts with a carried gradient of zero
        self.dh_prev = np.zeros(prev_hidden.shape)

        z_x = np.dot(x, self.weight_ih.T) + self.bias_ih
        z_h = np.dot(prev_hidden, self.weight_hh.T) + self.bias_hh
        next_hidden = np.tanh(z_x + z_h)

        self.x_stack.append(x)
        self.prev_hidden_stack.append(prev_hidden)
        self.next_hidden_stack.append(next_hidden)
        return next_hidden

    def backward(self, dh):
        # the last forward step comes first
        x = self.x_stack.pop()
        prev_hidden = self.prev_hidden_stack.pop()
        next_hidden = self.next_hidden_stack.pop()

        # total gradient of this hidden state
        d_hidden = dh
        dz = d_hidden * (1 - next_hidden ** 2)

        # gradients of the weights and biases
        self.dw_ih_stack.append(np.dot(dz.T, x))
        self.dw_hh_stack.append(np.dot(dz.T, prev_hidden))
        self.db_ih_stack.append(dz)
        self.db_hh_stack.append(dz)

        # gradient of the input and of the previous hidden state
        self.dx_list.insert(0, np.dot(dz, self.weight_ih))
        self.dh_prev = np.dot(dz, self.weight_hh)
        return self.dx_list


def compare_with_torch(rnn, x, h0, dh):
    """Run the same sequence through RNNCell and through torch.nn.RNN."""
    T = x.shape[0]

    # ---------- PyTorch ----------
    x_torch = torch.tensor(x, requires_grad=True)
    h0_torch = torch.tensor(h0)
    output, h_n = rnn(x_torch, h0_torch)
    output.backward(torch.tensor(dh))

    # ---------- NumPy ----------
    cell = RNNCell(
        rnn.weight_ih_l0.detach().numpy(),
        rnn.weight_hh_l0.detach().numpy(),
        rnn.bias_ih_l0.detach().numpy(),
        rnn.bias_hh_l0.detach().numpy(),
    )
    hidden = []
    h = h0[0]
    for t in range(T):
        h = cell(x[t], h)
        hidden.append(h)
    for t in reversed(range(T)):
        dx_list = cell.backward(dh[t])

    result = {}
    result["hidden"] = (np.array(hidden), output.detach().numpy())
    result["dx"] = (np.array(dx_list), x_torch.grad.numpy())
    result["dw_ih"] = (np.sum(cell.dw_ih_stack, axis=0), rnn.weight_ih_l0.grad.numpy().copy())
    result["dw_hh"] = (np.sum(cell.dw_hh_stack, axis=0), rnn.weight_hh_l0.grad.numpy().copy())
    result["db_ih"] = (np.sum(cell.db_ih_stack, axis=(0, 1)), rnn.bias_ih_l0.grad.numpy().copy())
    result["db_hh"] = (np.sum(cell.db_hh_stack, axis=(0, 1)), rnn.bias_hh_l0.grad.numpy().copy())
    return result
