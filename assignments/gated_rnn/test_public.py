"""Public tests of the homework: run `pytest` or `python check.py` in this folder.

At first every function's tests fail with the NotImplementedError of its stub.  Run those of one
function with, for example, `pytest -k lstm_cell_backward`; `pytest -m "not torch"` leaves out the
last file, which alone needs PyTorch.

The numbers below come from fixed seeds, most of them published.  The grader uses other numbers
and other sizes as well, and asks for the same things.
"""

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
    "lstm_cell.py": ["lstm_cell_forward", "lstm_cell_backward"],
    "lstm_sequence.py": ["lstm_forward", "lstm_backward"],
    "gru_cell.py": ["gru_cell_forward", "gru_cell_backward"],
    "gates_vs_torch.py": ["compare_gates_with_torch"],
}

RETURNS = {
    "lstm_cell_forward": ("a_next", "c_next", "cache"),
    "lstm_forward": ("a", "c", "caches"),
    "gru_cell_forward": ("a_next", "cache"),
}


def yours(name):
    """Find one of your functions; one that returns several things is seen to do so."""
    function = load(name, FILES)
    if name not in RETURNS:
        return function
    return lambda *arguments: expect_parts(
        f"what {name} returns", function(*arguments), RETURNS[name]
    )


# --- inputs -----------------------------------------------------------------------------------


def random(seed=6, scale=1.0):
    """Begin a row of random arrays: draw(2, 3) is the next one."""
    np.random.seed(seed)
    return lambda *shape: scale * np.random.randn(*shape)


def lstm_parameters(draw, n_x, n_a):
    """Wf, bf, Wi, bi, Wo, bo, Wc, bc, drawn in this order."""
    parameters = {}
    for gate in "fioc":
        parameters[f"W{gate}"] = draw(n_a, n_a + n_x)
        parameters[f"b{gate}"] = draw(n_a, 1)
    return parameters


def gru_parameters(draw, n_x, n_a):
    """Wr, br, Wz, bz, Wnx, bnx, Wna, bna, drawn in this order."""
    parameters = {}
    for name, columns in {"r": n_a + n_x, "z": n_a + n_x, "nx": n_x, "na": n_a}.items():
        parameters[f"W{name}"] = draw(n_a, columns)
        parameters[f"b{name}"] = draw(n_a, 1)
    return parameters


def lstm_step(n_x=3, n_a=4, m=5):
    """xt, a_prev, c_prev and parameters of one step of the LSTM."""
    draw = random(scale=0.7)
    return draw(n_x, m), draw(n_a, m), draw(n_a, m), lstm_parameters(draw, n_x, n_a)


def lstm_run(n_x=2, n_a=3, m=4, T_x=5):
    """x, a0, c0 and parameters of a sequence through the LSTM."""
    draw = random(scale=0.7)
    return draw(n_x, m, T_x), draw(n_a, m), draw(n_a, m), lstm_parameters(draw, n_x, n_a)


def gru_step(n_x=3, n_a=4, m=5):
    """xt, a_prev and parameters of one step of the GRU."""
    draw = random(scale=0.7)
    return draw(n_x, m), draw(n_a, m), gru_parameters(draw, n_x, n_a)


INPUTS = {
    "lstm_cell_forward": (lstm_step, ("xt", "a_prev", "c_prev", "parameters")),
    "lstm_forward": (lstm_run, ("x", "a0", "c0", "parameters")),
    "gru_cell_forward": (gru_step, ("xt", "a_prev", "parameters")),
}
BACKWARD = {
    "lstm_cell_backward": "lstm_cell_forward",
    "lstm_backward": "lstm_forward",
    "gru_cell_backward": "gru_cell_forward",
}
FROM_OUTSIDE = {
    "lstm_cell_backward": ("da_next", "dc_next"),
    "lstm_backward": ("da",),
    "gru_cell_backward": ("da_next",),
}

THE_PRODUCT = "the gradient of its pre-activation, times its factor, transposed: see the stub"
THE_SUM = "the sum of the gradient of its pre-activation over the examples, kept as a column"
GRADIENTS = {
    "lstm_cell_backward": {
        "dxt": "the lower n_x rows of the gradient of s, to which all four W contribute",
        "da_prev": "the upper n_a rows of the gradient of s, to which all four W contribute",
        "dc_prev": "what reaches c_next in both ways, times what c_prev was multiplied with",
        **{f"dW{gate}": THE_PRODUCT for gate in "fico"},
        **{f"db{gate}": THE_SUM for gate in "fico"},
    },
    "lstm_backward": {
        "dx": "dx[:, :, t] is the dxt of step t",
        "da0": "it is the da_prev that the first step sends back",
        "dc0": "it is the dc_prev that the first step sends back",
        **{f"d{kind}{gate}": "add up those of all steps" for kind in "Wb" for gate in "fico"},
    },
    "gru_cell_backward": {
        "dxt": "xt goes into both gates and into the candidate: three terms",
        "da_prev": "a_prev goes into both gates, into qt, and straight into a_next: four terms",
        **{f"dW{name}": THE_PRODUCT for name in ("r", "z", "nx", "na")},
        **{f"db{name}": THE_SUM for name in ("r", "z", "nx", "na")},
    },
}


def gradients_of(name, arguments, *outside):
    """Your forward pass and then your backward pass."""
    cache = yours(BACKWARD[name])(*arguments)[-1]
    gradients = yours(name)(*(array.copy() for array in outside), cache)
    expect_keys(f"what {name} returns", gradients, GRADIENTS[name])
    return gradients


def drawn_for(name, **sizes):
    """Arguments of a forward pass, and the gradients that come from outside, for its backward."""
    make, _ = INPUTS[BACKWARD[name]]
    arguments = make(**sizes)
    n_a, m = arguments[1].shape
    shape = (n_a, m, arguments[0].shape[2]) if name == "lstm_backward" else (n_a, m)
    return arguments, [np.random.randn(*shape) for _ in FROM_OUTSIDE[name]]


def expect_numbers(gradients, todo, reference):
    """Compare single numbers: reference says which, such as {"dWf[3, 1]": 0.25}."""
    for what, number in reference.items():
        name, _, place = what.partition("[")
        array = np.asarray(gradients[name])
        for index in place.rstrip("]").split(","):
            array = array[int(index)]
        expect(what, array, number, todo.get(name, "compare your code with the stub"))


# --- what is the same of every function -------------------------------------------------------


@pytest.mark.parametrize(
    "file",
    [pytest.param(file, marks=pytest.mark.torch if "torch" in file else ()) for file in FILES],
)
def test_submission(file):
    """Each file is here, imports nothing but what is allowed, and defines what is asked for."""
    check_submission(file, FILES)


def leaves_its_arguments(name):
    """Neither arguments nor what a cache holds are changed."""
    if name in INPUTS:
        make, names = INPUTS[name]
        given = dict(zip(names, make(), strict=True))
    else:
        arguments, outside = drawn_for(name)
        given = dict(zip(FROM_OUTSIDE[name], outside, strict=True))
        given["the cache"] = yours(BACKWARD[name])(*arguments)[-1]
    expect_untouched(name, yours(name), given)


def agrees_with_differences(name, quantity, sizes):
    """Move each number a little, and see the loss move as the gradient says."""
    arguments, outside = drawn_for(name, **sizes)
    gradients = gradients_of(name, arguments, *outside)
    forward = yours(BACKWARD[name])

    def loss():
        return sum(np.sum(a * da) for a, da in zip(forward(*arguments), outside, strict=False))

    *inputs, parameters = arguments
    named = dict(zip(INPUTS[BACKWARD[name]][1], inputs, strict=False))
    array = {**named, **parameters}[quantity.removeprefix("d")]
    todo = GRADIENTS[name][quantity]
    expect(quantity, gradients[quantity], numerical_gradient(loss, array), todo, 1e-7, 1e-7)


def keeps_its_shapes(name, sizes):
    """Any size may be 1, and every gradient has the shape of its quantity."""
    arguments, outside = drawn_for(name, **sizes)
    gradients = gradients_of(name, arguments, *outside)
    *inputs, parameters = arguments
    named = dict(zip(INPUTS[BACKWARD[name]][1], inputs, strict=False))
    where = ", ".join(f"{size}={number}" for size, number in sizes.items())
    for quantity, array in {**named, **parameters}.items():
        expect_shape(f"d{quantity} for {where}", gradients[f"d{quantity}"], array.shape)


def expect_cache(what, got, expected):
    """Compare a cache with what it must hold, by name and in order.

    Where a number is expected, it is the one at [1, 2] of a (4, 5) array.
    """
    todo = f"its order is {', '.join(expected)}"
    parts = expect_parts(what, got, expected)
    for (name, part), held in zip(expected.items(), parts, strict=True):
        where = f"{name} in {what}"
        if isinstance(part, dict):
            expect_keys(where, held, part)
            for key, array in part.items():
                expect(f'"{key}" in {what}', held[key], array, "pass parameters on as they are")
        elif isinstance(part, float):
            expect_shape(where, held, (4, 5), todo)
            expect(f"{name}[1, 2] in {what}", held[1][2], part, todo)
        else:
            expect(where, held, part, todo)


# --- lstm_cell.py -----------------------------------------------------------------------------

ON_TOP = "is a_prev on top of xt in s? Then Wf s + bf goes through sigma, and so on: see the stub"


def published_lstm_step():
    """The published example of one step, with the gradients that reach it."""
    draw = random(seed=1)
    inputs = draw(3, 10), draw(5, 10), draw(5, 10)
    parameters = lstm_parameters(draw, 3, 5)
    draw(2, 5), draw(2, 1)  # of an output layer, which is not needed here
    return (*inputs, parameters), (draw(5, 10), draw(5, 10))


def test_lstm_cell_forward_example():
    """One unit without weights: gates of 1/2, 3/4 and 1/4."""
    zero, third = np.zeros((1, 2)), np.array([[np.log(3)]])
    parameters = {f"W{gate}": zero for gate in "fico"}
    parameters |= {"bf": 0 * third, "bi": third, "bo": -third, "bc": np.array([[0.5]])}
    one = np.ones((1, 1))
    a_next, c_next, _ = yours("lstm_cell_forward")(one, one, 2 * one, parameters)
    c = 0.5 * 2 + 0.75 * np.tanh(0.5)
    expect("c_next", c_next, [[c]], "it is ft * c_prev + it * cct: here ft is 1/2, it 3/4")
    expect("a_next", a_next, [[0.25 * np.tanh(c)]], "it is ot * tanh(c_next): here ot is 1/4")


def test_lstm_cell_forward_numbers():
    """Published numbers."""
    a_next, c_next, _ = yours("lstm_cell_forward")(*published_lstm_step()[0])
    expect_shape("c_next", c_next, (5, 10))
    expect_shape("a_next", a_next, (5, 10))
    expect("c_next[2, 0]", c_next[2][0], 0.6326780497534749, ON_TOP)
    expect("a_next[4, 0]", a_next[4][0], -0.664084712747323, "it is ot * tanh(c_next)")


def test_lstm_cell_forward_saturated_gates():
    """Pre-activations of 1000 and -1000: a gate is 1 or 0 then, and nothing is NaN."""
    xt, a_prev, c_prev, parameters = lstm_step()
    signs = np.array([[1000.0], [-1000.0], [1000.0], [-1000.0]])
    parameters |= {"bf": signs, "bi": -signs, "bo": np.full((4, 1), 1000.0)}
    a_next, c_next, cache = yours("lstm_cell_forward")(xt, a_prev, c_prev, parameters)
    todo = "exp overflows: write sigma so that infinity is only ever divided by"
    expect("c_next", c_next[::2], c_prev[::2], f"ft is 1 and it is 0 in these rows; {todo}")
    expect("ft", cache[4], np.broadcast_to(signs > 0, (4, 5)).astype(float), todo)
    expect("a_next", a_next[::2], np.tanh(c_prev[::2]), f"ot is 1 here; {todo}")


@pytest.mark.parametrize("sizes", [(3, 4, 1), (1, 4, 5), (3, 1, 5), (1, 1, 1)])
def test_lstm_cell_forward_shapes(sizes):
    """Any size may be 1."""
    a_next, c_next, _ = yours("lstm_cell_forward")(*lstm_step(*sizes))
    n_x, n_a, m = sizes
    expect_shape(f"a_next for n_x={n_x}, n_a={n_a}, m={m}", a_next, (n_a, m))
    expect_shape(f"c_next for n_x={n_x}, n_a={n_a}, m={m}", c_next, (n_a, m))


def test_lstm_cell_forward_cache():
    """The cache holds ten things, in the order of the stub."""
    xt, a_prev, c_prev, parameters = lstm_step()
    a_next, c_next, cache = yours("lstm_cell_forward")(xt, a_prev, c_prev, parameters)
    states = {"a_next": a_next, "c_next": c_next, "a_prev": a_prev, "c_prev": c_prev}
    gates = {"ft": 0.5243353482382733, "it": 0.89149625448702}  # each at [1, 2]
    gates |= {"cct": 0.6989889991045238, "ot": 0.6169992375520732}
    expect_cache("the cache", cache, {**states, **gates, "xt": xt, "parameters": parameters})


def test_lstm_cell_forward_leaves_its_arguments():
    """xt, a_prev, c_prev and parameters are not changed."""
    leaves_its_arguments("lstm_cell_forward")


def test_lstm_cell_forward_twice():
    """What a first call returned is not changed by a second one."""
    xt, a_prev, c_prev, parameters = lstm_step()
    second = -xt, -a_prev, -c_prev, parameters
    expect_kept("lstm_cell_forward", yours("lstm_cell_forward"), lstm_step(), second)


def test_lstm_cell_backward_example():
    """One unit, one input, one example, with a cache that can be checked by hand."""
    one = np.ones((1, 1))
    parameters = {f"W{gate}": np.array([[2.0, 3.0]]) for gate in "fico"}
    parameters |= {f"b{gate}": 0 * one for gate in "fico"}
    # a_next and c_next are 0, a_prev is 4, c_prev -1; ft, it and cct are 1/2, ot is 1/4, xt 2
    states, half = (0 * one, 0 * one, 4 * one, -one), one / 2
    cache = (*states, half, half, half, one / 4, 2 * one, parameters)
    gradients = yours("lstm_cell_backward")(4 * one, 3 * one, cache)
    expect_keys("what lstm_cell_backward returns", gradients, GRADIENTS["lstm_cell_backward"])
    todo = "here 4 reaches c_next: dc_next = 3, and da_next * ot * (1 - tanh(0)^2) = 1"
    expect("dc_prev", gradients["dc_prev"], [[2.0]], todo)
    expect("dbf", gradients["dbf"], [[-1.0]], "here it is 4 * c_prev * ft * (1 - ft)")
    expect("dbi", gradients["dbi"], [[0.5]], "here it is 4 * cct * it * (1 - it)")
    expect("dbc", gradients["dbc"], [[1.5]], "here it is 4 * it * (1 - cct^2): cct is the tanh")
    expect("dbo", gradients["dbo"], [[0.0]], "here tanh(c_next) is 0, and the gradient of ot too")
    expect("dWf", gradients["dWf"], [[-4.0, -2.0]], "here s is [4; 2], a_prev on top of xt")
    expect("da_prev", gradients["da_prev"], [[2.0]], "here it is 2 * (-1 + 0.5 + 1.5 + 0)")
    expect("dxt", gradients["dxt"], [[3.0]], "here it is 3 * (-1 + 0.5 + 1.5 + 0)")


def test_lstm_cell_backward_numbers():
    """Published numbers."""
    arguments, outside = published_lstm_step()
    gradients = gradients_of("lstm_cell_backward", arguments, *outside)
    todo = GRADIENTS["lstm_cell_backward"]
    shapes = {"dxt": (3, 10), "da_prev": (5, 10), "dc_prev": (5, 10), "dWf": (5, 8), "dbf": (5, 1)}
    for name, shape in shapes.items():
        expect_shape(name, gradients[name], shape, todo[name])
    reference = {
        "dc_prev[2, 3]": 0.7975220387970015,
        "dWf[3, 1]": -0.1479548381644968,
        "dWi[1, 2]": 1.0574980552259903,
        "dWc[3, 1]": 2.304562163687667,
        "dWo[1, 2]": 0.33131159528921084,
        "dbf[4, 0]": 0.18864637240353482,
        "da_prev[2, 3]": -0.06396214197109236,
        "dxt[1, 2]": 3.230559115109188,
    }
    expect_numbers(gradients, todo, reference)


@pytest.mark.parametrize("quantity", GRADIENTS["lstm_cell_backward"])
def test_lstm_cell_backward_finite_differences(quantity):
    """The loss is the sum of da_next * a_next and of dc_next * c_next."""
    agrees_with_differences("lstm_cell_backward", quantity, {"n_x": 2, "n_a": 3, "m": 4})


@pytest.mark.parametrize("sizes", [{"m": 1}, {"n_x": 1}, {"n_a": 1}], ids=str)
def test_lstm_cell_backward_shapes(sizes):
    """Any size may be 1."""
    keeps_its_shapes("lstm_cell_backward", sizes)


def test_lstm_cell_backward_leaves_its_arguments():
    """da_next, dc_next and what the cache holds are not changed."""
    leaves_its_arguments("lstm_cell_backward")


# --- lstm_sequence.py -------------------------------------------------------------------------

BOTH_STATES = "a_t and c_t both go on to step t + 1: does each step start from the one before it?"


def published_lstm_run():
    """The published example of four steps from c0 = 0, with the gradient that reaches each."""
    draw = random(seed=1)
    x, a0 = draw(3, 10, 4), draw(5, 10)
    parameters = lstm_parameters(draw, 3, 5)
    return (x, a0, np.zeros((5, 10)), parameters), draw(5, 10, 4)


def test_lstm_forward_steps():
    """Each step starts from the two states of the step before it."""
    x, a0, c0, parameters = lstm_run()
    a, c, _ = yours("lstm_forward")(x, a0, c0, parameters)
    expect_shape("a", a, (3, 4, 5))
    expect_shape("c", c, (3, 4, 5))
    cell, before = yours("lstm_cell_forward"), (a0, c0)
    for t in range(5):
        before = cell(x[:, :, t], *before, parameters)[:2]
        expect(f"a[:, :, {t}]", np.asarray(a)[:, :, t], before[0], BOTH_STATES)
        expect(f"c[:, :, {t}]", np.asarray(c)[:, :, t], before[1], BOTH_STATES)


def test_lstm_forward_numbers():
    """Reference numbers."""
    a, c, _ = yours("lstm_forward")(*published_lstm_run()[0])
    of_a = [0.05090880550595832, -0.04980388022001759, -0.004687286349794356, -0.047164755398779346]
    of_c = [-0.9646088796292159, -0.2755988225413102, -0.42264178008429626, 0.19764689001977487]
    expect("a[4, 1]", a[4][1], of_a, BOTH_STATES)
    expect("c[2, 3]", c[2][3], of_c, BOTH_STATES)


def test_lstm_forward_caches():
    """caches is (the cell's caches in time order, x), and each cache is that of its own step."""
    x, a0, c0, parameters = lstm_run()
    a, c, caches = yours("lstm_forward")(x, a0, c0, parameters)
    cells, kept = expect_parts("caches", caches, ("cell_caches", "x"))
    expect("the second part of caches, x,", kept, x, "pass x on as it is")
    if not isinstance(cells, list) or len(cells) != 5:
        todo = "start with an empty list, and append each cache as the cell returns it"
        fail("The first part of caches is no list of 5 caches, one per step.", todo)
    before = a0, c0
    for t, cache in enumerate(cells):
        of_cell = yours("lstm_cell_forward")(x[:, :, t], *before, parameters)[2]
        if not same(cache, of_cell):
            todo = "append the cache that the cell returned for this very step"
            fail(f"The cache of step {t} is not what your cell returns for it.", todo)
        before = a[:, :, t], c[:, :, t]


def test_lstm_forward_leaves_its_arguments():
    """x, a0, c0 and parameters are not changed."""
    leaves_its_arguments("lstm_forward")


TWO_CARRIED = "da_prev and dc_prev of step t + 1 both go to step t: is each handed on?"


def test_lstm_backward_numbers():
    """Published numbers."""
    arguments, da = published_lstm_run()
    gradients = gradients_of("lstm_backward", arguments, da)
    expect_shape("dx", gradients["dx"], (3, 10, 4))
    dx = [-0.06807807979323721, 0.05011901110030986, -0.14443646505257474, -0.347279614383335]
    expect("dx[1, 2]", gradients["dx"][1][2], dx, TWO_CARRIED)
    reference = {
        "da0[2, 3]": -0.29459743984615694,
        "dc0[2, 3]": 0.0176083892059827,
        "dWf[3, 1]": 0.03508425706594447,
        "dbo[4, 0]": -0.5462981883377688,
    }
    expect_numbers(gradients, GRADIENTS["lstm_backward"], reference)


def test_lstm_backward_numbers_of_seven_steps():
    """The numbers published of this example carry nothing from step to step: these are right."""
    draw = random(seed=1)
    x, a0 = draw(3, 10, 7), draw(5, 10)
    parameters = lstm_parameters(draw, 3, 5)
    arguments = x[:, :, :4], a0, np.zeros((5, 10)), parameters
    gradients = gradients_of("lstm_backward", arguments, draw(5, 10, 4))
    published = [-0.00173313, 0.08287442, -0.30545663, -0.43281115]
    if np.allclose(gradients["dx"][1][2], published, rtol=0, atol=1e-7):
        todo = f"the published numbers are wrong: {TWO_CARRIED}"
        fail("dx[1, 2] is what was published, where nothing is carried.", todo)
    dx = [0.00218253903345169, 0.2820537483289894, -0.4829250819230645, -0.43281115395362313]
    expect("dx[1, 2]", gradients["dx"][1][2], dx, TWO_CARRIED)
    expect("da0[2, 3]", gradients["da0"][2][3], 0.3127703102572602, TWO_CARRIED)


def test_lstm_backward_carries_two_gradients_back():
    """With an output gate that is shut until the last step, only c can carry the gradient."""
    x, a0, c0, parameters = lstm_run(n_x=1, n_a=1, m=1)
    x[...] = -100.0
    x[:, :, -1] = 100.0
    parameters = {name: np.zeros_like(array) for name, array in parameters.items()}
    parameters["Wo"] = np.array([[0.0, 1.0]])  # open at the last step alone
    parameters["bf"] += 1.0
    da = np.zeros((1, 1, 5))
    da[:, :, -1] = 1
    gradients = gradients_of("lstm_backward", (x, a0, c0, parameters), da)
    keep = 1 / (1 + np.exp(-1.0))
    slope = 1 - np.tanh(c0 * keep**5) ** 2
    todo = "c goes on to the next step past the output gate, and its gradient comes back that way"
    expect("dc0", gradients["dc0"], slope * keep**5, todo)


@pytest.mark.parametrize("quantity", GRADIENTS["lstm_backward"])
def test_lstm_backward_finite_differences(quantity):
    """The loss is the sum of da * a."""
    agrees_with_differences("lstm_backward", quantity, {"n_x": 2, "n_a": 3, "m": 2, "T_x": 4})


@pytest.mark.parametrize("sizes", [{"T_x": 1}, {"m": 1}, {"n_x": 1}, {"n_a": 1}], ids=str)
def test_lstm_backward_shapes(sizes):
    """Any size may be 1, the number of steps too."""
    keeps_its_shapes("lstm_backward", sizes)


def test_lstm_backward_leaves_its_arguments():
    """da and what the caches hold are not changed."""
    leaves_its_arguments("lstm_backward")


# --- gru_cell.py ------------------------------------------------------------------------------


def published_gru_step():
    """An example of one step of the GRU, with the gradient that reaches it."""
    draw = random(seed=1)
    xt, a_prev = draw(3, 10), draw(5, 10)
    parameters = gru_parameters(draw, 3, 5)
    return (xt, a_prev, parameters), draw(5, 10)


def test_gru_cell_forward_example():
    """One unit without weights: the gates let 3/4 of the past into nt, and keep 1/4 of it."""
    zero, third = np.zeros((1, 1)), np.array([[np.log(3)]])
    parameters = {"Wr": np.zeros((1, 2)), "Wz": np.zeros((1, 2)), "Wnx": zero, "Wna": zero}
    parameters |= {"br": third, "bz": -third, "bnx": zero + 0.5, "bna": zero + 2}
    a_next, _ = yours("gru_cell_forward")(zero + 1, zero + 8, parameters)
    todo = "here rt is 3/4, zt 1/4, qt 2, so that nt is tanh(0.5 + 1.5): zt = 1 keeps a_prev"
    expect("a_next", a_next, [[0.75 * np.tanh(2.0) + 0.25 * 8]], todo)


def test_gru_cell_forward_numbers():
    """A reference number."""
    a_next, _ = yours("gru_cell_forward")(*published_gru_step()[0])
    expect_shape("a_next", a_next, (5, 10))
    todo = "it is (1 - zt) * nt + zt * a_prev; a_prev is on top of xt in s"
    expect("a_next[4, 2]", a_next[4][2], -0.3989508381710641, todo)


@pytest.mark.parametrize("sizes", [(3, 4, 1), (1, 4, 5), (3, 1, 5), (1, 1, 1)])
def test_gru_cell_forward_shapes(sizes):
    """Any size may be 1."""
    n_x, n_a, m = sizes
    a_next, _ = yours("gru_cell_forward")(*gru_step(*sizes))
    expect_shape(f"a_next for n_x={n_x}, n_a={n_a}, m={m}", a_next, (n_a, m))


def test_gru_cell_forward_cache():
    """The cache holds eight things, in the order of the stub."""
    xt, a_prev, parameters = gru_step()
    a_next, cache = yours("gru_cell_forward")(xt, a_prev, parameters)
    gates = {"rt": 0.4936225123662087, "zt": 0.44927134838581684}  # each at [1, 2]
    gates |= {"nt": 0.7678427510707995, "qt": 0.15100518620325362}
    expected = {"a_next": a_next, "a_prev": a_prev, **gates, "xt": xt, "parameters": parameters}
    expect_cache("the cache", cache, expected)


def test_gru_cell_forward_leaves_its_arguments():
    """xt, a_prev and parameters are not changed."""
    leaves_its_arguments("gru_cell_forward")


def test_gru_cell_backward_numbers():
    """Reference numbers."""
    arguments, da_next = published_gru_step()
    gradients = gradients_of("gru_cell_backward", arguments, da_next)
    todo = GRADIENTS["gru_cell_backward"]
    shapes = {"dxt": (3, 10), "da_prev": (5, 10), "dWr": (5, 8), "dWnx": (5, 3), "dWna": (5, 5)}
    for name, shape in {**shapes, "dbr": (5, 1), "dbnx": (5, 1), "dbna": (5, 1)}.items():
        expect_shape(name, gradients[name], shape, todo[name])
    reference = {
        "dbnx[4, 0]": 0.6856908386829053,
        "dbna[4, 0]": -0.006421386906695525,
        "dWna[1, 2]": 0.07472167723374465,
        "dWr[3, 1]": -0.025305801908355612,
        "da_prev[2, 3]": -0.9567990673855197,
        "dxt[1, 2]": 1.6088324998723067,
    }
    expect_numbers(gradients, todo, reference)


@pytest.mark.parametrize("quantity", GRADIENTS["gru_cell_backward"])
def test_gru_cell_backward_finite_differences(quantity):
    """The loss is the sum of da_next * a_next."""
    agrees_with_differences("gru_cell_backward", quantity, {"n_x": 2, "n_a": 3, "m": 4})


@pytest.mark.parametrize("sizes", [{"m": 1}, {"n_x": 1}, {"n_a": 1}], ids=str)
def test_gru_cell_backward_shapes(sizes):
    """Any size may be 1."""
    keeps_its_shapes("gru_cell_backward", sizes)


def test_gru_cell_backward_leaves_its_arguments():
    """da_next and what the cache holds are not changed."""
    leaves_its_arguments("gru_cell_backward")


# --- gates_vs_torch.py ------------------------------------------------------------------------


def modules(n_x=3, n_h=4, m=2, T=5):
    """An LSTM and a GRUCell in float64, and x, h0, c0, dh."""
    import torch

    torch.manual_seed(6)
    draw = random()
    arrays = draw(T, m, n_x), draw(1, m, n_h), draw(1, m, n_h), draw(T, m, n_h)
    return torch.nn.LSTM(n_x, n_h).double(), torch.nn.GRUCell(n_x, n_h).double(), *arrays


def shapes_of_pairs(n_x, n_h, m, T):
    """The shape of each quantity of a comparison."""
    shapes = {"hidden": (T, m, n_h), "c_last": (1, m, n_h), "dx": (T, m, n_x)}
    shapes |= {"dh0": (1, m, n_h), "dc0": (1, m, n_h)}
    shapes |= {"gru_hidden": (m, n_h), "gru_dx": (m, n_x), "gru_dh0": (m, n_h)}
    for prefix, rows in (("", 4 * n_h), ("gru_", 3 * n_h)):
        shapes |= {f"{prefix}dw_ih": (rows, n_x), f"{prefix}dw_hh": (rows, n_h)}
        shapes |= {f"{prefix}db_ih": (rows,), f"{prefix}db_hh": (rows,)}
    return shapes


def expect_pairs(pairs, sizes):
    """Say so if a pair is missing, has a wrong shape, or its halves differ."""
    shapes = shapes_of_pairs(*sizes)
    expect_keys("what compare_gates_with_torch returns", pairs, shapes)
    for name, shape in shapes.items():
        if not isinstance(pairs[name], tuple) or len(pairs[name]) != 2:
            fail(f"{name} is not a pair.", "return (NumPy array, NumPy array) for each")
        by_numpy, by_torch = pairs[name]
        expect_shape(f"{name} by your functions", by_numpy, shape)
        expect_shape(f"{name} by PyTorch", by_torch, shape)
        todo = "mind the order of the gates' rows, and of a_prev and xt in the columns"
        expect(f"{name} by your functions, beside that by PyTorch,", by_numpy, by_torch, todo)


@pytest.mark.torch
def test_compare_gates_with_torch_loss():
    """PyTorch's half is that of the loss sum(dh * hidden): the last number of each is known."""
    pairs = yours("compare_gates_with_torch")(*modules())
    last = {
        "hidden": -0.05368276511469561,
        "c_last": -0.09128045158134024,
        "dx": 0.2083613770021768,
        "dh0": -0.12528303081951195,
        "dc0": -0.07011374282351146,
        "dw_ih": 0.0341738457606951,
        "dw_hh": 0.04895345930793994,
        "db_ih": 0.13860299251969996,
        "db_hh": 0.13860299251969999,
        "gru_hidden": 0.08574940027943423,
        "gru_dx": -0.0767350530199629,
        "gru_dh0": 0.25556625348300055,
        "gru_dw_ih": 0.17423106142113653,
        "gru_dw_hh": -0.17924795946761726,
        "gru_db_ih": -0.0639036091579302,
        "gru_db_hh": -0.08992235918088416,
    }
    expect_keys("what compare_gates_with_torch returns", pairs, last)
    todo = "the gradient of hidden is dh at every step: look up grad_outputs of torch.autograd.grad"
    given = "give PyTorch's modules x, h0 and c0, and the GRU x[0] and h0[0]"
    for name, number in last.items():
        half = np.asarray(pairs[name][1])
        of_state = name in ("hidden", "c_last", "gru_hidden")
        what = f"the last number of {name} by PyTorch"
        expect(what, half.ravel()[-1], number, given if of_state else todo)


@pytest.mark.torch
@pytest.mark.parametrize("sizes", [(3, 4, 2, 5), (3, 4, 1, 1), (1, 1, 2, 3)])
def test_compare_gates_with_torch_halves(sizes):
    """Every quantity is there twice, and the halves agree."""
    expect_pairs(yours("compare_gates_with_torch")(*modules(*sizes)), sizes)


@pytest.mark.torch
def test_compare_gates_with_torch_twice():
    """Gradients that the modules hold already change nothing, and the weights stay."""
    import torch

    lstm, gru, *arrays = modules()
    weights = [weight for module in (lstm, gru) for weight in module.parameters()]
    before = [weight.detach().clone() for weight in weights]
    for weight in weights:
        weight.grad = torch.ones_like(weight)
    for _ in range(2):
        expect_pairs(yours("compare_gates_with_torch")(lstm, gru, *arrays), (3, 4, 2, 5))
    if not all(torch.equal(one, other) for one, other in zip(weights, before, strict=True)):
        fail("The weights of the modules have changed.", "copy them before you change them")


# --- examples: what a wrong answer to one of them is known to come from is told ----------------


def example(name):
    """What one of your functions makes of drawn inputs; a backward pass starts from a forward."""
    if name in INPUTS:
        return yours(name)(*INPUTS[name][0]())
    arguments, outside = drawn_for(name)
    return yours(name)(*outside, yours(BACKWARD[name])(*arguments)[-1])


EXAMPLES = {
    "lstm_cell_forward": lambda: example("lstm_cell_forward"),
    "lstm_cell_backward": lambda: example("lstm_cell_backward"),
    "lstm_forward": lambda: example("lstm_forward"),
    "lstm_backward": lambda: example("lstm_backward"),
    "gru_cell_forward": lambda: example("gru_cell_forward"),
    "gru_cell_backward": lambda: example("gru_cell_backward"),
}
