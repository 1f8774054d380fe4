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
        # TODO (about 4 lines)
        raise NotImplementedError("RNNCell.__call__ is still to be written")

    def backward(self, dh):
        # TODO (about 10 lines)
        raise NotImplementedError("RNNCell.backward is still to be written")


def compare_with_torch(rnn, x, h0, dh):
    """Run the same sequence through RNNCell and through torch.nn.RNN."""
    T = x.shape[0]

    # ---------- PyTorch ----------
    rnn.zero_grad()
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
