"""What the hidden cases of rnn_bptt happen in: inputs, and what the reference makes of them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from grader.kit import Array, Parameters, Passes, World, drawn


@dataclass
class Step(Passes):
    """One step of the cell; forward is (a_next, yt_pred, cache)."""

    functions = ("rnn_cell_forward", "rnn_cell_backward")
    outside = ("da_next",)
    moved = {"dxt": "xt", "da_prev": "a_prev", "dWax": "Wax", "dWaa": "Waa", "dba": "ba"}

    xt: Array = drawn("n_x", "m")
    a_prev: Array = drawn("n_a", "m")
    parameters: Parameters
    da_next: Array = drawn("n_a", "m")


@dataclass
class Unrolled(Passes):
    """A sequence through the RNN; forward is (a, y_pred, caches)."""

    functions = ("rnn_forward", "rnn_backward")
    outside = ("da",)
    moved = {"dx": "x", "da0": "a0", "dWax": "Wax", "dWaa": "Waa", "dba": "ba"}

    x: Array = drawn("n_x", "m", "T_x")
    a0: Array = drawn("n_a", "m")
    parameters: Parameters
    da: Array = drawn("n_a", "m", "T_x")


@dataclass
class TorchLayout(World):
    """A sequence in PyTorch's layout, with the weights of a ``torch.nn.RNN``."""

    weights: tuple[Array, Array, Array, Array]
    x: Array = drawn("T", "m", "n_x")
    h0: Array = drawn(1, "m", "n_h")
    dh: Array = drawn("T", "m", "n_h")

    @cached_property
    def passed(self):
        """hidden, dx and the weight gradients, by the reference's RNNCell."""
        return pass_through(self.reference.RNNCell(*self.weights), self.x, self.h0[0], self.dh)

    @cached_property
    def autograd(self):
        """The same by ``torch.nn.RNN`` and autograd."""
        return self.witness("rnn_gradients", *self.weights, self.x, self.h0, self.dh)


def pass_through(cell: Any, x, h0, dh):
    """Run a cell over a sequence and back; return hidden states and all gradients."""
    states = [h0]
    for xt in x:
        states.append(cell(xt, states[-1]))
    for step in reversed(dh):
        dx_list = cell.backward(step)
    return {
        "hidden": np.array(states[1:]),
        "dx": np.array(dx_list),
        "dw_ih": np.sum(cell.dw_ih_stack, axis=0),
        "dw_hh": np.sum(cell.dw_hh_stack, axis=0),
        "db_ih": np.sum(cell.db_ih_stack, axis=(0, 1)),
        "db_hh": np.sum(cell.db_hh_stack, axis=(0, 1)),
    }


DIFFERENCE_TOLERANCE = {"rtol": 0.0, "atol": 2e-8}
"""The error of a central difference is about h^2 f'''/6 + eps |f| / h.  With h = 6e-6 and the
losses of these cases (|f| below 100, third derivatives below 100) that is at most
36e-12 * 100 / 6 + 2.2e-16 * 100 / 6e-6 = 0.6e-9 + 3.7e-9; the bound leaves a factor of 4."""
