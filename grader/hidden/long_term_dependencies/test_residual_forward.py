import numpy as np
import pytest
from sizes import EDGE_SEQUENCES, SEQUENCES, Sequence

from grader.kit import ANYTHING

pytestmark = pytest.mark.function("residual_forward")


def whole(path):
    """The output that a part of (h, caches) belongs to."""
    return "h" if path else ""


def states(student, world):
    """The student's answer without the caches, which stay in the worker."""
    return student.probe("states", *world.arguments)


@pytest.mark.parametrize("size", SEQUENCES, ids=str)
def test_states(student, residual, size):
    """The states, as the reference and PyTorch have them."""
    answer = states(student, residual)
    answer.agrees_with((residual.h, ANYTHING), outputs=whole)
    answer.agrees_with((residual.by_torch[0][0], ANYTHING), outputs=whole)


def test_states_by_hand(student):
    """Without weights a state climbs by tanh(ba) at every step."""
    parameters = {"Wax": np.zeros((2, 1)), "Waa": np.zeros((2, 2)), "ba": np.array([[0.5], [-1.0]])}
    h0 = np.array([[0.25], [2.0]])
    due = h0[:, :, np.newaxis] + np.tanh(parameters["ba"])[:, :, np.newaxis] * [1, 2, 3]
    answer = student.probe("states", np.ones((1, 1, 3)), h0, parameters)
    answer.agrees_with((due, ANYTHING), outputs=whole)


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_SEQUENCES, ids=str)
def test_edge_sizes(student, residual, size):
    """Dimensions of 1, a single time step among them."""
    states(student, residual).agrees_with((residual.h, ANYTHING), outputs=whole)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Sequence(2, 3, 5, 4)], ids=str)
def test_parameters_among_others(student, residual_among_others, size):
    """Parameters are read by name, whatever else is among them."""
    world = residual_among_others
    states(student, world).agrees_with((world.h, ANYTHING), outputs=whole)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Sequence(2, 3, 4, 5)], ids=str)
def test_rules(student, residual, other_residual, size):
    """Arguments are left alone, and a later call changes no earlier answer."""
    first = student.residual_forward(*residual.arguments)
    first.leaves_arguments_alone()
    second = student.residual_forward(*other_residual.arguments)
    first[0].looked_at_again().agrees_with(residual.h)
    second[0].looked_at().agrees_with(other_residual.h)
