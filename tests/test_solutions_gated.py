"""The solutions of gated_rnn against the published numbers, the complex step, autograd, PyTorch.

The witnesses below are written anew from the equations, in another style than the solutions: one
matrix product for all gates, and sigma by its definition.
"""

import numpy as np
import pytest
import torch

from tests.solved import (
    DIFFERENCES,
    EIGHT_DIGITS,
    PUBLISHED,
    TIGHT,
    assert_gradients,
    assert_unchanged,
    by_complex_step,
    by_differences,
    by_torch,
    draw,
    load,
)

lstm_cell, lstm_sequence, gru_cell, gates_vs_torch = load(
    "gated_rnn", "lstm_cell", "lstm_sequence", "gru_cell", "gates_vs_torch"
)

# n_x, n_a, m, T_x: all different, then each dimension alone at 1, then all of them.
SIZES = [(3, 4, 5, 6), (1, 4, 3, 5), (3, 1, 2, 4), (2, 5, 1, 3), (2, 3, 4, 1), (1, 1, 1, 1)]
by_size = pytest.mark.parametrize("sizes", SIZES, ids=str)
by_witness = pytest.mark.parametrize("witness", [by_complex_step, by_torch])


# --- worlds and witnesses ---------------------------------------------------------------------


def lstm_values(sizes, seed=7):
    """Draw a sequence, start states and LSTM parameters, by name."""
    n_x, n_a, m, T_x = sizes
    rng = np.random.RandomState(seed)
    values = {"x": rng.randn(n_x, m, T_x), "a0": rng.randn(n_a, m), "c0": rng.randn(n_a, m)}
    for gate in "ofic":
        values[f"W{gate}"] = rng.randn(n_a, n_a + n_x) / np.sqrt(n_a + n_x)
        values[f"b{gate}"] = 0.3 * rng.randn(n_a, 1)
    return values


def gru_values(sizes, seed=7):
    """Draw one step's input, a state and GRU parameters, by name."""
    n_x, n_a, m, _ = sizes
    rng = np.random.RandomState(seed)
    values = {"xt": rng.randn(n_x, m), "a_prev": rng.randn(n_a, m)}
    for name, columns in (("z", n_a + n_x), ("r", n_a + n_x), ("na", n_a), ("nx", n_x)):
        values[f"W{name}"] = rng.randn(n_a, columns) / np.sqrt(columns)
        values[f"b{name}"] = 0.5 * rng.randn(n_a, 1)
    return values


def parameters_of(values):
    """Those of named values that are parameters."""
    return {name: array for name, array in values.items() if name[0] in "Wb"}


def sigma(p):
    """1 / (1 + exp(-p)) of numbers, complex ones too, or of tensors."""
    return 1 / (1 + (torch.exp if isinstance(p, torch.Tensor) else np.exp)(-p))


def lstm_states(x, a0, c0, **p):
    """Run the LSTM: all four gates in one matrix product; return states a and c over time."""
    tensors = isinstance(a0, torch.Tensor) or isinstance(x, torch.Tensor)
    tanh, join, stack = (
        (torch.tanh, torch.cat, torch.stack) if tensors else (np.tanh, np.concatenate, np.stack)
    )
    W, b = (join([p[f"{kind}{gate}"] for gate in "fico"]) for kind in "Wb")
    n_a, a, c, kept = len(a0), a0, c0, []
    for t in range(x.shape[2]):
        pre = W[:, :n_a] @ a + W[:, n_a:] @ x[:, :, t] + b
        f, i, o = (sigma(pre[k * n_a : (k + 1) * n_a]) for k in (0, 1, 3))
        c = f * c + i * tanh(pre[2 * n_a : 3 * n_a])
        a = o * tanh(c)
        kept.append((a, c))
    return stack([a for a, _ in kept], -1), stack([c for _, c in kept], -1)


def gru_state(xt, a_prev, Wr, br, Wz, bz, Wnx, bnx, Wna, bna):
    """Take one step of the GRU, the weights cut in two."""
    n_a = len(a_prev)
    r = sigma(Wr[:, :n_a] @ a_prev + Wr[:, n_a:] @ xt + br)
    z = sigma(Wz[:, :n_a] @ a_prev + Wz[:, n_a:] @ xt + bz)
    tanh = torch.tanh if isinstance(z, torch.Tensor) else np.tanh
    n = tanh(Wnx @ xt + bnx + r * (Wna @ a_prev + bna))
    return n + z * (a_prev - n)


def dot(run, gradient):
    """The sum of run * gradient, of whatever kind run is."""
    return (run * (torch.tensor(gradient) if isinstance(run, torch.Tensor) else gradient)).sum()


def at_step(values):
    """The first step of a sequence: xt, a_prev, c_prev and the parameters."""
    return values["x"][:, :, 0], values["a0"], values["c0"], parameters_of(values)


OF_THE_CELL = {"dx": "dxt", "da0": "da_prev", "dc0": "dc_prev"}


def outside(*shapes):
    """Draw gradients that come from outside."""
    rng = np.random.RandomState(11)
    return [rng.randn(*shape) for shape in shapes]


# --- one step of the LSTM ---------------------------------------------------------------------


@by_size
def test_the_lstm_cell_goes_forward_as_its_equations_say(sizes):
    """States as the witness has them, and a cache that holds what made them, in order."""
    values = lstm_values((*sizes[:3], 1))
    xt, a_prev, c_prev, parameters = at_step(values)
    a_next, c_next, cache = lstm_cell.lstm_cell_forward(xt, a_prev, c_prev, parameters)
    a, c = lstm_states(**values)
    np.testing.assert_allclose(a_next, a[:, :, 0], **TIGHT)
    np.testing.assert_allclose(c_next, c[:, :, 0], **TIGHT)
    assert isinstance(cache, tuple)
    np.testing.assert_equal(cache[:4], (a_next, c_next, a_prev, c_prev))
    np.testing.assert_equal(cache[8:], (xt, parameters))
    s = np.concatenate([a_prev, xt])
    for got, gate, squashed in zip(cache[4:8], "fico", (sigma, sigma, np.tanh, sigma), strict=True):
        expected = squashed(parameters[f"W{gate}"] @ s + parameters[f"b{gate}"])
        np.testing.assert_allclose(got, expected, **TIGHT)


@by_witness
@by_size
def test_the_lstm_cell_goes_backward_as_the_witnesses_do(sizes, witness):
    """Every gradient of one step, with both gradients from outside."""
    values = lstm_values((*sizes[:3], 1))
    da_next, dc_next = outside(values["a0"].shape, values["c0"].shape)

    def loss(**moved):
        a, c = lstm_states(**moved)
        return dot(a[:, :, 0], da_next) + dot(c[:, :, 0], dc_next)

    cache = lstm_cell.lstm_cell_forward(*at_step(values))[2]
    expected = {OF_THE_CELL.get(name, name): g for name, g in witness(loss, values).items()}
    expected["dxt"] = expected["dxt"][:, :, 0]
    assert_gradients(lstm_cell.lstm_cell_backward(da_next, dc_next, cache), expected)


def test_the_lstm_cell_goes_backward_as_differences_of_its_own_forward():
    """Central differences of the solution's forward, and not of a witness."""
    xt, a_prev, c_prev, parameters = at_step(lstm_values((3, 4, 5, 1)))
    da_next, dc_next = outside(a_prev.shape, c_prev.shape)

    def loss():
        a_next, c_next, _ = lstm_cell.lstm_cell_forward(xt, a_prev, c_prev, parameters)
        return np.sum(a_next * da_next) + np.sum(c_next * dc_next)

    arrays = {"dxt": xt, "da_prev": a_prev, "dc_prev": c_prev}
    arrays |= {f"d{name}": array for name, array in parameters.items()}
    expected = {name: by_differences(loss, array) for name, array in arrays.items()}
    cache = lstm_cell.lstm_cell_forward(xt, a_prev, c_prev, parameters)[2]
    gradients = lstm_cell.lstm_cell_backward(da_next, dc_next, cache)
    assert_gradients(gradients, expected, DIFFERENCES)


def test_saturated_gates_of_the_lstm_are_exactly_open_or_shut():
    """Pre-activations of 1000 and -1000 give gates of 1 and 0, without a warning."""
    ones = np.ones((2, 1))
    parameters = {f"W{gate}": np.zeros((2, 3)) for gate in "fico"}
    signs = {"f": [1000, -1000], "i": [-1000, 1000], "c": [1000, -1000], "o": [1000, 1000]}
    parameters |= {f"b{gate}": np.array(sign)[:, None] * ones[:1] for gate, sign in signs.items()}
    c_prev = np.array([[0.25], [0.75]])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        a_next, c_next, cache = lstm_cell.lstm_cell_forward(ones[:1], ones, c_prev, parameters)
    np.testing.assert_array_equal(cache[4], [[1.0], [0.0]])
    np.testing.assert_array_equal(cache[5], [[0.0], [1.0]])
    np.testing.assert_array_equal(c_next, [[0.25], [-1.0]])
    np.testing.assert_array_equal(a_next, np.tanh(c_next))


def test_with_an_open_forget_gate_the_cell_state_is_a_carousel():
    """Where ft is 1 and it is 0 the cell state, and its gradient, pass unchanged."""
    xt, a_prev, c_prev, parameters = at_step(lstm_values((3, 4, 5, 1)))
    parameters |= {"bf": np.full((4, 1), 1000.0), "bi": np.full((4, 1), -1000.0)}
    _, c_next, cache = lstm_cell.lstm_cell_forward(xt, a_prev, c_prev, parameters)
    (dc_next,) = outside(c_prev.shape)
    gradients = lstm_cell.lstm_cell_backward(np.zeros(a_prev.shape), dc_next, cache)
    np.testing.assert_array_equal(c_next, c_prev)
    np.testing.assert_array_equal(gradients["dc_prev"], dc_next)


# --- a sequence through the LSTM --------------------------------------------------------------


@by_size
def test_the_lstm_goes_forward_step_by_step(sizes):
    """States as the witness has them, caches as the cell gives them."""
    values = lstm_values(sizes)
    x, a0, c0, parameters = (values["x"], *at_step(values)[1:])
    a, c, caches = lstm_sequence.lstm_forward(x, a0, c0, parameters)
    for got, expected in zip((a, c), lstm_states(**values), strict=True):
        np.testing.assert_allclose(got, expected, **TIGHT)
    assert isinstance(caches, tuple)
    assert isinstance(caches[0], list)
    np.testing.assert_equal(caches[1], x)
    before = (a0, c0)
    for t, cache in enumerate(caches[0]):
        expected = lstm_cell.lstm_cell_forward(x[:, :, t], *before, parameters)
        np.testing.assert_equal(cache, expected[2])
        before = expected[:2]


@by_witness
@by_size
def test_the_lstm_goes_backward_as_the_witnesses_do(sizes, witness):
    """Every gradient of a sequence, at every edge size."""
    values = lstm_values(sizes)
    (da,) = outside((*values["a0"].shape, sizes[3]))
    _, a0, c0, parameters = at_step(values)
    caches = lstm_sequence.lstm_forward(values["x"], a0, c0, parameters)[2]
    expected = witness(lambda **moved: dot(lstm_states(**moved)[0], da), values)
    assert_gradients(lstm_sequence.lstm_backward(da, caches), expected)


# --- one step of the GRU ----------------------------------------------------------------------


@by_size
def test_the_gru_cell_goes_forward_as_its_equations_say(sizes):
    """The state as the witness has it, and a cache that holds what made it, in order."""
    values = gru_values(sizes)
    xt, a_prev, p = values["xt"], values["a_prev"], parameters_of(values)
    a_next, cache = gru_cell.gru_cell_forward(xt, a_prev, p)
    np.testing.assert_allclose(a_next, gru_state(**values), **TIGHT)
    assert isinstance(cache, tuple)
    np.testing.assert_equal(cache[:2], (a_next, a_prev))
    np.testing.assert_equal(cache[6:], (xt, p))
    s = np.concatenate([a_prev, xt])
    r, z = (sigma(p[f"W{gate}"] @ s + p[f"b{gate}"]) for gate in "rz")
    q = p["Wna"] @ a_prev + p["bna"]
    n = np.tanh(p["Wnx"] @ xt + p["bnx"] + r * q)
    for got, expected in zip(cache[2:6], (r, z, n, q), strict=True):
        np.testing.assert_allclose(got, expected, **TIGHT)


@by_witness
@by_size
def test_the_gru_cell_goes_backward_as_the_witnesses_do(sizes, witness):
    """Every gradient of one step."""
    values = gru_values(sizes)
    (da_next,) = outside(values["a_prev"].shape)
    cache = gru_cell.gru_cell_forward(values["xt"], values["a_prev"], parameters_of(values))[1]
    expected = witness(lambda **moved: dot(gru_state(**moved), da_next), values)
    assert_gradients(gru_cell.gru_cell_backward(da_next, cache), expected)


def test_the_gru_cell_goes_backward_as_differences_of_its_own_forward():
    """Central differences of the solution's forward, and not of a witness."""
    values = gru_values((3, 4, 5, 1))
    xt, a_prev, parameters = values["xt"], values["a_prev"], parameters_of(values)
    (da_next,) = outside(a_prev.shape)

    def loss():
        return np.sum(gru_cell.gru_cell_forward(xt, a_prev, parameters)[0] * da_next)

    expected = {f"d{name}": by_differences(loss, array) for name, array in values.items()}
    cache = gru_cell.gru_cell_forward(xt, a_prev, parameters)[1]
    assert_gradients(gru_cell.gru_cell_backward(da_next, cache), expected, DIFFERENCES)


# --- the published numbers --------------------------------------------------------------------


def published_parameters():
    """Wf, bf, Wi, bi, Wo, bo, Wc, bc of 5 units and 3 inputs, in this order."""
    parameters = {}
    for gate in "fioc":
        parameters[f"W{gate}"], parameters[f"b{gate}"] = draw((5, 8), (5, 1))
    return parameters


def test_the_published_numbers_of_the_lstm_cell():
    """Two arrays of an output layer are drawn and thrown away before the gradients."""
    np.random.seed(1)
    xt, a_prev, c_prev = draw((3, 10), (5, 10), (5, 10))
    parameters = published_parameters()
    draw((2, 5), (2, 1))
    a_next, c_next, cache = lstm_cell.lstm_cell_forward(xt, a_prev, c_prev, parameters)
    np.testing.assert_allclose(a_next[4][0], -0.66408471, **EIGHT_DIGITS)
    np.testing.assert_allclose(c_next[2][0], 0.63267805, **EIGHT_DIGITS)
    gradients = lstm_cell.lstm_cell_backward(*draw((5, 10), (5, 10)), cache)
    np.testing.assert_allclose(gradients["dxt"][1][2], 3.230559115109188, **PUBLISHED)
    np.testing.assert_allclose(gradients["da_prev"][2][3], -0.06396214197109236, **PUBLISHED)
    np.testing.assert_allclose(gradients["dc_prev"][2][3], 0.7975220387970015, **PUBLISHED)
    np.testing.assert_allclose(gradients["dWf"][3][1], -0.1479548381644968, **PUBLISHED)
    np.testing.assert_allclose(gradients["dWi"][1][2], 1.0574980552259903, **PUBLISHED)
    np.testing.assert_allclose(gradients["dWc"][3][1], 2.304562163687667, **PUBLISHED)
    np.testing.assert_allclose(gradients["dWo"][1][2], 0.33131159528921084, **PUBLISHED)
    np.testing.assert_allclose(gradients["dbf"][4], [0.18864637], **EIGHT_DIGITS)


def published_lstm(T_x):
    """Caches of a published sequence of T_x steps from c0 = 0, and gradients for four steps."""
    np.random.seed(1)
    x, a0 = draw((3, 10, T_x), (5, 10))
    caches = lstm_sequence.lstm_forward(x, a0, np.zeros((5, 10)), published_parameters())[2]
    return draw((5, 10, 4))[0], caches


def test_the_published_numbers_of_the_lstm_backward():
    """Four steps, gradients for all four: right as published."""
    gradients = lstm_sequence.lstm_backward(*published_lstm(4))
    dx = [-0.06807807979323721, 0.05011901110030986, -0.14443646505257474, -0.347279614383335]
    np.testing.assert_allclose(gradients["dx"][1][2], dx, **PUBLISHED)
    np.testing.assert_allclose(gradients["da0"][2][3], -0.29459743984615694, **PUBLISHED)
    np.testing.assert_allclose(gradients["dc0"][2][3], 0.0176083892059827, **PUBLISHED)
    np.testing.assert_allclose(gradients["dWf"][3][1], 0.03508425706594447, **PUBLISHED)
    np.testing.assert_allclose(gradients["dbo"][4], [-0.54629819], **EIGHT_DIGITS)


def test_the_published_numbers_of_seven_steps_are_wrong():
    """They come out where nothing is carried from step to step; right are others."""
    da, caches = published_lstm(7)
    gradients = lstm_sequence.lstm_backward(da, caches)
    dx = [0.00218254, 0.28205375, -0.48292508, -0.43281115]
    np.testing.assert_allclose(gradients["dx"][1][2], dx, **EIGHT_DIGITS)
    np.testing.assert_allclose(gradients["da0"][2][3], 0.3127703102572602, **PUBLISHED)

    nothing = np.zeros((5, 10))
    steps = [lstm_cell.lstm_cell_backward(da[:, :, t], nothing, caches[0][t]) for t in range(4)]
    printed = [-0.00173313, 0.08287442, -0.30545663, -0.43281115]
    np.testing.assert_allclose([step["dxt"][1][2] for step in steps], printed, **EIGHT_DIGITS)
    np.testing.assert_allclose(steps[0]["da_prev"][2][3], -0.095911501954, rtol=0, atol=5.1e-13)


def test_the_reference_numbers_of_the_gru_cell():
    """Wr, br, Wz, bz, Wnx, bnx, Wna, bna are drawn in this order."""
    np.random.seed(1)
    xt, a_prev = draw((3, 10), (5, 10))
    parameters = {}
    for name, columns in (("r", 8), ("z", 8), ("nx", 3), ("na", 5)):
        parameters[f"W{name}"], parameters[f"b{name}"] = draw((5, columns), (5, 1))
    a_next, cache = gru_cell.gru_cell_forward(xt, a_prev, parameters)
    np.testing.assert_allclose(a_next[4][2], -0.3989508381710641, **PUBLISHED)
    gradients = gru_cell.gru_cell_backward(*draw((5, 10)), cache)
    np.testing.assert_allclose(gradients["dxt"][1][2], 1.6088324998723067, **PUBLISHED)
    np.testing.assert_allclose(gradients["da_prev"][2][3], -0.9567990673855197, **PUBLISHED)
    np.testing.assert_allclose(gradients["dWr"][3][1], -0.025305801908355612, **PUBLISHED)
    np.testing.assert_allclose(gradients["dWna"][1][2], 0.07472167723374465, **PUBLISHED)
    np.testing.assert_allclose(gradients["dbnx"][4], [0.68569084], **EIGHT_DIGITS)
    np.testing.assert_allclose(gradients["dbna"][4], [-0.00642139], **EIGHT_DIGITS)


# --- the rules --------------------------------------------------------------------------------


def test_cells_and_sequence_leave_arguments_and_answers_alone():
    """What is handed in and out stays as it was through a second call."""
    values = lstm_values((3, 4, 5, 6))
    xt, a0, c0, parameters = at_step(values)
    da, dc = outside((4, 5, 6), (4, 5))
    assert_unchanged(lstm_cell.lstm_cell_forward, xt, a0, c0, parameters)
    cache = lstm_cell.lstm_cell_forward(xt, a0, c0, parameters)[2]
    assert_unchanged(lstm_cell.lstm_cell_backward, da[:, :, 0], dc, cache)
    assert_unchanged(lstm_sequence.lstm_forward, values["x"], a0, c0, parameters)
    caches = lstm_sequence.lstm_forward(values["x"], a0, c0, parameters)[2]
    assert_unchanged(lstm_sequence.lstm_backward, da, caches)
    gru = gru_values((3, 4, 5, 6))
    assert_unchanged(gru_cell.gru_cell_forward, gru["xt"], gru["a_prev"], parameters_of(gru))
    cache = gru_cell.gru_cell_forward(gru["xt"], gru["a_prev"], parameters_of(gru))[1]
    assert_unchanged(gru_cell.gru_cell_backward, da[:, :, 0], cache)


# --- beside PyTorch ---------------------------------------------------------------------------

# n_x, n_h, m, T
TORCH_SIZES = [(3, 4, 2, 5), (1, 4, 3, 2), (3, 1, 2, 4), (3, 4, 1, 5), (3, 4, 2, 1), (1, 1, 1, 1)]


def comparison(sizes, seed=5):
    """Both modules in float64, x, h0, c0 and dh."""
    n_x, n_h, m, T = sizes
    torch.manual_seed(seed)
    lstm, gru = torch.nn.LSTM(n_x, n_h).double(), torch.nn.GRUCell(n_x, n_h).double()
    rng = np.random.RandomState(seed)
    arrays = rng.randn(T, m, n_x), rng.randn(1, m, n_h), rng.randn(1, m, n_h), rng.randn(T, m, n_h)
    return lstm, gru, *arrays


def by_modules(lstm, gru, x, h0, c0, dh):
    """What both modules say, by backward() on fresh copies of their gradients."""
    lstm.zero_grad()
    gru.zero_grad()
    inputs, h, c, xt, ht = (torch.tensor(v).requires_grad_() for v in (x, h0, c0, x[0], h0[0]))
    hidden, (_, c_last) = lstm(inputs, (h, c))
    (hidden * torch.tensor(dh)).sum().backward()
    gru_hidden = gru(xt, ht)
    (gru_hidden * torch.tensor(dh[0])).sum().backward()
    found = {"hidden": hidden, "c_last": c_last, "dx": inputs.grad, "dh0": h.grad, "dc0": c.grad}
    weights = {"w_ih": "weight_ih", "w_hh": "weight_hh", "b_ih": "bias_ih", "b_hh": "bias_hh"}
    found |= {f"d{name}": getattr(lstm, f"{long}_l0").grad for name, long in weights.items()}
    found |= {"gru_hidden": gru_hidden, "gru_dx": xt.grad, "gru_dh0": ht.grad}
    found |= {f"gru_d{name}": getattr(gru, long).grad for name, long in weights.items()}
    return {name: tensor.detach().numpy() for name, tensor in found.items()}


def assert_pairs(pairs, expected):
    """Compare both halves of every pair, and nothing beside them."""
    assert pairs.keys() == expected.keys()
    for name, (by_numpy, by_torch_) in pairs.items():
        for half in (by_numpy, by_torch_):
            assert isinstance(half, np.ndarray), name
            assert half.shape == expected[name].shape, name
            np.testing.assert_allclose(half, expected[name], **TIGHT, err_msg=name)


@pytest.mark.parametrize("sizes", TORCH_SIZES, ids=str)
def test_the_comparison_beside_the_modules_themselves(sizes):
    """Both halves of every pair, at every edge size."""
    world = comparison(sizes)
    assert_pairs(gates_vs_torch.compare_gates_with_torch(*world), by_modules(*world))


def test_the_biases_of_the_gru_candidate_have_gradients_of_their_own():
    """db_ih and db_hh are one for the LSTM; for the GRU their last rows differ."""
    pairs = gates_vs_torch.compare_gates_with_torch(*comparison((3, 4, 2, 5)))
    np.testing.assert_array_equal(pairs["db_ih"][0], pairs["db_hh"][0])
    one, other = pairs["gru_db_ih"][0], pairs["gru_db_hh"][0]
    np.testing.assert_array_equal(one[:8], other[:8])
    assert np.all(np.abs(one[8:] - other[8:]) > 1e-6)


@pytest.mark.parametrize("training", [True, False])
def test_the_comparison_leaves_modules_and_arrays_alone(training):
    """Gradients that are there already change nothing; weights, mode and arrays stay."""
    lstm, gru, *arrays = comparison((3, 4, 2, 5))
    expected = by_modules(lstm, gru, *arrays)
    modules = (lstm, gru)
    for module in modules:
        module.train(training)
        for parameter in module.parameters():
            parameter.grad = torch.ones_like(parameter)
    weights = [
        parameter.detach().clone() for module in modules for parameter in module.parameters()
    ]
    kept = [array.copy() for array in arrays]
    for _ in range(2):
        assert_pairs(gates_vs_torch.compare_gates_with_torch(lstm, gru, *arrays), expected)
    after = [w for module in modules for w in module.parameters()]
    assert all(torch.equal(one, other) for one, other in zip(weights, after, strict=True))
    assert [module.training for module in modules] == [training, training]
    np.testing.assert_equal(arrays, kept)
