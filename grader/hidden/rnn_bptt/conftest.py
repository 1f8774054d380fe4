"""Inputs of the hidden cases, drawn from the run's seed at designed sizes."""

import numpy as np
import pytest
from worlds import Step, TorchLayout, Unrolled


@pytest.fixture
def logits(size, draw):
    """An ordinary matrix of logits."""
    return 3 * draw(size.n_y, size.m)


@pytest.fixture
def logits_far_apart(size, draw):
    """Logits whose columns lie further apart than exp can span."""
    return draw(size.n_y, size.m) + np.linspace(-1000, 1000, size.m)


@pytest.fixture
def parameters(size, draw):
    """Weights small enough that tanh is not saturated, to be drawn when a world asks for them.

    A saturated state hides mistakes.
    """
    return lambda: {
        "Wax": 0.6 * draw(size.n_a, size.n_x),
        "Waa": 0.5 * draw(size.n_a, size.n_a),
        "Wya": draw(size.n_y, size.n_a),
        "ba": 0.4 * draw(size.n_a, 1),
        "by": draw(size.n_y, 1),
    }


@pytest.fixture
def step(world, parameters):
    """One step of the cell."""
    return world(Step, parameters)


@pytest.fixture
def other_step(world, step):
    """A second step with the same parameters."""
    return world(Step, step.parameters)


@pytest.fixture
def unrolled(world, parameters):
    """A sequence through the RNN."""
    return world(Unrolled, parameters())


@pytest.fixture
def other_unrolled(world, unrolled):
    """A second sequence with the same parameters."""
    return world(Unrolled, unrolled.parameters)


@pytest.fixture
def torch_layout(size, draw, world):
    """A sequence in PyTorch's layout."""
    weight_ih, weight_hh = 0.6 * draw(size.n_h, size.n_x), 0.5 * draw(size.n_h, size.n_h)
    return world(TorchLayout, (weight_ih, weight_hh, 0.4 * draw(size.n_h), 0.4 * draw(size.n_h)))


@pytest.fixture
def other_torch_layout(world, torch_layout):
    """A second sequence with the same weights."""
    return world(TorchLayout, torch_layout.weights)


# --- published examples -----------------------------------------------------------------------


@pytest.fixture
def published_step(reference, witness):
    """The step whose gradients were published: its ``ba`` was left over from another example."""
    np.random.seed(1)
    for shape in ((3, 10, 4), (5, 10), (5, 5), (5, 3), (2, 5)):
        np.random.randn(*shape)
    left_over = np.random.randn(5, 1)
    return _printed_step(reference, witness, left_over)


@pytest.fixture
def printed_step(reference, witness):
    """The step that the published code, as it is printed, computes."""
    return _printed_step(reference, witness, None)


def _printed_step(reference, witness, ba):
    np.random.seed(1)
    draw = np.random.randn
    xt, a_prev = draw(3, 10), draw(5, 10)
    Wax, Waa, Wya, drawn, by = draw(5, 3), draw(5, 5), draw(2, 5), draw(5, 1), draw(2, 1)
    parameters = {"Wax": Wax, "Waa": Waa, "Wya": Wya, "ba": drawn if ba is None else ba, "by": by}
    return Step(reference, witness, xt, a_prev, parameters, da_next=draw(5, 10))


@pytest.fixture
def published_sequence(reference, witness):
    """The sequence whose hidden states and predictions were published."""
    np.random.seed(1)
    draw = np.random.randn
    x, a0 = draw(3, 10, 4), draw(5, 10)
    Waa, Wax, Wya, ba, by = draw(5, 5), draw(5, 3), draw(2, 5), draw(5, 1), draw(2, 1)
    parameters = {"Wax": Wax, "Waa": Waa, "Wya": Wya, "ba": ba, "by": by}
    return Unrolled(reference, witness, x, a0, parameters, da=np.zeros((5, 10, 4)))


@pytest.fixture
def published_bptt(reference, witness):
    """The sequence whose gradients were published; Wax is drawn before Waa here."""
    np.random.seed(1)
    draw = np.random.randn
    x, a0 = draw(3, 10, 4), draw(5, 10)
    Wax, Waa, Wya, ba, by = draw(5, 3), draw(5, 5), draw(2, 5), draw(5, 1), draw(2, 1)
    parameters = {"Wax": Wax, "Waa": Waa, "Wya": Wya, "ba": ba, "by": by}
    return Unrolled(reference, witness, x, a0, parameters, da=draw(5, 10, 4))


@pytest.fixture
def published_comparison(reference, witness):
    """The comparison of the source: seed 123 for NumPy and PyTorch."""
    weights = tuple(witness("published_rnn"))
    np.random.seed(123)
    x, h0, dh = (np.random.random(shape) for shape in ((3, 3, 4), (1, 3, 5), (3, 3, 5)))
    return TorchLayout(reference, witness, weights, x, h0, dh)
