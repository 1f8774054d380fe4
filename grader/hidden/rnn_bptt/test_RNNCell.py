import pytest
from driving import Driven
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


@pytest.mark.decides("hidden")
@pytest.mark.parametrize("size", BATCHES, ids=str)
def test_forth(student, torch_layout, size):
    """A sequence forth, by a cell that may not know the way back yet."""
    world = torch_layout
    answer = student.together({"hidden": Driven(student, world.weights).forth(world)})
    answer.agrees_with({"hidden": list(world.passed["hidden"])})
    answer.agrees_with({"hidden": list(world.autograd["hidden"])})


@back
@pytest.mark.parametrize("size", BATCHES, ids=str)
def test_one_sequence(student, torch_layout, size):
    """A sequence forth and back."""
    answer = Driven(student, torch_layout.weights).passed(torch_layout)
    answer.agrees_with(due_back(torch_layout.passed))
    answer.agrees_with(due_back(torch_layout.autograd))


@back
def test_published_inputs(student, published_comparison):
    """A sequence drawn with seed 123."""
    world = published_comparison
    answer = Driven(student, world.weights).passed(world)
    answer.agrees_with(due_back(world.passed))


@pytest.mark.parametrize("size", [Batch(3, 4, 2, 5)], ids=str)
@pytest.mark.criterion("second sequence")
def test_second_sequence(student, torch_layout, other_torch_layout, size):
    """The carried gradient starts at zero for a second sequence."""
    first, second = torch_layout, other_torch_layout
    driven = Driven(student, first.weights)
    driven.forth(first)
    driven.back(first)
    answer = driven.passed(second)
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
    answer = Driven(student, torch_layout.weights).passed(torch_layout)
    answer.agrees_with(due(torch_layout.passed))


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Batch(2, 3, 4, 3)], ids=str)
def test_arguments_are_left_alone(student, torch_layout, size):
    """Weights, inputs and gradients stay as they were."""
    driven = Driven(student, torch_layout.weights)
    driven.passed(torch_layout)
    for call in driven.calls:
        call.leaves_arguments_alone()


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Batch(2, 3, 4, 3)], ids=str)
def test_two_cells(student, torch_layout, other_torch_layout, size):
    """Two cells at work at the same time do not disturb each other."""
    world = torch_layout
    driven = Driven(student, world.weights)
    other = Driven(student, tuple(-weight for weight in world.weights))
    hidden, state, foreign = [], world.h0[0], world.h0[0]
    for xt in world.x:
        state, foreign = driven.step(xt, state), other.step(xt, foreign)
        hidden.append(state)
    for dh in reversed(world.dh):
        dx_list = driven.step_back(dh)
        other.step_back(dh)
    driven.result(hidden, dx_list.first(len(world.x))).agrees_with(due(world.passed))


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Batch(2, 3, 4, 3)], ids=str)
def test_results_stay(student, torch_layout, size):
    """A returned array is not changed by a later call."""
    world, passed = torch_layout, torch_layout.passed
    driven = Driven(student, world.weights)
    first = driven.step(world.x[0], world.h0[0])
    first_then = first.copy()
    driven.forth(world, first)
    newest = driven.step_back(world.dh[-1]).first(1)[0]
    newest_then = newest.copy()
    for dh in reversed(world.dh[:-1]):
        driven.step_back(dh)
    answer = student.together({"hidden": [first_then, first], "dx_list": [newest_then, newest]})
    changed = {name: Finding("result changed later", name) for name in ("hidden", "dx_list")}
    answer["hidden"].agrees_with([passed["hidden"][0]] * 2, otherwise=changed)
    answer["dx_list"].agrees_with([passed["dx"][-1]] * 2, otherwise=changed)
