"""The solutions of rnn_bptt against the published numbers, differences, autograd and PyTorch.

The witnesses below are written anew from the equations: forward passes that take complex
numbers or tensors, so that a derivative by the complex step (Im f(w + ih) / h with h = 1e-30),
which has no cancellation, and PyTorch's autograd stand beside each gradient.
"""

import copy

import numpy as np
import pytest
import torch

from tests import solved
from tests.solved import (
    DIFFERENCES,
    EIGHT_DIGITS,
    PUBLISHED,
    TIGHT,
    assert_gradients,
    assert_unchanged,
    by_differences,
    draw,
    load,
)

# n_x, n_a, n_y, m, T_x: all different, then each dimension alone at 1, then all of them.
SIZES = [
    (3, 4, 2, 5, 6),
    (1, 4, 2, 3, 5),
    (3, 1, 2, 4, 5),
    (3, 4, 1, 2, 5),
    (2, 5, 3, 1, 4),
    (2, 3, 5, 4, 1),
    (1, 1, 1, 1, 1),
]
by_size = pytest.mark.parametrize("sizes", SIZES, ids=str)


rnn_cell, rnn_sequence, numpy_vs_torch = load(
    "rnn_bptt", "rnn_cell", "rnn_sequence", "numpy_vs_torch"
)


# --- worlds and witnesses ---------------------------------------------------------------------


def world(sizes, seed=7):
    """Draw a sequence, a start state, outside gradients and parameters."""
    n_x, n_a, n_y, m, T_x = sizes
    rng = np.random.RandomState(seed)
    return {
        "x": rng.randn(n_x, m, T_x),
        "a0": rng.randn(n_a, m),
        "da": rng.randn(n_a, m, T_x),
        "parameters": {
            "Wax": rng.randn(n_a, n_x) / np.sqrt(n_x),
            "Waa": rng.randn(n_a, n_a) / np.sqrt(n_a),
            "Wya": rng.randn(n_y, n_a),
            "ba": 0.3 * rng.randn(n_a, 1),
            "by": rng.randn(n_y, 1),
        },
    }


def states(x, a0, Wax, Waa, ba):
    """Run the network on numbers, complex ones too, or on tensors."""
    tensors = isinstance(Waa, torch.Tensor)
    a, kept = a0, []
    for t in range(x.shape[2]):
        a = (torch.tanh if tensors else np.tanh)(Wax @ x[:, :, t] + Waa @ a + ba)
        kept.append(a)
    return (torch.stack if tensors else np.stack)(kept, -1)


def differentiated(world):
    """What the states depend on, by name."""
    given = {"x": world["x"], "a0": world["a0"]}
    return {**given, **{name: world["parameters"][name] for name in ("Wax", "Waa", "ba")}}


def loss_of(world):
    """sum(da * states), as a function of everything the states depend on."""

    def loss(**values):
        da = world["da"]
        run = states(**values)
        return (run * torch.tensor(da)).sum() if isinstance(run, torch.Tensor) else np.sum(run * da)

    return loss


def by_complex_step(world):
    """The gradients of a world by the complex step."""
    return solved.by_complex_step(loss_of(world), differentiated(world))


def by_torch(world):
    """The same gradients by PyTorch's autograd."""
    return solved.by_torch(loss_of(world), differentiated(world))


def renamed(gradients, names):
    """The gradients of one step, under the names that a cell's backward gives them."""
    return {names.get(name, name): array for name, array in gradients.items()}


# --- softmax ----------------------------------------------------------------------------------


def test_softmax_by_hand():
    """Logarithms of 1 to 4 give tenths."""
    z = np.log([[1.0, 4.0], [2.0, 3.0], [3.0, 2.0], [4.0, 1.0]])
    expected = [[0.1, 0.4], [0.2, 0.3], [0.3, 0.2], [0.4, 0.1]]
    np.testing.assert_allclose(rnn_cell.softmax(z), expected, rtol=1e-15)


@pytest.mark.parametrize("shape", [(3, 4), (1, 3), (3, 1), (1, 1)])
def test_softmax_beside_torch(shape):
    """PyTorch's softmax of each column, and columns that sum to 1."""
    z = 5 * np.random.RandomState(3).randn(*shape)
    probabilities = rnn_cell.softmax(z)
    np.testing.assert_allclose(probabilities, torch.softmax(torch.tensor(z), 0).numpy(), rtol=1e-13)
    np.testing.assert_allclose(probabilities.sum(axis=0), np.ones(shape[1]), rtol=1e-15)


def test_softmax_is_finite_for_any_finite_entries():
    """1000 and -1000 in one column, columns far apart, and the largest numbers there are."""
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        np.testing.assert_array_equal(
            rnn_cell.softmax(np.array([[1000.0], [1000.0], [-1000.0]])), [[0.5], [0.5], [0.0]]
        )
        apart = np.array([[1000.0, -1000.0], [1000.0, -1000.0]])
        np.testing.assert_array_equal(rnn_cell.softmax(apart), np.full((2, 2), 0.5))
        largest = np.array([[0.5e308], [-0.5e308]])
        np.testing.assert_array_equal(rnn_cell.softmax(largest), [[1.0], [0.0]])


# --- one step ---------------------------------------------------------------------------------


@by_size
def test_the_cell_goes_forward_as_its_equations_say(sizes):
    """a_next, yt_pred and the cache, the prediction by PyTorch's softmax."""
    drawn = world(sizes)
    xt, a_prev, parameters = drawn["x"][:, :, 0], drawn["a0"], drawn["parameters"]
    a_next, yt_pred, cache = rnn_cell.rnn_cell_forward(xt, a_prev, parameters)
    expected = states(**{**differentiated(drawn), "x": drawn["x"][:, :, :1]})[:, :, 0]
    np.testing.assert_allclose(a_next, expected, **TIGHT)
    logits = torch.tensor(parameters["Wya"] @ expected + parameters["by"])
    np.testing.assert_allclose(yt_pred, torch.softmax(logits, 0).numpy(), **TIGHT)
    assert isinstance(cache, tuple)
    np.testing.assert_equal(cache, (a_next, a_prev, xt, parameters))


OF_THE_CELL = {"dx": "dxt", "da0": "da_prev"}


@pytest.mark.parametrize("witness", [by_complex_step, by_torch])
@by_size
def test_the_cell_goes_backward_as_the_witnesses_do(sizes, witness):
    """Every gradient of one step, at every edge size."""
    drawn = world((*sizes[:4], 1))
    xt = drawn["x"][:, :, 0]
    cache = rnn_cell.rnn_cell_forward(xt, drawn["a0"], drawn["parameters"])[2]
    gradients = rnn_cell.rnn_cell_backward(drawn["da"][:, :, 0], cache)
    expected = renamed(witness(drawn), OF_THE_CELL)
    expected["dxt"] = expected["dxt"][:, :, 0]
    assert_gradients(gradients, expected)


def test_the_cell_goes_backward_as_differences_of_its_own_forward():
    """Central differences of the solution's forward, and not of a witness."""
    drawn = world((3, 4, 2, 5, 1))
    xt, a_prev, parameters = drawn["x"][:, :, 0], drawn["a0"], drawn["parameters"]
    da_next = drawn["da"][:, :, 0]

    def loss():
        return np.sum(da_next * rnn_cell.rnn_cell_forward(xt, a_prev, parameters)[0])

    cache = rnn_cell.rnn_cell_forward(xt, a_prev, parameters)[2]
    arrays = {"dxt": xt, "da_prev": a_prev, **{f"d{n}": parameters[n] for n in ("Wax", "Waa")}}
    arrays["dba"] = parameters["ba"]
    expected = {name: by_differences(loss, array) for name, array in arrays.items()}
    assert_gradients(rnn_cell.rnn_cell_backward(da_next, cache), expected, DIFFERENCES)


def published_step(ba=None):
    """The step of the published example: run forward, and the gradient that comes back."""
    np.random.seed(1)
    xt, a_prev, Wax, Waa, Wya = draw((3, 10), (5, 10), (5, 3), (5, 5), (2, 5))
    drawn, by = draw((5, 1), (2, 1))
    parameters = {"Wax": Wax, "Waa": Waa, "Wya": Wya, "ba": drawn if ba is None else ba, "by": by}
    cache = rnn_cell.rnn_cell_forward(xt, a_prev, parameters)[2]
    return rnn_cell.rnn_cell_backward(*draw((5, 10)), cache)


def left_over_ba():
    """The ba of the sequence example, which the notebook of the published numbers still held."""
    np.random.seed(1)
    return draw((3, 10, 4), (5, 10), (5, 5), (5, 3), (2, 5), (5, 1))[-1]


def assert_published_cell(gradients, dxt, da_prev, dWax, dWaa, dba):
    """Compare the five numbers that were published of a step, dba to eight digits."""
    np.testing.assert_allclose(gradients["dxt"][1][2], dxt, **PUBLISHED)
    np.testing.assert_allclose(gradients["da_prev"][2][3], da_prev, **PUBLISHED)
    np.testing.assert_allclose(gradients["dWax"][3][1], dWax, **PUBLISHED)
    np.testing.assert_allclose(gradients["dWaa"][1][2], dWaa, **PUBLISHED)
    np.testing.assert_allclose(gradients["dba"][4], [dba], **EIGHT_DIGITS)


def test_the_published_numbers_of_the_cell_with_the_left_over_bias():
    """The numbers that were printed, by the recipe that reproduces them."""
    assert_published_cell(
        published_step(left_over_ba()),
        dxt=-0.4605641030588796,
        da_prev=0.08429686538067724,
        dWax=0.39308187392193034,
        dWaa=-0.28483955786960663,
        dba=0.80517166,
    )


def test_the_numbers_of_the_cell_that_the_printed_code_gives():
    """What the published code computes where nothing is left over in a notebook."""
    assert_published_cell(
        published_step(),
        dxt=-1.3872130506020928,
        da_prev=-0.1523994937739543,
        dWax=0.41077282493545836,
        dWaa=1.1503450668497135,
        dba=0.20023491,
    )


# --- a sequence -------------------------------------------------------------------------------


@by_size
def test_the_sequence_goes_forward_step_by_step(sizes):
    """States as the witness has them, predictions and caches as the cell gives them."""
    drawn = world(sizes)
    x, parameters = drawn["x"], drawn["parameters"]
    a, y_pred, caches = rnn_sequence.rnn_forward(x, drawn["a0"], parameters)
    np.testing.assert_allclose(a, states(**differentiated(drawn)), **TIGHT)
    logits = np.einsum("ya,amt->ymt", parameters["Wya"], a) + parameters["by"][:, :, np.newaxis]
    np.testing.assert_allclose(y_pred, torch.softmax(torch.tensor(logits), 0).numpy(), **TIGHT)
    cells, kept = caches
    assert isinstance(caches, tuple)
    assert isinstance(cells, list)
    np.testing.assert_equal(kept, x)
    before = np.concatenate([drawn["a0"][:, :, np.newaxis], a], axis=2)
    expected = [(a[:, :, t], before[:, :, t], x[:, :, t], parameters) for t in range(sizes[4])]
    np.testing.assert_equal(cells, expected)


@pytest.mark.parametrize("witness", [by_complex_step, by_torch])
@by_size
def test_the_sequence_goes_backward_as_the_witnesses_do(sizes, witness):
    """Every gradient of a sequence, at every edge size."""
    drawn = world(sizes)
    caches = rnn_sequence.rnn_forward(drawn["x"], drawn["a0"], drawn["parameters"])[2]
    assert_gradients(rnn_sequence.rnn_backward(drawn["da"], caches), witness(drawn))


def test_the_sequence_goes_backward_as_differences_of_its_own_forward():
    """Central differences of the solution's forward, and not of a witness."""
    drawn = world((2, 3, 2, 4, 3))
    arguments = drawn["x"], drawn["a0"], drawn["parameters"]

    def loss():
        return np.sum(drawn["da"] * rnn_sequence.rnn_forward(*arguments)[0])

    expected = {
        "d" + name: by_differences(loss, array) for name, array in differentiated(drawn).items()
    }
    caches = rnn_sequence.rnn_forward(*arguments)[2]
    assert_gradients(rnn_sequence.rnn_backward(drawn["da"], caches), expected, DIFFERENCES)


def named(Wax, Waa, Wya, ba, by):
    """Put parameters into the dict that the functions read."""
    return {"Wax": Wax, "Waa": Waa, "Wya": Wya, "ba": ba, "by": by}


def test_the_published_numbers_of_the_sequence_forward():
    """Waa is drawn before Wax here; the softmax goes by column."""
    np.random.seed(1)
    x, a0, Waa, Wax, Wya = draw((3, 10, 4), (5, 10), (5, 5), (5, 3), (2, 5))
    parameters = named(Wax, Waa, Wya, *draw((5, 1), (2, 1)))
    a, y_pred, _ = rnn_sequence.rnn_forward(x, a0, parameters)
    states_of_4_1 = [-0.99999375, 0.77911235, -0.99861469, -0.99833267]
    np.testing.assert_allclose(a[4][1], states_of_4_1, **EIGHT_DIGITS)
    by_column = [0.79560373, 0.86224861, 0.11118257, 0.81515947]
    np.testing.assert_allclose(y_pred[1][3], by_column, **EIGHT_DIGITS)
    # The softmax printed in the source divides by the sum over the whole matrix.
    logits = np.einsum("ya,amt->ymt", Wya, a) + parameters["by"][:, :, np.newaxis]
    whole_matrix = np.exp(logits) / np.exp(logits).sum(axis=(0, 1))
    printed = [0.01644489, 0.0328586, 0.0014877, 0.02851197]
    np.testing.assert_allclose(whole_matrix[1][3], printed, **EIGHT_DIGITS)


def test_the_published_numbers_of_the_sequence_backward():
    """Wax is drawn before Waa here."""
    np.random.seed(1)
    x, a0, Wax, Waa, Wya = draw((3, 10, 4), (5, 10), (5, 3), (5, 5), (2, 5))
    parameters = named(Wax, Waa, Wya, *draw((5, 1), (2, 1)))
    caches = rnn_sequence.rnn_forward(x, a0, parameters)[2]
    gradients = rnn_sequence.rnn_backward(*draw((5, 10, 4)), caches)
    dx = [-2.071016886851007, -0.592556274588873, 0.02466854778006253, 0.014833166375748254]
    np.testing.assert_allclose(gradients["dx"][1][2], dx, **PUBLISHED)
    np.testing.assert_allclose(gradients["da0"][2][3], -0.3149423751266506, **PUBLISHED)
    np.testing.assert_allclose(gradients["dWax"][3][1], 11.264104496527771, **PUBLISHED)
    np.testing.assert_allclose(gradients["dWaa"][1][2], 2.303333126579893, **PUBLISHED)
    np.testing.assert_allclose(gradients["dba"][4], [-0.74747722], **EIGHT_DIGITS)


# --- the rules --------------------------------------------------------------------------------


def test_cell_and_sequence_leave_arguments_and_answers_alone():
    """What is handed in and out stays as it was through a second call."""
    drawn = world((3, 4, 2, 5, 6))
    x, a0, parameters = drawn["x"], drawn["a0"], drawn["parameters"]
    assert_unchanged(rnn_cell.softmax, x[:, :, 0])
    assert_unchanged(rnn_cell.rnn_cell_forward, x[:, :, 0], a0, parameters)
    cache = rnn_cell.rnn_cell_forward(x[:, :, 0], a0, parameters)[2]
    assert_unchanged(rnn_cell.rnn_cell_backward, drawn["da"][:, :, 0], cache)
    assert_unchanged(rnn_sequence.rnn_forward, x, a0, parameters)
    caches = rnn_sequence.rnn_forward(x, a0, parameters)[2]
    assert_unchanged(rnn_sequence.rnn_backward, drawn["da"], caches)


def test_caches_of_two_sequences_do_not_mix():
    """Two forwards and then their backwards give what each pair gives by itself."""
    one, two = world((3, 4, 2, 5, 6), seed=1), world((3, 4, 2, 5, 6), seed=2)
    kept = [
        rnn_sequence.rnn_forward(drawn["x"], drawn["a0"], drawn["parameters"])[2]
        for drawn in (one, two)
    ]
    for drawn, caches in zip((one, two), kept, strict=True):
        assert_gradients(rnn_sequence.rnn_backward(drawn["da"], caches), by_torch(drawn))


def test_extra_parameters_are_passed_by():
    """A further entry of parameters is neither missed nor lost, nor has it a gradient."""
    drawn = world((3, 4, 2, 5, 2))
    parameters = {**drawn["parameters"], "learning_rate": 0.1}
    caches = rnn_sequence.rnn_forward(drawn["x"], drawn["a0"], parameters)[2]
    assert caches[0][0][3]["learning_rate"] == 0.1
    assert_gradients(rnn_sequence.rnn_backward(drawn["da"], caches), by_torch(drawn))


# --- NumPy beside PyTorch ---------------------------------------------------------------------

# n_x, n_h, m, T
TORCH_SIZES = [(3, 4, 2, 5), (1, 4, 3, 2), (3, 1, 2, 4), (3, 4, 1, 5), (3, 4, 2, 1), (1, 1, 1, 1)]
by_torch_size = pytest.mark.parametrize("sizes", TORCH_SIZES, ids=str)
GRADIENTS = ("dw_ih", "dw_hh", "db_ih", "db_hh")


def torch_world(sizes, seed=5):
    """A torch.nn.RNN in float64, a sequence, a start state and outside gradients."""
    n_x, n_h, m, T = sizes
    rng = np.random.RandomState(seed)
    torch.manual_seed(seed)
    rnn = torch.nn.RNN(n_x, n_h).double()
    return rnn, rng.randn(T, m, n_x), rng.randn(1, m, n_h), rng.randn(T, m, n_h)


def weights_of(rnn):
    """The weights of an rnn as arrays, in the order that RNNCell takes them."""
    return [weight.detach().numpy().copy() for weight in rnn.parameters()]


def by_rnn(rnn, x, h0, dh):
    """States and gradients by a copy of the rnn itself, whose gradients start at nothing."""
    rnn = copy.deepcopy(rnn)
    rnn.zero_grad(set_to_none=True)
    inputs = torch.tensor(x, requires_grad=True)
    output, _ = rnn(inputs, torch.tensor(h0))
    torch.sum(output * torch.tensor(dh)).backward()
    gradients = [weight.grad.numpy() for weight in rnn.parameters()]
    found = {"hidden": output.detach().numpy(), "dx": inputs.grad.numpy()}
    return {**found, **dict(zip(GRADIENTS, gradients, strict=True))}


def by_cell(cell, x, h0, dh):
    """The same by a cell that may have seen another sequence before."""
    hidden, h = [], h0[0]
    for x_t in x:
        h = cell(x_t, h)
        hidden.append(h)
    for count, step in enumerate(reversed(dh), start=1):
        dx_list = cell.backward(step)
        assert len(dx_list) >= count
    return {
        "hidden": np.array(hidden),
        "dx": np.array(dx_list[: len(x)]),
        "dw_ih": np.sum(cell.dw_ih_stack, axis=0),
        "dw_hh": np.sum(cell.dw_hh_stack, axis=0),
        "db_ih": np.sum(cell.db_ih_stack, axis=(0, 1)),
        "db_hh": np.sum(cell.db_hh_stack, axis=(0, 1)),
    }


@by_torch_size
def test_RNNCell_beside_torch(sizes):
    """Hidden states, and all gradients that the stacks sum up to."""
    rnn, *arrays = torch_world(sizes)
    cell = numpy_vs_torch.RNNCell(*weights_of(rnn))
    assert_gradients(by_cell(cell, *arrays), by_rnn(rnn, *arrays))


def test_RNNCell_keeps_one_entry_a_step():
    """Stacks hold an array per step, biases per example, and the newest dx stands in front."""
    rnn, x, h0, dh = torch_world((3, 4, 2, 5))
    cell = numpy_vs_torch.RNNCell(*weights_of(rnn))
    by_cell(cell, x, h0, dh)
    assert [one.shape for one in cell.dw_ih_stack] == [(4, 3)] * 5
    assert [one.shape for one in cell.dw_hh_stack] == [(4, 4)] * 5
    assert [one.shape for one in cell.db_ih_stack] == [(2, 4)] * 5
    assert [one.shape for one in cell.db_hh_stack] == [(2, 4)] * 5


def test_a_second_sequence_of_a_cell_starts_afresh():
    """Neither what was carried nor what was summed reaches a new sequence."""
    rnn, *first = torch_world((3, 4, 2, 5))
    second = torch_world((3, 4, 2, 3), seed=8)[1:]
    cell = numpy_vs_torch.RNNCell(*weights_of(rnn))
    by_cell(cell, *first)
    assert_gradients(by_cell(cell, *second), by_rnn(rnn, *second))


def test_two_cells_share_nothing():
    """Steps of one cell in between do not move another's gradients."""
    rnn, x, h0, dh = torch_world((3, 4, 2, 5))
    one, two = (numpy_vs_torch.RNNCell(*weights_of(rnn)) for _ in range(2))
    h = h0[0]
    for x_t in x:
        h = one(x_t, h)
        two(-x_t, -h)
    for step in reversed(dh):
        dx_list = one.backward(step)
        two.backward(-step)
    np.testing.assert_allclose(np.array(dx_list), by_rnn(rnn, x, h0, dh)["dx"], **TIGHT)


def test_RNNCell_leaves_weights_inputs_and_states_alone():
    """Arrays handed in, and hidden states handed out, are not written to."""
    rnn, x, h0, dh = torch_world((3, 4, 2, 5))
    weights = weights_of(rnn)
    before = copy.deepcopy((weights, x, h0, dh))
    cell = numpy_vs_torch.RNNCell(*weights)
    hidden = [h0[0]]
    for x_t in x:
        hidden.append(cell(x_t, hidden[-1]))
    kept = copy.deepcopy(hidden)
    for step in reversed(dh):
        cell.backward(step)
    np.testing.assert_equal((weights, x, h0, dh), before)
    np.testing.assert_equal(hidden, kept)


def assert_pairs(pairs, expected):
    """Compare both halves of each pair with what PyTorch gives."""
    assert pairs.keys() == expected.keys()
    for half in (0, 1):
        assert all(isinstance(pair[half], np.ndarray) for pair in pairs.values())
        assert_gradients({name: pair[half] for name, pair in pairs.items()}, expected)


@by_torch_size
def test_compare_with_torch_beside_torch(sizes):
    """Both halves, at every edge size."""
    arguments = torch_world(sizes)
    assert_pairs(numpy_vs_torch.compare_with_torch(*arguments), by_rnn(*arguments))


def test_the_published_comparison_of_numpy_with_torch():
    """Seed 123 for both: the two halves agree, and the RNN is the one of that seed."""
    np.random.seed(123)
    torch.manual_seed(123)
    rnn = torch.nn.RNN(4, 5).double()
    x, h0, dh = (np.random.random(shape) for shape in ((3, 3, 4), (1, 3, 5), (3, 3, 5)))
    assert x[0, 0, 0] == pytest.approx(0.6964691855978616, rel=1e-15)
    pairs = numpy_vs_torch.compare_with_torch(rnn, x, h0, dh)
    assert_pairs(pairs, by_rnn(rnn, x, h0, dh))
    shapes = {name: pair[0].shape for name, pair in pairs.items()}
    assert shapes == {
        "hidden": (3, 3, 5),
        "dx": (3, 3, 4),
        "dw_ih": (5, 4),
        "dw_hh": (5, 5),
        "db_ih": (5,),
        "db_hh": (5,),
    }


def test_a_comparison_is_right_whatever_rnn_holds():
    """Old gradients and earlier calls do not count, and kept answers do not move."""
    rnn, *arrays = torch_world((3, 4, 2, 5))
    expected = by_rnn(rnn, *arrays)
    for weight in rnn.parameters():
        weight.grad = torch.full_like(weight, 7.0)
    first = numpy_vs_torch.compare_with_torch(rnn, *arrays)
    kept = copy.deepcopy(first)
    second = numpy_vs_torch.compare_with_torch(rnn, *arrays)
    assert_pairs(first, expected)
    assert_pairs(second, expected)
    np.testing.assert_equal(first, kept)


@pytest.mark.parametrize("training", [True, False])
def test_a_comparison_leaves_rnn_and_arrays_alone(training):
    """The weights, the mode and whether gradients are kept stay; so do the arrays."""
    rnn, *arrays = torch_world((3, 4, 2, 5))
    rnn.train(training)
    before = copy.deepcopy((weights_of(rnn), arrays))
    numpy_vs_torch.compare_with_torch(rnn, *arrays)
    np.testing.assert_equal((weights_of(rnn), arrays), before)
    assert rnn.training is training
    assert all(weight.requires_grad for weight in rnn.parameters())
