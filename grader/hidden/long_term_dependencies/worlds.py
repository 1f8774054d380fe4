"""What the hidden cases of long_term_dependencies happen in.

Inputs, and what the reference, PyTorch's autograd and central differences make of them.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grader.kit import Array, Parameters, Passes, World, central_differences, drawn


@dataclass
class ErrorPath(World):
    """Hidden states of a tanh network, and the gradient of the last step's loss."""

    Waa: Array
    a: Array
    da_last: Array = drawn("n_a", "m")

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
class Residual(Passes):
    """A sequence through the residual network; forward is (h, caches)."""

    functions = ("residual_forward", "residual_backward")
    outside = ("dh",)
    moved = {"dx": "x", "dh0": "h0", "dWax": "Wax", "dWaa": "Waa", "dba": "ba"}

    x: Array = drawn("n_x", "m", "T_x")
    h0: Array = drawn("n_a", "m", scale=0.5)
    parameters: Parameters
    dh: Array = drawn("n_a", "m", "T_x")

    @property
    def h(self):
        """The reference's states."""
        return self.forward[0]


@dataclass
class Plain(Passes):
    """A sequence through the plain tanh network, whose gradients RTRL computes forward."""

    functions = ("plain_network", "rtrl_gradients")
    outside = ("da",)
    moved = {"dWax": "Wax", "dWaa": "Waa", "dba": "ba"}

    x: Array = drawn("n_x", "m", "T_x")
    a0: Array = drawn("n_a", "m", scale=0.5)
    da: Array = drawn("n_a", "m", "T_x")
    parameters: Parameters

    @property
    def arguments(self):
        """What rtrl_gradients takes."""
        return self.x, self.a0, self.da, self.parameters

    @cached_property
    def gradients(self):
        """The reference's gradients."""
        return self.reference.rtrl_gradients(*self.arguments)

    def torch_takes(self):
        """What the witness takes: the inputs, which no gradient is asked for, go first."""
        return [self.x, self.a0, *super().torch_takes()]

    def outputs(self, x, a, parameters):
        """All states, by a forward pass of our own."""
        states = [a]
        for t in range(x.shape[2]):
            z = parameters["Wax"] @ x[:, :, t] + parameters["Waa"] @ states[-1] + parameters["ba"]
            states.append(np.tanh(z))
        return (np.stack(states[1:], axis=2),)


DIFFERENCE_TOLERANCE = {"rtol": 0.0, "atol": 1e-7}
"""The error of a central difference is about h^2 f'''/6 + eps |f| / h.  With h = 6e-6 and the
losses of these cases (|f| below 200, third derivatives below 3000) that is at most
36e-12 * 3000 / 6 + 2.2e-16 * 200 / 6e-6 = 1.8e-8 + 0.7e-8; the bound leaves a factor of 4."""


def both_formulas(reference, gradients, max_norm):
    """The two right answers of clip_by_global_norm: with the norm, and with torch's norm + 1e-6."""
    clipped, norm = reference.clip_by_global_norm(gradients, max_norm)
    factor = min(1.0, max_norm / (norm + 1e-6))
    return (clipped, norm), ({name: factor * array for name, array in gradients.items()}, norm)
