import numpy as np
import pytest
from sizes import EDGE_FLOWS, FLOWS, Flow

pytestmark = pytest.mark.function("growth_factors")


@pytest.mark.parametrize("size", FLOWS, ids=str)
def test_factors(student, reference, delta, size):
    """Error terms of ordinary size."""
    student.growth_factors(delta).agrees_with(reference.growth_factors(delta))


@pytest.mark.parametrize("size", [Flow(3, 4, 6)], ids=str)
def test_factors_of_a_path(student, reference, error_path, size):
    """Error terms of a network."""
    delta = error_path.delta
    student.growth_factors(delta).agrees_with(reference.growth_factors(delta))


@pytest.mark.parametrize("size", [Flow(2, 3, 13)], ids=str)
def test_factors_of_all_sizes(student, reference, delta_of_all_sizes, size):
    """Error terms from 1e-60 to 1e60: what counts is the ratio."""
    due = reference.growth_factors(delta_of_all_sizes)
    student.growth_factors(delta_of_all_sizes).agrees_with(due, step_axis=0)


def test_factors_by_hand(student):
    """Norms 13, 2, 5 and 10."""
    delta = np.zeros((2, 2, 4))
    delta[:, :, 0] = [[3.0, 4.0], [0.0, -12.0]]
    delta[1, 0, 1] = -2.0
    delta[0, :, 2] = 4.0, -3.0
    delta[:, :, 3] = [[5.0, -5.0], [-5.0, 5.0]]
    student.growth_factors(delta).agrees_with(np.array([6.5, 0.4, 0.5]))


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_FLOWS, ids=str)
def test_edge_sizes(student, reference, delta, size):
    """Dimensions of 1; a single time step has no step back."""
    student.growth_factors(delta).agrees_with(reference.growth_factors(delta))


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", [Flow(3, 2, 6)], ids=str)
def test_norms_of_zero(student, reference, delta, size):
    """Where the later norm is 0 the factor is 0, whatever the earlier one is."""
    dead = delta.copy()
    dead[:, :, (0, 1, 3)] = 0.0
    student.growth_factors(dead).agrees_with(reference.growth_factors(dead))


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Flow(3, 2, 4)], ids=str)
def test_rules(student, reference, delta, size):
    """The argument is left alone, and a later call changes no earlier answer."""
    turned = delta[:, :, ::-1].copy()
    first = student.growth_factors(delta)
    first.leaves_arguments_alone()
    second = student.growth_factors(turned)
    first.looked_at_again().agrees_with(reference.growth_factors(delta))
    second.agrees_with(reference.growth_factors(turned))
