import numpy as np
import pytest
from sizes import EDGE_MATRICES, MATRICES, Matrix

pytestmark = pytest.mark.function("softmax")


@pytest.mark.parametrize("size", MATRICES, ids=str)
def test_values(student, reference, logits, size):
    """Ordinary columns."""
    student.softmax(logits).agrees_with(reference.softmax(logits))


@pytest.mark.parametrize("size", [Matrix(3, 4)], ids=str)
def test_of_zeros(student, size):
    """Equal entries share a column equally."""
    student.softmax(np.zeros(size)).agrees_with(np.full(size, 1 / size.n_y))


@pytest.mark.criterion("entries of 1000")
@pytest.mark.parametrize("size", [Matrix(3, 4)], ids=str)
def test_large_entries(student, reference, size):
    """1000 and -1000 in one column."""
    z = np.array([[1000.0, -1000, 999, 0], [-1000.0, 998, 1000, 1000], [0.0, 1000, -1000, -1000]])
    student.softmax(z).agrees_with(reference.softmax(z))


@pytest.mark.criterion("columns far apart")
@pytest.mark.parametrize("size", [Matrix(3, 5)], ids=str)
def test_columns_far_apart(student, reference, logits_far_apart, size):
    """Columns that lie further apart than exp can span."""
    student.softmax(logits_far_apart).agrees_with(reference.softmax(logits_far_apart))


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_MATRICES, ids=str)
def test_edge_sizes(student, reference, logits, size):
    """A single row or column."""
    student.softmax(logits).agrees_with(reference.softmax(logits))


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Matrix(3, 2)], ids=str)
def test_rules(student, reference, logits, size):
    """The argument is left alone, and a later call changes no earlier answer."""
    first = student.softmax(logits)
    first.leaves_arguments_alone()
    second = student.softmax(-logits)
    first.looked_at_again().agrees_with(reference.softmax(logits))
    second.agrees_with(reference.softmax(-logits))
