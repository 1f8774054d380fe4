"""Public tests of the homework: run `pytest` or `python check.py` in this folder.

At first every function's tests fail with the NotImplementedError of its stub.  Run those of one
function with, for example, `pytest -k rnn_cell_backward`, and those that need no PyTorch, which
take less than a second, with `pytest -m "not torch"`.

The numbers below come from fixed seeds, most of them published.  The grader uses other numbers
and other sizes as well, and asks for the same things.  What the tests check with stands in
checks/: use `numerical_gradient` for any gradient you are in doubt about.
"""

import copy

import numpy as np
import pytest
from checks import (
    check_submission,
    expect,
    expect_kept,
    expect_keys,
    expect_parts,
    expect_shape,
    expect_untouched,
    fail,
    load,
    numerical_gradient,
    same,
)

FILES = {
    "rnn_cell.py": ["softmax", "rnn_cell_forward", "rnn_cell_backward"],
    "rnn_sequence.py": ["rnn_forward", "rnn_backward"],
    "numpy_vs_torch.py": ["RNNCell", "compare_with_torch"],
}

needs_torch = pytest.mark.torch


def yours(name):
    """Import one of your functions; what stops the import is told."""
    return load(name, FILES)


def draw(*shapes):
    """Draw normal numbers, one array after the other."""
    return [np.random.randn(*shape) for shape in shapes]


def named(*, Wax, Waa, Wya, ba, by):
    """Put parameters into the dict that your functions read."""
    return {"Wax": Wax, "Waa": Waa, "Wya": Wya, "ba": ba, "by": by}


def draw_parameters(n_x, n_a, n_y):
    """Draw parameters so small that tanh is not flat."""
    shapes = {
        "Wax": (n_a, n_x),
        "Waa": (n_a, n_a),
        "Wya": (n_y, n_a),
        "ba": (n_a, 1),
        "by": (n_y, 1),
    }
    return {name: 0.5 * np.random.randn(*shape) for name, shape in shapes.items()}


# --- the files --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "file",
    [pytest.param(file, marks=needs_torch if "torch" in file else ()) for file in FILES],
)
def test_submission(file):
    """Each file is here, imports nothing but what is allowed, and defines what is asked for."""
    check_submission(file, FILES)


# --- rnn_cell.py: softmax ---------------------------------------------------------------------

EACH_COLUMN = "each column is one example: divide by the sum of that column (look up axis)"


def test_softmax_example():
    """Two columns, small enough to check by hand."""
    probabilities = yours("softmax")(np.log([[1.0, 2.0], [3.0, 2.0]]))
    expect("softmax of [[ln 1, ln 2], [ln 3, ln 2]]", probabilities, [[0.25, 0.5], [0.75, 0.5]],
           EACH_COLUMN)  # fmt: skip


def test_softmax_columns():
    """Each column sums to 1, at sizes of 1 as well."""
    np.random.seed(6)
    for shape in [(4, 3), (1, 3), (4, 1), (1, 1)]:
        probabilities = yours("softmax")(np.random.randn(*shape))
        expect_shape(f"softmax of a {shape} array", probabilities, shape)
        sums = np.sum(probabilities, axis=0)
        expect("the sum of each column", sums, np.ones(shape[1]), EACH_COLUMN)


def test_softmax_large_entries():
    """A column with 1000 in it: exp(1000) is infinite."""
    probabilities = yours("softmax")(np.array([[1000.0], [1000.0], [-1000.0]]))
    todo = "subtract the same number from a whole column: softmax stays the same, exp does not"
    expect("softmax of the column 1000, 1000, -1000", probabilities, [[0.5], [0.5], [0.0]], todo)


def test_softmax_columns_far_apart():
    """One column at 1000 and one at -1000: neither may spoil the other."""
    probabilities = yours("softmax")(np.array([[1000.0, -1000.0], [1000.0, -1000.0]]))
    todo = "what you subtract must fit each column, not the whole matrix"
    expect("softmax of the columns 1000 and -1000", probabilities, np.full((2, 2), 0.5), todo)


def test_softmax_leaves_its_argument():
    """z is not changed."""
    expect_untouched("softmax", yours("softmax"), {"z": np.array([[1.0, 2.0], [3.0, 5.0]])})


def test_softmax_twice():
    """What a first call returned is not changed by a second one."""
    first, second = np.array([[1.0, 2.0], [3.0, 5.0]]), np.array([[4.0, 0.0], [1.0, 1.0]])
    expect_kept("softmax", yours("softmax"), (first,), (second,))


# --- rnn_cell.py: rnn_cell_forward ------------------------------------------------------------

STEP = ["a_next", "yt_pred", "cache"]
THREE_TERMS = "it is the tanh of three terms: from the input, from the state before, and the bias"


def step_forward(*arguments):
    """Your step forward: its three results."""
    answer = yours("rnn_cell_forward")(*arguments)
    return expect_parts("what rnn_cell_forward returns", answer, STEP)


def draw_step(n_x=3, n_a=5, n_y=2, m=4):
    """One step: its input, the state before it, and parameters, from seed 6."""
    np.random.seed(6)
    return (*draw((n_x, m), (n_a, m)), draw_parameters(n_x, n_a, n_y))


def test_rnn_cell_forward_numbers():
    """Reference numbers at sizes that all differ."""
    a_next, yt_pred, _ = step_forward(*draw_step())
    expect_state(a_next)
    expect_shape("yt_pred", yt_pred, (2, 4))
    reference = [0.9067128649526167, 0.9515893097161117, 0.7443955322739034, 0.8845950851410581]
    todo = "it is the softmax of two terms, and reads the new state; is your softmax right?"
    expect("yt_pred[1]", yt_pred[1], reference, todo)


def expect_state(a_next):
    """Compare the state after draw_step with reference numbers."""
    expect_shape("a_next", a_next, (5, 4))
    reference = [0.9971683851625668, -0.920558222517091, 0.5842062193121893, 0.5284505775286815]
    expect("a_next[4]", a_next[4], reference, THREE_TERMS)


@pytest.mark.parametrize("sizes", [(3, 5, 2, 1), (1, 5, 2, 4), (3, 1, 2, 4), (3, 5, 1, 4)])
def test_rnn_cell_forward_shapes(sizes):
    """Any size may be 1."""
    n_x, n_a, n_y, m = sizes
    a_next, yt_pred, _ = step_forward(*draw_step(*sizes))
    where = f"for n_x={n_x}, n_a={n_a}, n_y={n_y}, m={m}"
    expect_shape(f"a_next {where}", a_next, (n_a, m))
    expect_shape(f"yt_pred {where}", yt_pred, (n_y, m))


def test_rnn_cell_forward_cache():
    """The cache is the tuple (a_next, a_prev, xt, parameters)."""
    xt, a_prev, parameters = draw_step()
    a_next, _, cache = step_forward(xt, a_prev, parameters)
    expect_state(a_next)
    expect_cache("the cache", cache, a_next, a_prev, xt, parameters)


def expect_cache(what, cache, a_next, a_prev, xt, parameters):
    """Say so if a cache does not hold what the backward pass needs."""
    todo = "return (a_next, a_prev, xt, parameters) as it is"
    if not isinstance(cache, tuple):
        fail(f"{what} is of type {type(cache).__name__}; it must be a tuple of four.", todo)
    if len(cache) != 4:
        fail(f"{what} is a tuple of {len(cache)}; it must be a tuple of four.", todo)
    expected = {"a_next": a_next, "a_prev": a_prev, "xt": xt}
    for place, (name, array) in enumerate(expected.items()):
        todo = "its order is a_next, a_prev, xt, parameters"
        expect(f"entry {place} of {what}, {name},", cache[place], array, todo)
    for name, array in parameters.items():
        expect_keys(f"entry 3 of {what}, parameters,", cache[3], [name])
        expect(f'"{name}" in {what}', cache[3][name], array, "pass parameters on as they are")


def test_rnn_cell_forward_leaves_its_arguments():
    """xt, a_prev and parameters are not changed."""
    arguments = dict(zip(["xt", "a_prev", "parameters"], draw_step(), strict=True))
    expect_untouched("rnn_cell_forward", yours("rnn_cell_forward"), arguments)


def test_rnn_cell_forward_twice():
    """What a first call returned is not changed by a second one."""
    xt, a_prev, parameters = draw_step()
    second = -xt, -a_prev, parameters
    expect_kept("rnn_cell_forward", yours("rnn_cell_forward"), (xt, a_prev, parameters), second)


# --- rnn_cell.py: rnn_cell_backward -----------------------------------------------------------

OF_A_STEP = {
    "dxt": "xt enters through Wax, and its gradient comes back through the transpose of Wax",
    "da_prev": "a_prev enters through Waa, and its gradient comes back through the transpose",
    "dWax": "it is dz times the transpose of xt: a matrix product, which sums over the examples",
    "dWaa": "it is dz times the transpose of the state before the step, which is a_prev",
    "dba": "it is the sum of dz over the examples",
}
KEEP_COLUMN = "ba is a column, and so is its gradient: look up keepdims in numpy.sum"
COMES_FIRST = "this test starts from what {} returns: get that right first"


def test_rnn_cell_backward_example():
    """One unit, one input, two examples: small enough to check by hand."""
    one = np.ones((1, 1))
    parameters = named(Wax=2 * one, Waa=-one, Wya=one, ba=one, by=one)
    cache = (np.array([[0.5, 0.0]]), np.array([[2.0, -1.0]]), np.array([[1.0, 3.0]]), parameters)
    gradients = yours("rnn_cell_backward")(np.array([[4.0, 8.0]]), cache)
    expect_keys("what rnn_cell_backward returns", gradients, OF_A_STEP)
    todo = "here dz is [[3, 8]]: da_next times 1 - a_next^2, where a_next is the tanh already"
    expect("dxt", gradients["dxt"], [[6.0, 16.0]], todo)
    expect("da_prev", gradients["da_prev"], [[-3.0, -8.0]], OF_A_STEP["da_prev"])
    expect("dWax", gradients["dWax"], [[27.0]], OF_A_STEP["dWax"])
    expect("dWaa", gradients["dWaa"], [[-2.0]], OF_A_STEP["dWaa"])
    expect_shape("dba", gradients["dba"], (1, 1), KEEP_COLUMN)
    expect("dba", gradients["dba"], [[11.0]], "it is the sum of dz over the examples, not a mean")


def published_step(ba):
    """The step of the published example; without a ba, with the one that is drawn for it."""
    np.random.seed(1)
    xt, a_prev, Wax, Waa, Wya = draw((3, 10), (5, 10), (5, 3), (5, 5), (2, 5))
    drawn, by = draw((5, 1), (2, 1))
    ba = drawn if ba is None else ba
    return xt, a_prev, named(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by), *draw((5, 10))


def left_over_ba():
    """The ba of the published example: it was left over from the example of a whole sequence."""
    np.random.seed(1)
    return draw((3, 10, 4), (5, 10), (5, 5), (5, 3), (2, 5), (5, 1))[-1]


@pytest.mark.parametrize(
    ("ba", "reference"),
    [
        (
            left_over_ba,
            {
                "a_next[2, 3]": 0.9988853713471398,
                "dxt[1, 2]": -0.4605641030588796,
                "da_prev[2, 3]": 0.08429686538067724,
                "dWax[3, 1]": 0.39308187392193034,
                "dWaa[1, 2]": -0.28483955786960663,
                "dba[4, 0]": 0.8051716648049104,
            },
        ),
        (
            lambda: None,
            {
                "a_next[2, 3]": 0.742957301418715,
                "dxt[1, 2]": -1.3872130506020928,
                "da_prev[2, 3]": -0.1523994937739543,
                "dWax[3, 1]": 0.41077282493545836,
                "dWaa[1, 2]": 1.1503450668497135,
                "dba[4, 0]": 0.2002349138798538,
            },
        ),
    ],
    ids=["published", "as printed"],
)
def test_rnn_cell_backward_numbers(ba, reference):
    """Published numbers, and those that the code printed beside them really gives.

    The published ones were made in a notebook that still held the ba of another example.
    """
    xt, a_prev, parameters, da_next = published_step(ba())
    a_next, _, cache = step_forward(xt, a_prev, parameters)
    gradients = yours("rnn_cell_backward")(da_next, cache)
    expect_keys("what rnn_cell_backward returns", gradients, OF_A_STEP)
    shapes = {"dxt": (3, 10), "da_prev": (5, 10), "dWax": (5, 3), "dWaa": (5, 5), "dba": (5, 1)}
    for name, shape in shapes.items():
        expect_shape(
            name, gradients[name], shape, KEEP_COLUMN if name == "dba" else OF_A_STEP[name]
        )
    for what, number in reference.items():
        name, row, column = what.replace("[", " ").replace(",", "").rstrip("]").split()
        array = a_next if name == "a_next" else gradients[name]
        todo = OF_A_STEP.get(name, COMES_FIRST.format("rnn_cell_forward"))
        expect(what, array[int(row)][int(column)], number, todo)


@pytest.mark.parametrize("name", OF_A_STEP)
def test_rnn_cell_backward_finite_differences(name):
    """Move each number a little, and see sum(da_next * a_next) move as the gradient says."""
    xt, a_prev, parameters = draw_step(2, 3, 2, 4)
    (da_next,) = draw((3, 4))
    forward = yours("rnn_cell_forward")
    gradients = yours("rnn_cell_backward")(da_next.copy(), forward(xt, a_prev, parameters)[2])
    expect_keys("what rnn_cell_backward returns", gradients, OF_A_STEP)
    array = {"xt": xt, "a_prev": a_prev, **parameters}[name.removeprefix("d")]
    expected = numerical_gradient(
        lambda: np.sum(da_next * forward(xt, a_prev, parameters)[0]), array
    )
    expect(name, gradients[name], expected, OF_A_STEP[name], 1e-7, 1e-7)


def test_rnn_cell_backward_of_one_example():
    """With m = 1 every gradient keeps both its axes."""
    xt, a_prev, parameters = draw_step(3, 5, 2, 1)
    cache = step_forward(xt, a_prev, parameters)[2]
    gradients = yours("rnn_cell_backward")(np.ones((5, 1)), cache)
    expect_keys("what rnn_cell_backward returns", gradients, OF_A_STEP)
    shapes = {"dxt": (3, 1), "da_prev": (5, 1), "dWax": (5, 3), "dWaa": (5, 5), "dba": (5, 1)}
    for name, shape in shapes.items():
        expect_shape(f"{name} of one example", gradients[name], shape, OF_A_STEP[name])


def test_rnn_cell_backward_leaves_its_arguments():
    """da_next and what the cache holds are not changed."""
    arguments = {"da_next": np.ones((5, 4)), "cache": step_forward(*draw_step())[2]}
    expect_untouched("rnn_cell_backward", yours("rnn_cell_backward"), arguments)


def test_rnn_cell_backward_twice():
    """What a first call returned is not changed by a second one."""
    cache = step_forward(*draw_step())[2]
    first, second = (np.ones((5, 4)), cache), (-2 * np.ones((5, 4)), cache)
    expect_kept("rnn_cell_backward", yours("rnn_cell_backward"), first, second)


# --- rnn_sequence.py: rnn_forward -------------------------------------------------------------


def draw_sequence(n_x=2, n_a=3, n_y=2, m=4, T_x=5):
    """A sequence, the state before it, and parameters, from seed 6."""
    np.random.seed(6)
    return (*draw((n_x, m, T_x), (n_a, m)), draw_parameters(n_x, n_a, n_y))


def published_sequence():
    """The sequence whose states and predictions were published; Waa is drawn before Wax."""
    np.random.seed(1)
    x, a0, Waa, Wax, Wya = draw((3, 10, 4), (5, 10), (5, 5), (5, 3), (2, 5))
    ba, by = draw((5, 1), (2, 1))
    return x, a0, named(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by)


EACH_STEP = "step t sees x[:, :, t], and the state that the step before it returned"


def unrolled(*arguments):
    """Your sequence forward: its three results."""
    answer = yours("rnn_forward")(*arguments)
    return expect_parts("what rnn_forward returns", answer, ["a", "y_pred", "caches"])


def test_rnn_forward_numbers():
    """Published numbers."""
    a, y_pred, _ = unrolled(*published_sequence())
    expect_shape("a", a, (5, 10, 4))
    reference = [-0.9999937511218437, 0.7791123524295185, -0.9986146863678004, -0.9983326666674084]
    for t, number in enumerate(reference):
        todo = "the first step sees x[:, :, 0] and a0" if t == 0 else EACH_STEP
        if not np.any(np.asarray(a)[:, :, t]):
            todo = "nothing is stored at this step: does the loop reach it?"
        expect(f"a[4, 1, {t}]", a[4][1][t], number, todo)
    expect_shape("y_pred", y_pred, (2, 10, 4))
    whole_matrix = [0.01644489, 0.0328586, 0.0014877, 0.02851197]
    if np.allclose(y_pred[1][3], whole_matrix, rtol=0, atol=1e-7):
        fail("y_pred[1, 3] is what a softmax over the whole matrix gives.", EACH_COLUMN)
    reference = [0.795603731702095, 0.8622486063005221, 0.11118256946945909, 0.8151594655010063]
    expect("y_pred[1, 3]", y_pred[1][3], reference, "it is the yt_pred of each step, in time order")


def test_rnn_forward_caches():
    """caches is (the cell's caches in time order, x), and each cache is that of its own step."""
    x, a0, parameters = draw_sequence()
    a, _, caches = unrolled(x, a0, parameters)
    if not isinstance(caches, tuple | list) or len(caches) != 2:
        fail("caches is not a pair.", "return (list of the cell's caches, x)")
    cells, kept = caches
    expect("the second part of caches, x,", kept, x, "pass x on as it is")
    if not isinstance(cells, list) or len(cells) != 5:
        fail(
            f"The first part of caches is no list of {x.shape[2]} caches, one per step.",
            "start with an empty list, and append each cache as the cell returns it",
        )
    kept = [cache[0] if isinstance(cache, tuple) and cache else None for cache in cells]
    if kept[0] is not None and all(same(kept[0], one) for one in kept):
        fail(
            "The caches of all steps hold the same state.",
            "append the cache of each step, with a new array for each step's state",
        )
    before = a0
    for t, cache in enumerate(cells):
        expect_cache(f"the cache of step {t}", cache, a[:, :, t], before, x[:, :, t], parameters)
        before = a[:, :, t]


def test_rnn_forward_of_one_step():
    """With one step there is only what the cell returns."""
    x, a0, parameters = draw_sequence(T_x=1)
    a_next, yt_pred, _ = step_forward(x[:, :, 0], a0, parameters)
    a, y_pred, _ = unrolled(x, a0, parameters)
    expect("a of one step", a, a_next[:, :, np.newaxis])
    expect("y_pred of one step", y_pred, yt_pred[:, :, np.newaxis])


def test_rnn_forward_leaves_its_arguments():
    """x, a0 and parameters are not changed."""
    arguments = dict(zip(["x", "a0", "parameters"], draw_sequence(), strict=True))
    expect_untouched("rnn_forward", yours("rnn_forward"), arguments)


def test_rnn_forward_twice():
    """What a first call returned is not changed by a second one."""
    x, a0, parameters = draw_sequence()
    second = -x, -a0, parameters
    expect_kept("rnn_forward", yours("rnn_forward"), (x, a0, parameters), second)


# --- rnn_sequence.py: rnn_backward ------------------------------------------------------------

OF_A_SEQUENCE = {
    "dx": "dx[:, :, t] is the dxt of step t",
    "da0": "it is the da_prev that the first step sends back",
    "dWax": "add up the dWax of all steps, starting from 0",
    "dWaa": "add up the dWaa of all steps, starting from 0",
    "dba": "add up the dba of all steps, starting from 0",
}
BOTH = "what reaches a_t is da[:, :, t] and also the da_prev of the step after it: add them"


def gradients_of(x, a0, parameters, da):
    """Your forward and then your backward."""
    caches = unrolled(x, a0, parameters)[2]
    gradients = yours("rnn_backward")(da.copy(), caches)
    expect_keys("what rnn_backward returns", gradients, OF_A_SEQUENCE)
    return gradients


def test_rnn_backward_numbers():
    """Published numbers; here Wax is drawn before Waa."""
    np.random.seed(1)
    x, a0, Wax, Waa, Wya = draw((3, 10, 4), (5, 10), (5, 3), (5, 5), (2, 5))
    ba, by, da = draw((5, 1), (2, 1), (5, 10, 4))
    parameters = named(Wax=Wax, Waa=Waa, Wya=Wya, ba=ba, by=by)
    a = unrolled(x, a0, parameters)[0]
    gradients = gradients_of(x, a0, parameters, da)
    shapes = {"dx": (3, 10, 4), "da0": (5, 10), "dWax": (5, 3), "dWaa": (5, 5), "dba": (5, 1)}
    for name, shape in shapes.items():
        expect_shape(name, gradients[name], shape, OF_A_SEQUENCE[name])
    todo = COMES_FIRST.format("rnn_forward")
    expect("a[4, 1, 3]", a[4][1][3], 0.9905522606370932, todo)
    dx = [-2.071016886851007, -0.592556274588873, 0.02466854778006253, 0.014833166375748254]
    expect("dx[1, 2]", gradients["dx"][1][2], dx, BOTH)
    expect("da0[2, 3]", gradients["da0"][2][3], -0.3149423751266506, OF_A_SEQUENCE["da0"])
    expect("dWax[3, 1]", gradients["dWax"][3][1], 11.264104496527771, OF_A_SEQUENCE["dWax"])
    expect("dWaa[1, 2]", gradients["dWaa"][1][2], 2.303333126579893, OF_A_SEQUENCE["dWaa"])
    expect("dba[4]", gradients["dba"][4], [-0.7474772166221403], OF_A_SEQUENCE["dba"])


def test_rnn_backward_carries_the_gradient_back():
    """A loss at the last step alone depends on every input."""
    x, a0, parameters = draw_sequence()
    da = np.zeros((3, 4, 5))
    da[:, :, -1] = 1
    dx = gradients_of(x, a0, parameters, da)["dx"]
    expect_shape("dx", dx, x.shape)
    silent = [t for t in range(5) if not np.any(np.asarray(dx)[:, :, t])]
    if silent:
        steps = ", ".join(map(str, silent))
        fail(f"da is not 0 at the last step, and yet dx is 0 at these steps: {steps}.", BOTH)


def test_rnn_backward_takes_the_gradient_of_every_step():
    """A loss at the first step alone depends on the first input, and on no other."""
    x, a0, parameters = draw_sequence()
    da = np.zeros((3, 4, 5))
    da[:, :, 0] = 1
    dx = gradients_of(x, a0, parameters, da)["dx"]
    expect_shape("dx", dx, x.shape)
    if not np.any(np.asarray(dx)[:, :, 0]):
        todo = "add da[:, :, t] at every step, and keep the dxt of step t in dx[:, :, t]"
        fail("da is not 0 at the first step, and yet dx is 0 there.", todo)
    todo = "is dx[:, :, t] that of step t, and does time run backwards, last step to first?"
    expect("dx after the first step", np.asarray(dx)[:, :, 1:], np.zeros((2, 4, 4)), todo)


@pytest.mark.parametrize("name", OF_A_SEQUENCE)
def test_rnn_backward_finite_differences(name):
    """Move each number a little, and see sum(da * a) move as the gradient says."""
    x, a0, parameters = draw_sequence(2, 3, 2, 4, 3)
    (da,) = draw((3, 4, 3))
    gradients = gradients_of(x, a0, parameters, da)
    array = {"x": x, "a0": a0, **parameters}[name.removeprefix("d")]
    expected = numerical_gradient(lambda: np.sum(da * unrolled(x, a0, parameters)[0]), array)
    expect(name, gradients[name], expected, OF_A_SEQUENCE[name], 1e-7, 1e-7)


def test_rnn_backward_of_one_step():
    """With one step there is only what the cell's backward returns."""
    x, a0, parameters = draw_sequence(T_x=1)
    (da,) = draw((3, 4, 1))
    cache = step_forward(x[:, :, 0], a0, parameters)[2]
    step = yours("rnn_cell_backward")(da[:, :, 0].copy(), cache)
    gradients = gradients_of(x, a0, parameters, da)
    expect("dx of one step", gradients["dx"], step["dxt"][:, :, np.newaxis], OF_A_SEQUENCE["dx"])
    expect("da0 of one step", gradients["da0"], step["da_prev"], OF_A_SEQUENCE["da0"])
    for name in ("dWax", "dWaa", "dba"):
        expect(f"{name} of one step", gradients[name], step[name], OF_A_SEQUENCE[name])


def test_rnn_backward_leaves_its_arguments():
    """da and what the caches hold are not changed."""
    arguments = {"da": np.ones((3, 4, 5)), "caches": unrolled(*draw_sequence())[2]}
    expect_untouched("rnn_backward", yours("rnn_backward"), arguments)


def test_rnn_backward_twice():
    """What a first call returned is not changed by a second one."""
    caches = unrolled(*draw_sequence())[2]
    first, second = (np.ones((3, 4, 5)), caches), (-2 * np.ones((3, 4, 5)), caches)
    expect_kept("rnn_backward", yours("rnn_backward"), first, second)


# --- numpy_vs_torch.py: RNNCell ---------------------------------------------------------------

WEIGHTS = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
OF_A_CELL = {
    "dx": "dx_list holds dz times W_ih of each step, in time order: the newest stands in front",
    "weight_ih": "each entry of dw_ih_stack is the transpose of dz times x, of one step",
    "weight_hh": "each entry of dw_hh_stack is the transpose of dz times the state before the step",
    "bias_ih": "each entry of db_ih_stack is the dz of one step, (m, n_h), not yet summed",
    "bias_hh": "each entry of db_hh_stack is the dz of one step, (m, n_h), not yet summed",
}
CARRIED = "dz is (dh + what the later step sends back) times 1 - h^2"


def draw_rows(n_x=3, n_h=5, m=4, T=6):
    """Weights, and a sequence in PyTorch's layout, one example per row, from seed 123."""
    np.random.seed(123)
    weights = [0.4 * weight for weight in draw((n_h, n_x), (n_h, n_h), (n_h,), (n_h,))]
    return weights, *draw((T, m, n_x), (m, n_h), (T, m, n_h))


def run_forward(cell, x, h0):
    """Call your cell once per step; return the hidden states."""
    hidden = [h0]
    for x_t in x:
        hidden.append(cell(x_t, hidden[-1]))
    return hidden[1:]


def run_backward(cell, dh):
    """Go back, last step first; return dx_list as the last call returned it."""
    for step in reversed(dh):
        dx_list = cell.backward(step.copy())
        if dx_list is None:
            fail("backward returned None.", "return dx_list")
    return dx_list


@needs_torch
def test_RNNCell_hidden():
    """Reference numbers at sizes that all differ."""
    weights, x, h0, _ = draw_rows()
    hidden = run_forward(yours("RNNCell")(*weights), x, h0)
    expect_shape("the first hidden state", hidden[0], (4, 5))
    reference = [
        0.9536742029191158,
        0.7921412526132726,
        -0.4877856762789246,
        -0.9786244821548737,
        0.6856705773612985,
    ]
    todo = "one example is a row here: x_t W_ih^T + b_ih + h W_hh^T + b_hh, and then tanh"
    expect("row 1 of the last hidden state", np.asarray(hidden[-1])[1], reference, todo)


@needs_torch
def test_RNNCell_dx_list():
    """One gradient more with every call, and the newest in front."""
    weights, x, h0, dh = draw_rows()
    cell = yours("RNNCell")(*weights)
    run_forward(cell, x, h0)
    for count, step in enumerate(reversed(dh), start=1):
        dx_list = cell.backward(step)
        if dx_list is None:
            fail("backward returned None.", "return dx_list")
        if len(dx_list) != count:
            fail(
                f"After {count} of 6 calls of backward dx_list has {len(dx_list)} entries.",
                "return the list of all gradients of the inputs so far",
            )
        if count == 1:
            reference = [0.48254622984606393, -0.25663663761813804, -0.15393554128169668]
            expect(
                "row 2 of dx at the last step",
                np.asarray(dx_list[0])[2],
                reference,
                OF_A_CELL["dx"],
            )
    expect_shape("dx_list[0]", dx_list[0], (4, 3))
    reference = [0.48254622984606393, -0.25663663761813804, -0.15393554128169668]
    expect("row 2 of dx_list[-1]", np.asarray(dx_list[-1])[2], reference, OF_A_CELL["dx"])
    reference = [3.6865026553832663, 0.7363941550261554, -2.6587246987750643]
    expect("row 2 of dx at the first step", np.asarray(dx_list[0])[2], reference, CARRIED)


@needs_torch
@pytest.mark.parametrize("name", OF_A_CELL)
def test_RNNCell_finite_differences(name):
    """Move each number a little, and see sum(dh * hidden) move as the gradient says."""
    weights, x, h0, dh = draw_rows(2, 3, 4, 3)
    cell = yours("RNNCell")(*weights)
    run_forward(cell, x, h0)
    dx_list = run_backward(cell, dh)
    stacks = {
        "weight_ih": ("dw_ih_stack", 0),
        "weight_hh": ("dw_hh_stack", 0),
        "bias_ih": ("db_ih_stack", (0, 1)),
        "bias_hh": ("db_hh_stack", (0, 1)),
    }
    if name == "dx":
        what, gradient, array = "dx_list", np.array(list(dx_list)), x
    else:
        stack, axes = stacks[name]
        if not hasattr(cell, stack):
            fail(f"The cell has no {stack}.", f"keep self.{stack}")
        what, gradient = (
            f"the sum of {stack} over axis {axes}",
            np.sum(list(getattr(cell, stack)), axis=axes),
        )
        array = weights[WEIGHTS.index(name)]
    expected = numerical_gradient(
        lambda: np.sum(dh * np.array(run_forward(yours("RNNCell")(*weights), x, h0))), array
    )
    expect(what, gradient, expected, OF_A_CELL[name], 1e-7, 1e-7)


@needs_torch
def test_RNNCell_second_sequence():
    """A new sequence starts without the gradient that the old one carried."""
    weights, x, h0, dh = draw_rows()
    fresh = yours("RNNCell")(*weights)
    run_forward(fresh, x, h0)
    expected = [np.array(dx) for dx in run_backward(fresh, dh)]
    cell = yours("RNNCell")(*weights)
    run_forward(cell, -x, -h0)
    run_backward(cell, -dh)
    run_forward(cell, x, h0)
    dx_list = run_backward(cell, dh)
    todo = "set the carried gradient back to 0 when a step is taken after a step back"
    for t, dx in enumerate(expected):
        expect(f"dx_list[{t}] of a second sequence", dx_list[t], dx, todo)


@needs_torch
def test_RNNCell_leaves_its_arguments():
    """The weights, the inputs, the states and the gradients are not changed."""
    weights, x, h0, dh = draw_rows()
    held = {**dict(zip(WEIGHTS, weights, strict=True)), "x": x, "h0": h0, "dh": dh}
    before = copy.deepcopy(held)
    cell = yours("RNNCell")(*weights)
    first = cell(x[0], h0)
    kept = copy.deepcopy(first)
    hidden = [first, *run_forward(cell, x[1:], first)]
    if not same(first, kept):
        fail("A later step changed a hidden state that was returned before.", "make new arrays")
    kept = copy.deepcopy(hidden)
    for step in reversed(dh):
        cell.backward(step)
    for name, value in held.items():
        if not same(value, before[name]):
            fail(f"RNNCell changed {name}.", "make new arrays: a = a + b, and not a += b")
    if not same(hidden, kept):
        fail("backward changed a hidden state that was returned before.", "make new arrays")


# --- numpy_vs_torch.py: compare_with_torch ----------------------------------------------------

PAIRS = {
    "hidden": (3, 3, 5),
    "dx": (3, 3, 4),
    "dw_ih": (5, 4),
    "dw_hh": (5, 5),
    "db_ih": (5,),
    "db_hh": (5,),
}


def published_comparison():
    """The torch.nn.RNN and the arrays of the published comparison, from seed 123."""
    import torch

    np.random.seed(123)
    torch.manual_seed(123)
    rnn = torch.nn.RNN(4, 5).double()
    x, h0, dh = (np.random.random(shape) for shape in [(3, 3, 4), (1, 3, 5), (3, 3, 5)])
    return rnn, x, h0, dh


def expect_pairs(pairs):
    """Say so if an answer is not the dict of pairs that agree."""
    expect_keys("what compare_with_torch returns", pairs, PAIRS)
    for name, shape in PAIRS.items():
        if not isinstance(pairs[name], tuple | list) or len(pairs[name]) != 2:
            fail(f'"{name}" is not a pair.', "make it (what RNNCell gives, what rnn gives)")
        for half, array in zip(["by RNNCell", "by rnn"], pairs[name], strict=True):
            expect_shape(f'"{name}" {half}', array, shape)


@needs_torch
def test_compare_with_torch_numbers():
    """Reference numbers."""
    pairs = yours("compare_with_torch")(*published_comparison())
    expect_pairs(pairs)
    reference = {
        "hidden": [
            0.10331695552316801,
            -0.029122764913568983,
            0.18253494809049417,
            0.21608544633625693,
            0.264765790674368,
        ],
        "dx": [-0.9574686820279756, 0.3153861347231894, -0.6168140347903973, 0.20563438740750603],
        "dw_ih": [1.8068064976409248, 1.5006201171445095, 1.6159172609206454, 1.5217620827019716],
        "dw_hh": [
            0.660545508886585,
            -0.32107601645472095,
            1.5548878764353646,
            0.8334488707524461,
            0.6052011610727281,
        ],
        "db_ih": [
            7.568411443214638,
            2.1754447183997625,
            4.335335533324369,
            6.820627893730176,
            3.5100299772462606,
        ],
        "db_hh": [
            7.568411443214638,
            2.1754447183997625,
            4.335335533324368,
            6.820627893730176,
            3.5100299772462606,
        ],
    }
    for name, numbers in reference.items():
        array = np.asarray(pairs[name][1])
        last = array.reshape(-1, array.shape[-1])[-1]
        todo = "give rnn x and h0, and send dh back from all its hidden states"
        expect(f'the last row of "{name}" by rnn', last, numbers, todo)


@needs_torch
def test_compare_with_torch_agrees():
    """Your cell and PyTorch's agree in all six."""
    pairs = yours("compare_with_torch")(*published_comparison())
    expect_pairs(pairs)
    for name, (by_numpy, by_torch) in pairs.items():
        todo = "is RNNCell right? if so, compare the order of time, and over which axes you sum"
        expect(f'"{name}" by RNNCell, beside that by rnn,', by_numpy, by_torch, todo)


@needs_torch
def test_compare_with_torch_twice():
    """A second comparison with the same rnn gives the same."""
    arguments = published_comparison()
    first = yours("compare_with_torch")(*arguments)
    expect_pairs(first)
    kept = copy.deepcopy(first)
    again = yours("compare_with_torch")(*arguments)
    expect_pairs(again)
    todo = "PyTorch adds to the .grad that is already there: clear it, or ask for new gradients"
    for name, halves in kept.items():
        for half, one, other in zip(["RNNCell", "rnn"], halves, again[name], strict=True):
            expect(f'"{name}" by {half}, the second time,', other, one, todo)
    rnn, x, h0, dh = arguments
    yours("compare_with_torch")(rnn, -x, 2 * h0, -dh)
    for name, halves in kept.items():
        for half, one, other in zip(["RNNCell", "rnn"], halves, first[name], strict=True):
            todo = "return copies, not views of what a later call writes into, such as .grad"
            expect(f'"{name}" by {half}, looked at after a later call,', other, one, todo)


@needs_torch
def test_compare_with_torch_leaves_rnn():
    """The weights and the mode of rnn, and the arrays, are not changed."""
    rnn, *arrays = published_comparison()
    rnn.eval()
    weights = [weight.detach().numpy().copy() for weight in rnn.parameters()]
    before = copy.deepcopy(arrays)
    yours("compare_with_torch")(rnn, *arrays)
    if not same([weight.detach().numpy() for weight in rnn.parameters()], weights):
        fail(
            "compare_with_torch changed the weights of rnn.", "leave out optimisers and += on them"
        )
    if rnn.training:
        fail("compare_with_torch changed the mode of rnn.", "leave out rnn.train()")
    for name, now, then in zip(["x", "h0", "dh"], arrays, before, strict=True):
        if not same(now, then):
            fail(
                f"compare_with_torch changed {name}.", "make new arrays: a = a + b, and not a += b"
            )


# --- examples: what a wrong answer to one of them is known to come from is told ----------------


def three_softmaxes():
    """Your softmax of ordinary columns, of a large one, and of columns far apart."""
    np.random.seed(6)
    return [
        yours("softmax")(np.random.randn(4, 3)),
        yours("softmax")(np.array([[1000.0], [999.0], [-1000.0]])),
        yours("softmax")(np.array([[1000.0, -1000.0], [999.0, -1002.0]])),
    ]


def step_example():
    """Your gradients of one drawn step."""
    np.random.seed(7)
    da_next = np.random.randn(5, 4)
    return yours("rnn_cell_backward")(da_next, step_forward(*draw_step())[2])


def sequence_example():
    """Your gradients of the drawn sequence."""
    np.random.seed(7)
    da = np.random.randn(3, 4, 5)
    return yours("rnn_backward")(da, unrolled(*draw_sequence())[2])


def cell_example():
    """The hidden states, the gradients of the inputs, and the sums of the stacks."""
    weights, x, h0, dh = draw_rows()
    cell = yours("RNNCell")(*weights)
    hidden = copy.deepcopy(run_forward(cell, x, h0))
    dx = copy.deepcopy(run_backward(cell, dh))
    sums = [np.sum(list(getattr(cell, f"dw_{one}_stack")), axis=0) for one in ("ih", "hh")]
    sums += [np.sum(list(getattr(cell, f"db_{one}_stack")), axis=(0, 1)) for one in ("ih", "hh")]
    return [np.array(hidden), np.array(dx), *sums]


EXAMPLES = {
    "softmax": three_softmaxes,
    "rnn_cell_forward": lambda: yours("rnn_cell_forward")(*draw_step()),
    "rnn_cell_backward": step_example,
    "rnn_forward": lambda: yours("rnn_forward")(*draw_sequence()),
    "rnn_backward": sequence_example,
    "RNNCell": cell_example,
}
