import pytest
from sizes import CELLS, EDGE_CELLS, Cell
from worlds import goes_forward_by_the_rules, keeps_its_cache

pytestmark = pytest.mark.function("lstm_cell_forward")


@pytest.mark.parametrize("size", CELLS, ids=str)
def test_one_step(student, lstm_step, size):
    """Both states and the cache of one step."""
    lstm_step.asked_forward(student).agrees_with(lstm_step.forward)


def test_published_numbers(student, published_lstm_step):
    """The states that were published."""
    published_lstm_step.asked_forward(student).agrees_with(published_lstm_step.forward)


@pytest.mark.parametrize("size", [Cell(2, 4, 5)], ids=str)
def test_cache_outlives_the_next_step(student, lstm_step, other_lstm_step, size):
    """A cache still holds its own step after another one."""
    keeps_its_cache(student, lstm_step, other_lstm_step)


@pytest.mark.criterion("saturated gates")
@pytest.mark.parametrize("size", [Cell(3, 16, 2)], ids=str)
def test_saturated_gates(student, saturated_step, size):
    """Gates that are open or shut altogether, and states that stay finite."""
    saturated_step.asked_forward(student).agrees_with(saturated_step.forward)


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_CELLS, ids=str)
def test_edge_sizes(student, lstm_step, size):
    """Dimensions of 1."""
    lstm_step.asked_forward(student).agrees_with(lstm_step.forward)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Cell(2, 3, 4)], ids=str)
def test_rules(student, lstm_step, other_lstm_step, size):
    """Arguments are left alone, and a later call changes no earlier answer."""
    goes_forward_by_the_rules(student, lstm_step, other_lstm_step)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Cell(3, 5, 2)], ids=str)
def test_parameters_among_others(student, lstm_step_among_others, size):
    """Parameters are read by name, whatever else is among them."""
    answer = lstm_step_among_others.asked_forward(student)
    for place, state in enumerate(lstm_step_among_others.forward[:2]):
        answer[place].agrees_with(state)
