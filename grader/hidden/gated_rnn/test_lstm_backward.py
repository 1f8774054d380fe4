import pytest
from sizes import EDGE_SEQUENCES, LONG_SEQUENCE, SEQUENCES, Sequence
from worlds import goes_backward_by_the_rules

pytestmark = pytest.mark.function("lstm_backward")


@pytest.mark.parametrize("size", SEQUENCES, ids=str)
def test_gradients_of_a_sequence(student, lstm_run, size):
    """The gradients, as the reference, autograd and central differences have them."""
    lstm_run.backward_agrees(student)


@pytest.mark.parametrize("size", [LONG_SEQUENCE], ids=str)
def test_gradients_of_a_longer_sequence(student, lstm_run, size):
    """Gradients that come back from behind."""
    lstm_run.asked_backward(student).agrees_with(lstm_run.gradients)


def test_published_numbers(student, published_lstm_run):
    """The gradients of published examples; one of them was published wrong."""
    published_lstm_run.asked_backward(student).agrees_with(published_lstm_run.gradients)


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_SEQUENCES, ids=str)
def test_edge_sizes(student, lstm_run, size):
    """Dimensions of 1, a single time step among them."""
    lstm_run.asked_backward(student).agrees_with(lstm_run.gradients)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Sequence(2, 3, 4, 5)], ids=str)
def test_rules(student, lstm_run, other_lstm_run, size):
    """Arguments are left alone, and each call answers for its own caches."""
    goes_backward_by_the_rules(student, lstm_run, other_lstm_run)
