import pytest
from sizes import BATCHES, EDGE_BATCHES, Batch
from worlds import paired

from grader.record import Finding

pytestmark = pytest.mark.function("compare_gates_with_torch")


def half(path):
    """The half that part ``path`` of the answer belongs to: path is (key, 0 or 1)."""
    return ("NumPy half", "PyTorch half")[path[1]] if len(path) > 1 else ""


BY = {"NumPy": "your functions", "PyTorch": "lstm and gru"}

SAME = {
    f"{name} half": Finding("half not computed by", f"{name} half", {"half": name, "by": by})
    for name, by in BY.items()
}
"""What it means if a half does not move with what should compute it, or moves with the other."""


@pytest.mark.parametrize("size", BATCHES, ids=str)
def test_a_comparison(student, comparison, size):
    """Both halves of a comparison."""
    answer = student.probe("comparison", *comparison.weights, *comparison.arrays)
    answer.agrees_with(comparison.pairs, outputs=half)


def test_inputs_of_seed_123(student, published_comparison):
    """A comparison drawn with seed 123."""
    world = published_comparison
    answer = student.probe("comparison", *world.weights, *world.arrays)
    answer.agrees_with(world.pairs, outputs=half)


@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_numpy_half_comes_from_the_functions(student, comparison, size):
    """With changed functions the NumPy half moves, and only that."""
    world, factor = comparison, 1.5
    given = factor, *world.weights, *world.arrays
    answer = student.probe("comparison_with_changed_functions", *given)
    answer.agrees_with(paired(world.moved(factor), world.by_torch), outputs=half, otherwise=SAME)


@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_torch_half_comes_from_the_modules(student, comparison, size):
    """With changed modules the PyTorch half moves, and only that."""
    world, factor = comparison, 0.5
    answer = student.probe("comparison_with_changed_modules", factor, *world.weights, *world.arrays)
    moved = world.moved(factor, through=True)
    answer.agrees_with(paired(world.by_numpy, moved), outputs=half, otherwise=SAME)


@pytest.mark.criterion("called again")
@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_called_again(student, comparison, other_arrays, size):
    """A second comparison with the same modules."""
    given = *comparison.weights, other_arrays, *comparison.arrays
    student.probe("comparison_twice", *given).agrees_with(comparison.pairs, outputs=half)


@pytest.mark.criterion("called again")
@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_gradients_already_there(student, comparison, size):
    """Modules that already hold gradients."""
    given = *comparison.weights, *comparison.arrays
    answer = student.probe("comparison_of_stale_modules", *given)
    answer.agrees_with(comparison.pairs, outputs=half)


@pytest.mark.criterion("edge sizes and rules")
@pytest.mark.parametrize("size", EDGE_BATCHES, ids=str)
def test_edge_sizes(student, comparison, size):
    """Dimensions of 1, a single time step among them."""
    answer = student.probe("comparison", *comparison.weights, *comparison.arrays)
    answer.agrees_with(comparison.pairs, outputs=half)


@pytest.mark.criterion("edge sizes and rules")
@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
@pytest.mark.parametrize("training", [True, False])
def test_modules_and_arrays_are_left_alone(student, comparison, size, training):
    """The weights and the mode of the modules, and the arrays, stay as they were."""
    given = *comparison.weights, training, *comparison.arrays
    left = student.probe("modules_after_comparison", *given)
    left.leaves_arguments_alone()
    weights = [*comparison.lstm_weights, *comparison.gru_weights]
    left.is_still("lstm or gru", {"weights": weights, "training": [float(training)] * 2})
