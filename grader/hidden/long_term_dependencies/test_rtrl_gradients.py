import pytest
from sizes import EDGE_SEQUENCES, SEQUENCES, Sequence
from worlds import DIFFERENCE_TOLERANCE

from grader.kit import Finding

pytestmark = pytest.mark.function("rtrl_gradients")


@pytest.mark.parametrize("size", SEQUENCES, ids=str)
def test_gradients(student, plain, size):
    """The gradients, as the reference, BPTT by autograd and central differences have them."""
    gradients = student.rtrl_gradients(*plain.arguments)
    gradients.agrees_with(plain.gradients)
    gradients.agrees_with(plain.autograd)
    gradients.agrees_with(plain.differences, **DIFFERENCE_TOLERANCE)


@pytest.mark.parametrize("size", [Sequence(2, 4, 3, 12)], ids=str)
def test_gradients_of_a_longer_sequence(student, plain, size):
    """Gradients that come from far back."""
    gradients = student.rtrl_gradients(*plain.arguments)
    gradients.agrees_with(plain.gradients)
    gradients.agrees_with(plain.autograd)


@pytest.mark.criterion("memory")
@pytest.mark.parametrize("size", [Sequence(1, 3, 1, 200)], ids=str)
def test_memory(student, size):
    """Ten times as many steps need no more memory."""
    answer = student.probe("memory_growth", size.n_x, size.n_a, size.m, size.T_x // 10, size.T_x)
    answer.agrees_with(
        {"growth": 0.0},
        rtol=0.0,
        atol=0.5,
        outputs=lambda path: "",
        otherwise={"": Finding("memory grows", "")},
    )


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_SEQUENCES, ids=str)
def test_edge_sizes(student, plain, size):
    """Dimensions of 1, a single time step among them."""
    student.rtrl_gradients(*plain.arguments).agrees_with(plain.gradients)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Sequence(2, 3, 5, 4)], ids=str)
def test_parameters_among_others(student, plain_among_others, size):
    """Parameters are read by name, whatever else is among them."""
    world = plain_among_others
    student.rtrl_gradients(*world.arguments).agrees_with(world.gradients)


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Sequence(2, 3, 4, 5)], ids=str)
def test_rules(student, plain, other_plain, size):
    """Arguments are left alone, and a later call changes no earlier answer."""
    first = student.rtrl_gradients(*plain.arguments)
    first.leaves_arguments_alone()
    second = student.rtrl_gradients(*other_plain.arguments)
    first.looked_at_again().agrees_with(plain.gradients)
    second.agrees_with(other_plain.gradients)
