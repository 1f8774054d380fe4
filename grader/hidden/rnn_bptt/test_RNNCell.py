import pytest
from sizes import BATCHES, EDGE_BATCHES, Batch

from grader.kit import Finding, Summed

pytestmark = pytest.mark.function("RNNCell")


def due(passed):
    """What a cell answers, given what the reference's cell or PyTorch passed on."""
    return {
        "hidden": list(passed["hidden"]),
        "dx_list": list(passed["dx"]),
        "dw_ih": Summed(passed["dw_ih"]),
        "dw_hh": Summed(passed["dw_hh"]),
        "db_ih": Summed(passed["db_ih"], axes=(0, 1)),
        "db_hh": Summed(passed["db_hh"], axes=(0, 1)),
    }


def due_back(passed):
    """The same without the hidden states, which are judged where nothing comes after them."""
    return {name: part for name, part in due(passed).items() if name != "hidden"}


back = pytest.mark.decides("dx_list", "dw_ih", "dw_hh", "db_ih", "db_hh")


def sequence(world):
    """The arguments of one sequence."""
    return world.x, world.h0[0], world.dh


@pytest.mark.decides("hidden")
@pytest.mark.parametrize("size", BATCHES, ids=str)
def test_forth(student, torch_layout, size):
    """A sequence forth, by a cell that may not know the way back yet."""
    world = torch_layout
    answer = student.probe("only_forth", world.weights, world.x, world.h0[0])
    answer.agrees_with({"hidden": list(world.passed["hidden"])})
    answer.agrees_with({"hidden": list(world.autograd["hidden"])})


@back
@pytest.mark.parametrize("size", BATCHES, ids=str)
def test_one_sequence(student, torch_layout, size):
    """A sequence forth and back."""
    answer = student.probe("one_sequence", torch_layout.weights, *sequence(torch_layout))
    answer.agrees_with(due_back(torch_layout.passed))
    answer.agrees_with(due_back(torch_layout.autograd))


@back
def test_published_inputs(student, published_comparison):
    """A sequence drawn with seed 123."""
    world = published_comparison
    answer = student.probe("one_sequence", world.weights, *sequence(world))
    answer.agrees_with(due_back(world.passed))


@pytest.mark.parametrize("size", [Batch(3, 4, 2, 5)], ids=str)
@pytest.mark.criterion("second sequence")
def test_second_sequence(student, torch_layout, other_torch_layout, size):
    """The carried gradient starts at zero for a second sequence."""
    first, second = torch_layout, other_torch_layout
    answer = student.probe("second_sequence", first.weights, *sequence(first), *sequence(second))
    afresh = due(second.passed)
    grown = {
        name: Summed(part.due + afresh[name].due, part.axes)
        if isinstance(part, Summed)
        else afresh[name]
        for name, part in due(first.passed).items()
    }
    for name in afresh:
        answer[name].agrees_with(afresh[name], grown[name])


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_BATCHES, ids=str)
def test_edge_sizes(student, torch_layout, size):
    """Dimensions of 1, a single time step among them."""
    answer = student.probe("one_sequence", torch_layout.weights, *sequence(torch_layout))
    answer.agrees_with(due(torch_layout.passed))


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Batch(2, 3, 4, 3)], ids=str)
def test_arguments_are_left_alone(student, torch_layout, size):
    """Weights, inputs and gradients stay as they were."""
    answer = student.probe("one_sequence", torch_layout.weights, *sequence(torch_layout))
    answer.leaves_arguments_alone()


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Batch(2, 3, 4, 3)], ids=str)
def test_two_cells(student, torch_layout, other_torch_layout, size):
    """Two cells at work at the same time do not disturb each other."""
    other = tuple(-weight for weight in torch_layout.weights)
    answer = student.probe("two_cells", torch_layout.weights, *sequence(torch_layout), other)
    answer.agrees_with(due(torch_layout.passed))


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Batch(2, 3, 4, 3)], ids=str)
def test_results_stay(student, torch_layout, size):
    """A returned array is not changed by a later call."""
    passed = torch_layout.passed
    answer = student.probe("kept_results", torch_layout.weights, *sequence(torch_layout))
    changed = {name: Finding("result changed later", name) for name in ("hidden", "dx_list")}
    answer["hidden"].agrees_with([passed["hidden"][0]] * 2, otherwise=changed)
    answer["dx_list"].agrees_with([passed["dx"][-1]] * 2, otherwise=changed)
