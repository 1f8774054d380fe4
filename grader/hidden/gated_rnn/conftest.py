"""Inputs of the hidden cases, drawn from the run's seed at designed sizes."""

import numpy as np
import pytest
from worlds import Comparison, GruStep, LstmSequence, LstmStep

GATES = ("f", "i", "o", "c")

# --- drawn from the run's seed ----------------------------------------------------------------


@pytest.fixture
def lstm_parameters(size, draw):
    """Weights so small that no gate is saturated: a saturated gate hides mistakes."""
    parameters = {}
    for gate in GATES:
        parameters[f"W{gate}"] = 0.5 * draw(size.n_a, size.n_a + size.n_x)
        parameters[f"b{gate}"] = 0.5 * draw(size.n_a, 1)
    return parameters


@pytest.fixture
def gru_parameters(size, draw):
    """The same for a GRU; both biases of the candidate are drawn."""
    columns = {"z": size.n_a + size.n_x, "na": size.n_a, "nx": size.n_x, "r": size.n_a + size.n_x}
    parameters = {f"b{name}": 0.5 * draw(size.n_a, 1) for name in columns}
    return parameters | {f"W{name}": 0.5 * draw(size.n_a, n) for name, n in columns.items()}


@pytest.fixture
def lstm_step(size, draw, reference, witness, lstm_parameters):
    """One step of the LSTM."""
    return _lstm_step(size, draw, reference, witness, lstm_parameters)


@pytest.fixture
def other_lstm_step(size, draw, reference, witness, lstm_parameters):
    """A second step with the same parameters."""
    return _lstm_step(size, draw, reference, witness, lstm_parameters)


@pytest.fixture
def lstm_step_among_others(size, draw, reference, witness, lstm_parameters):
    """A step whose parameters stand in another order, among further entries."""
    others = {"Wy": draw(2, size.n_a), **dict(reversed(lstm_parameters.items())), "by": draw(2, 1)}
    return _lstm_step(size, draw, reference, witness, others)


@pytest.fixture
def saturated_step(size, draw, reference, witness, lstm_parameters):
    """A step whose pre-activations are near 1000 and -1000, in every combination of gates."""
    signs = 1000 * (1.0 - 2 * (np.arange(size.n_a)[:, None] >> np.arange(len(GATES)) & 1))
    biases = {f"b{gate}": signs[:, n, None] for n, gate in enumerate(GATES)}
    return _lstm_step(size, draw, reference, witness, {**lstm_parameters, **biases})


def _lstm_step(size, draw, reference, witness, parameters):
    states = {name: draw(size.n_a, size.m) for name in ("a_prev", "c_prev")}
    inputs = {"xt": draw(size.n_x, size.m), **states}
    outside = draw(size.n_a, size.m), draw(size.n_a, size.m)
    return LstmStep(reference, witness, inputs, parameters, outside)


@pytest.fixture
def lstm_run(size, draw, reference, witness, lstm_parameters):
    """A sequence through the LSTM, started from states that are not 0."""
    return _lstm_run(size, draw, reference, witness, lstm_parameters)


@pytest.fixture
def other_lstm_run(size, draw, reference, witness, lstm_parameters):
    """A second sequence with the same parameters."""
    return _lstm_run(size, draw, reference, witness, lstm_parameters)


def _lstm_run(size, draw, reference, witness, parameters):
    states = {name: draw(size.n_a, size.m) for name in ("a0", "c0")}
    inputs = {"x": draw(size.n_x, size.m, size.T_x), **states}
    outside = (draw(size.n_a, size.m, size.T_x),)
    return LstmSequence(reference, witness, inputs, parameters, outside)


@pytest.fixture
def gru_step(size, draw, reference, witness, gru_parameters):
    """One step of the GRU."""
    return _gru_step(size, draw, reference, witness, gru_parameters)


@pytest.fixture
def other_gru_step(size, draw, reference, witness, gru_parameters):
    """A second step with the same parameters."""
    return _gru_step(size, draw, reference, witness, gru_parameters)


def _gru_step(size, draw, reference, witness, parameters):
    inputs = {"xt": draw(size.n_x, size.m), "a_prev": draw(size.n_a, size.m)}
    return GruStep(reference, witness, inputs, parameters, (draw(size.n_a, size.m),))


# --- published, with seed 1 -------------------------------------------------------------------


def _published_lstm_parameters():
    """Wf, bf, Wi, bi, Wo, bo, Wc, bc of 5 units and 3 inputs, in this order."""
    parameters = {}
    for gate in GATES:
        parameters[f"W{gate}"] = np.random.randn(5, 8)
        parameters[f"b{gate}"] = np.random.randn(5, 1)
    return parameters


@pytest.fixture
def published_lstm_step(reference, witness):
    """The step of the LSTM whose states and gradients were published."""
    np.random.seed(1)
    draw = np.random.randn
    inputs = {"xt": draw(3, 10), "a_prev": draw(5, 10), "c_prev": draw(5, 10)}
    parameters = _published_lstm_parameters()
    draw(2, 5), draw(2, 1)  # an output layer, of no use here
    return LstmStep(reference, witness, inputs, parameters, (draw(5, 10), draw(5, 10)))


@pytest.fixture(params=[4, 7])
def published_lstm_run(request, reference, witness):
    """The sequences whose gradients were published: of 4 steps, and of 7 with gradients for 4.

    What was published of the second is what comes out where nothing is carried from step to step.
    """
    np.random.seed(1)
    draw = np.random.randn
    x, a0 = draw(3, 10, request.param), draw(5, 10)
    parameters = _published_lstm_parameters()
    inputs = {"x": x[:, :, :4].copy(), "a0": a0, "c0": np.zeros((5, 10))}
    return LstmSequence(reference, witness, inputs, parameters, (draw(5, 10, 4),))


@pytest.fixture
def published_gru_step(reference, witness):
    """The step of the GRU whose numbers students know."""
    np.random.seed(1)
    draw = np.random.randn
    inputs = {"xt": draw(3, 10), "a_prev": draw(5, 10)}
    parameters = {}
    for name, columns in (("r", 8), ("z", 8), ("nx", 3), ("na", 5)):
        parameters[f"W{name}"], parameters[f"b{name}"] = draw(5, columns), draw(5, 1)
    return GruStep(reference, witness, inputs, parameters, (draw(5, 10),))


# --- beside PyTorch ---------------------------------------------------------------------------


@pytest.fixture
def comparison(size, draw, reference, witness):
    """Weights of both modules, and a sequence in their layout."""
    weights = [_weights(draw, gates, size.n_x, size.n_h) for gates in (4, 3)]
    return Comparison(reference, witness, *weights, *_arrays(draw, size))


@pytest.fixture
def other_arrays(size, draw):
    """A second sequence for the same modules."""
    return _arrays(draw, size)


def _weights(draw, gates, n_x, n_h):
    shapes = (gates * n_h, n_x), (gates * n_h, n_h), (gates * n_h,), (gates * n_h,)
    return [0.5 * draw(*shape) for shape in shapes]


def _arrays(draw, size):
    states = (1, size.m, size.n_h), (1, size.m, size.n_h), (size.T, size.m, size.n_h)
    return [draw(*shape) for shape in ((size.T, size.m, size.n_x), *states)]


@pytest.fixture
def published_comparison(reference, witness):
    """Modules and arrays drawn with seed 123."""
    weights = witness("published_modules")
    np.random.seed(123)
    shapes = (3, 3, 4), (1, 3, 5), (1, 3, 5), (3, 3, 5)
    return Comparison(reference, witness, *weights, *(np.random.random(one) for one in shapes))
