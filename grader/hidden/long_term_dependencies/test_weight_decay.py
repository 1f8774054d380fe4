import numpy as np
import pytest
from sizes import EDGE_WEIGHTS, WEIGHTS, Weights

from grader.kit import ANYTHING, Exactly, Finding

pytestmark = pytest.mark.function("weight_decay")

L1, L2 = 0.3, 0.7
REST = "biases and defaults"


def named(output):
    """A way to name every part of an answer by one output."""
    return {"outputs": lambda path: output}


def by_key(of_weights):
    """A way to name parts by their key; a key too many is no output's."""
    return lambda path: (of_weights if path[0].startswith("dW") else REST) if path else ""


def of_weights(gradients):
    """The gradients of weight matrices alone."""
    return {name: gradient for name, gradient in gradients.items() if name.startswith("dW")}


def of_the_rest(gradients):
    """The gradients that no penalty changes."""
    return {name: gradient for name, gradient in gradients.items() if not name.startswith("dW")}


def matrices(weights):
    """The weight matrices among the parameters."""
    return {name: value for name, value in weights.items() if name.startswith("W")}


@pytest.mark.decides(REST)
@pytest.mark.parametrize("size", WEIGHTS, ids=str)
def test_defaults(student, weights, weight_gradients, size):
    """Without a penalty nothing changes."""
    student.weight_decay(weight_gradients, weights).agrees_with(weight_gradients, **named(REST))


@pytest.mark.decides(REST)
@pytest.mark.parametrize("size", WEIGHTS, ids=str)
def test_biases(student, weights, weight_gradients, size):
    """Biases are not decayed, and what belongs to no parameter stays as it is."""
    answer = student.weight_decay(weight_gradients, weights, l1=L1, l2=L2)
    answer.agrees_with(of_the_rest(weight_gradients), **named(REST))


@pytest.mark.decides("l1")
@pytest.mark.parametrize("size", WEIGHTS, ids=str)
def test_l1(student, reference, witness, weights, weight_gradients, size):
    """The sum of absolute values alone."""
    answer = student.weight_decay(weight_gradients, weights, l1=L1)
    due = reference.weight_decay(weight_gradients, weights, l1=L1)
    answer.agrees_with(of_weights(due), **named("l1"))
    autograd = witness("decayed", weight_gradients, matrices(weights), L1, 0.0)
    answer.agrees_with(autograd, **named("l1"))


@pytest.mark.decides("l2")
@pytest.mark.parametrize("size", WEIGHTS, ids=str)
def test_l2(student, reference, witness, weights, weight_gradients, size):
    """Half the sum of squares alone."""
    answer = student.weight_decay(weight_gradients, weights, l2=L2)
    due = reference.weight_decay(weight_gradients, weights, l2=L2)
    answer.agrees_with(of_weights(due), **named("l2"))
    autograd = witness("decayed", weight_gradients, matrices(weights), 0.0, L2)
    answer.agrees_with(autograd, **named("l2"))


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", EDGE_WEIGHTS, ids=str)
def test_edge_sizes(student, reference, weights, weight_gradients, size):
    """Dimensions of 1."""
    for output, penalty in (("l1", {"l1": L1}), ("l2", {"l2": L2})):
        answer = student.weight_decay(weight_gradients, weights, **penalty)
        due = reference.weight_decay(weight_gradients, weights, **penalty)
        answer.agrees_with(of_weights(due), **named(output))
        answer.agrees_with(of_the_rest(due), **named(REST))


@pytest.mark.criterion("edge sizes")
def test_weights_of_zero(student):
    """At 0 the absolute value pulls to neither side."""
    gradients, weights = {"dWaa": np.ones((1, 3))}, {"Waa": np.array([[0.0, -0.0, -2.0]])}
    answer = student.weight_decay(gradients, weights, l1=0.25)
    answer.agrees_with({"dWaa": np.array([[1.0, 1.0, 0.75]])}, **named("l1"))


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("size", [Weights(3, 4, 2)], ids=str)
def test_both_penalties(student, weights, weight_gradients, size):
    """Each of two penalties adds its own share."""
    for output, share in (("l1", lambda W: L1 * np.sign(W)), ("l2", lambda W: L2 * W)):
        due = {f"d{name}": share(value) for name, value in matrices(weights).items()}
        answer = student.probe("share_of", output, weight_gradients, weights, L1, L2)
        answer.agrees_with(due, **named(output))


@pytest.mark.criterion("edge sizes")
@pytest.mark.parametrize("missing", ["dWax", "dWya"])
@pytest.mark.parametrize("size", [Weights(3, 4, 2)], ids=str)
def test_a_weight_without_a_gradient(student, reference, weights, weight_gradients, size, missing):
    """It alone is skipped, the first or the last: no gradient is made up for it."""
    some = {name: value for name, value in weight_gradients.items() if name != missing}
    for output, penalty in (("l1", {"l1": L1}), ("l2", {"l2": L2})):
        answer = student.weight_decay(some, weights, **penalty)
        due = reference.weight_decay(some, weights, **penalty)
        answer.agrees_with(Exactly(dict.fromkeys(some, ANYTHING)), outputs=by_key(output))
        answer.agrees_with(of_weights(due), **named(output))


@pytest.mark.criterion("edge sizes")
def test_other_names(student):
    """Any name that starts with W is a weight, of any number of dimensions; no other is."""
    weights = {"W": np.full((2, 1, 2), 3.0), "W_out": np.array([-4.0]), "bW": np.ones((2, 2))}
    gradients = {f"d{name}": np.zeros(value.shape) for name, value in weights.items()}
    answer = student.weight_decay(gradients, weights, l2=0.5)
    answer.agrees_with({"dW": np.full((2, 1, 2), 1.5), "dW_out": np.array([-2.0])}, **named("l2"))
    answer.agrees_with({"dbW": np.zeros((2, 2))}, **named(REST))


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Weights(3, 4, 2)], ids=str)
def test_rules(student, reference, weights, weight_gradients, size):
    """Arguments are left alone, the keys are those given, a later call changes no answer."""
    turned = {name: -gradient for name, gradient in weight_gradients.items()}
    for output, penalty in (("l1", {"l1": L1}), ("l2", {"l2": L2})):
        first = student.weight_decay(weight_gradients, weights, **penalty)
        first.leaves_arguments_alone()
        second = student.weight_decay(turned, weights, **penalty)
        again = first.looked_at_again()
        due = reference.weight_decay(weight_gradients, weights, **penalty)
        again.agrees_with(of_weights(due), **named(output))
        again.agrees_with(of_the_rest(due), **named(REST))
        again.agrees_with(Exactly(dict.fromkeys(due, ANYTHING)), outputs=by_key(output))
        due = reference.weight_decay(turned, weights, **penalty)
        second.agrees_with(of_weights(due), **named(output))
        second.agrees_with(of_the_rest(due), **named(REST))


@pytest.mark.criterion("rules")
@pytest.mark.parametrize("size", [Weights(3, 4, 2)], ids=str)
@pytest.mark.parametrize("penalty", [0.0, 0.5])
def test_a_new_dict(student, weights, weight_gradients, size, penalty):
    """The dict it returns is not the one it was given."""
    returned = {"": Finding("argument returned", "", {"argument": "gradients"})}
    named = {"l1": penalty, "l2": penalty}
    new = student.probe("is_new", "weight_decay", named, weight_gradients, weights)
    new.agrees_with({"new": 1.0}, outputs=lambda path: "", otherwise=returned)
