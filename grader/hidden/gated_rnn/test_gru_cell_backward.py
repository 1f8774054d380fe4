import pytest
from sizes import CELLS, EDGE_CELLS, Cell
from worlds import goes_backward_by_the_rules

pytestmark = pytest.mark.function("gru_cell_backward")


@pytest.mark.parametrize("size", CELLS, ids=str)
def test_gradients_of_one_step(student, gru_step, size):
    """The gradients, as the reference, autograd and central differences have them."""
    gru_step.backward_agrees(student)


def test_known_numbers(student, published_gru_step):
    """The gradients that students know."""
    published_gru_step.asked_backward(student).agrees_with(published_gru_step.gradients)


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_CELLS, ids=str)
def test_edge_sizes(student, gru_step, size):
    """Dimensions of 1."""
    gru_step.asked_backward(student).agrees_with(gru_step.gradients)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Cell(2, 3, 4)], ids=str)
def test_rules(student, gru_step, other_gru_step, size):
    """Arguments are left alone, and each call answers for its own cache."""
    goes_backward_by_the_rules(student, gru_step, other_gru_step)
