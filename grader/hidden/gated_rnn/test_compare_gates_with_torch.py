import pytest
from sizes import BATCHES, EDGE_BATCHES, Batch
from worlds import paired

from grader.kit import Finding

pytestmark = pytest.mark.function("compare_gates_with_torch")


def half(path):
    """The half that part ``path`` of the answer belongs to: path is (key, 0 or 1)."""
    return ("NumPy half", "PyTorch half")[path[1]] if len(path) > 1 else ""


BY = {"NumPy": "lstm_forward, gru_cell_forward", "PyTorch": "lstm, gru"}

SAME = {
    f"{name} half": Finding("half not computed by", f"{name} half", {"half": name, "by": by})
    for name, by in BY.items()
}
"""What it means if a half does not move with what should compute it, or moves with the other."""


@pytest.mark.parametrize("size", BATCHES, ids=str)
def test_a_comparison(student, comparison, size):
    """Both halves of a comparison."""
    answer = student.compare_gates_with_torch(*comparison.arguments(student))
    answer.agrees_with(comparison.pairs, outputs=half)


def test_inputs_of_seed_123(student, published_comparison):
    """A comparison drawn with seed 123."""
    answer = student.compare_gates_with_torch(*published_comparison.arguments(student))
    answer.agrees_with(published_comparison.pairs, outputs=half)


@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_numpy_half_comes_from_the_functions(student, comparison, size):
    """With changed functions the NumPy half moves, and only that."""
    factor, given = 1.5, comparison.arguments(student)
    answer = student.probe("comparison_with_changed_functions", factor, *given)
    due = paired(comparison.moved(factor), comparison.by_torch)
    answer.agrees_with(due, outputs=half, otherwise=SAME)


@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_torch_half_comes_from_the_modules(student, comparison, size):
    """With changed modules the PyTorch half moves, and only that."""
    factor, given = 0.5, comparison.arguments(student)
    answer = student.probe("comparison_with_changed_modules", factor, *given)
    due = paired(comparison.by_numpy, comparison.moved(factor, through=True))
    answer.agrees_with(due, outputs=half, otherwise=SAME)


@pytest.mark.criterion("called again")
@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_called_again(student, comparison, other_comparison, size):
    """A second comparison with the same modules."""
    lstm, gru, *arrays = comparison.arguments(student)
    answer = student.probe("comparison_twice", lstm, gru, list(other_comparison.arrays), *arrays)
    answer.agrees_with(comparison.pairs, outputs=half)


LATER = {name: Finding("result changed later", name) for name in SAME}


@pytest.mark.criterion("called again")
@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_results_stay(student, comparison, other_comparison, size):
    """A returned array is not changed by a later comparison: no view of a .grad, for one."""
    lstm, gru, *arrays = comparison.arguments(student)
    answer = student.probe("comparison_kept", lstm, gru, list(other_comparison.arrays), *arrays)
    answer.agrees_with(comparison.pairs, outputs=half, otherwise=LATER)


@pytest.mark.criterion("called again")
@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_gradients_already_there(student, comparison, size):
    """Modules that already hold gradients."""
    answer = student.compare_gates_with_torch(*comparison.arguments(student, stale=True))
    answer.agrees_with(comparison.pairs, outputs=half)


@pytest.mark.criterion("edge sizes and rules")
@pytest.mark.parametrize("size", EDGE_BATCHES, ids=str)
def test_edge_sizes(student, comparison, size):
    """Dimensions of 1, a single time step among them."""
    answer = student.compare_gates_with_torch(*comparison.arguments(student))
    answer.agrees_with(comparison.pairs, outputs=half)


@pytest.mark.criterion("edge sizes and rules")
@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
@pytest.mark.parametrize("training", [True, False])
def test_modules_and_arrays_are_left_alone(student, comparison, size, training):
    """The weights and the mode of the modules, and the arrays, stay as they were."""
    student.compare_gates_with_torch(*comparison.arguments(student)).leaves_arguments_alone()
    given = comparison.arguments(student, training=training)
    left = student.probe("modules_after_comparison", *given)
    weights = [*comparison.lstm_weights, *comparison.gru_weights]
    left.is_still("lstm or gru", {"weights": weights, "training": [float(training)] * 2})
