import numpy as np
import pytest
from worlds import both_formulas

from grader.kit import Exactly, Finding

pytestmark = pytest.mark.function("clip_by_global_norm")

WITNESSED = {"rtol": 0.0, "atol": 1e-5}
"""torch adds 1e-6 to the norm: with norms of 1 and more, and max_norm below 10, the entries
differ by less than max_norm * 1e-6 / norm."""


@pytest.mark.parametrize("max_norm", [0.75, 3.0])
def test_too_long(student, reference, witness, gradients, max_norm):
    """All arrays are shortened by one factor."""
    answer = student.clip_by_global_norm(gradients, max_norm)
    answer.agrees_with(*both_formulas(reference, gradients, max_norm))
    answer.agrees_with(witness("clipped_by_norm", gradients, max_norm), **WITNESSED)


def test_exploded_gradients(student, reference, exploded):
    """A norm of some 1e5."""
    answer = student.clip_by_global_norm(exploded, 5.0)
    answer.agrees_with(*both_formulas(reference, exploded, 5.0))


@pytest.mark.parametrize("max_norm", [1.5, 30.0])
def test_long_together_alone(student, reference, gradients, max_norm):
    """Every entry is below max_norm; there is a 0 in every array, and one array is all 0."""
    small = {name: np.clip(array, -1, 1) for name, array in gradients.items()}
    small["dba"][:] = 0.0
    for array in small.values():
        array.flat[-1] = 0.0
    answer = student.clip_by_global_norm(small, max_norm)
    answer.agrees_with(*both_formulas(reference, small, max_norm))


def test_short_enough(student, reference, gradients):
    """A norm below max_norm changes nothing."""
    answer = student.clip_by_global_norm(gradients, 1000.0)
    answer.agrees_with((gradients, reference.clip_by_global_norm(gradients, 1000.0)[1]))


def test_by_hand(student):
    """2, 3 and 6 together have norm 7: more than each alone, less than their sum or their squares.

    So it is the norm, and nothing else, that is compared with max_norm.
    """
    gradients = {"a": np.array([2.0]), "b": np.array([[-3.0], [0.0]]), "c": np.array([[[6.0]]])}
    for max_norm in (3.5, 6.5):
        due = [
            ({name: max_norm / norm * array for name, array in gradients.items()}, 7.0)
            for norm in (7, 7 + 1e-6)
        ]
        student.clip_by_global_norm(gradients, max_norm).agrees_with(*due)
    student.clip_by_global_norm(gradients, 8.0).agrees_with((gradients, 7.0))


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("shape", [(1,), (1, 1), (1, 3), (1, 1, 1)], ids=str)
def test_edge_sizes(student, reference, shape):
    """A single array of a single entry, or of a single row."""
    gradients = {"g": np.full(shape, -2.5)}
    answer = student.clip_by_global_norm(gradients, 2.0)
    answer.agrees_with(*both_formulas(reference, gradients, 2.0))


@pytest.mark.criterion("edge sizes")
def test_a_norm_of_zero(student):
    """Where all is 0, nothing changes."""
    gradients = {"dWaa": np.zeros((2, 2)), "dba": np.zeros((2, 1))}
    student.clip_by_global_norm(gradients, 1.0).agrees_with((gradients, 0.0))


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("max_norm", [2.0, 1000.0])
def test_rules(student, reference, gradients, exploded, max_norm):
    """Arguments are left alone, the keys are those given, a later call changes no answer."""
    first = student.clip_by_global_norm(gradients, max_norm)
    first.leaves_arguments_alone()
    second = student.clip_by_global_norm(exploded, 1.5)
    due = [(Exactly(one), norm) for one, norm in both_formulas(reference, gradients, max_norm)]
    first.looked_at_again().agrees_with(*due)
    second.agrees_with(*both_formulas(reference, exploded, 1.5))


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("max_norm", [2.0, 1000.0])
def test_a_new_dict(student, gradients, max_norm):
    """The dict it returns is not the one it was given."""
    returned = {"": Finding("argument returned", "", {"argument": "gradients"})}
    new = student.probe("is_new", "clip_by_global_norm", {}, gradients, max_norm)
    new.agrees_with({"new": 1.0}, outputs=lambda path: "", otherwise=returned)


@pytest.mark.criterion("rules")
def test_a_new_dict_of_zeros(student):
    """It is not where there is nothing to shorten, either."""
    returned = {"": Finding("argument returned", "", {"argument": "gradients"})}
    new = student.probe("is_new", "clip_by_global_norm", {}, {"dba": np.zeros((2, 1))}, 1.0)
    new.agrees_with({"new": 1.0}, outputs=lambda path: "", otherwise=returned)
