import pytest
from sizes import EDGE_SEQUENCES, SEQUENCES, Sequence
from worlds import DIFFERENCE_TOLERANCE

pytestmark = pytest.mark.function("rnn_backward")


def backward(student, unrolled):
    """The student's gradients of a sequence, from the caches of the forward."""
    caches = student.rnn_forward(unrolled.x, unrolled.a0, unrolled.parameters)[2]
    return student.rnn_backward(unrolled.da, caches)


@pytest.mark.parametrize("size", SEQUENCES, ids=str)
def test_gradients_of_a_sequence(student, unrolled, size):
    """The gradients, as the reference, autograd and central differences have them."""
    gradients = backward(student, unrolled)
    gradients.agrees_with(unrolled.gradients)
    gradients.agrees_with(unrolled.autograd)
    gradients.agrees_with(unrolled.differences, **DIFFERENCE_TOLERANCE)


def test_published_numbers(student, published_bptt):
    """The gradients that were published."""
    backward(student, published_bptt).agrees_with(published_bptt.gradients)


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_SEQUENCES, ids=str)
def test_edge_sizes(student, unrolled, size):
    """Dimensions of 1, a single time step among them."""
    backward(student, unrolled).agrees_with(unrolled.gradients)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Sequence(2, 3, 4, 5, 3)], ids=str)
def test_rules(student, unrolled, other_unrolled, size):
    """Arguments are left alone, and each call answers for its own caches."""
    caches = student.rnn_forward(unrolled.x, unrolled.a0, unrolled.parameters)[2]
    other = student.rnn_forward(other_unrolled.x, other_unrolled.a0, other_unrolled.parameters)[2]
    first = student.rnn_backward(unrolled.da, caches)
    first.leaves_arguments_alone()
    student.rnn_backward(other_unrolled.da, other).agrees_with(other_unrolled.gradients)
    first.looked_at_again().agrees_with(unrolled.gradients)
    student.rnn_backward(unrolled.da, caches).agrees_with(unrolled.gradients)
