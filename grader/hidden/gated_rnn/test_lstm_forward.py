import pytest
from sizes import EDGE_SEQUENCES, SEQUENCES, Sequence
from worlds import goes_forward_by_the_rules, keeps_its_cache

pytestmark = pytest.mark.function("lstm_forward")


@pytest.mark.parametrize("size", SEQUENCES, ids=str)
def test_a_sequence(student, lstm_run, size):
    """Hidden states, cell states and caches of a sequence."""
    lstm_run.asked_forward(student).agrees_with(lstm_run.forward)


def test_published_inputs(student, published_lstm_run):
    """The states of sequences drawn with seed 1."""
    published_lstm_run.asked_forward(student).agrees_with(published_lstm_run.forward)


@pytest.mark.parametrize("size", [Sequence(2, 4, 5, 3)], ids=str)
def test_caches_outlive_the_next_sequence(student, lstm_run, other_lstm_run, size):
    """Caches still hold their own sequence after another one."""
    keeps_its_cache(student, lstm_run, other_lstm_run)


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_SEQUENCES, ids=str)
def test_edge_sizes(student, lstm_run, size):
    """Dimensions of 1, a single time step among them."""
    lstm_run.asked_forward(student).agrees_with(lstm_run.forward)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Sequence(2, 3, 4, 5)], ids=str)
def test_rules(student, lstm_run, other_lstm_run, size):
    """Arguments are left alone, and a later call changes no earlier answer."""
    goes_forward_by_the_rules(student, lstm_run, other_lstm_run)
