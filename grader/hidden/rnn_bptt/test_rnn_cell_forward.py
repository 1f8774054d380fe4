import pytest
from sizes import CELLS, EDGE_CELLS, Cell

pytestmark = pytest.mark.function("rnn_cell_forward")


@pytest.mark.parametrize("size", CELLS, ids=str)
def test_one_step(student, step, size):
    """One step, its prediction and its cache."""
    student.rnn_cell_forward(step.xt, step.a_prev, step.parameters).agrees_with(step.forward)


def test_published_inputs(student, published_step):
    """One step on inputs drawn with seed 1."""
    step = published_step
    student.rnn_cell_forward(step.xt, step.a_prev, step.parameters).agrees_with(step.forward)


@pytest.mark.parametrize("size", [Cell(2, 4, 3, 5)], ids=str)
def test_cache_outlives_the_next_step(student, step, other_step, size):
    """A cache still holds its own step after another one."""
    first = student.rnn_cell_forward(step.xt, step.a_prev, step.parameters)
    student.rnn_cell_forward(other_step.xt, other_step.a_prev, other_step.parameters)
    first.looked_at_again()[2].agrees_with(step.forward[2])


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_CELLS, ids=str)
def test_edge_sizes(student, step, size):
    """Dimensions of 1."""
    student.rnn_cell_forward(step.xt, step.a_prev, step.parameters).agrees_with(step.forward)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Cell(2, 3, 4, 5)], ids=str)
def test_rules(student, step, other_step, size):
    """Arguments are left alone, and a later call changes no earlier answer."""
    first = student.rnn_cell_forward(step.xt, step.a_prev, step.parameters)
    first.leaves_arguments_alone()
    student.rnn_cell_forward(other_step.xt, other_step.a_prev, other_step.parameters)
    again = first.looked_at_again()
    again[0].agrees_with(step.forward[0])
    again[1].agrees_with(step.forward[1])
