"""Inputs of the hidden cases, drawn from the run's seed at designed sizes."""

import numpy as np
import pytest
from worlds import ErrorPath, Plain, Residual

# --- how an error travels back ----------------------------------------------------------------


@pytest.fixture
def error_path(size, draw, world):
    """States that are not saturated, and weights that neither grow nor shrink errors much."""
    return _error_path(size, draw, world, 0.6)


@pytest.fixture
def other_error_path(size, draw, world):
    """A second one of the same size."""
    return _error_path(size, draw, world, 0.6)


@pytest.fixture
def vanishing_path(size, draw, world):
    """An error that loses more than a digit at every step back."""
    return _error_path(size, draw, world, 0.05)


@pytest.fixture
def exploding_path(size, draw, world):
    """An error that grows at nearly every step back, to below 1e6."""
    return _error_path(size, draw, world, 1.2, spread=0.3)


def _error_path(size, draw, world, scale, spread=0.8):
    Waa = scale * draw(size.n_a, size.n_a)
    return world(ErrorPath, Waa, np.tanh(spread * draw(size.n_a, size.m, size.T_x)))


@pytest.fixture
def delta(size, draw):
    """Error terms of ordinary size."""
    return draw(size.n_a, size.m, size.T_x)


@pytest.fixture
def delta_of_all_sizes(size, draw):
    """Error terms whose size falls from 1e60 to 1e-60 and rises again, by 1e20 at most a step."""
    powers = np.interp(np.arange(size.T_x), [0, (size.T_x - 1) / 2, size.T_x - 1], [60, -60, 60])
    return draw(size.n_a, size.m, size.T_x) * 10.0**powers


# --- networks ---------------------------------------------------------------------------------


@pytest.fixture
def parameters(size, draw):
    """Weights small enough that tanh is not saturated: a saturated state hides mistakes."""
    Wax, Waa = 0.5 * draw(size.n_a, size.n_x), 0.3 * draw(size.n_a, size.n_a)
    return {"Wax": Wax, "Waa": Waa, "ba": 0.4 * draw(size.n_a, 1)}


@pytest.fixture
def parameters_among_others(size, draw, parameters):
    """The same in another order, among further entries."""
    further = {"Wya": draw(2, size.n_a), "by": draw(2, 1)}
    return {**further, **dict(reversed(parameters.items()))}


@pytest.fixture
def residual(world, parameters):
    """A sequence through the residual network."""
    return world(Residual, parameters)


@pytest.fixture
def other_residual(world, residual):
    """A second sequence with the same parameters."""
    return world(Residual, residual.parameters)


@pytest.fixture
def residual_among_others(world, parameters_among_others):
    """A sequence whose parameters stand in another order, among further entries."""
    return world(Residual, parameters_among_others)


@pytest.fixture
def plain(world, parameters):
    """A sequence through the plain network."""
    return world(Plain, parameters)


@pytest.fixture
def other_plain(world, plain):
    """A second sequence with the same parameters."""
    return world(Plain, plain.parameters)


@pytest.fixture
def plain_among_others(world, parameters_among_others):
    """A sequence whose parameters stand in another order, among further entries."""
    return world(Plain, parameters_among_others)


# --- gradients and weights --------------------------------------------------------------------

SHAPES = {"dWax": (4, 3), "dba": (4, 1), "gain": (5,), "kernel 1": (2, 3, 4), "deep": (2, 1, 3, 2)}
"""Any names, and one to four dimensions."""


@pytest.fixture
def gradients(draw):
    """Gradients of several sizes, most entries between -3 and 3; their norm is 4 at least."""
    drawn = {name: 1.5 * draw(*shape) for name, shape in SHAPES.items()}
    drawn["gain"][:2] = 2.5, -3.5
    return drawn


@pytest.fixture
def exploded(draw):
    """Gradients of very different sizes, up to some 1e5."""
    drawn = {name: draw(*shape) for name, shape in SHAPES.items()}
    return {**drawn, "kernel 1": 1e5 * drawn["kernel 1"], "dba": 1e-3 * drawn["dba"]}


@pytest.fixture
def weights(size, draw):
    """The parameters of a network with an output layer."""
    return {
        "Wax": draw(size.n_a, size.n_x),
        "ba": draw(size.n_a, 1),
        "Waa": draw(size.n_a, size.n_a),
        "Wya": draw(size.n_y, size.n_a),
        "by": draw(size.n_y, 1),
    }


@pytest.fixture
def weight_gradients(size, draw, weights):
    """A gradient for every parameter, and two that belong to no parameter."""
    drawn = {f"d{name}": draw(*value.shape) for name, value in weights.items()}
    return {"dx": draw(size.n_x, 2, 3), **drawn, "da0": draw(size.n_a, 2)}
