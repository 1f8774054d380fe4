"""Inputs of the hidden cases, drawn from the run's seed at designed sizes."""

import numpy as np
import pytest
from worlds import Comparison, GruStep, LstmRun, LstmStep

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
def lstm_step(world, lstm_parameters):
    """One step of the LSTM."""
    return world(LstmStep, lstm_parameters)


@pytest.fixture
def other_lstm_step(world, lstm_parameters):
    """A second step with the same parameters."""
    return world(LstmStep, lstm_parameters)


@pytest.fixture
def lstm_step_among_others(size, draw, world, lstm_parameters):
    """A step whose parameters stand in another order, among further entries."""
    others = {"Wy": draw(2, size.n_a), **dict(reversed(lstm_parameters.items())), "by": draw(2, 1)}
    return world(LstmStep, others)


@pytest.fixture
def saturated_step(size, world, lstm_parameters):
    """A step whose pre-activations are near 1000 and -1000, in every combination of gates."""
    signs = 1000 * (1.0 - 2 * (np.arange(size.n_a)[:, None] >> np.arange(len(GATES)) & 1))
    biases = {f"b{gate}": signs[:, n, None].copy() for n, gate in enumerate(GATES)}
    return world(LstmStep, {**lstm_parameters, **biases})


@pytest.fixture
def lstm_run(world, lstm_parameters):
    """A sequence through the LSTM."""
    return world(LstmRun, lstm_parameters)


@pytest.fixture
def other_lstm_run(world, lstm_parameters):
    """A second sequence with the same parameters."""
    return world(LstmRun, lstm_parameters)


@pytest.fixture
def gru_step(world, gru_parameters):
    """One step of the GRU."""
    return world(GruStep, gru_parameters)


@pytest.fixture
def other_gru_step(world, gru_parameters):
    """A second step with the same parameters."""
    return world(GruStep, gru_parameters)


@pytest.fixture
def comparison(size, draw, world):
    """Weights of both modules, and a sequence in their layout."""

    def weights(rows):
        shapes = (rows, size.n_x), (rows, size.n_h), (rows,), (rows,)
        return [0.5 * draw(*shape) for shape in shapes]

    return world(Comparison, weights(4 * size.n_h), weights(3 * size.n_h))


@pytest.fixture
def other_comparison(world, comparison):
    """A second sequence for the same modules."""
    return world(Comparison, comparison.lstm_weights, comparison.gru_weights)


# --- published, with seed 1 -------------------------------------------------------------------


def _published_parameters(draw):
    """Wf, bf, Wi, bi, Wo, bo, Wc, bc of 5 units and 3 inputs, in this order."""
    parameters = {}
    for gate in GATES:
        parameters[f"W{gate}"], parameters[f"b{gate}"] = draw(5, 8), draw(5, 1)
    return parameters


@pytest.fixture
def published_lstm_step(reference, witness):
    """The step of the LSTM whose states and gradients were published."""
    np.random.seed(1)
    draw = np.random.randn
    inputs = draw(3, 10), draw(5, 10), draw(5, 10)
    parameters = _published_parameters(draw)
    draw(2, 5), draw(2, 1)  # an output layer, of no use here
    return LstmStep(reference, witness, *inputs, parameters, draw(5, 10), draw(5, 10))


@pytest.fixture(params=[4, 7])
def published_lstm_run(request, reference, witness):
    """The sequences whose gradients were published: of 4 steps, and of 7 with gradients for 4.

    What was published of the second is what comes out where nothing is carried from step to step.
    """
    np.random.seed(1)
    draw = np.random.randn
    x, a0, c0 = draw(3, 10, request.param)[:, :, :4].copy(), draw(5, 10), np.zeros((5, 10))
    return LstmRun(reference, witness, x, a0, c0, _published_parameters(draw), draw(5, 10, 4))


@pytest.fixture
def published_gru_step(reference, witness):
    """The step of the GRU whose numbers students know."""
    np.random.seed(1)
    draw = np.random.randn
    xt, a_prev, parameters = draw(3, 10), draw(5, 10), {}
    for name, columns in (("r", 8), ("z", 8), ("nx", 3), ("na", 5)):
        parameters[f"W{name}"], parameters[f"b{name}"] = draw(5, columns), draw(5, 1)
    return GruStep(reference, witness, xt, a_prev, parameters, draw(5, 10))


@pytest.fixture
def published_comparison(reference, witness):
    """Modules and arrays drawn with seed 123."""
    weights = witness("published_modules")
    np.random.seed(123)
    shapes = (3, 3, 4), (1, 3, 5), (1, 3, 5), (3, 3, 5)
    return Comparison(reference, witness, *weights, *(np.random.random(one) for one in shapes))
