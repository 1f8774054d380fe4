"""What the hidden cases of long_term_dependencies happen in.

Inputs, and what the reference, PyTorch's autograd and central differences make of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from grader.cases.differences import central_differences


@dataclass
class ErrorPath:
    """Hidden states of a tanh network, and the gradient of the last step's loss."""

    reference: Any
    witness: Callable[..., Any]
    Waa: np.ndarray
    a: np.ndarray
    da_last: np.ndarray

    @property
    def arguments(self):
        """What backpropagate_error takes."""
        return self.Waa, self.a, self.da_last

    @cached_property
    def delta(self):
        """The reference's error terms."""
        return self.reference.backpropagate_error(*self.arguments)

    @cached_property
    def autograd(self):
        """The same by PyTorch's autograd."""
        return self.witness("error_terms", *self.arguments)

    @cached_property
    def differences(self):
        """The same by central differences: each pre-activation is pushed a little."""
        a, Waa = self.a, self.Waa
        outside = np.arctanh(a)  # all of z_k that does not come by way of a_{k-1}
        outside[:, :, 1:] -= np.tensordot(Waa, a[:, :, :-1], axes=1)

        def loss(push):
            state = np.zeros(a.shape[:2])
            for k in range(a.shape[2]):
                state = np.tanh(outside[:, :, k] + Waa @ state + push[:, :, k])
            return np.sum(state * self.da_last)

        return central_differences(loss, np.zeros(a.shape))[0]


@dataclass
class Residual:
    """A sequence through the residual network."""

    reference: Any
    witness: Callable[..., Any]
    x: np.ndarray
    h0: np.ndarray
    parameters: dict[str, np.ndarray]
    dh: np.ndarray

    @property
    def arguments(self):
        """What residual_forward takes."""
        return self.x, self.h0, self.parameters

    @cached_property
    def forward(self):
        """(h, caches) as the reference returns them."""
        return self.reference.residual_forward(*self.arguments)

    @property
    def h(self):
        """The reference's states."""
        return self.forward[0]

    @cached_property
    def gradients(self):
        """The reference's gradients."""
        return self.reference.residual_backward(self.dh, self.forward[1])

    @cached_property
    def autograd(self):
        """{"h": ..., and the gradients}, by PyTorch."""
        p = self.parameters
        return self.witness(
            "residual_network", self.x, self.h0, p["Wax"], p["Waa"], p["ba"], self.dh
        )

    @cached_property
    def differences(self):
        """The gradients by central differences of the reference's forward."""

        def loss(x, h0, Wax, Waa, ba):
            h, _ = self.reference.residual_forward(x, h0, {"Wax": Wax, "Waa": Waa, "ba": ba})
            return np.sum(h * self.dh)

        p = self.parameters
        found = central_differences(loss, self.x, self.h0, p["Wax"], p["Waa"], p["ba"])
        return dict(zip(("dx", "dh0", "dWax", "dWaa", "dba"), found, strict=True))


@dataclass
class Plain:
    """A sequence through the plain tanh network, whose gradients RTRL computes forward."""

    reference: Any
    witness: Callable[..., Any]
    x: np.ndarray
    a0: np.ndarray
    da: np.ndarray
    parameters: dict[str, np.ndarray]

    @property
    def arguments(self):
        """What rtrl_gradients takes."""
        return self.x, self.a0, self.da, self.parameters

    @cached_property
    def gradients(self):
        """The reference's gradients."""
        return self.reference.rtrl_gradients(*self.arguments)

    @cached_property
    def autograd(self):
        """The same by BPTT, as PyTorch's autograd does it."""
        p = self.parameters
        return self.witness("plain_network", self.x, self.a0, p["Wax"], p["Waa"], p["ba"], self.da)

    @cached_property
    def differences(self):
        """The same by central differences of a forward pass of our own."""

        def loss(Wax, Waa, ba):
            total, a = 0.0, self.a0
            for t in range(self.x.shape[2]):
                a = np.tanh(Wax @ self.x[:, :, t] + Waa @ a + ba)
                total += np.sum(a * self.da[:, :, t])
            return total

        p = self.parameters
        found = central_differences(loss, p["Wax"], p["Waa"], p["ba"])
        return dict(zip(("dWax", "dWaa", "dba"), found, strict=True))


DIFFERENCE_TOLERANCE = {"rtol": 0.0, "atol": 1e-7}
"""The error of a central difference is about h^2 f'''/6 + eps |f| / h.  With h = 6e-6 and the
losses of these cases (|f| below 200, third derivatives below 3000) that is at most
36e-12 * 3000 / 6 + 2.2e-16 * 200 / 6e-6 = 1.8e-8 + 0.7e-8; the bound leaves a factor of 4."""


def both_formulas(reference, gradients, max_norm):
    """The two right answers of clip_by_global_norm: with the norm, and with torch's norm + 1e-6."""
    clipped, norm = reference.clip_by_global_norm(gradients, max_norm)
    factor = min(1.0, max_norm / (norm + 1e-6))
    return (clipped, norm), ({name: factor * array for name, array in gradients.items()}, norm)
