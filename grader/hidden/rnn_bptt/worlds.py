"""What the hidden cases of rnn_bptt happen in: inputs, and what the reference makes of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from grader.cases.differences import central_differences


@dataclass
class Step:
    """One step of the cell: inputs, and the reference's answers."""

    reference: Any
    witness: Callable[..., Any]
    xt: np.ndarray
    a_prev: np.ndarray
    parameters: dict[str, np.ndarray]
    da_next: np.ndarray

    @cached_property
    def forward(self):
        """(a_next, yt_pred, cache) as the reference returns them."""
        return self.reference.rnn_cell_forward(self.xt, self.a_prev, self.parameters)

    @cached_property
    def gradients(self):
        """The reference's gradients."""
        return self.reference.rnn_cell_backward(self.da_next, self.forward[2])

    @cached_property
    def autograd(self):
        """The same gradients by PyTorch's autograd."""
        p = self.parameters
        return self.witness(
            "cell_gradients", self.xt, self.a_prev, p["Wax"], p["Waa"], p["ba"], self.da_next
        )

    @cached_property
    def differences(self):
        """The same gradients by central differences of the reference's forward."""

        def loss(xt, a_prev, Wax, Waa, ba):
            parameters = {**self.parameters, "Wax": Wax, "Waa": Waa, "ba": ba}
            return np.sum(self.reference.rnn_cell_forward(xt, a_prev, parameters)[0] * self.da_next)

        p = self.parameters
        found = central_differences(loss, self.xt, self.a_prev, p["Wax"], p["Waa"], p["ba"])
        return dict(zip(("dxt", "da_prev", "dWax", "dWaa", "dba"), found, strict=True))


@dataclass
class Unrolled:
    """A sequence through the RNN: inputs, and the reference's answers."""

    reference: Any
    witness: Callable[..., Any]
    x: np.ndarray
    a0: np.ndarray
    parameters: dict[str, np.ndarray]
    da: np.ndarray

    @cached_property
    def forward(self):
        """(a, y_pred, caches) as the reference returns them."""
        return self.reference.rnn_forward(self.x, self.a0, self.parameters)

    @cached_property
    def gradients(self):
        """The reference's gradients by BPTT."""
        return self.reference.rnn_backward(self.da, self.forward[2])

    @cached_property
    def autograd(self):
        """The same gradients by PyTorch's autograd."""
        p = self.parameters
        return self.witness(
            "sequence_gradients", self.x, self.a0, p["Wax"], p["Waa"], p["ba"], self.da
        )

    @cached_property
    def differences(self):
        """The same gradients by central differences of the reference's forward."""

        def loss(x, a0, Wax, Waa, ba):
            parameters = {**self.parameters, "Wax": Wax, "Waa": Waa, "ba": ba}
            return np.sum(self.reference.rnn_forward(x, a0, parameters)[0] * self.da)

        p = self.parameters
        found = central_differences(loss, self.x, self.a0, p["Wax"], p["Waa"], p["ba"])
        return dict(zip(("dx", "da0", "dWax", "dWaa", "dba"), found, strict=True))


@dataclass
class TorchLayout:
    """A sequence in PyTorch's layout, with the weights of a ``torch.nn.RNN``."""

    reference: Any
    witness: Callable[..., Any]
    weights: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    x: np.ndarray
    h0: np.ndarray
    dh: np.ndarray

    @cached_property
    def passed(self):
        """hidden, dx and the weight gradients, by the reference's RNNCell."""
        return pass_through(self.reference.RNNCell(*self.weights), self.x, self.h0[0], self.dh)

    @cached_property
    def autograd(self):
        """The same by ``torch.nn.RNN`` and autograd."""
        return self.witness("rnn_gradients", *self.weights, self.x, self.h0, self.dh)


def pass_through(cell, x, h0, dh):
    """Run a cell over a sequence and back; return hidden states and all gradients."""
    hidden, state = [], h0
    for xt in x:
        state = cell(xt, state)
        hidden.append(state)
    for step in reversed(dh):
        dx_list = cell.backward(step)
    return {
        "hidden": np.array(hidden),
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
