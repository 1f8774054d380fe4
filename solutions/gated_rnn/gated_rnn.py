# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # What gates are good for
#
# You write code in `lstm_cell.py`, `lstm_sequence.py`, `gru_cell.py` and `gates_vs_torch.py`. In
# this notebook you run the public tests, see gates at work, train four kinds of cells on one task
# that needs a memory, and answer a question in writing. Hand in the whole folder.
#
# Run the cells from top to bottom, and again whenever you have changed a file. What needs a
# function that is still to be written says so. The pictures need matplotlib (`pip install
# matplotlib`). All of it takes less than a minute.

# %%
import matplotlib.pyplot as plt
import numpy as np
from workbench import mine, public_tests, shown

COLOURS = {"plain": "#2b6cb0", "residual": "#c2410c", "LSTM": "#0f766e", "GRU": "#7c3aed"}

# %% [markdown]
# ## 1. The LSTM
#
#     c_next = ft * c_prev + it * cct
#     a_next = ot * tanh(c_next)
#
# README.md has all formulas and shapes.

# %% nbgrader={"grade_id": "lstm_cell_forward"}
public_tests("lstm_cell_forward")

# %% nbgrader={"grade_id": "lstm_cell_backward"}
public_tests("lstm_cell_backward")

# %% nbgrader={"grade_id": "lstm_forward"}
public_tests("lstm_forward")

# %% nbgrader={"grade_id": "lstm_backward"}
public_tests("lstm_backward")

# %% [markdown]
# ### A memory set by hand
#
# One unit, no training. The input has two channels: the first is a noisy signal, the second rings
# a bell now and then. The weights are chosen so that the bell opens the input gate and shuts the
# forget gate: the cell writes what it hears at a bell, and keeps it until the next one. The grey
# bars are the bells.


# %%
def memory_by_hand():
    (lstm_forward,) = mine("lstm_sequence", "lstm_forward")
    draw = np.random.default_rng(3)
    signal = 0.8 * np.sin(np.arange(80) / 5) + 0.1 * draw.normal(size=80)
    bells = np.isin(np.arange(80), [8, 30, 52, 64]).astype(float)
    parameters = {
        "Wf": np.array([[0.0, 0.0, -16.0]]), "bf": np.array([[8.0]]),  # open, but at a bell
        "Wi": np.array([[0.0, 0.0, 16.0]]), "bi": np.array([[-8.0]]),  # shut, but at a bell
        "Wc": np.array([[0.0, 1.0, 0.0]]), "bc": np.zeros((1, 1)),  # what is heard
        "Wo": np.zeros((1, 3)), "bo": np.array([[8.0]]),  # always open
    }  # fmt: skip
    x, nothing = np.stack([signal, bells])[:, np.newaxis, :], np.zeros((1, 1))
    _, c, caches = lstm_forward(x, nothing, nothing, parameters)
    _, (top, bottom) = plt.subplots(2, 1, figsize=(10, 5), sharex=True)
    top.plot(signal, color="0.6", label="signal")
    top.step(range(80), c[0, 0], where="mid", color=COLOURS["LSTM"], label="cell state c_t")
    top.set(title="what is heard at a bell stays in the cell")
    top.legend(loc="lower left")
    for place, name, colour in ((4, "forget gate", "#c2410c"), (5, "input gate", "#2b6cb0")):
        bottom.plot([cache[place][0, 0] for cache in caches[0]], color=colour, label=name)
    bottom.set(xlabel="step t", ylim=(-0.05, 1.05))
    bottom.legend(loc="center left")
    for axis in (top, bottom):
        for t in np.flatnonzero(bells):
            axis.axvspan(t - 0.4, t + 0.4, color="0.85")


shown(memory_by_hand)

# %% [markdown]
# ### The carousel
#
# How much of a gradient that reaches c_T gets back to c_k? In each line the forget gate has
# another bias, and everything else is the same: 20 units with small random weights, your
# `lstm_cell_backward` step by step. Dotted is the mean forget gate to the power T - k. What bias
# would you begin a training with?


# %%
def carousel():
    (lstm_forward,) = mine("lstm_sequence", "lstm_forward")
    (lstm_cell_backward,) = mine("lstm_cell", "lstm_cell_backward")
    n_a, steps = 20, 60
    _, axis = plt.subplots()
    for bias, colour in zip((-1, 0, 1, 2, 4), plt.cm.viridis(np.linspace(0, 0.85, 5)), strict=True):
        draw = np.random.default_rng(4)
        parameters = {name: 0.3 * W for name, W in weights("LSTM", draw, 2, n_a).items()}
        parameters["bf"] += bias
        x, nothing = draw.normal(size=(2, 1, steps)), np.zeros((n_a, 1))
        _, _, caches = lstm_forward(x, nothing, nothing, parameters)
        dc, da = np.ones((n_a, 1)), nothing
        norms = [np.linalg.norm(dc)]
        for cache in reversed(caches[0]):
            gradients = lstm_cell_backward(da, dc, cache)
            da, dc = gradients["da_prev"], gradients["dc_prev"]
            norms.append(np.linalg.norm(dc))
        kept = float(np.mean([cache[4] for cache in caches[0]]))
        back = np.arange(steps + 1)
        print(f"bias {bias:2}: mean ft {kept:.3f}, gradient after {steps} steps {norms[-1]:.0e}")
        axis.semilogy(steps - back, norms, color=colour, label=f"bias {bias}")
        axis.semilogy(steps - back, norms[0] * kept**back, color=colour, linestyle=":")
    axis.set(xlabel="step k", ylabel="norm of the gradient at c_k", title="from c_60 back to c_k")
    axis.set(yticks=10.0 ** np.arange(-30, 3, 6), ylim=(1e-32, 100))
    axis.minorticks_off()
    axis.legend()


def weights(kind, draw, n_x, n_a):
    """Make the parameters of a cell, small and random; only the forget and update gates lean."""
    shapes = {
        "LSTM": {gate: n_a + n_x for gate in "fico"},
        "GRU": {"r": n_a + n_x, "z": n_a + n_x, "nx": n_x, "na": n_a},
    }.get(kind, {"h": n_a + n_x})
    scale = {"residual": 0.1}.get(kind, 0.5) / np.sqrt(n_a + n_x)
    made = {f"W{name}": scale * draw.normal(size=(n_a, n)) for name, n in shapes.items()}
    return made | {f"b{name}": np.zeros((n_a, 1)) for name in shapes}


shown(carousel)

# %% [markdown]
# ## 2. The GRU

# %% nbgrader={"grade_id": "gru_cell_forward"}
public_tests("gru_cell_forward")

# %% nbgrader={"grade_id": "gru_cell_backward"}
public_tests("gru_cell_backward")

# %% [markdown]
# ## 3. One task, four cells
#
# The first input is +1 or -1, then come 59 steps of noise, and after the last of them the network
# has to say which it was. Who guesses has a loss of log 2 = 0.69. Four cells of 16 units are
# trained on it in the same way, from two starting points each:
#
# - *plain*, a_t = tanh(z_t), the network of `rnn_bptt`;
# - *residual*, a_t = a_{t-1} + tanh(z_t), that of `long_term_dependencies`;
# - your LSTM and your GRU, whose forget and update gates begin with a bias of 3: open.
#
# Every step's backward is asked by itself, so that the gradient can be looked at on its way: what
# reaches the states (of the LSTM: a and c together) at every step, before the first update and
# after the last.


# %%
def simple(adds):
    """The plain cell, or the one that adds to its state; one weight matrix over [a; x]."""

    def forward(xt, a, p):
        g = np.tanh(p["Wh"] @ np.vstack([a, xt]) + p["bh"])
        return (a + g if adds else g), (a, xt, g, p)

    def backward(da, cache):
        a, xt, g, p = cache
        dz = da * (1 - g * g)
        back = p["Wh"][:, : len(a)].T @ dz
        found = {"dWh": dz @ np.vstack([a, xt]).T, "dbh": np.sum(dz, axis=1, keepdims=True)}
        return found | {"da_prev": da + back if adds else back}

    return forward, backward


def cells():
    """Each cell as (number of states, forward, backward)."""
    lstm = mine("lstm_cell", "lstm_cell_forward", "lstm_cell_backward")
    gru = mine("gru_cell", "gru_cell_forward", "gru_cell_backward")
    made = {"plain": (1, *simple(False)), "residual": (1, *simple(True))}
    return made | {"LSTM": (2, *lstm), "GRU": (1, *gru)}


def forth_and_back(cell, p, x, sign):
    """Run a batch; return the loss, who was right, all gradients, and their norm on the way."""
    number, forward, backward = cell
    states = [np.zeros((p["out"].shape[1], x.shape[1]))] * number
    caches = []
    for t in range(x.shape[2]):
        *states, cache = forward(x[:, :, t], *states, p)
        caches.append(cache)
    margin = sign * (p["out"] @ states[0])
    dscore = -sign / (1 + np.exp(np.clip(margin, -500, 500))) / len(sign)
    found = {"out": dscore @ states[0].T}
    going = [p["out"].T @ dscore, *(np.zeros_like(state) for state in states[1:])]
    norms = []
    for cache in reversed(caches):
        norms.append(np.sqrt(sum(np.sum(d**2) for d in going)))
        gradients = backward(*going, cache)
        going = [gradients[name] for name in ("da_prev", "dc_prev") if name in gradients]
        for name in p.keys() - {"out"}:
            found[name] = found.get(name, 0) + gradients[f"d{name}"]
    return np.mean(np.logaddexp(0, -margin)), np.mean(margin > 0), found, norms[::-1]


def train(kind, cell, seed, steps=60, updates=100, rate=0.02, n_a=16, m=32):
    """Train by Adam on shortened gradients; return losses, share of right, norms at both ends."""
    draw = np.random.default_rng(seed)
    p = weights(kind, draw, 2, n_a) | {"out": draw.normal(size=(1, n_a)) / np.sqrt(n_a)}
    for lean in {"bf", "bz"} & p.keys():
        p[lean] = p[lean] + 3.0
    mean, square = dict.fromkeys(p, 0.0), dict.fromkeys(p, 0.0)
    losses, right, ends = [], [], []
    for update in range(1, updates + 1):
        sign = draw.choice([-1.0, 1.0], size=m)
        x = np.zeros((2, m, steps))
        x[0, :, 0], x[1] = sign, draw.normal(size=(m, steps))
        loss, correct, found, norms = forth_and_back(cell, p, x, sign)
        losses.append(loss)
        right.append(correct)
        if update in (1, updates):
            ends.append(norms)
        length = np.sqrt(sum(np.sum(g**2) for g in found.values()))
        for name, g in found.items():
            g = g / max(1.0, length)
            mean[name] = 0.9 * mean[name] + 0.1 * g
            square[name] = 0.99 * square[name] + 0.01 * g**2
            size = np.sqrt(square[name] / (1 - 0.99**update)) + 1e-8
            p[name] = p[name] - rate * mean[name] / (1 - 0.9**update) / size
    return np.array(losses), np.array(right), ends


def four_cells():
    _, (left, middle, last) = plt.subplots(1, 3, figsize=(12, 4.2))
    print("mean of the last 20 updates; gradient: what is left of it at the first step")
    for kind, cell in cells().items():
        for seed in range(2):
            losses, right, (first, end) = train(kind, cell, seed)
            name = None if seed else kind
            smooth = np.mean(losses.reshape(-1, 5), axis=1)
            left.semilogy(range(5, 101, 5), smooth, color=COLOURS[kind], label=name)
            for axis, norms in ((middle, first), (last, end)):
                axis.semilogy(range(1, 61), np.array(norms) / norms[-1], color=COLOURS[kind])
            print(
                f"{kind:8}  seed {seed}  loss {np.mean(losses[-20:]):6.3f}  "
                f"right {np.mean(right[-20:]):4.0%}  gradient {first[0] / first[-1]:.0e} at first"
            )
    left.axhline(np.log(2), color="0.2", linestyle=":")
    left.set(xlabel="update", ylabel="loss", ylim=(1e-4, 30), title="loss (dotted: guessing)")
    left.legend(loc="lower left")
    middle.set(title="gradient, before training", ylabel="norm at step k / at step 60")
    last.set(title="gradient, after training")
    for axis in (middle, last):
        axis.set(xlabel="step k", ylim=(1e-16, 1e6))


shown(four_cells)

# %% [markdown]
# The plain cell hears nothing of the first step: what reaches it is less than a millionth of what
# the last step sees, and lost in what the noise of the later steps asks for. The residual cell
# hears all of it, and more: its gradient grows on the way back, every step of the noise is added
# to its state for good, and whether it learns depends on where it starts. The gates begin near 1
# and hand the gradient on about as it is; what is worth keeping, they learn.
#
# Try a bias of 0 in place of 3.0. What does the gradient of the LSTM look like before training, and
# does it still learn?
#
# ## 4. Beside PyTorch

# %% nbgrader={"grade_id": "compare_gates_with_torch"}
public_tests("compare_gates_with_torch")

# %% [markdown]
# What is left between the two halves is rounding (dotted: the spacing of float64 numbers around 1).


# %%
def rounding():
    import torch

    (compare,) = mine("gates_vs_torch", "compare_gates_with_torch")
    torch.manual_seed(2)
    draw = np.random.default_rng(2)
    lstm, gru = torch.nn.LSTM(4, 12).double(), torch.nn.GRUCell(4, 12).double()
    shapes = (50, 8, 4), (1, 8, 12), (1, 8, 12), (50, 8, 12)
    pairs = compare(lstm, gru, *(draw.normal(size=shape) for shape in shapes))
    apart = {
        name: np.max(np.abs(one - other)) / np.max(np.abs(other)) + 1e-18
        for name, (one, other) in pairs.items()
    }
    _, axis = plt.subplots(figsize=(8, 4.6))
    colours = [COLOURS["GRU" if name.startswith("gru") else "LSTM"] for name in apart]
    axis.barh(list(apart), list(apart.values()), left=1e-18, color=colours)
    axis.axvline(np.finfo(float).eps, color="k", linestyle=":")
    axis.invert_yaxis()
    axis.set(xscale="log", xlabel="largest difference, relative to the largest entry")


shown(rounding)

# %% [markdown]
# ## 5. A question in writing
#
# 10 points, outside the 100, graded by a person. Formulas in LaTeX between dollar signs are
# welcome.
#
# **6-4. The constant error carousel.** Take the LSTM's cell state, $c_t = f_t * c_{t-1} + i_t *
# \tilde c_t$, and hold the gates and the candidate fixed, as if they did not depend on the past.
#
# 1. Give $\partial c_t / \partial c_{t-1}$, and from it $\partial c_T / \partial c_k$ for $k < T$.
# 2. For which values of $f_t$ is the gradient constant over time, and what happens to it at $f_t =
#    0.9$ over 100 steps? Why does a forget gate's bias often begin at 1 or more?
# 3. Compare with the plain cell and with the residual one: what stands in the place of $f_t$ there,
#    and can the gradient through $c$ explode?
# 4. The gates do depend on the past: $f_t$ reads $a_{t-1}$. Which further paths lead from $c_t$
#    back to $c_{t-1}$, and can the whole gradient still vanish or explode?
# 5. The first LSTM had no forget gate, which means $f_t = 1$ always. What was gained by adding one?

# %% [markdown] nbgrader={"grade_id": "question-6-4", "points": 10}
# ### BEGIN SOLUTION
# **Model answer.** 1. With $f_t$, $i_t$, $\tilde c_t$ fixed each entry of $c_t$ depends on the same
# entry of $c_{t-1}$ alone, linearly:
#
# $$\frac{\partial c_t}{\partial c_{t-1}} = \operatorname{diag}(f_t), \qquad
# \frac{\partial c_T}{\partial c_k} = \operatorname{diag}\Big(\prod_{t=k+1}^{T} f_t\Big)$$
#
# (the product entry by entry). No matrix and no $\tanh'$ stands in it.
#
# 2. It is constant exactly where $f_t = 1$: the error goes round unchanged, hence *constant error
# carousel*. Every $f_t < 1$ makes it fall geometrically: $0.9^{100} \approx 2.7 \cdot 10^{-5}$.
# With weights near 0 a bias of 0 gives $f_t \approx 0.5$ and $0.5^{20} \approx 10^{-6}$, so that
# nothing from further back is ever learned; $\sigma(1) = 0.73$, $\sigma(3) = 0.95$ leave the path
# open from the first update on, and the network can still learn to shut it.
#
# 3. Plain: $\partial a_t / \partial a_{t-1} = \operatorname{diag}(1 - a_t^2) \, W$, whose product
# vanishes or explodes with the size of $W$, and vanishes where units saturate. Residual:
# $I + \operatorname{diag}(1 - g_t^2) \, W$, which does not vanish, and can explode. Here
# $0 < f_t < 1$ for every unit and step by itself, decided from the data: along this path no entry
# can grow, so it cannot explode.
#
# 4. $c_{t-1} \to a_{t-1} = o_{t-1} * \tanh(c_{t-1})$, and $a_{t-1}$ enters $f_t$, $i_t$, $o_t$ and
# $\tilde c_t$ through $W_f, W_i, W_o, W_c$. So
#
# $$\frac{\partial c_t}{\partial c_{t-1}} = \operatorname{diag}(f_t) +
# \big[\operatorname{diag}(c_{t-1}
# * f_t') W_f + \operatorname{diag}(\tilde c_t * i_t') W_i + \operatorname{diag}(i_t * (1 - \tilde
# c_t^2)) W_c\big]_{a} \operatorname{diag}\big(o_{t-1} * (1 - \tanh^2(c_{t-1}))\big)$$
#
# (of each matrix the columns that act on $a_{t-1}$; $f_t' = f_t * (1 - f_t)$, and $i_t'$ alike).
# The added part has matrices, so the whole can explode, which is why gradients of LSTMs are
# clipped too; and it can vanish where forget gates stay below 1. What the carousel gives is one
# path on which nothing has to be lost.
#
# 5. With $f_t = 1$ the cell can only add: it cannot forget at the end of an episode, $c$ grows
# without bound over a long input, $\tanh(c)$ saturates, and with it $1 - \tanh^2(c)$ shuts off
# the gradient. A forget gate lets the network reset what is no longer of use.
#
# **Rubric (10).** 1: 2 (one for the diagonal, one for the product). 2: 2 ($f_t = 1$; the decay in
# numbers, and the reason for the bias). 3: 2 (both Jacobians; bounded by 1 along this path). 4: 2
# (the way over $a_{t-1}$ into gates and candidate; may still vanish or explode). 5: 2 (forgetting
# or growth of $c$; saturation of $\tanh(c)$). An answer that treats $f_t$ as a matrix product, or
# leaves a $\tanh'$ on the path, costs 1, once.
# ### END SOLUTION
