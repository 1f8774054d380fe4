"""Public tests of the homework: run `pytest` or `python check.py` in this folder.

They need NumPy and pytest, nothing else.  At first every function's tests fail with the
NotImplementedError of its stub.  Run those of one function with, for example,
`pytest -k residual_backward`.

The numbers below were computed from fixed seeds.  The grader uses other numbers and other
sizes, and asks for the same things.  What the tests check with stands in checks/: use
`numerical_gradient` for any gradient you are in doubt about.
"""

import copy
import gc
import tracemalloc

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
    "gradient_flow.py": ["backpropagate_error", "growth_factors"],
    "residual_rnn.py": ["residual_forward", "residual_backward"],
    "stabilize.py": ["clip_by_value", "clip_by_global_norm", "weight_decay"],
    "rtrl.py": ["rtrl_gradients"],
}


def yours(name):
    """Import one of your functions; what stops the import is told."""
    return load(name, FILES)


def plain_rnn(x, a0, parameters, push=None):
    """Hidden states of a plain tanh network; `push` is added to the pre-activations."""
    a = np.zeros((a0.shape[0], *x.shape[1:]))
    previous = a0
    for t in range(x.shape[2]):
        z = parameters["Wax"] @ x[:, :, t] + parameters["Waa"] @ previous + parameters["ba"]
        previous = a[:, :, t] = np.tanh(z if push is None else z + push[:, :, t])
    return a


def draw_sequence(n_x=3, n_a=5, m=4, T_x=6):
    """A sequence x, a start state, the gradient from outside, and parameters, from seed 6."""
    np.random.seed(6)
    x, start = np.random.randn(n_x, m, T_x), np.random.randn(n_a, m)
    parameters = {
        "Wax": np.random.randn(n_a, n_x),
        "Waa": np.random.randn(n_a, n_a),
        "ba": np.random.randn(n_a, 1),
    }
    return x, start, np.random.randn(n_a, m, T_x), parameters


# --- the files --------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES)
def test_submission(file):
    """Each file is here, imports nothing but what is allowed, and defines what is asked for."""
    check_submission(file, FILES)


# --- gradient_flow.py: backpropagate_error ----------------------------------------------------

LAST_STEP = "the last one is da_T * (1 - a^2), with the a of the last step"
ONE_STEP_BACK = "each one is (1 - a^2) of its own step, times Waa^T and the delta of the step after"
SMALL_COUNTS = "small numbers count as well: round nothing, and set nothing to 0"


def draw_states(n_a=5, m=4, T_x=20):
    """Recurrent weights that are small, hidden states, and a gradient at the end."""
    np.random.seed(6)
    a = np.tanh(np.random.randn(n_a, m, T_x))
    return 0.2 * np.random.randn(n_a, n_a), a, np.random.randn(n_a, m)


def test_backpropagate_error_example():
    """Two units, one example, two steps: small enough to check by hand."""
    Waa = np.array([[0.5, -1.0], [2.0, 0.25]])
    a = np.array([[[0.0, -0.5]], [[0.5, 0.5]]])
    delta = yours("backpropagate_error")(Waa, a, np.array([[1.0], [2.0]]))
    expect_shape("delta", delta, (2, 1, 2))
    delta = np.asarray(delta)
    expect("delta of the last step", delta[:, :, 1], [[0.75], [1.5]], LAST_STEP)
    expect("delta of the first step", delta[:, :, 0], [[3.375], [-0.28125]], ONE_STEP_BACK)


def test_backpropagate_error_finite_differences():
    """Move each pre-activation a little, and see the last step's loss move as delta says."""
    x, a0, da, parameters = draw_sequence(2, 3, 2, 4)
    da_T = da[:, :, -1]
    push = np.zeros((3, 2, 4))

    def loss():
        return np.sum(da_T * plain_rnn(x, a0, parameters, push)[:, :, -1])

    expected = numerical_gradient(loss, push)
    a = plain_rnn(x, a0, parameters)
    delta = yours("backpropagate_error")(parameters["Waa"], a, da_T)
    expect("delta", delta, expected, "it is the gradient at z_k, not at a_k", 1e-7, 1e-8)


def test_backpropagate_error_numbers():
    """Reference numbers, down to the smallest: each step is compared by its own size."""
    delta = yours("backpropagate_error")(*draw_states())
    expect_shape("delta", delta, (5, 4, 20))
    delta = np.asarray(delta)
    reference = {
        19: -8.63308030748362e-04,
        18: 0.33764860548196102,
        10: 1.2653073265702644e-06,
        0: -2.2344326277603258e-11,
    }
    for k, number in reference.items():
        todo = SMALL_COUNTS if k < 18 else LAST_STEP if k == 19 else ONE_STEP_BACK
        expect(f"delta[2, 1, {k}]", delta[2, 1, k], number, todo, atol=0)


@pytest.mark.parametrize("scale", [1e-9, 1e9], ids=["tiny", "huge"])
def test_backpropagate_error_at_any_size(scale):
    """The error of a loss that is a thousand million times smaller, or larger, is just so."""
    Waa, a, da_T = draw_states(T_x=6)
    delta = np.asarray(yours("backpropagate_error")(Waa, a, da_T))
    scaled = yours("backpropagate_error")(Waa, a, scale * da_T)
    todo = "delta is proportional to da_T at any size: no threshold, no clipping, no 1e-8"
    expect_shape("delta", scaled, (5, 4, 6))
    for k in range(6):
        what = f"delta of step {k}, where da_T is multiplied by {scale:g},"
        expect(what, np.asarray(scaled)[:, :, k] / scale, delta[:, :, k], todo, 1e-9, 0)


@pytest.mark.parametrize("sizes", [(4, 3, 1), (1, 1, 1), (1, 3, 2), (4, 1, 3)])
def test_backpropagate_error_shapes(sizes):
    """Any size may be 1; with one step there is only da_T * (1 - a^2)."""
    Waa, a, da_T = draw_states(*sizes)
    delta = yours("backpropagate_error")(Waa, a, da_T)
    expect_shape("delta for n_a={}, m={}, T_x={}".format(*sizes), delta, sizes)
    last = np.asarray(delta)[:, :, -1]
    expect("delta of the last step", last, da_T * (1 - a[:, :, -1] ** 2), LAST_STEP)


def test_backpropagate_error_leaves_its_arguments():
    """Waa, a and da_T are not changed."""
    arguments = dict(zip(["Waa", "a", "da_T"], draw_states(), strict=True))
    expect_untouched("backpropagate_error", yours("backpropagate_error"), arguments)


def test_backpropagate_error_twice():
    """What a first call returned is not changed by a second one."""
    Waa, a, da_T = draw_states()
    second = Waa, -a, 2 * da_T
    expect_kept("backpropagate_error", yours("backpropagate_error"), (Waa, a, da_T), second)


# --- gradient_flow.py: growth_factors ---------------------------------------------------------

RATIO = "entry k is the norm of delta[:, :, k] over that of delta[:, :, k + 1], k rising"


def test_growth_factors_example():
    """Norms 5, 10, 2 in time order."""
    delta = np.zeros((2, 2, 3))
    delta[:, 0, 0] = 3, 4
    delta[1, :, 1] = 6, 8
    delta[0, 1, 2] = -2
    expect("gamma", yours("growth_factors")(delta), [0.5, 5.0], RATIO)


def test_growth_factors_numbers():
    """Reference numbers at sizes that all differ."""
    np.random.seed(6)
    gamma = yours("growth_factors")(np.random.randn(3, 2, 4))
    reference = [1.2005756338933677, 0.7803710240531011, 1.5530140308565408]
    expect("gamma", gamma, reference, "the norm is the root of the sum of all squares of a step")


def test_growth_factors_zero():
    """Where the later norm is 0 the factor is 0."""
    gamma = yours("growth_factors")(np.array([[[2.0, 0.0, 0.0, 3.0]]]))
    expect("gamma", gamma, [0.0, 0.0, 0.0], "do not divide by a norm of 0: the factor is 0 there")


@pytest.mark.parametrize("size", [1e-60, 1e60], ids=["tiny", "huge"])
def test_growth_factors_at_any_size(size):
    """The factor of two tiny steps is as good as that of two large ones: only 0 itself is 0."""
    gamma = yours("growth_factors")(np.array([[[3 * size, 6 * size, 2 * size]]]))
    todo = "compare with 0 exactly, and add nothing to the norms"
    expect(f"gamma where delta is about {size:g}", gamma, [0.5, 3.0], todo)


def test_growth_factors_of_one_step():
    """One step has no step back: the answer is an empty array of shape (0,)."""
    gamma = yours("growth_factors")(np.ones((3, 2, 1)))
    expect_shape("gamma of a single step", gamma, (0,), "a single step has no step back")


def test_growth_factors_leave_their_argument():
    """delta is not changed."""
    delta = np.array([[[2.0, 0.0, 1.0]]])
    expect_untouched("growth_factors", yours("growth_factors"), {"delta": delta})


def test_growth_factors_twice():
    """What a first call returned is not changed by a second one."""
    first, second = np.array([[[2.0, 1.0, 4.0]]]), np.array([[[1.0, 3.0, 1.0]]])
    expect_kept("growth_factors", yours("growth_factors"), (first,), (second,))


# --- residual_rnn.py: residual_forward --------------------------------------------------------

ADDS = "h_t is h_{t-1} + tanh(...): the first is h0 + tanh(...)"


def states(*arguments):
    """Your states of a sequence."""
    answer = yours("residual_forward")(*arguments)
    return expect_parts("what residual_forward returns", answer, ["h", "caches"])[0]


def test_residual_forward_example():
    """With Wax = Waa = 0 the state climbs by tanh(ba) at every step."""
    parameters = {"Wax": np.zeros((1, 1)), "Waa": np.zeros((1, 1)), "ba": np.array([[0.5]])}
    h = states(np.ones((1, 1, 3)), np.array([[1.0]]), parameters)
    expect("h", h, 1 + np.tanh(0.5) * np.array([[[1, 2, 3]]]), ADDS)


def test_residual_forward_numbers():
    """Reference numbers at sizes that all differ."""
    x, h0, _, parameters = draw_sequence()
    h = states(x, h0, parameters)
    expect_shape("h", h, (5, 4, 6))
    reference = [
        -1.735751952666993,
        -0.776832842548893,
        -1.7765399387516756,
        -2.506386569338691,
        -3.506362270804452,
        -4.130088285040355,
    ]
    todo = "inside tanh are Wax x_t, Waa h_{t-1} and ba, and h_{t-1} is the state before the step"
    expect("h[4, 1]", h[4][1], reference, todo)


@pytest.mark.parametrize("sizes", [(3, 5, 4, 1), (1, 5, 4, 2), (3, 1, 4, 2), (3, 5, 1, 2)])
def test_residual_forward_shapes(sizes):
    """Any size may be 1."""
    n_x, n_a, m, T_x = sizes
    x, h0, _, parameters = draw_sequence(*sizes)
    what = f"h for n_x={n_x}, n_a={n_a}, m={m}, T_x={T_x}"
    expect_shape(what, states(x, h0, parameters), (n_a, m, T_x))


def test_residual_forward_leaves_its_arguments():
    """x, h0 and parameters are not changed: h_prev += ... would write into h0."""
    x, h0, _, parameters = draw_sequence()
    arguments = {"x": x, "h0": h0, "parameters": parameters}
    expect_untouched("residual_forward", yours("residual_forward"), arguments)


def test_residual_forward_twice():
    """What a first call returned is not changed by a second one."""
    x, h0, _, parameters = draw_sequence()
    expect_kept("residual_forward", states, (x, h0, parameters), (-x, -h0, parameters))


# --- residual_rnn.py: residual_backward -------------------------------------------------------

GRADIENTS = {
    "dx": "dx_t is Wax^T dz_t, kept at its own step",
    "dh0": "what goes back is dh_t itself plus Waa^T dz_t, and dh0 is what the first step sends",
    "dWax": "it is the sum of dz_t x_t^T over all steps",
    "dWaa": "it is the sum of dz_t h_{t-1}^T over all steps; h0 belongs to the first",
    "dba": "it is the sum of dz_t over all steps and examples, as a column",
}


def residual_gradients(x, h0, dh, parameters):
    """Your forward and then your backward."""
    answer = yours("residual_forward")(x, h0, parameters)
    _, caches = expect_parts("what residual_forward returns", answer, ["h", "caches"])
    gradients = yours("residual_backward")(dh, caches)
    expect_keys("what residual_backward returns", gradients, GRADIENTS)
    return gradients


def test_residual_backward_example():
    """One unit, two steps, no weights: what reaches the first step comes from both."""
    one = np.ones((1, 1))
    parameters = {"Wax": 2 * one, "Waa": 0 * one, "ba": -2 * one}
    x, dh = np.array([[[1.0, 1.0]]]), np.array([[[3.0, 4.0]]])
    gradients = residual_gradients(x, one, dh, parameters)
    expect("dh0", gradients["dh0"], [[7.0]], GRADIENTS["dh0"])
    todo = "here dz is 7 at the first step and 4 at the second: (dh + what came back) * (1 - g^2)"
    expect("dba", gradients["dba"], [[11.0]], todo)
    expect("dx", gradients["dx"], [[[14.0, 8.0]]], GRADIENTS["dx"])


def test_residual_backward_numbers():
    """Reference numbers at sizes that all differ."""
    gradients = residual_gradients(*draw_sequence())
    shapes = {"dx": (3, 4, 6), "dh0": (5, 4), "dWax": (5, 3), "dWaa": (5, 5), "dba": (5, 1)}
    for name, shape in shapes.items():
        expect_shape(name, gradients[name], shape, GRADIENTS[name])
    dx = [
        1.3857438622850222,
        0.6109120967122973,
        0.696915697620533,
        0.04024432822284048,
        0.03082322709574154,
        0.3248912509539708,
    ]
    expect("dx[1, 2]", gradients["dx"][1][2], dx, GRADIENTS["dx"])
    expect("dh0[2, 3]", gradients["dh0"][2][3], 4.040784306654713, GRADIENTS["dh0"])
    expect("dWax[3, 1]", gradients["dWax"][3][1], 15.744581708053104, GRADIENTS["dWax"])
    expect("dWaa[1, 2]", gradients["dWaa"][1][2], 4.724143109055327, GRADIENTS["dWaa"])
    expect("dba[4]", gradients["dba"][4], [3.2528708771593013], GRADIENTS["dba"])


@pytest.mark.parametrize("name", GRADIENTS)
def test_residual_backward_finite_differences(name):
    """Move each number a little, and see sum(dh * h) move as the gradient says."""
    x, h0, dh, parameters = draw_sequence(2, 3, 2, 4)
    gradients = residual_gradients(x, h0, dh, parameters)
    array = {"x": x, "h0": h0, **parameters}[name.removeprefix("d")]
    expected = numerical_gradient(lambda: np.sum(dh * states(x, h0, parameters)), array)
    expect(name, gradients[name], expected, GRADIENTS[name], 1e-7, 1e-7)


def test_residual_backward_of_one_step():
    """With m = T_x = 1 every gradient keeps all its axes."""
    gradients = residual_gradients(*draw_sequence(3, 5, 1, 1))
    shapes = {"dx": (3, 1, 1), "dh0": (5, 1), "dWax": (5, 3), "dWaa": (5, 5), "dba": (5, 1)}
    for name, shape in shapes.items():
        expect_shape(f"{name} of one step", gradients[name], shape)


def test_residual_backward_twice():
    """Two forwards first, then each backward, the first of them twice."""
    one, other = draw_sequence(), draw_sequence(2, 3, 1, 4)
    expected = copy.deepcopy(residual_gradients(*one))
    forward, backward = yours("residual_forward"), yours("residual_backward")
    kept = [forward(x, h0, parameters)[1] for x, h0, _, parameters in (one, other)]
    backward(other[2], kept[1])
    first = backward(one[2], kept[0])
    before = copy.deepcopy(first)
    again = backward(one[2], kept[0])
    todo = "keep what you need in caches, not outside the function, and do not use it up"
    for name in GRADIENTS:
        expect(f"{name} of a backward after another forward", before[name], expected[name], todo)
        expect(f"{name} of a second backward", again[name], expected[name], todo)
    if not same(first, before):
        fail(
            "A second call of residual_backward changed what the first had returned.",
            "make new arrays in every call",
        )


def test_residual_backward_leaves_its_arguments():
    """dh is not changed, nor, through the caches, x, h0, parameters and h."""
    x, h0, dh, parameters = draw_sequence()
    h, caches = yours("residual_forward")(x, h0, parameters)
    held = {"x": x, "h0": h0, "parameters": parameters, "h": h, "dh": dh}
    before = copy.deepcopy(held)
    yours("residual_backward")(dh, caches)
    for name, value in held.items():
        if not same(value, before[name]):
            fail(f"residual_backward changed {name}.", "make new arrays: a = a + b, and not a += b")


# --- stabilize.py: clipping -------------------------------------------------------------------

NEW_DICT = "make a new dict, also where nothing in it changes"
NEW_ARRAYS = "make new arrays and a new dict: what you are given belongs to somebody else"


def new_dict(function, gradients, other, **named):
    """Call a function of stabilize.py, and see that its dict is a new one with the same keys."""
    second = "parameters" if function == "weight_decay" else "limit"
    given = {"gradients": gradients, second: other}
    answer = expect_untouched(function, yours(function), given, NEW_ARRAYS, named)
    norm = None
    if function == "clip_by_global_norm":
        answer, norm = expect_parts(f"what {function} returns", answer, ["clipped", "norm"])
    what = "clipped" if "clip" in function else "what weight_decay returns"
    expect_keys(what, answer, gradients, exactly=True)
    if answer is gradients:
        fail(f"{function} returned its argument gradients itself.", NEW_DICT)
    return answer if norm is None else (answer, norm)


TO_THE_EDGE = "entries outside come to the edge, with their sign; those inside stay as they are"


def test_clip_by_value_example():
    """Entries outside come to the edge and keep their sign; the others stay."""
    gradients = {"dW": np.array([[-3.0, -0.5], [0.25, 9.0]]), "bias": np.array([0.75])}
    clipped = new_dict("clip_by_value", gradients, 0.5)
    expect('clipped["dW"]', clipped["dW"], [[-0.5, -0.5], [0.25, 0.5]], TO_THE_EDGE)
    expect('clipped["bias"]', clipped["bias"], [0.5], TO_THE_EDGE)


@pytest.mark.parametrize("shape", [(1,), (2, 3), (2, 3, 4)])
def test_clip_by_value_within(shape):
    """Entries within the limit stay, for any name and any number of dimensions."""
    gradients = {"any name": np.full(shape, -0.25)}
    clipped = new_dict("clip_by_value", gradients, 0.25)
    expect('clipped["any name"]', clipped["any name"], gradients["any name"], TO_THE_EDGE)


def test_clip_by_value_twice():
    """What a first call returned is not changed by a second one."""
    first, second = {"dW": np.array([[-3.0, 0.5]])}, {"dW": np.array([[1.0, 9.0]])}
    expect_kept("clip_by_value", yours("clip_by_value"), (first, 2.0), (second, 1.0))


ONE_NORM = "it is one norm over all entries of all arrays together, before clipping"
ONE_FACTOR = "every entry of every array is multiplied by the same max_norm / norm"
ONLY_LONGER = "scale only where norm > max_norm"


def expect_norm(norm, expected):
    """Say so if the norm is not the one number it must be."""
    if np.size(norm) != 1:
        fail(f"norm has shape {np.shape(norm)}; it must be one number.", ONE_NORM)
    expect("norm", np.reshape(norm, ()), expected, ONE_NORM)


def test_clip_by_global_norm_example():
    """3, 4 and 12 together have norm 13; clipped to 6.5 everything is halved."""
    gradients = {"dWax": np.array([[3.0], [4.0]]), "dba": np.array([[-12.0]])}
    clipped, norm = new_dict("clip_by_global_norm", gradients, 6.5)
    expect_norm(norm, 13.0)
    # The second value is what PyTorch gives: it divides by norm + 1e-6.
    for scale in (6.5 / 13, 6.5 / (13 + 1e-6)):
        if all(np.allclose(clipped[name], scale * gradients[name], 1e-9, 0) for name in clipped):
            break
    else:
        expect('clipped["dWax"]', clipped["dWax"], [[1.5], [2.0]], ONE_FACTOR)
        expect('clipped["dba"]', clipped["dba"], [[-6.0]], ONE_FACTOR)


@pytest.mark.parametrize("factor", [0.0, 1.0])
def test_clip_by_global_norm_leaves_short_gradients(factor):
    """A norm below max_norm, 0 included, changes nothing."""
    gradients = {"dx": factor * np.array([[[3.0]], [[4.0]]])}
    clipped, norm = new_dict("clip_by_global_norm", gradients, 100.0)
    expect('clipped["dx"]', clipped["dx"], gradients["dx"], ONLY_LONGER)
    expect_norm(norm, 5 * factor)


@pytest.mark.parametrize("max_norm", [4.0, 6.0], ids=["longer", "shorter"])
def test_clip_by_global_norm_at_the_edge(max_norm):
    """The norm 5 is clipped to 4, and left alone below 6."""
    gradients = {"dW": np.array([[3.0, 0.0]]), "db": np.array([[4.0]])}
    clipped, _ = new_dict("clip_by_global_norm", gradients, max_norm)
    scale = min(1.0, max_norm / 5)
    for name, array in gradients.items():
        expect(f'clipped["{name}"]', clipped[name], scale * array, ONLY_LONGER, 1e-6)


def test_clip_by_global_norm_twice():
    """What a first call returned is not changed by a second one."""
    first, second = {"dW": np.array([[3.0, 4.0]])}, {"dW": np.array([[5.0, 12.0]])}
    expect_kept("clip_by_global_norm", yours("clip_by_global_norm"), (first, 1.0), (second, 2.0))


# --- stabilize.py: weight_decay ---------------------------------------------------------------


def some_weights():
    """Gradients of 1, and parameters: two weight matrices and a bias."""
    parameters = {
        "Wax": np.array([[2.0, -3.0]]),
        "Waa": np.array([[0.0]]),
        "ba": np.array([[5.0]]),
    }
    return {"d" + name: np.ones(value.shape) for name, value in parameters.items()}, parameters


BY_TERM = {
    "neither": "without l1 and l2 the gradients stay as they are",
    "l1": "|w| has the derivative sign(w): the l1 term is l1 times the sign of each weight",
    "l2": "l2 / 2 * w^2 has the derivative l2 * w",
    "both": "add both terms: each was right by itself if the tests before this one pass",
}


@pytest.mark.parametrize(
    ("term", "penalty", "dWax"),
    [
        ("neither", {}, [[1.0, 1.0]]),
        ("l1", {"l1": 0.5}, [[1.5, 0.5]]),
        ("l2", {"l2": 0.1}, [[1.2, 0.7]]),
        ("both", {"l1": 0.5, "l2": 0.1}, [[1.7, 0.2]]),
    ],
    ids=["neither", "l1", "l2", "both"],
)
def test_weight_decay_example(term, penalty, dWax):
    """The penalty's gradient is l1 sign(W) + l2 W, and biases are left out of it."""
    gradients, parameters = some_weights()
    decayed = new_dict("weight_decay", gradients, parameters, **penalty)
    where = ", ".join(f"{name}={value}" for name, value in penalty.items()) or "no penalty"
    expect(f'"dWax" with {where}', decayed["dWax"], dWax, BY_TERM[term])
    todo = "that weight is 0, so neither penalty pulls at it: sign(0) is 0"
    expect(f'"dWaa" with {where}', decayed["dWaa"], [[1.0]], todo)
    expect(f'"dba" with {where}', decayed["dba"], [[1.0]], "biases are not decayed")


def test_weight_decay_keys():
    """A weight without a gradient is skipped, any other is decayed; other gradients stay."""
    gradients, parameters = some_weights()
    del gradients["dWaa"]
    gradients["dx"] = np.full((1, 1, 3), 7.0)
    parameters["by"] = np.array([[2.0]])
    gradients["dby"] = np.array([[1.0]])
    parameters["Wout"] = np.array([[2.0]])
    gradients["dWout"] = np.array([[1.0]])
    decayed = new_dict("weight_decay", gradients, parameters, l1=0.5, l2=0.1)
    expect('"dx"', decayed["dx"], gradients["dx"], "a gradient without a weight stays as it is")
    expect('"dby"', decayed["dby"], gradients["dby"], "biases are not decayed")
    todo = "every parameter whose name starts with W is a weight matrix, whatever comes after it"
    expect('"dWout"', decayed["dWout"], [[1.7]], todo)


def test_weight_decay_twice():
    """What a first call returned is not changed by a second one."""
    gradients, parameters = some_weights()
    other = {name: 3 * array for name, array in gradients.items()}

    def decayed(gradients):
        return yours("weight_decay")(gradients, parameters, l1=0.5, l2=0.1)

    expect_kept("weight_decay", decayed, (gradients,), (other,))


# --- rtrl.py ----------------------------------------------------------------------------------

WEIGHTS = ("dWax", "dWaa", "dba")


def rtrl(*arguments):
    """Your gradients, computed forward in time."""
    given = dict(zip(["x", "a0", "da", "parameters"], arguments, strict=True))
    gradients = expect_untouched("rtrl_gradients", yours("rtrl_gradients"), given)
    expect_keys("what rtrl_gradients returns", gradients, WEIGHTS)
    return gradients


@pytest.mark.parametrize("T_x", [1, 4])
@pytest.mark.parametrize("name", WEIGHTS)
def test_rtrl_gradients_finite_differences(name, T_x):
    """Move each weight a little, and see sum(da * a) move as the gradient says."""
    x, a0, da, parameters = draw_sequence(2, 3, 2, T_x)
    array = parameters[name.removeprefix("d")]
    expected = numerical_gradient(lambda: np.sum(da * plain_rnn(x, a0, parameters)), array)
    todo = (
        "one step is wrong already: look at what the weight does to z_t directly"
        if T_x == 1
        else "does the influence pass through Waa, and then through 1 - a_t^2, at every step?"
    )
    what = f"{name} of one step" if T_x == 1 else f"{name} of four steps"
    expect(what, rtrl(x, a0, da, parameters)[name], expected, todo, 1e-7, 1e-7)


def test_rtrl_gradients_numbers():
    """Reference numbers at sizes that all differ: BPTT gives the same."""
    gradients = rtrl(*draw_sequence())
    for name, shape in {"dWax": (5, 3), "dWaa": (5, 5), "dba": (5, 1)}.items():
        expect_shape(name, gradients[name], shape)
    todo = "does every step add its part, da_t times the influence of the weight on a_t?"
    expect("dWax[3, 1]", gradients["dWax"][3][1], 2.334041280615749, todo)
    expect("dWaa[1, 2]", gradients["dWaa"][1][2], -1.6217317543685363, todo)
    expect("dba[4]", gradients["dba"][4], [-5.949161418689467], todo)


def test_rtrl_gradients_twice():
    """What a first call returned is not changed by a second one."""
    x, a0, da, parameters = draw_sequence()
    second = -x, -a0, da, parameters
    expect_kept("rtrl_gradients", yours("rtrl_gradients"), (x, a0, da, parameters), second)


def peak_memory(function, *arguments):
    """Call a function; return its answer, and the most memory it held at a time, in bytes.

    What is there before the call, the arguments for example, does not count.
    """
    function(*arguments)  # whatever is made once, by an import for example, is made here
    # Python keeps freed tuples for later use, thousands where np.kron is called often, and objects
    # that point at each other until it looks for them.  Neither is keeping the past, so here it
    # looks, and gives back, all the time, but only among what is new (freeze).
    patience = gc.get_threshold()
    gc.freeze()
    gc.collect()
    tracemalloc.start()
    gc.set_threshold(20, 2, 1)
    try:
        answer = function(*arguments)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.unfreeze()
        gc.set_threshold(*patience)
    return answer, peak


def test_rtrl_gradients_memory():
    """Ten times the steps take no more memory: the past is not kept."""
    n_a, m = 3, 2
    few, many = (
        peak_memory(yours("rtrl_gradients"), *draw_sequence(2, n_a, m, T_x))[1]
        for T_x in (200, 2000)
    )
    grown, states_of_all = many - few, 8 * n_a * m * (2000 - 200)
    if grown > states_of_all / 2:
        fail(
            f"From 200 to 2000 steps the memory grows by {grown} bytes; all the hidden states "
            f"of these steps would take {states_of_all}.",
            "carry the influence of the weights forward, and keep nothing else of the past: no "
            "list of states, no array over time",
        )


# --- examples: what a wrong answer to one of them is known to come from is told ----------------


def zeros_among_large():
    """An error that is 0 at one step, tiny at one, and ordinary at others."""
    np.random.seed(6)
    return np.random.randn(3, 2, 6) * np.array([1.0, 1e-20, 0.0, 2.0, 1.0, 3.0])


def long_gradients():
    """Gradients of three arrays, whose norm is above 4."""
    np.random.seed(6)
    return {name: np.random.randn(*shape) for name, shape in
            {"dWax": (4, 3), "dWaa": (4, 4), "dx": (2, 3, 2)}.items()}  # fmt: skip


def all_weights():
    """Gradients and parameters, a weight of 0 and a bias with a w in its name among them."""
    np.random.seed(6)
    shapes = {"Wax": (4, 3), "Waa": (4, 4), "ba": (4, 1), "b_low": (2, 1)}
    parameters = {name: np.random.randn(*shape) for name, shape in shapes.items()}
    parameters["Waa"][1, 2] = 0.0
    return {"d" + name: np.ones(value.shape) for name, value in parameters.items()}, parameters


def decayed_three_times():
    """Your decay by each penalty, and by both."""
    gradients, parameters = all_weights()
    penalties = {"l1": 0.5}, {"l2": 0.1}, {"l1": 0.5, "l2": 0.1}
    decay = yours("weight_decay")
    return [decay(*copy.deepcopy((gradients, parameters)), **one) for one in penalties]


def residual_example():
    """Your gradients of the drawn sequence."""
    x, h0, dh, parameters = draw_sequence()
    return yours("residual_backward")(dh, yours("residual_forward")(x, h0, parameters)[1])


EXAMPLES = {
    "backpropagate_error": lambda: yours("backpropagate_error")(*draw_states(T_x=6)),
    "growth_factors": lambda: yours("growth_factors")(zeros_among_large()),
    "residual_forward": lambda: [states(*np.take(np.array(draw_sequence(), object), [0, 1, 3]))],
    "residual_backward": residual_example,
    "clip_by_value": lambda: yours("clip_by_value")(long_gradients(), 0.7),
    "clip_by_global_norm": lambda: [
        yours("clip_by_global_norm")(long_gradients(), limit) for limit in (2.0, 1000.0)
    ],
    "weight_decay": decayed_three_times,
    "rtrl_gradients": lambda: yours("rtrl_gradients")(*draw_sequence()),
}
