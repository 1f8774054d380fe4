import pytest
from sizes import EDGE_SEQUENCES, SEQUENCES, Sequence

pytestmark = pytest.mark.function("rnn_forward")


@pytest.mark.parametrize("size", SEQUENCES, ids=str)
def test_a_sequence(student, unrolled, size):
    """Hidden states, predictions and caches of a sequence."""
    answer = student.rnn_forward(unrolled.x, unrolled.a0, unrolled.parameters)
    answer.agrees_with(unrolled.forward)


def test_published_numbers(student, published_sequence):
    """The hidden states and predictions that were published."""
    world = published_sequence
    student.rnn_forward(world.x, world.a0, world.parameters).agrees_with(world.forward)


@pytest.mark.parametrize("size", [Sequence(2, 4, 3, 5, 3)], ids=str)
def test_caches_outlive_the_next_sequence(student, unrolled, other_unrolled, size):
    """Caches still hold their own sequence after another one."""
    first = student.rnn_forward(unrolled.x, unrolled.a0, unrolled.parameters)
    student.rnn_forward(other_unrolled.x, other_unrolled.a0, other_unrolled.parameters)
    first.looked_at_again()[2].agrees_with(unrolled.forward[2])


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_SEQUENCES, ids=str)
def test_edge_sizes(student, unrolled, size):
    """Dimensions of 1, a single time step among them."""
    answer = student.rnn_forward(unrolled.x, unrolled.a0, unrolled.parameters)
    answer.agrees_with(unrolled.forward)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Sequence(2, 3, 4, 5, 3)], ids=str)
def test_rules(student, unrolled, other_unrolled, size):
    """Arguments are left alone, and a later call changes no earlier answer."""
    first = student.rnn_forward(unrolled.x, unrolled.a0, unrolled.parameters)
    first.leaves_arguments_alone()
    student.rnn_forward(other_unrolled.x, other_unrolled.a0, other_unrolled.parameters)
    again = first.looked_at_again()
    again[0].agrees_with(unrolled.forward[0])
    again[1].agrees_with(unrolled.forward[1])
