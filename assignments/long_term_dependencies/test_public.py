"""Public tests of the homework: run `pytest` in this folder.

They need NumPy and pytest, nothing else.  At first every function's tests fail with the
NotImplementedError of its stub.  Run those of one function with, for example,
`pytest -k residual_backward`.

The numbers below were computed from fixed seeds.  The grader uses other numbers and other
sizes, and asks for the same things.
"""

import copy
import gc
import importlib
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent

FILES = {
    "gradient_flow.py": ["backpropagate_error", "growth_factors"],
    "residual_rnn.py": ["residual_forward", "residual_backward"],
    "stabilize.py": ["clip_by_value", "clip_by_global_norm", "weight_decay"],
    "rtrl.py": ["rtrl_gradients"],
}


# --- helpers: read them, and use them in checks of your own -----------------------------------


def numerical_gradient(loss, array, step=1e-6):
    """Differentiate loss() with respect to array by central differences, entry by entry.

    `loss` takes no argument and reads `array`, which is moved a little and put back:
    (loss(w + step) - loss(w - step)) / (2 step).  The error is about step^2 + 1e-16 / step,
    so with step 1e-6 some 9 digits after the point are right.
    """
    gradient = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + step
        above = loss()
        array[index] = kept - step
        below = loss()
        array[index] = kept
        gradient[index] = (above - below) / (2 * step)
    return gradient


def plain_rnn(x, a0, parameters, push=None):
    """Hidden states of a plain tanh network; `push` is added to the pre-activations."""
    a = np.zeros((a0.shape[0], *x.shape[1:]))
    previous = a0
    for t in range(x.shape[2]):
        z = parameters["Wax"] @ x[:, :, t] + parameters["Waa"] @ previous + parameters["ba"]
        previous = a[:, :, t] = np.tanh(z if push is None else z + push[:, :, t])
    return a


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


def yours(name):
    """Import one of your functions; what stops the import is shown as it is."""
    file = next(file for file, names in FILES.items() if name in names)
    module = importlib.import_module(file.removesuffix(".py"))
    if not hasattr(module, name):
        fail(f"{file} does not define {name}.  Keep the names of the stubs.")
    return getattr(module, name)


def fail(message):
    """Stop the test with one message and no traceback."""
    pytest.fail(message, pytrace=False)


def expect_shape(what, got, shape):
    """Say so if a result is missing or has the wrong shape."""
    if got is None:
        fail(f"{what} is None.  Does the function return it?")
    if np.shape(got) != shape:
        fail(f"{what} has shape {np.shape(got)}; it must be {shape}.")


def expect(what, got, expected, hint="", rtol=1e-9, atol=1e-10):
    """Compare shape and values, and show both where they differ."""
    expected = np.asarray(expected)
    expect_shape(what, got, expected.shape)
    if not np.allclose(got, expected, rtol=rtol, atol=atol):
        fail(f"{what} is wrong.  {hint}\ngot:\n{np.asarray(got)}\nexpected:\n{expected}")


def expect_keys(what, got, keys):
    """Say so if a result is no dict, or not one with the keys that are asked for."""
    if not isinstance(got, dict):
        fail(f"{what} returned {type(got).__name__}; it must return a dict.")
    for key in keys:
        if key not in got:
            fail(f'{what} returned a dict without the key "{key}".')


def same(one, other):
    """Tell whether two arguments, nested as they may be, hold exactly the same numbers."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return np.array_equal(one, other)


def call_untouched(name, *arguments, **named):
    """Call your function, and say so if it changed what it was given."""
    before = copy.deepcopy(arguments)
    answer = yours(name)(*arguments, **named)
    if not all(same(now, then) for now, then in zip(arguments, before, strict=True)):
        fail(f"{name} changed one of its arguments.  Work on new arrays and a new dict.")
    return answer


# --- the files --------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FILES)
def test_submission(file):
    """Each file is here, can be imported, and defines what is asked for."""
    if not (HERE / file).is_file():
        fail(f"{file} is missing.  It must be in the same folder as this test.")
    for name in FILES[file]:
        if not callable(yours(name)):
            fail(f"{name} in {file} is not a function.")


# --- gradient_flow.py -------------------------------------------------------------------------


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
    expect(
        "delta of the last step",
        delta[:, :, 1],
        [[0.75], [1.5]],
        "It is da_T * (1 - a^2) with the last a.",
    )
    expect(
        "delta of the first step",
        delta[:, :, 0],
        [[3.375], [-0.28125]],
        "It is Waa^T delta of the later step, times 1 - a^2 with the a of this step.",
    )


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
        hint = "Small numbers count as well: do not round, and stay in float64."
        expect(f"delta[2, 1, {k}]", delta[2, 1, k], number, hint, atol=0)


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
    expect("delta", delta, expected, "It must be the gradient at z_k, not at a_k.", 1e-7, 1e-8)


def test_backpropagate_error_of_one_step():
    """With one step there is only da_T * (1 - a^2)."""
    Waa, a, da_T = draw_states(4, 3, 1)
    delta = yours("backpropagate_error")(Waa, a, da_T)
    expect("delta", delta, da_T[:, :, np.newaxis] * (1 - a**2))


def test_backpropagate_error_leaves_its_arguments():
    """Waa, a and da_T are not changed."""
    call_untouched("backpropagate_error", *draw_states())


def test_growth_factors_example():
    """Norms 5, 10, 2 in time order."""
    delta = np.zeros((2, 2, 3))
    delta[:, 0, 0] = 3, 4
    delta[1, :, 1] = 6, 8
    delta[0, 1, 2] = -2
    hint = "Entry k is the norm of delta[:, :, k] over that of delta[:, :, k + 1], k rising."
    expect("gamma", yours("growth_factors")(delta), [0.5, 5.0], hint)


def test_growth_factors_zero():
    """Where the later norm is 0 the factor is 0."""
    gamma = yours("growth_factors")(np.array([[[2.0, 0.0, 0.0, 3.0]]]))
    expect("gamma", gamma, [0.0, 0.0, 0.0], "Do not divide by a norm of 0.")


def test_growth_factors_of_one_step():
    """One step has no step back: the answer is an empty array of shape (0,)."""
    expect_shape("gamma of a single step", yours("growth_factors")(np.ones((3, 2, 1))), (0,))


def test_growth_factors_leave_their_argument():
    """delta is not changed."""
    call_untouched("growth_factors", np.array([[[2.0, 0.0, 1.0]]]))


# --- residual_rnn.py --------------------------------------------------------------------------


def test_residual_forward_example():
    """With Wax = Waa = 0 the state climbs by tanh(ba) at every step."""
    parameters = {"Wax": np.zeros((1, 1)), "Waa": np.zeros((1, 1)), "ba": np.array([[0.5]])}
    h, _ = yours("residual_forward")(np.ones((1, 1, 3)), np.array([[1.0]]), parameters)
    hint = "h_t is h_{t-1} + tanh(...): the first is h0 + tanh(0.5)."
    expect("h", h, 1 + np.tanh(0.5) * np.array([[[1, 2, 3]]]), hint)


def test_residual_forward_numbers():
    """Reference numbers at sizes that all differ."""
    x, h0, _, parameters = draw_sequence()
    h, _ = yours("residual_forward")(x, h0, parameters)
    expect_shape("h", h, (5, 4, 6))
    reference = [
        -1.735751952666993,
        -0.776832842548893,
        -1.7765399387516756,
        -2.506386569338691,
        -3.506362270804452,
        -4.130088285040355,
    ]
    expect("h[4, 1]", h[4][1], reference, "Waa acts on the previous state, h_{t-1}.")


def test_residual_forward_leaves_its_arguments():
    """x, h0 and parameters are not changed: h_prev += ... would write into h0."""
    x, h0, _, parameters = draw_sequence()
    call_untouched("residual_forward", x, h0, parameters)


GRADIENTS = ["dx", "dh0", "dWax", "dWaa", "dba"]


def residual_gradients(x, h0, dh, parameters):
    """Your forward and then your backward."""
    _, caches = yours("residual_forward")(x, h0, parameters)
    gradients = yours("residual_backward")(dh, caches)
    expect_keys("residual_backward", gradients, GRADIENTS)
    return gradients


def test_residual_backward_numbers():
    """Reference numbers at sizes that all differ."""
    gradients = residual_gradients(*draw_sequence())
    shapes = {"dx": (3, 4, 6), "dh0": (5, 4), "dWax": (5, 3), "dWaa": (5, 5), "dba": (5, 1)}
    for name, shape in shapes.items():
        expect_shape(name, gradients[name], shape)
    dx = [
        1.3857438622850222,
        0.6109120967122973,
        0.696915697620533,
        0.04024432822284048,
        0.03082322709574154,
        0.3248912509539708,
    ]
    expect("dx[1, 2]", gradients["dx"][1][2], dx)
    expect("dh0[2, 3]", gradients["dh0"][2][3], 4.040784306654713)
    expect("dWax[3, 1]", gradients["dWax"][3][1], 15.744581708053104)
    expect("dWaa[1, 2]", gradients["dWaa"][1][2], 4.724143109055327)
    expect("dba[4]", gradients["dba"][4], [3.2528708771593013])


@pytest.mark.parametrize("name", GRADIENTS)
def test_residual_backward_finite_differences(name):
    """Move each number a little, and see sum(dh * h) move as the gradient says."""
    x, h0, dh, parameters = draw_sequence(2, 3, 2, 4)
    gradients = residual_gradients(x, h0, dh, parameters)

    def loss():
        return np.sum(dh * yours("residual_forward")(x, h0, parameters)[0])

    array = {"x": x, "h0": h0, **parameters}[name.removeprefix("d")]
    hints = {
        "dx": "dx_t is Wax^T dz_t.",
        "dh0": "The gradient goes back as dh_t itself plus Waa^T dz_t.",
        "dWax": "Add dz_t x_t^T over all steps.",
        "dWaa": "Add dz_t h_{t-1}^T over all steps; h0 belongs to the first.",
        "dba": "Add dz_t over all steps and examples, and keep the column.",
    }
    expect(name, gradients[name], numerical_gradient(loss, array), hints[name], 1e-7, 1e-7)


def test_residual_backward_twice():
    """Two forwards first, then each backward, the first of them twice."""
    one, other = draw_sequence(), draw_sequence(2, 3, 1, 4)
    expected = residual_gradients(*one)
    kept = [
        yours("residual_forward")(x, h0, parameters)[1] for x, h0, _, parameters in (one, other)
    ]
    backward = yours("residual_backward")
    for caches, dh in zip([kept[1], kept[0], kept[0]], [other[2], one[2], one[2]], strict=True):
        gradients = backward(dh, caches)
    for name in GRADIENTS:
        hint = "Keep what you need in caches, not in globals, and do not use it up."
        expect(f"{name} of a second backward", gradients[name], expected[name], hint)


def test_residual_backward_leaves_its_arguments():
    """dh is not changed, nor, through the caches, x, h0, parameters and h."""
    x, h0, dh, parameters = draw_sequence()
    h, caches = yours("residual_forward")(x, h0, parameters)
    held = {"x": x, "h0": h0, "parameters": parameters, "h": h, "dh": dh}
    before = copy.deepcopy(held)
    yours("residual_backward")(dh, caches)
    for name, value in held.items():
        if not same(value, before[name]):
            fail(f"residual_backward changed {name}.  Work on new arrays: a = a + b, not a += b.")


# --- stabilize.py -----------------------------------------------------------------------------


def test_clip_by_value_example():
    """Entries outside come to the edge and keep their sign; the others stay."""
    gradients = {"dW": np.array([[-3.0, -0.5], [0.25, 9.0]]), "bias": np.array([0.75])}
    clipped = call_untouched("clip_by_value", gradients, 0.5)
    expect_keys("clip_by_value", clipped, gradients)
    expect('"dW"', clipped["dW"], [[-0.5, -0.5], [0.25, 0.5]])
    expect('"bias"', clipped["bias"], [0.5])
    if clipped is gradients:
        fail("clip_by_value returned its argument; it must return a new dict.")


@pytest.mark.parametrize("shape", [(1,), (2, 3), (2, 3, 4)])
def test_clip_by_value_within(shape):
    """Entries within the limit stay, for any name and any number of dimensions."""
    gradients = {"any name": np.full(shape, -0.25)}
    clipped = yours("clip_by_value")(gradients, 0.25)
    expect_keys("clip_by_value", clipped, gradients)
    expect('"any name"', clipped["any name"], gradients["any name"])


def test_clip_by_global_norm_example():
    """3, 4 and 12 together have norm 13; clipped to 6.5 everything is halved."""
    gradients = {"dWax": np.array([[3.0], [4.0]]), "dba": np.array([[-12.0]])}
    clipped, norm = call_untouched("clip_by_global_norm", gradients, 6.5)
    expect_keys("clip_by_global_norm", clipped, gradients)
    hint = "It is one norm over all arrays together, before clipping."
    if not np.isclose(norm, 13.0, rtol=1e-9):
        fail(f"norm is {norm}; it must be 13.  {hint}")
    # The second value is what PyTorch gives: it divides by norm + 1e-6.
    for scale in (6.5 / 13, 6.5 / (13 + 1e-6)):
        if all(np.allclose(clipped[name], scale * gradients[name], 1e-9, 0) for name in clipped):
            break
    else:
        expect('"dWax"', clipped["dWax"], [[1.5], [2.0]], "Every entry times max_norm / norm.")
        expect('"dba"', clipped["dba"], [[-6.0]], "The same factor for every array.")


@pytest.mark.parametrize("factor", [0.0, 1.0])
def test_clip_by_global_norm_leaves_short_gradients(factor):
    """A norm below max_norm, 0 included, changes nothing."""
    gradients = {"dx": factor * np.array([[[3.0]], [[4.0]]])}
    clipped, norm = call_untouched("clip_by_global_norm", gradients, 100.0)
    expect_keys("clip_by_global_norm", clipped, gradients)
    expect('"dx"', clipped["dx"], gradients["dx"], "Scale only where norm > max_norm.")
    if not np.isclose(norm, 5 * factor, rtol=1e-9):
        fail(f"norm is {norm}; it must be {5 * factor}.")
    if clipped is gradients:
        fail("clip_by_global_norm returned its argument; it must return a new dict.")


def some_weights():
    """Gradients of 1, and parameters: two weight matrices and a bias."""
    parameters = {
        "Wax": np.array([[2.0, -3.0]]),
        "Waa": np.array([[0.0]]),
        "ba": np.array([[5.0]]),
    }
    return {"d" + name: np.ones(value.shape) for name, value in parameters.items()}, parameters


@pytest.mark.parametrize(
    ("penalty", "dWax", "dWaa"),
    [
        ({}, [[1.0, 1.0]], [[1.0]]),
        ({"l1": 0.5}, [[1.5, 0.5]], [[1.0]]),
        ({"l2": 0.1}, [[1.2, 0.7]], [[1.0]]),
        ({"l1": 0.5, "l2": 0.1}, [[1.7, 0.2]], [[1.0]]),
    ],
    ids=["neither", "l1", "l2", "both"],
)
def test_weight_decay_example(penalty, dWax, dWaa):
    """The penalty's gradient is l1 sign(W) + l2 W, and biases are left out of it."""
    gradients, parameters = some_weights()
    decayed = call_untouched("weight_decay", gradients, parameters, **penalty)
    expect_keys("weight_decay", decayed, gradients)
    expect('"dWax"', decayed["dWax"], dWax, "l2 / 2 * w^2 has the derivative l2 * w.")
    expect('"dWaa"', decayed["dWaa"], dWaa, "The weight is 0, so neither penalty pulls at it.")
    expect('"dba"', decayed["dba"], [[1.0]], "Biases are not decayed.")
    if decayed is gradients:
        fail("weight_decay returned its argument; it must return a new dict.")


def test_weight_decay_keys():
    """A weight without a gradient is skipped, a gradient without a weight stays."""
    gradients, parameters = some_weights()
    del gradients["dWaa"]
    gradients["dx"] = np.full((1, 1, 3), 7.0)
    decayed = yours("weight_decay")(gradients, parameters, l1=0.5, l2=0.1)
    expect_keys("weight_decay", decayed, gradients)
    if set(decayed) != set(gradients):
        fail(f"weight_decay returned the keys {sorted(decayed)}; it must be {sorted(gradients)}.")
    expect('"dx"', decayed["dx"], gradients["dx"])


# --- rtrl.py ----------------------------------------------------------------------------------


def test_rtrl_gradients_numbers():
    """Reference numbers at sizes that all differ: BPTT gives the same."""
    gradients = call_untouched("rtrl_gradients", *draw_sequence())
    expect_keys("rtrl_gradients", gradients, ["dWax", "dWaa", "dba"])
    for name, shape in {"dWax": (5, 3), "dWaa": (5, 5), "dba": (5, 1)}.items():
        expect_shape(name, gradients[name], shape)
    expect("dWax[3, 1]", gradients["dWax"][3][1], 2.334041280615749)
    expect("dWaa[1, 2]", gradients["dWaa"][1][2], -1.6217317543685363)
    expect("dba[4]", gradients["dba"][4], [-5.949161418689467])


@pytest.mark.parametrize("T_x", [1, 4])
@pytest.mark.parametrize("name", ["dWax", "dWaa", "dba"])
def test_rtrl_gradients_finite_differences(name, T_x):
    """Move each weight a little, and see sum(da * a) move as the gradient says."""
    x, a0, da, parameters = draw_sequence(2, 3, 2, T_x)
    array = parameters[name.removeprefix("d")]
    expected = numerical_gradient(lambda: np.sum(da * plain_rnn(x, a0, parameters)), array)
    gradients = yours("rtrl_gradients")(x, a0, da, parameters)
    expect_keys("rtrl_gradients", gradients, ["dWax", "dWaa", "dba"])
    hint = (
        "One step is wrong already: look at what the weight does to z_t directly."
        if T_x == 1
        else "Does the influence pass through Waa, and then through 1 - a_t^2, at every step?"
    )
    expect(name, gradients[name], expected, hint, 1e-7, 1e-7)


def test_rtrl_gradients_memory():
    """Ten times the steps take no more memory: the past is not kept."""
    n_a, m = 3, 2
    few, many = (
        peak_memory(yours("rtrl_gradients"), *draw_sequence(2, n_a, m, T_x))[1]
        for T_x in (200, 2000)
    )
    grown, states = many - few, 8 * n_a * m * (2000 - 200)
    if grown > states / 2:
        fail(
            f"From 200 to 2000 steps the memory grows by {grown} bytes; all the hidden states "
            f"of these steps would take {states}.  RTRL carries the influence of the weights "
            "forward, and keeps nothing else of the past: no list of states, no array over time."
        )
