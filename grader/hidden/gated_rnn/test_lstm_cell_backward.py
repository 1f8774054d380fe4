import pytest
from sizes import CELLS, EDGE_CELLS, Cell
from worlds import goes_backward_by_the_rules

pytestmark = pytest.mark.function("lstm_cell_backward")


@pytest.mark.parametrize("size", CELLS, ids=str)
def test_gradients_of_one_step(student, lstm_step, size):
    """The gradients, as the reference, autograd and central differences have them."""
    lstm_step.backward_agrees(student)


def test_published_numbers(student, published_lstm_step):
    """The gradients that were published."""
    published_lstm_step.asked_backward(student).agrees_with(published_lstm_step.gradients)


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_CELLS, ids=str)
def test_edge_sizes(student, lstm_step, size):
    """Dimensions of 1."""
    lstm_step.asked_backward(student).agrees_with(lstm_step.gradients)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Cell(2, 3, 4)], ids=str)
def test_rules(student, lstm_step, other_lstm_step, size):
    """Arguments are left alone, and each call answers for its own cache."""
    goes_backward_by_the_rules(student, lstm_step, other_lstm_step)
