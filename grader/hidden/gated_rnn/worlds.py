"""What the hidden cases of gated_rnn happen in: inputs, and what is made of them by whom."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from torch_layout import gru_half, lstm_half

from grader.cases.differences import central_differences


@dataclass
class World:
    """Inputs of a forward function, and the gradients that reach its first results from outside.

    ``inputs`` are the forward's arguments by name, all but the parameters.  ``kind`` is what
    witness.py calls the world; a subclass says by which functions and names it goes.
    """

    reference: Any
    witness: Callable[..., Any]
    inputs: dict[str, np.ndarray]
    parameters: dict[str, np.ndarray]
    outside: tuple[np.ndarray, ...]

    kind: ClassVar[str]
    forward_name: ClassVar[str]
    backward_name: ClassVar[str]
    inputs_gradients: ClassVar[tuple[str, ...]]

    @property
    def arguments(self):
        """What the forward takes."""
        return (*self.inputs.values(), self.parameters)

    @cached_property
    def forward(self):
        """The states, and the cache last, as the reference returns them."""
        return getattr(self.reference, self.forward_name)(*self.arguments)

    @cached_property
    def gradients(self):
        """The reference's gradients."""
        return getattr(self.reference, self.backward_name)(*self.outside, self.forward[-1])

    @cached_property
    def autograd(self):
        """The same by PyTorch's autograd."""
        given = (self.kind, list(self.inputs.values()), self._sorted, list(self.outside))
        return self._named(self.witness("gradients", *given))

    @cached_property
    def differences(self):
        """The same by central differences of the reference's forward."""

        def loss(*moved):
            inputs, weights = moved[: len(self.inputs)], moved[len(self.inputs) :]
            parameters = dict(zip(self._sorted, weights, strict=True))
            states = getattr(self.reference, self.forward_name)(*inputs, parameters)
            return sum(np.sum(a * da) for a, da in zip(states, self.outside, strict=False))

        return self._named(central_differences(loss, *self.inputs.values(), *self._sorted.values()))

    @property
    def _sorted(self):
        return dict(sorted(self.parameters.items()))

    def _named(self, found):
        names = (*self.inputs_gradients, *(f"d{name}" for name in self._sorted))
        return dict(zip(names, found, strict=True))

    def asked_forward(self, student):
        """The student's forward."""
        return getattr(student, self.forward_name)(*self.arguments)

    def asked_backward(self, student, cache=None):
        """The student's gradients, from the cache of a forward."""
        cache = self.asked_forward(student)[len(self.forward) - 1] if cache is None else cache
        return getattr(student, self.backward_name)(*self.outside, cache)


class LstmStep(World):
    """One step of the LSTM: xt, a_prev and c_prev, and gradients of a_next and of c_next."""

    kind = "lstm_step"
    forward_name, backward_name = "lstm_cell_forward", "lstm_cell_backward"
    inputs_gradients = ("dxt", "da_prev", "dc_prev")


class LstmSequence(World):
    """A sequence through the LSTM: x, a0 and c0, and gradients of a alone."""

    kind = "lstm_sequence"
    forward_name, backward_name = "lstm_forward", "lstm_backward"
    inputs_gradients = ("dx", "da0", "dc0")


class GruStep(World):
    """One step of the GRU: xt and a_prev, and a gradient of a_next."""

    kind = "gru_step"
    forward_name, backward_name = "gru_cell_forward", "gru_cell_backward"
    inputs_gradients = ("dxt", "da_prev")


DIFFERENCE_TOLERANCE = {"rtol": 0.0, "atol": 5e-8}
"""The error of a central difference is about h^2 f'''/6 + eps |f| / h.  With h = 6e-6 and the
losses of these cases (|f| below 200, third derivatives below 1000) that is at most
36e-12 * 1000 / 6 + 2.2e-16 * 200 / 6e-6 = 6e-9 + 7.3e-9; the bound leaves a factor of 3."""


def keeps_its_cache(student, one, other):
    """A cache still holds its own inputs after another call."""
    place = len(one.forward) - 1
    first = one.asked_forward(student)
    other.asked_forward(student)
    first.looked_at_again()[place].agrees_with(one.forward[place])


def goes_forward_by_the_rules(student, one, other):
    """A forward leaves its arguments alone, and changes no earlier answer later."""
    first = one.asked_forward(student)
    first.leaves_arguments_alone()
    other.asked_forward(student)
    again = first.looked_at_again()
    for place, state in enumerate(one.forward[:-1]):
        again[place].agrees_with(state)


def goes_backward_by_the_rules(student, one, other):
    """A backward leaves its arguments alone, and each call answers for its own cache."""
    place = len(one.forward) - 1
    cache, foreign = (world.asked_forward(student)[place] for world in (one, other))
    first = one.asked_backward(student, cache)
    first.leaves_arguments_alone()
    other.asked_backward(student, foreign).agrees_with(other.gradients)
    first.looked_at_again().agrees_with(one.gradients)
    one.asked_backward(student, cache).agrees_with(one.gradients)


@dataclass
class Comparison:
    """The weights of PyTorch's LSTM and GRUCell, and a sequence in their layout."""

    reference: Any
    witness: Callable[..., Any]
    lstm_weights: list[np.ndarray]
    gru_weights: list[np.ndarray]
    x: np.ndarray
    h0: np.ndarray
    c0: np.ndarray
    dh: np.ndarray

    @property
    def weights(self):
        """Those of both modules."""
        return self.lstm_weights, self.gru_weights

    @property
    def arrays(self):
        """The arguments of a comparison behind the modules."""
        return self.x, self.h0, self.c0, self.dh

    @property
    def by_numpy(self):
        """The NumPy half, by the reference's functions."""
        return self._by_numpy(self.x)

    @cached_property
    def by_torch(self):
        """The PyTorch half, by the modules themselves."""
        return self.witness("modules", *self.weights, *self.arrays)

    @property
    def pairs(self):
        """What a comparison returns."""
        return paired(self.by_numpy, self.by_torch)

    def moved(self, factor, through=False):
        """The same half where the input is scaled first; ``through``: dx is of the unscaled."""
        found = self._by_numpy(factor * self.x)
        if through:
            found |= {name: factor * found[name] for name in ("dx", "gru_dx")}
        return found

    def _by_numpy(self, x):
        ours = self.reference
        states = self.h0, self.c0, self.dh
        lstm = lstm_half(ours.lstm_forward, ours.lstm_backward, self.lstm_weights, x, *states)
        step = x[0], self.h0[0], self.dh[0]
        gru = gru_half(ours.gru_cell_forward, ours.gru_cell_backward, self.gru_weights, *step)
        return {**lstm, **gru}


def paired(by_numpy, by_torch):
    """The dict of pairs that a comparison returns."""
    return {name: (by_numpy[name], by_torch[name]) for name in by_numpy}
