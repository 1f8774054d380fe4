"""The solutions of long_term_dependencies against fixed numbers, the complex step and PyTorch.

The witnesses below are written anew from the equations: forward passes that take complex
numbers, so that a derivative by the complex step (Im f(w + ih) / h with h = 1e-30) has no
cancellation and is right to a few units in the last place.
"""

import copy
import importlib.util
import tracemalloc
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

SOLUTIONS = Path(__file__).parents[1] / "solutions" / "long_term_dependencies"

# Sums of a few hundred float64 terms, taken in another order by each witness.
TIGHT = {"rtol": 1e-11, "atol": 1e-12}

# n_x, n_a, m, T_x: all different, then each dimension alone at 1, then all of them.
SIZES = [(3, 4, 5, 6), (1, 4, 3, 5), (3, 1, 2, 4), (2, 5, 1, 3), (2, 3, 4, 1), (1, 1, 1, 1)]
by_size = pytest.mark.parametrize("sizes", SIZES, ids=str)


def load(name: str) -> ModuleType:
    """Import one file of the solutions, from its path."""
    spec = importlib.util.spec_from_file_location(f"solution_{name}", SOLUTIONS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


gradient_flow = load("gradient_flow")
residual_rnn = load("residual_rnn")
stabilize = load("stabilize")
rtrl = load("rtrl")


# --- worlds and witnesses ---------------------------------------------------------------------


def world(sizes, seed=7, scale=1.0):
    """Draw a sequence, a start state, outside gradients and parameters."""
    n_x, n_a, m, T_x = sizes
    rng = np.random.RandomState(seed)
    return {
        "x": rng.randn(n_x, m, T_x),
        "a0": rng.randn(n_a, m),
        "da": rng.randn(n_a, m, T_x),
        "parameters": {
            "Wax": rng.randn(n_a, n_x) / np.sqrt(n_x),
            "Waa": scale * rng.randn(n_a, n_a) / np.sqrt(n_a),
            "ba": 0.1 * rng.randn(n_a, 1),
        },
    }


def states(x, start, Wax, Waa, ba, residual, push=None):
    """Run either network on numbers or tensors; `push` is added to the pre-activations."""
    tanh = torch.tanh if isinstance(Waa, torch.Tensor) else np.tanh
    a, kept = start, []
    for t in range(x.shape[2]):
        z = Wax @ x[:, :, t] + Waa @ a + ba
        if push is not None:
            z = z + push[:, :, t]
        a = a + tanh(z) if residual else tanh(z)
        kept.append(a)
    stack = torch.stack if isinstance(Waa, torch.Tensor) else np.stack
    return stack(kept, -1)


def complex_step(loss, array):
    """Differentiate a real loss of a complex array, entry by entry."""
    gradient = np.empty(array.shape)
    for index in np.ndindex(array.shape):
        moved = array.astype(complex)
        moved[index] += 1e-30j
        gradient[index] = loss(moved).imag / 1e-30
    return gradient


def by_complex_step(world, residual):
    """Differentiate sum(da * states) with respect to everything the states depend on."""
    values = {"x": world["x"], "a0": world["a0"], **world["parameters"]}

    def loss_of(name):
        def loss(moved):
            given = {**values, name: moved}
            run = states(given["x"], given["a0"], given["Wax"], given["Waa"], given["ba"], residual)
            return np.sum(world["da"] * run)

        return loss

    return {name: complex_step(loss_of(name), array) for name, array in values.items()}


def by_torch(world, residual):
    """The same gradients by PyTorch's autograd."""
    values = {"x": world["x"], "a0": world["a0"], **world["parameters"]}
    leaves = {name: torch.tensor(array, requires_grad=True) for name, array in values.items()}
    run = states(*(leaves[n] for n in ("x", "a0", "Wax", "Waa", "ba")), residual)
    torch.sum(torch.tensor(world["da"]) * run).backward()
    return {name: leaf.grad.numpy() for name, leaf in leaves.items()}


def spectral(n_a, radius, seed=3):
    """A square matrix whose largest eigenvalue has the given absolute value."""
    Waa = np.random.RandomState(seed).randn(n_a, n_a)
    return Waa * radius / np.max(np.abs(np.linalg.eigvals(Waa)))


def assert_each_step_close(delta, expected, rtol=1e-11):
    """Compare every time step by the size of its own largest entry."""
    assert delta.shape == expected.shape
    for k in range(expected.shape[2]):
        size = np.max(np.abs(expected[:, :, k]))
        assert np.max(np.abs(delta[:, :, k] - expected[:, :, k])) <= rtol * size, f"step {k}"


def assert_unchanged(function, *arguments, **named):
    """Call, and see that neither the arguments nor the answer to a first call change."""
    before = copy.deepcopy((arguments, named))
    first = function(*arguments, **named)
    kept = copy.deepcopy(first)
    second = function(*arguments, **named)
    np.testing.assert_equal((arguments, named), before)
    np.testing.assert_equal(first, kept)
    np.testing.assert_equal(second, kept)
    return first


# --- the reference numbers of the public tests -------------------------------------------------

# Drawn with seed 6 at n_x=3, n_a=5, m=4, T_x=6, as draw_sequence in test_public.py does.
RESIDUAL_STATES = [
    -1.735751952666993,
    -0.776832842548893,
    -1.7765399387516756,
    -2.506386569338691,
    -3.506362270804452,
    -4.130088285040355,
]
RESIDUAL_GRADIENTS = {
    ("x", 1, 2): [
        1.3857438622850222,
        0.6109120967122973,
        0.696915697620533,
        0.04024432822284048,
        0.03082322709574154,
        0.3248912509539708,
    ],
    ("a0", 2, 3): 4.040784306654713,
    ("Wax", 3, 1): 15.744581708053104,
    ("Waa", 1, 2): 4.724143109055327,
    ("ba", 4): [3.2528708771593013],
}
PLAIN_GRADIENTS = {
    ("Wax", 3, 1): 2.334041280615749,
    ("Waa", 1, 2): -1.6217317543685363,
    ("ba", 4): [-5.949161418689467],
}
# Of delta[2, 1, k], hidden states drawn first: a vanishing error in four places.
VANISHING = {
    19: -8.63308030748362e-04,
    18: 0.33764860548196102,
    10: 1.2653073265702644e-06,
    0: -2.2344326277603258e-11,
}


def public_world():
    """Draw what the reference numbers belong to."""
    rng = np.random.RandomState(6)
    x, a0 = rng.randn(3, 4, 6), rng.randn(5, 4)
    parameters = {"Wax": rng.randn(5, 3), "Waa": rng.randn(5, 5), "ba": rng.randn(5, 1)}
    return {"x": x, "a0": a0, "da": rng.randn(5, 4, 6), "parameters": parameters}


@pytest.mark.parametrize("witness", [by_complex_step, by_torch])
@pytest.mark.parametrize(
    ("residual", "numbers"), [(True, RESIDUAL_GRADIENTS), (False, PLAIN_GRADIENTS)]
)
def test_the_published_gradients_are_right(witness, residual, numbers):
    """The numbers in test_public.py are what the witnesses find, without the solutions."""
    found = witness(public_world(), residual)
    for (name, *index), number in numbers.items():
        np.testing.assert_allclose(found[name][tuple(index)], number, **TIGHT)


def test_the_solutions_give_the_published_numbers():
    """Forward states and every published gradient, by the solutions."""
    drawn = public_world()
    h, caches = residual_rnn.residual_forward(drawn["x"], drawn["a0"], drawn["parameters"])
    np.testing.assert_allclose(h[4, 1], RESIDUAL_STATES, **TIGHT)
    for gradients, numbers in (
        (residual_rnn.residual_backward(drawn["da"], caches), RESIDUAL_GRADIENTS),
        (rtrl.rtrl_gradients(*drawn.values()), PLAIN_GRADIENTS),
    ):
        for (name, *index), number in numbers.items():
            key = {"a0": "dh0"}.get(name, "d" + name)
            np.testing.assert_allclose(gradients[key][tuple(index)], number, **TIGHT)


def test_the_published_vanishing_error_is_right():
    """The product of Jacobians, written out from the end of the sequence, gives the same."""
    rng = np.random.RandomState(6)
    a = np.tanh(rng.randn(5, 4, 20))
    Waa, da_T = 0.2 * rng.randn(5, 5), rng.randn(5, 4)
    delta = gradient_flow.backpropagate_error(Waa, a, da_T)
    for k, number in VANISHING.items():
        row = da_T[:, 1]
        for t in range(19, k, -1):
            row = row @ np.diag(1 - a[:, 1, t] ** 2) @ Waa
        assert row[2] * (1 - a[2, 1, k] ** 2) == pytest.approx(number, rel=1e-11, abs=0)
        assert delta[2, 1, k] == pytest.approx(number, rel=1e-11, abs=0)


# --- gradient_flow ----------------------------------------------------------------------------


def small_flow():
    """2 units, 1 example, 3 steps, and numbers of a few digits."""
    Waa = np.array([[0.5, -1.0], [2.0, 0.25]])
    a = np.array([[[0.5, 0.0, -0.5]], [[0.0, 0.5, 0.5]]])
    return Waa, a, np.array([[1.0], [2.0]])


def test_backpropagate_error_of_an_example_worked_by_hand():
    """Two units over three steps, every product done on paper."""
    delta = gradient_flow.backpropagate_error(*small_flow())
    # delta_3 = [1, 2] * [3/4, 3/4]; Waa^T delta_3 = [27/8, -3/8], times [1, 3/4];
    # Waa^T delta_2 = [9/8, -441/128], times [3/4, 1].
    expected = np.array([[[27 / 32, 27 / 8, 3 / 4]], [[-441 / 128, -9 / 32, 3 / 2]]])
    np.testing.assert_allclose(delta, expected, rtol=1e-15)


@by_size
def test_backpropagate_error_is_the_gradient_at_each_pre_activation(sizes):
    """Adding a little to z_k moves the last step's loss as delta says, by the complex step."""
    drawn = world(sizes)
    inputs = drawn["x"], drawn["a0"], *drawn["parameters"].values()
    a = states(*inputs, residual=False)
    da_T = drawn["da"][:, :, -1]
    expected = complex_step(
        lambda push: np.sum(da_T * states(*inputs, residual=False, push=push)[:, :, -1]),
        np.zeros(a.shape),
    )
    delta = gradient_flow.backpropagate_error(drawn["parameters"]["Waa"], a, da_T)
    assert_each_step_close(delta, expected)


@pytest.mark.parametrize("radius", [0.01, 0.5, 1.5])
def test_backpropagate_error_is_right_where_it_vanishes(radius):
    """Each step agrees with autograd by its own size, far below any absolute tolerance."""
    drawn = world((2, 5, 3, 12))
    drawn["parameters"]["Waa"] = spectral(5, radius)
    inputs = [torch.tensor(v) for v in (drawn["x"], drawn["a0"], *drawn["parameters"].values())]
    push = torch.zeros(5, 3, 12, dtype=torch.float64, requires_grad=True)
    a = states(*inputs, residual=False, push=push)
    da_T = drawn["da"][:, :, -1]
    torch.sum(torch.tensor(da_T) * a[:, :, -1]).backward()
    expected = push.grad.numpy()
    assert radius > 0.01 or np.max(np.abs(expected[:, :, 0])) < 1e-15
    delta = gradient_flow.backpropagate_error(spectral(5, radius), a.detach().numpy(), da_T)
    assert_each_step_close(delta, expected)


def test_a_dead_error_is_exactly_zero():
    """Once a step's error is 0, everything before it is 0 and not merely small."""
    Waa, a, da_T = small_flow()
    a[:, :, 1] = 1.0  # saturated: tanh' is exactly 0
    delta = gradient_flow.backpropagate_error(Waa, a, da_T)
    assert not np.any(delta[:, :, :2])
    assert np.all(delta[:, :, 2])


def test_backpropagate_error_leaves_its_arguments_and_answers_alone():
    """The arrays handed in and handed out stay as they are through a second call."""
    assert_unchanged(gradient_flow.backpropagate_error, *small_flow())


def test_growth_factors_are_ratios_in_time_order():
    """Norms 5, 10, 2: one step back scales by 5/10 and the step after it by 10/2."""
    delta = np.zeros((2, 2, 3))
    delta[:, 0, 0] = 3, 4
    delta[1, :, 1] = 6, 8
    delta[0, 1, 2] = -2
    np.testing.assert_allclose(gradient_flow.growth_factors(delta), [0.5, 5.0], rtol=1e-15)


def test_growth_factors_are_zero_behind_a_norm_of_zero():
    """A later norm of 0 gives 0, whatever the earlier one, and no warning."""
    delta = np.array([[[2.0, 0.0, 0.0, 3.0]]])
    np.testing.assert_array_equal(gradient_flow.growth_factors(delta), [0.0, 0.0, 0.0])


def test_growth_factors_keep_very_small_and_large_norms_apart_from_zero():
    """Entries of 1e-100 and 1e100 have a ratio like any other."""
    delta = np.array([[[1e-100, 1e-98, 1e98, 1e100]]])
    np.testing.assert_allclose(
        gradient_flow.growth_factors(delta), [1e-2, 1e-196, 1e-2], rtol=1e-13
    )


def test_growth_factors_of_one_step_are_none_at_all():
    """One step has no step back: the shape is (0,)."""
    assert gradient_flow.growth_factors(np.ones((3, 2, 1))).shape == (0,)


def test_growth_factors_leave_their_argument_and_answers_alone():
    """The array handed in and those handed out stay as they are through a second call."""
    assert_unchanged(gradient_flow.growth_factors, np.random.RandomState(0).randn(3, 2, 4))


@pytest.mark.parametrize("radius", [0.5, 1.0, 1.5])
def test_gamma_settles_on_the_spectral_radius(radius):
    """Near a state of 0, forty steps back, each step scales the error by that radius."""
    Waa = np.diag([radius, radius / 3])
    a = np.zeros((2, 1, 40))
    gamma = gradient_flow.growth_factors(gradient_flow.backpropagate_error(Waa, a, np.ones((2, 1))))
    assert gamma[0] == pytest.approx(radius, rel=1e-12)


# --- residual_rnn -----------------------------------------------------------------------------


@by_size
def test_residual_forward_adds_to_the_state(sizes):
    """The states are those of the equation, written anew."""
    drawn = world(sizes)
    h, _ = residual_rnn.residual_forward(drawn["x"], drawn["a0"], drawn["parameters"])
    expected = states(drawn["x"], drawn["a0"], *drawn["parameters"].values(), residual=True)
    np.testing.assert_allclose(h, expected, **TIGHT)


def test_residual_network_of_an_example_worked_by_hand():
    """With Wax = Waa = 0 the state climbs by tanh(ba), and dh flows back undiminished."""
    parameters = {"Wax": np.zeros((1, 1)), "Waa": np.zeros((1, 1)), "ba": np.array([[0.5]])}
    x, h0 = np.array([[[1.0, 2.0, 3.0]]]), np.array([[1.0]])
    h, caches = residual_rnn.residual_forward(x, h0, parameters)
    step = np.tanh(0.5)
    np.testing.assert_allclose(h, [[[1 + step, 1 + 2 * step, 1 + 3 * step]]], rtol=1e-15)

    gradients = residual_rnn.residual_backward(np.array([[[1.0, 10.0, 100.0]]]), caches)
    slope = 1 - step**2
    # The gradients of the states are 111, 110, 100: nothing is lost on the way back.
    np.testing.assert_allclose(gradients["dh0"], [[111.0]], rtol=1e-15)
    np.testing.assert_allclose(gradients["dba"], [[321 * slope]], rtol=1e-14)
    np.testing.assert_allclose(gradients["dWax"], [[(111 + 220 + 300) * slope]], rtol=1e-14)
    np.testing.assert_allclose(
        gradients["dWaa"],
        [[(111 + 110 * (1 + step) + 100 * (1 + 2 * step)) * slope]],
        rtol=1e-14,
    )
    np.testing.assert_array_equal(gradients["dx"], np.zeros((1, 1, 3)))


@by_size
@pytest.mark.parametrize("witness", [by_complex_step, by_torch])
def test_residual_backward_is_the_gradient(sizes, witness):
    """All five gradients agree with the complex step and with autograd."""
    drawn = world(sizes)
    expected = witness(drawn, residual=True)
    _, caches = residual_rnn.residual_forward(drawn["x"], drawn["a0"], drawn["parameters"])
    gradients = residual_rnn.residual_backward(drawn["da"], caches)
    assert sorted(gradients) == ["dWaa", "dWax", "dba", "dh0", "dx"]
    for name, against in (
        ("dx", "x"), ("dh0", "a0"), ("dWax", "Wax"), ("dWaa", "Waa"), ("dba", "ba")
    ):  # fmt: skip
        assert gradients[name].shape == expected[against].shape
        np.testing.assert_allclose(gradients[name], expected[against], **TIGHT, err_msg=name)


def test_residual_forwards_may_run_before_their_backwards():
    """Caches of one run are not touched by another, and a backward may run twice."""
    worlds = [world(sizes, seed) for seed, sizes in enumerate(SIZES)]
    alone = []
    for drawn in worlds:
        _, caches = residual_rnn.residual_forward(drawn["x"], drawn["a0"], drawn["parameters"])
        alone.append(residual_rnn.residual_backward(drawn["da"], caches))
    kept = [
        residual_rnn.residual_forward(drawn["x"], drawn["a0"], drawn["parameters"])[1]
        for drawn in worlds
    ]
    for _ in range(2):
        for drawn, caches, expected in reversed(list(zip(worlds, kept, alone, strict=True))):
            np.testing.assert_equal(residual_rnn.residual_backward(drawn["da"], caches), expected)


def test_residual_functions_leave_arguments_and_answers_alone():
    """x, h0, parameters, dh and the states stay as they are, further parameters included."""
    drawn = world(SIZES[0])
    drawn["parameters"]["Wya"] = np.ones((2, 4))
    arguments = drawn["x"], drawn["a0"], drawn["parameters"]
    h, caches = assert_unchanged(residual_rnn.residual_forward, *arguments)
    before, states_before = copy.deepcopy(arguments), h.copy()
    assert_unchanged(residual_rnn.residual_backward, drawn["da"], caches)
    np.testing.assert_equal(arguments, before)
    np.testing.assert_array_equal(h, states_before)


def test_the_residual_update_keeps_what_the_plain_one_loses():
    """Over 60 steps with small weights the plain gradient is gone and the residual one is not."""
    drawn = world((2, 4, 1, 60))
    drawn["parameters"]["Waa"] = spectral(4, 0.1)
    drawn["da"][:, :, :-1] = 0
    _, caches = residual_rnn.residual_forward(drawn["x"], drawn["a0"], drawn["parameters"])
    kept = np.linalg.norm(residual_rnn.residual_backward(drawn["da"], caches)["dh0"])
    lost = np.linalg.norm(by_torch(drawn, residual=False)["a0"])
    assert lost < 1e-40
    assert kept > 1e-3


# --- stabilize --------------------------------------------------------------------------------


def some_gradients(scale=1.0):
    """Arrays of one, two and three dimensions under names of all kinds."""
    rng = np.random.RandomState(11)
    return {
        "dWax": scale * rng.randn(4, 3),
        "dba": scale * rng.randn(4, 1),
        "bias": scale * rng.randn(5),
        "dx": scale * rng.randn(2, 3, 4),
    }


def test_clip_by_value_brings_every_entry_within_the_limit():
    """Entries outside come to the edge with their sign, those inside and on it stay."""
    gradients = {"dW": np.array([[-3.0, -0.5], [0.25, 9.0]]), "one": np.array([0.5])}
    clipped = stabilize.clip_by_value(gradients, 0.5)
    assert sorted(clipped) == ["dW", "one"]
    np.testing.assert_array_equal(clipped["dW"], [[-0.5, -0.5], [0.25, 0.5]])
    np.testing.assert_array_equal(clipped["one"], [0.5])


def test_clip_by_value_agrees_with_torch():
    """PyTorch's clip_grad_value_ does the same."""
    gradients = some_gradients()
    leaves = []
    for gradient in gradients.values():
        leaf = torch.zeros(gradient.shape, dtype=torch.float64, requires_grad=True)
        leaf.grad = torch.tensor(gradient)
        leaves.append(leaf)
    torch.nn.utils.clip_grad_value_(leaves, 0.3)
    clipped = stabilize.clip_by_value(gradients, 0.3)
    for name, leaf in zip(gradients, leaves, strict=True):
        np.testing.assert_array_equal(clipped[name], leaf.grad.numpy())


def test_clip_by_global_norm_of_an_example_worked_by_hand():
    """3, 4 and 12 together have norm 13; clipped to 6.5 each is halved."""
    gradients = {"dWax": np.array([[3.0], [4.0]]), "dba": np.array([[-12.0]])}
    clipped, norm = stabilize.clip_by_global_norm(gradients, 6.5)
    assert norm == pytest.approx(13.0, rel=1e-15)
    np.testing.assert_allclose(clipped["dWax"], [[1.5], [2.0]], rtol=1e-15)
    np.testing.assert_allclose(clipped["dba"], [[-6.0]], rtol=1e-15)


@pytest.mark.parametrize("scale", [0.2, 1.0, 1e4])
def test_clip_by_global_norm_agrees_with_torch(scale):
    """PyTorch's clip_grad_norm_ adds 1e-6 to the norm: at most 1e-6 of each entry apart."""
    gradients = some_gradients(scale)
    leaves = []
    for gradient in gradients.values():
        leaf = torch.zeros(gradient.shape, dtype=torch.float64, requires_grad=True)
        leaf.grad = torch.tensor(gradient)
        leaves.append(leaf)
    torch_norm = torch.nn.utils.clip_grad_norm_(leaves, 2.0).item()
    clipped, norm = stabilize.clip_by_global_norm(gradients, 2.0)
    assert norm == pytest.approx(torch_norm, rel=1e-13)
    assert list(clipped) == list(gradients)
    for name, leaf in zip(gradients, leaves, strict=True):
        np.testing.assert_allclose(clipped[name], leaf.grad.numpy(), rtol=1e-6, atol=0)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3, 1e200])
def test_clip_by_global_norm_lands_exactly_on_max_norm(scale):
    """The clipped arrays together have norm max_norm and the old direction, without overflow."""
    gradients = some_gradients(scale)
    clipped, norm = stabilize.clip_by_global_norm(gradients, 1e-3)
    joined = np.concatenate([array.ravel() for array in clipped.values()])
    before = np.concatenate([array.ravel() for array in gradients.values()])
    assert np.linalg.norm(joined) == pytest.approx(1e-3, rel=1e-13)
    assert norm == pytest.approx(scale * np.linalg.norm(before / scale), rel=1e-13)
    np.testing.assert_allclose(joined, before / norm * 1e-3, rtol=1e-13)


@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_clip_by_global_norm_does_not_stretch_short_gradients(scale):
    """A norm below max_norm, 0 included, changes nothing."""
    gradients = some_gradients(scale)
    clipped, norm = stabilize.clip_by_global_norm(gradients, 1e3)
    assert norm < 1e3
    assert clipped is not gradients
    np.testing.assert_equal(clipped, gradients)


def penalised(parameters, l1, l2):
    """The penalty that weight_decay differentiates, for real or complex weights."""
    total = 0.0
    for name, value in parameters.items():
        if name.startswith("W"):
            size = np.where(value.real < 0, -value, value)
            total = total + l1 * np.sum(size) + l2 / 2 * np.sum(value * value)
    return total


@pytest.mark.parametrize(("l1", "l2"), [(0.3, 0.0), (0.0, 0.7), (0.3, 0.7), (0.0, 0.0)])
def test_weight_decay_adds_the_gradient_of_the_penalty(l1, l2):
    """What is added to each gradient is the complex-step derivative of the penalty."""
    parameters = world(SIZES[0])["parameters"]
    gradients = {"d" + name: np.ones(value.shape) for name, value in parameters.items()}
    decayed = stabilize.weight_decay(gradients, parameters, l1=l1, l2=l2)
    for name, value in parameters.items():
        added = complex_step(
            lambda moved, name=name: penalised({**parameters, name: moved}, l1, l2) + 0j, value
        )
        np.testing.assert_allclose(decayed["d" + name], 1 + added, **TIGHT)


def test_weight_decay_pulls_a_weight_of_zero_nowhere():
    """The l1 term is l1 times the sign, and 0 at 0."""
    decayed = stabilize.weight_decay(
        {"dW": np.zeros((1, 3))}, {"W": np.array([[-2.0, 0.0, 5.0]])}, l1=0.5
    )
    np.testing.assert_array_equal(decayed["dW"], [[-0.5, 0.0, 0.5]])


def test_weight_decay_keeps_exactly_the_keys_of_the_gradients():
    """Biases, gradients without a weight and weights without a gradient are left out of it."""
    gradients = {"dWax": np.ones((2, 1)), "dba": np.ones((2, 1)), "dx": np.ones((1, 1, 3))}
    parameters = {
        "Wax": np.full((2, 1), 4.0),
        "Waa": np.full((2, 2), 4.0),
        "ba": np.full((2, 1), 4.0),
        "x": np.full((1, 1, 3), 4.0),
    }
    decayed = stabilize.weight_decay(gradients, parameters, l1=1.0, l2=0.5)
    assert sorted(decayed) == ["dWax", "dba", "dx"]
    np.testing.assert_array_equal(decayed["dWax"], np.full((2, 1), 4.0))
    np.testing.assert_array_equal(decayed["dba"], gradients["dba"])
    np.testing.assert_array_equal(decayed["dx"], gradients["dx"])


def test_stabilize_leaves_arguments_and_answers_alone():
    """No function writes into the arrays or dicts it is given, or answers with the same dict."""
    gradients = some_gradients()
    parameters = {"Wax": np.ones((4, 3)), "ba": np.ones((4, 1))}
    for answer in (
        assert_unchanged(stabilize.clip_by_value, gradients, 0.1),
        assert_unchanged(stabilize.clip_by_value, gradients, 1e3),
        assert_unchanged(stabilize.clip_by_global_norm, gradients, 0.1)[0],
        assert_unchanged(stabilize.clip_by_global_norm, gradients, 1e3)[0],
        assert_unchanged(stabilize.weight_decay, gradients, parameters),
        assert_unchanged(stabilize.weight_decay, gradients, parameters, l1=0.1, l2=0.1),
    ):
        assert answer is not gradients


# --- rtrl -------------------------------------------------------------------------------------


@by_size
@pytest.mark.parametrize("witness", [by_complex_step, by_torch])
def test_rtrl_gradients_are_those_of_bptt(sizes, witness):
    """The weight gradients agree with the complex step and with autograd's way back."""
    drawn = world(sizes)
    expected = witness(drawn, residual=False)
    gradients = rtrl.rtrl_gradients(*drawn.values())
    assert sorted(gradients) == ["dWaa", "dWax", "dba"]
    for name in ("Wax", "Waa", "ba"):
        assert gradients["d" + name].shape == expected[name].shape
        np.testing.assert_allclose(gradients["d" + name], expected[name], **TIGHT, err_msg=name)


def test_rtrl_gradients_are_the_errors_of_every_step_put_together():
    """Summing backpropagate_error over the loss of each step gives the same dWaa and dba."""
    drawn = world(SIZES[0])
    a = states(drawn["x"], drawn["a0"], *drawn["parameters"].values(), residual=False)
    before = np.concatenate([drawn["a0"][:, :, np.newaxis], a[:, :, :-1]], axis=2)
    dWaa, dba = 0, 0
    for last in range(1, a.shape[2] + 1):
        delta = gradient_flow.backpropagate_error(
            drawn["parameters"]["Waa"], a[:, :, :last], drawn["da"][:, :, last - 1]
        )
        dWaa = dWaa + np.einsum("imk,jmk->ij", delta, before[:, :, :last])
        dba = dba + np.sum(delta, axis=(1, 2))[:, np.newaxis]
    gradients = rtrl.rtrl_gradients(*drawn.values())
    np.testing.assert_allclose(gradients["dWaa"], dWaa, **TIGHT)
    np.testing.assert_allclose(gradients["dba"], dba, **TIGHT)


def test_rtrl_does_not_keep_the_past():
    """Ten times the steps take no more memory, beyond half of what all hidden states take."""
    n_a, m = 3, 2
    peaks = {}
    for T_x in (50, 200, 2000):  # the first is a warm-up
        drawn = world((2, n_a, m, T_x))
        tracemalloc.start()
        try:
            rtrl.rtrl_gradients(*drawn.values())
            peaks[T_x] = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peaks[2000] - peaks[200] < n_a * m * (2000 - 200) * 8 / 2


def test_rtrl_leaves_its_arguments_and_answers_alone():
    """Arrays and parameters, further ones included, stay as they are through a second call."""
    drawn = world(SIZES[0])
    drawn["parameters"]["by"] = np.ones((2, 1))
    assert_unchanged(rtrl.rtrl_gradients, *drawn.values())
