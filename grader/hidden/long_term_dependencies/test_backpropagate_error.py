import numpy as np
import pytest
from sizes import EDGE_FLOWS, FLOWS, LONG_FLOW, Flow
from worlds import DIFFERENCE_TOLERANCE

pytestmark = pytest.mark.function("backpropagate_error")

BY_STEP = {"rtol": 1e-9, "atol": 0.0, "step_axis": 2}
"""Vanishing entries are the lesson: each step is judged by its own size."""


@pytest.mark.parametrize("size", FLOWS, ids=str)
def test_error_terms(student, error_path, size):
    """The error terms, as the reference, autograd and central differences have them."""
    delta = student.backpropagate_error(*error_path.arguments)
    delta.agrees_with(error_path.delta, **BY_STEP)
    delta.agrees_with(error_path.autograd, **BY_STEP)
    delta.agrees_with(error_path.differences, **DIFFERENCE_TOLERANCE)


@pytest.mark.parametrize("size", [LONG_FLOW], ids=str)
def test_vanishing_error(student, vanishing_path, size):
    """An error that vanishes, right in its smallest step."""
    delta = student.backpropagate_error(*vanishing_path.arguments)
    delta.agrees_with(vanishing_path.delta, **BY_STEP)
    delta.agrees_with(vanishing_path.autograd, **BY_STEP)


@pytest.mark.parametrize("size", [Flow(4, 2, 9)], ids=str)
def test_exploding_error(student, exploding_path, size):
    """An error that explodes."""
    delta = student.backpropagate_error(*exploding_path.arguments)
    delta.agrees_with(exploding_path.delta, **BY_STEP)


def test_error_terms_by_hand(student):
    """Numbers that a pencil can check."""
    Waa = np.array([[0.5, 2.0], [-1.0, 0.25]])
    a = np.array([[[0.0, 0.6, -0.5]], [[0.8, -0.5, 0.5]]])
    due = np.array([[[-0.132, -0.48, 0.75]], [[-0.61425, 1.21875, 1.5 * 0.75]]])
    due[:, 0, 2] = 1.0 * 0.75, -2.0 * 0.75
    due[:, 0, 1] = (0.5 * 0.75 + 1.5) * 0.64, (2.0 * 0.75 - 0.25 * 1.5) * 0.75
    due[:, 0, 0] = 0.5 * 1.2 - 0.84375, (2.0 * 1.2 + 0.25 * 0.84375) * 0.36
    delta = student.backpropagate_error(Waa, a, np.array([[1.0], [-2.0]]))
    delta.agrees_with(due, **BY_STEP)


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_FLOWS, ids=str)
def test_edge_sizes(student, error_path, size):
    """Dimensions of 1, a single time step among them."""
    delta = student.backpropagate_error(*error_path.arguments)
    delta.agrees_with(error_path.delta, **BY_STEP)


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", [Flow(3, 2, 4)], ids=str)
def test_no_error_at_the_end(student, error_path, size):
    """Where the loss does not move, every step is exactly 0."""
    delta = student.backpropagate_error(error_path.Waa, error_path.a, np.zeros((3, 2)))
    delta.agrees_with(np.zeros(size), **BY_STEP)


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", [Flow(3, 2, 4)], ids=str)
def test_a_saturated_step(student, reference, error_path, size):
    """No error passes a step at which every unit is at 1 or -1."""
    a = error_path.a.copy()
    a[:, :, 1] = np.sign(a[:, :, 1])
    delta = student.backpropagate_error(error_path.Waa, a, error_path.da_last)
    due = reference.backpropagate_error(error_path.Waa, a, error_path.da_last)
    delta.agrees_with(due, **BY_STEP)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Flow(3, 4, 2)], ids=str)
def test_rules(student, error_path, other_error_path, size):
    """Arguments are left alone, and a later call changes no earlier answer."""
    first = student.backpropagate_error(*error_path.arguments)
    first.leaves_arguments_alone()
    second = student.backpropagate_error(*other_error_path.arguments)
    first.looked_at_again().agrees_with(error_path.delta, **BY_STEP)
    second.agrees_with(other_error_path.delta, **BY_STEP)
