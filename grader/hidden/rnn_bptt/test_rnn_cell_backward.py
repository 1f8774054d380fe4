import pytest
from sizes import CELLS, EDGE_CELLS, Cell
from worlds import DIFFERENCE_TOLERANCE

pytestmark = pytest.mark.function("rnn_cell_backward")


def backward(student, step):
    """The student's gradients of one step, from the cache of the forward."""
    cache = student.rnn_cell_forward(step.xt, step.a_prev, step.parameters)[2]
    return student.rnn_cell_backward(step.da_next, cache)


@pytest.mark.parametrize("size", CELLS, ids=str)
def test_gradients_of_one_step(student, step, size):
    """The gradients, as the reference, autograd and central differences have them."""
    gradients = backward(student, step)
    gradients.agrees_with(step.gradients)
    gradients.agrees_with(step.autograd)
    gradients.agrees_with(step.differences, **DIFFERENCE_TOLERANCE)


def test_published_numbers(student, published_step):
    """The gradients that were published."""
    backward(student, published_step).agrees_with(published_step.gradients)


def test_numbers_of_the_printed_code(student, printed_step):
    """The gradients that the published code, as it is printed, computes."""
    backward(student, printed_step).agrees_with(printed_step.gradients)


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_CELLS, ids=str)
def test_edge_sizes(student, step, size):
    """Dimensions of 1."""
    backward(student, step).agrees_with(step.gradients)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Cell(2, 3, 4, 5)], ids=str)
def test_rules(student, step, other_step, size):
    """Arguments are left alone, and each call answers for its own cache."""
    cache = student.rnn_cell_forward(step.xt, step.a_prev, step.parameters)[2]
    other = student.rnn_cell_forward(other_step.xt, other_step.a_prev, other_step.parameters)[2]
    first = student.rnn_cell_backward(step.da_next, cache)
    first.leaves_arguments_alone()
    student.rnn_cell_backward(other_step.da_next, other).agrees_with(other_step.gradients)
    first.looked_at_again().agrees_with(step.gradients)
    student.rnn_cell_backward(step.da_next, cache).agrees_with(step.gradients)
