import pytest
from sizes import BATCHES, EDGE_COMPARISONS, Batch
from worlds import pass_through

from grader.kit import Finding

pytestmark = pytest.mark.function("compare_with_torch")


def half(path):
    """The half that part ``path`` of the answer belongs to: path is (key, 0 or 1)."""
    return ("NumPy half", "PyTorch half")[path[1]] if len(path) > 1 else ""


SAME = {
    "NumPy half": Finding("half not computed by", "NumPy half", {"half": "NumPy", "by": "RNNCell"}),
    "PyTorch half": Finding(
        "half not computed by", "PyTorch half", {"half": "PyTorch", "by": "rnn"}
    ),
}
"""What it means if a half does not move with what should compute it, or moves with the other."""


def pairs(numpy_half, torch_half):
    """The dict of pairs that a comparison returns."""
    return {key: (numpy_half[key], torch_half[key]) for key in numpy_half}


def arguments(student, world, **rnn):
    """The arguments of a comparison, with an rnn of its own."""
    return student.make("rnn", *world.weights, **rnn), world.x, world.h0, world.dh


@pytest.mark.parametrize("size", BATCHES, ids=str)
def test_a_comparison(student, torch_layout, size):
    """Both halves of a comparison."""
    answer = student.compare_with_torch(*arguments(student, torch_layout))
    answer.agrees_with(pairs(torch_layout.passed, torch_layout.autograd), outputs=half)


def test_published_inputs(student, published_comparison):
    """A comparison drawn with seed 123."""
    answer = student.compare_with_torch(*arguments(student, published_comparison))
    passed, autograd = published_comparison.passed, published_comparison.autograd
    answer.agrees_with(pairs(passed, autograd), outputs=half)


@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_numpy_half_comes_from_RNNCell(student, reference, torch_layout, size):
    """With a changed RNNCell the NumPy half moves, and only that."""
    world, factor = torch_layout, 1.5
    weight_ih, *rest = world.weights
    moved = pass_through(
        reference.RNNCell(factor * weight_ih, *rest), world.x, world.h0[0], world.dh
    )
    answer = student.probe("comparison_with_changed_cell", *arguments(student, world), factor)
    answer.agrees_with(pairs(moved, world.autograd), outputs=half, otherwise=SAME)


@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_numpy_half_goes_through_RNNCell(student, reference, torch_layout, size):
    """With a cell that sees other inputs and gradients the NumPy half moves, and only that."""
    world, factor = torch_layout, 0.75
    moved = [
        pass_through(reference.RNNCell(*world.weights), factor * world.x, world.h0[0], dh)
        for dh in (factor * world.dh, world.dh)  # a method of its own may take both at once
    ]
    answer = student.probe("comparison_with_changed_calls", *arguments(student, world), factor)
    due = [pairs(one, world.autograd) for one in moved]
    answer.agrees_with(*due, outputs=half, otherwise=SAME)


@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_torch_half_comes_from_rnn(student, reference, torch_layout, size):
    """With a changed torch.nn.RNN the PyTorch half moves, and only that."""
    world, factor = torch_layout, 0.5
    cell = reference.RNNCell(*world.weights)
    moved = pass_through(cell, factor * world.x, world.h0[0], world.dh)
    moved["dx"] = factor * moved["dx"]
    answer = student.probe("comparison_with_changed_rnn", *arguments(student, world), factor)
    answer.agrees_with(pairs(world.passed, moved), outputs=half, otherwise=SAME)


@pytest.mark.criterion("called again")
@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_called_again(student, torch_layout, other_torch_layout, size):
    """A second comparison with the same rnn."""
    again = other_torch_layout
    answer = student.probe(
        "comparison_twice", *arguments(student, torch_layout), again.x, again.h0, again.dh
    )
    answer.agrees_with(pairs(torch_layout.passed, torch_layout.autograd), outputs=half)


LATER = {name: Finding("result changed later", name) for name in SAME}


@pytest.mark.criterion("called again")
@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_results_stay(student, torch_layout, other_torch_layout, size):
    """A returned array is not changed by a later comparison: no view of a .grad, for one."""
    again = other_torch_layout
    answer = student.probe(
        "comparison_kept", *arguments(student, torch_layout), again.x, again.h0, again.dh
    )
    due = pairs(torch_layout.passed, torch_layout.autograd)
    answer.agrees_with(due, outputs=half, otherwise=LATER)


@pytest.mark.criterion("called again")
@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
def test_gradients_already_there(student, torch_layout, size):
    """An rnn that already holds gradients."""
    answer = student.compare_with_torch(*arguments(student, torch_layout, stale=True))
    answer.agrees_with(pairs(torch_layout.passed, torch_layout.autograd), outputs=half)


@pytest.mark.criterion("edge sizes and rules")
@pytest.mark.parametrize("size", EDGE_COMPARISONS, ids=str)
def test_edge_sizes(student, torch_layout, size):
    """Dimensions of 1, a single time step among them; the arrays stay as they were."""
    answer = student.compare_with_torch(*arguments(student, torch_layout))
    answer.leaves_arguments_alone()
    answer.agrees_with(pairs(torch_layout.passed, torch_layout.autograd), outputs=half)


@pytest.mark.criterion("edge sizes and rules")
@pytest.mark.parametrize("size", [Batch(3, 4, 2, 3)], ids=str)
@pytest.mark.parametrize("training", [True, False])
def test_rnn_is_left_alone(student, torch_layout, size, training):
    """The weights and the mode of rnn stay as they were."""
    left = student.probe(
        "rnn_after_comparison", *arguments(student, torch_layout, training=training)
    )
    left.is_still("rnn", {"weights": list(torch_layout.weights), "training": float(training)})
