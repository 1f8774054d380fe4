"""What the hidden cases of gated_rnn happen in: inputs, and what is made of them by whom."""

from dataclasses import dataclass
from functools import cached_property

from mistake_layout import gru_half, lstm_half

from grader.kit import Array, Parameters, Passes, World, drawn

LSTM_PARAMETERS = ("Wf", "Wi", "Wo", "Wc", "bf", "bi", "bo", "bc")
GRU_PARAMETERS = ("Wr", "Wz", "Wnx", "Wna", "br", "bz", "bnx", "bna")


def gradients(names):
    """The names of parameters by those of their gradients."""
    return {f"d{name}": name for name in names}


class Asked(Passes):
    """A pass that a student is asked for, forward and back."""

    def asked_forward(self, student):
        """The student's forward."""
        return getattr(student, self.functions[0])(*self.arguments)

    def cached(self, answer):
        """The cache of an answer."""
        return answer[len(self.forward) - 1]

    def asked_backward(self, student, cache=None):
        """The student's gradients, from the cache of a forward."""
        cache = self.cached(self.asked_forward(student)) if cache is None else cache
        return getattr(student, self.functions[1])(*self.from_outside, cache)

    def backward_agrees(self, student):
        """The gradients are those of the reference, of autograd and of central differences."""
        answer = self.asked_backward(student)
        for due, tolerance in (
            (self.gradients, {}),
            (self.autograd, {}),
            (self.differences, DIFFERENCE_TOLERANCE),
        ):
            answer.agrees_with(due, **tolerance)


@dataclass
class LstmStep(Asked):
    """One step of the LSTM; forward is (a_next, c_next, cache)."""

    functions = ("lstm_cell_forward", "lstm_cell_backward")
    outside = ("da_next", "dc_next")
    moved = {"dxt": "xt", "da_prev": "a_prev", "dc_prev": "c_prev", **gradients(LSTM_PARAMETERS)}

    xt: Array = drawn("n_x", "m")
    a_prev: Array = drawn("n_a", "m")
    c_prev: Array = drawn("n_a", "m")
    parameters: Parameters
    da_next: Array = drawn("n_a", "m")
    dc_next: Array = drawn("n_a", "m")


@dataclass
class LstmRun(Asked):
    """A sequence through the LSTM, from states that are not 0; forward is (a, c, caches)."""

    functions = ("lstm_forward", "lstm_backward")
    outside = ("da",)
    moved = {"dx": "x", "da0": "a0", "dc0": "c0", **gradients(LSTM_PARAMETERS)}

    x: Array = drawn("n_x", "m", "T_x")
    a0: Array = drawn("n_a", "m")
    c0: Array = drawn("n_a", "m")
    parameters: Parameters
    da: Array = drawn("n_a", "m", "T_x")


@dataclass
class GruStep(Asked):
    """One step of the GRU; forward is (a_next, cache)."""

    functions = ("gru_cell_forward", "gru_cell_backward")
    outside = ("da_next",)
    moved = {"dxt": "xt", "da_prev": "a_prev", **gradients(GRU_PARAMETERS)}

    xt: Array = drawn("n_x", "m")
    a_prev: Array = drawn("n_a", "m")
    parameters: Parameters
    da_next: Array = drawn("n_a", "m")


DIFFERENCE_TOLERANCE = {"rtol": 0.0, "atol": 5e-8}
"""The error of a central difference is about h^2 f'''/6 + eps |f| / h.  With h = 6e-6 and the
losses of these cases (|f| below 200, third derivatives below 1000) that is at most
36e-12 * 1000 / 6 + 2.2e-16 * 200 / 6e-6 = 6e-9 + 7.3e-9; the bound leaves a factor of 3."""


def keeps_its_cache(student, one, other):
    """A cache still holds its own inputs after another call."""
    first = one.asked_forward(student)
    other.asked_forward(student)
    one.cached(first.looked_at_again()).agrees_with(one.forward[-1])


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
    cache, foreign = (world.cached(world.asked_forward(student)) for world in (one, other))
    first = one.asked_backward(student, cache)
    first.leaves_arguments_alone()
    other.asked_backward(student, foreign).agrees_with(other.gradients)
    first.looked_at_again().agrees_with(one.gradients)
    one.asked_backward(student, cache).agrees_with(one.gradients)


@dataclass
class Comparison(World):
    """The weights of PyTorch's LSTM and GRUCell, and a sequence in their layout."""

    lstm_weights: list[Array]
    gru_weights: list[Array]
    x: Array = drawn("T", "m", "n_x")
    h0: Array = drawn(1, "m", "n_h")
    c0: Array = drawn(1, "m", "n_h")
    dh: Array = drawn("T", "m", "n_h")

    @property
    def arrays(self):
        """The arguments of a comparison behind the modules."""
        return self.x, self.h0, self.c0, self.dh

    def arguments(self, student, **state):
        """The arguments of a comparison, with modules of its own."""
        lstm = student.make("lstm", *self.lstm_weights, **state)
        return lstm, student.make("gru", *self.gru_weights, **state), *self.arrays

    @property
    def by_numpy(self):
        """The NumPy half, by the reference's functions."""
        return self._by_numpy(self.x)

    @cached_property
    def by_torch(self):
        """The PyTorch half, by the modules themselves."""
        return self.witness("modules", self.lstm_weights, self.gru_weights, *self.arrays)

    @property
    def pairs(self):
        """What a comparison returns."""
        return paired(self.by_numpy, self.by_torch)

    def moved(self, factor, through=False):
        """The same half where the input is scaled first; ``through``: dx is of the unscaled."""
        found = self._by_numpy(factor * self.x)
        return found | {n: factor * found[n] for n in ("dx", "gru_dx") if through}

    def _by_numpy(self, x):
        ours, states = self.reference, (self.h0, self.c0, self.dh)
        step = x[0], self.h0[0], self.dh[0]
        return {
            **lstm_half(ours.lstm_forward, ours.lstm_backward, self.lstm_weights, x, *states),
            **gru_half(ours.gru_cell_forward, ours.gru_cell_backward, self.gru_weights, *step),
        }


def paired(by_numpy, by_torch):
    """The dict of pairs that a comparison returns."""
    return {name: (by_numpy[name], by_torch[name]) for name in by_numpy}
