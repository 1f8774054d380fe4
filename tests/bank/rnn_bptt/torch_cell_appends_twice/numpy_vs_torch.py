import numpy as np
import torch


class Tape:
    """Remembers the forward steps of one sequence."""

    def __init__(self):
        self.steps = []
        self.rewinding = False

    def record(self, *step):
        if self.rewinding:
            self.steps = []
            self.rewinding = False
        self.steps.append(step)

    def rewind(self):
        self.rewinding = True
        return self.steps.pop()


class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.weight_ih = weight_ih
        self.weight_hh = weight_hh
        self.bias = bias_ih + bias_hh
        self.tape = Tape()
        self.carried = None
        self.dx_list = []
        self.dw_ih_stack = []
        self.dw_hh_stack = []
        self.db_ih_stack = []
        self.db_hh_stack = []

    def forward(self, x, prev_hidden):
        return np.tanh(x @ self.weight_ih.T + prev_hidden @ self.weight_hh.T + self.bias)

    def __call__(self, x, prev_hidden):
        hidden = self.forward(x, prev_hidden)
        self.tape.record(x, prev_hidden, hidden)
        self.carried = np.zeros_like(hidden)
        return hidden

    def backward(self, dh):
        x, prev_hidden, hidden = self.tape.rewind()
        dz = (dh + self.carried) * (1 - hidden**2)
        self.carried = dz @ self.weight_hh
        for stack, gradient in (
            (self.dw_ih_stack, dz.T @ x),
            (self.dw_hh_stack, dz.T @ prev_hidden),
            (self.db_ih_stack, dz),
            (self.db_hh_stack, dz),
            (self.db_hh_stack, dz),
        ):
            stack.insert(0, gradient)
        self.dx_list.insert(0, dz @ self.weight_ih)
        return self.dx_list


class Comparison:
    def __init__(self, rnn):
        self.rnn = rnn
        self.cell = RNNCell(*[w.detach().numpy() for w in self.weights()])

    def weights(self):
        rnn = self.rnn
        return rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, rnn.bias_hh_l0

    def numpy_side(self, x, h0, dh):
        states = [h0[0]]
        for step in x:
            states.append(self.cell(step, states[-1]))
        for step in reversed(dh):
            dx = self.cell.backward(step)
        cell = self.cell
        return (
            np.stack(states[1:]),
            np.stack(dx),
            np.sum(cell.dw_ih_stack, axis=0),
            np.sum(cell.dw_hh_stack, axis=0),
            np.sum(cell.db_ih_stack, axis=(0, 1)),
            np.sum(cell.db_hh_stack, axis=(0, 1)),
        )

    def torch_side(self, x, h0, dh):
        x = torch.tensor(x, requires_grad=True)
        output, _ = self.rnn(x, torch.tensor(h0))
        wanted = [x, *self.weights()]
        gradients = torch.autograd.grad(output, wanted, grad_outputs=torch.tensor(dh))
        return (output.detach().numpy(), *[g.numpy() for g in gradients])


def compare_with_torch(rnn, x, h0, dh):
    comparison = Comparison(rnn)
    mine = comparison.numpy_side(x, h0, dh)
    theirs = comparison.torch_side(x, h0, dh)
    names = ["hidden", "dx", "dw_ih", "dw_hh", "db_ih", "db_hh"]
    return {name: pair for name, pair in zip(names, zip(mine, theirs))}
