import pytest
from sizes import CELLS, EDGE_CELLS, Cell
from worlds import goes_forward_by_the_rules, keeps_its_cache

pytestmark = pytest.mark.function("gru_cell_forward")


@pytest.mark.parametrize("size", CELLS, ids=str)
def test_one_step(student, gru_step, size):
    """The state and the cache of one step."""
    gru_step.asked_forward(student).agrees_with(gru_step.forward)


def test_known_numbers(student, published_gru_step):
    """The state that students know."""
    published_gru_step.asked_forward(student).agrees_with(published_gru_step.forward)


@pytest.mark.parametrize("size", [Cell(2, 4, 5)], ids=str)
def test_cache_outlives_the_next_step(student, gru_step, other_gru_step, size):
    """A cache still holds its own step after another one."""
    keeps_its_cache(student, gru_step, other_gru_step)


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_CELLS, ids=str)
def test_edge_sizes(student, gru_step, size):
    """Dimensions of 1."""
    gru_step.asked_forward(student).agrees_with(gru_step.forward)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Cell(2, 3, 4)], ids=str)
def test_rules(student, gru_step, other_gru_step, size):
    """Arguments are left alone, and a later call changes no earlier answer."""
    goes_forward_by_the_rules(student, gru_step, other_gru_step)
