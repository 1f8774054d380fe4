"""The caches are the student's own: they go from forward to backward as the very object.

A case is judged only where the ``h`` of its own forward is right; otherwise it is lost, and
the student is told to mend the forward first.
"""

import numpy as np
import pytest
from sizes import EDGE_SEQUENCES, SEQUENCES, Sequence
from worlds import DIFFERENCE_TOLERANCE

from grader.kit import Finding

pytestmark = pytest.mark.function("residual_backward")

RESTS = Finding("rests on", "", {"name": "residual_forward"})


def forward(student, world):
    """The student's own forward, with an h that has to be right."""
    answer = student.residual_forward(*world.arguments)
    answer[0].looked_at().must_agree_with(world.h, or_else=RESTS)
    return answer


def backward(student, world):
    """The student's gradients, from the caches of a forward."""
    return student.residual_backward(world.dh, forward(student, world)[1])


@pytest.mark.parametrize("size", SEQUENCES, ids=str)
def test_gradients(student, residual, size):
    """The gradients, as the reference, autograd and central differences have them."""
    gradients = backward(student, residual)
    gradients.agrees_with(residual.gradients)
    gradients.agrees_with(residual.autograd)
    gradients.agrees_with(residual.differences, **DIFFERENCE_TOLERANCE)


@pytest.mark.parametrize("size", [Sequence(2, 4, 3, 12)], ids=str)
def test_gradients_of_a_longer_sequence(student, residual, size):
    """Gradients that come back from behind."""
    backward(student, residual).agrees_with(residual.gradients)


def test_gradients_by_hand(student):
    """Two steps of one unit without weights: numbers that a pencil can check."""
    parameters = {
        name: np.array([[value]])
        for name, value in zip(("Wax", "Waa", "ba"), (0.0, 0.0, 1.0), strict=True)
    }
    slope, step = 1 - np.tanh(1.0) ** 2, np.tanh(1.0)
    x, h0, dh = np.array([[[3.0, -2.0]]]), np.array([[0.5]]), np.array([[[1.0, 4.0]]])
    answer = student.residual_forward(x, h0, parameters)
    h = np.array([[[0.5 + step, 0.5 + 2 * step]]])
    answer[0].looked_at().must_agree_with(h, or_else=RESTS)
    gradients = student.residual_backward(dh, answer[1])
    gradients.agrees_with(
        {
            "dx": np.zeros((1, 1, 2)),
            "dh0": np.array([[5.0]]),
            "dWax": np.array([[(5 * 3 - 4 * 2) * slope]]),
            "dWaa": np.array([[(5 * 0.5 + 4 * (0.5 + step)) * slope]]),
            "dba": np.array([[9 * slope]]),
        }
    )


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_SEQUENCES, ids=str)
def test_edge_sizes(student, residual, size):
    """Dimensions of 1, a single time step among them."""
    backward(student, residual).agrees_with(residual.gradients)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Sequence(2, 3, 4, 5)], ids=str)
def test_caches_of_two_sequences(student, residual, other_residual, size):
    """Each call answers for its own caches, and may be made again."""
    caches = forward(student, residual)[1]
    other = forward(student, other_residual)[1]
    first = student.residual_backward(residual.dh, caches)
    first.agrees_with(residual.gradients)
    student.residual_backward(other_residual.dh, other).agrees_with(other_residual.gradients)
    first.looked_at_again().agrees_with(residual.gradients)
    student.residual_backward(residual.dh, caches).agrees_with(residual.gradients)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Sequence(2, 3, 4, 5)], ids=str)
def test_what_it_was_given_is_left_alone(student, residual, size):
    """Neither dh changes nor, by way of the caches, anything the forward took or returned."""
    answer = forward(student, residual)
    answer.must_leave_arguments_alone()
    gradients = student.residual_backward(residual.dh, answer[1])
    gradients.leaves_arguments_alone("dh")
    answer.leaves_arguments_alone()
    h = Finding("argument changed", "", {"argument": "h"})
    answer[0].looked_at().agrees_with(residual.h, outputs=lambda path: "", otherwise={"": h})


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Sequence(2, 3, 5, 4)], ids=str)
def test_parameters_among_others(student, residual_among_others, size):
    """Parameters are read by name, whatever else is among them."""
    world = residual_among_others
    backward(student, world).agrees_with(world.gradients)
