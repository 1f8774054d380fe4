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
# # A recurrent network by hand
#
# This notebook goes with the files in its folder. You write code in `rnn_cell.py`,
# `rnn_sequence.py` and `numpy_vs_torch.py`; here you run the public tests, look at what your code
# does, and answer two questions in writing. Hand in the whole folder.
#
# Run the cells from top to bottom, and again whenever you have changed a file. Whatever is still to
# be written says so and is left out; nothing breaks. The pictures need matplotlib
# (`pip install matplotlib`).

# %%
import matplotlib.pyplot as plt
import numpy as np
from workbench import mine, public_tests, shown

BLUE, RED, GREY, GREEN = "#2b6cb0", "#c2410c", "#6b7280", "#0f766e"
plt.rcParams["axes.prop_cycle"] = plt.cycler(color=[BLUE, RED, GREY, GREEN])

# %% [markdown]
# ## 1. One cell
#
#     a_next  = tanh(Wax xt + Waa a_prev + ba)
#     yt_pred = softmax(Wya a_next + by)
#
# README.md has all formulas and shapes. The next three cells run the public tests of the cell.

# %% nbgrader={"grade_id": "softmax"}
public_tests("softmax")

# %% nbgrader={"grade_id": "rnn_cell_forward"}
public_tests("rnn_cell_forward")

# %% nbgrader={"grade_id": "rnn_cell_backward"}
public_tests("rnn_cell_backward")

# %% [markdown]
# ## 2. A whole sequence

# %% nbgrader={"grade_id": "rnn_forward"}
public_tests("rnn_forward")

# %% nbgrader={"grade_id": "rnn_backward"}
public_tests("rnn_backward")

# %% [markdown]
# ### What the hidden states do
#
# One example, 12 hidden units, 60 steps. The input is a slow wave that stops halfway: whatever goes
# on afterwards is memory. On the left the recurrent weights are small, on the right they are four
# times as large. Which network forgets, and which one goes on by itself?


# %%
def network(n_x=2, n_a=12, n_y=3, scale=1.0, seed=3):
    """Make the parameters of a network whose recurrent weights have this scale."""
    draw = np.random.default_rng(seed)
    return {
        "Wax": draw.normal(size=(n_a, n_x)),
        "Waa": draw.normal(size=(n_a, n_a)) * scale / np.sqrt(n_a),
        "Wya": draw.normal(size=(n_y, n_a)),
        "ba": np.zeros((n_a, 1)),
        "by": np.zeros((n_y, 1)),
    }


def hidden_states():
    (rnn_forward,) = mine("rnn_sequence", "rnn_forward")
    steps = np.arange(60)
    wave = np.stack([np.sin(steps / 4), np.cos(steps / 7)]) * (steps < 30)
    figure, axes = plt.subplots(2, 2, figsize=(10, 5.6), sharex=True)
    for column, scale in zip(axes.T, (0.6, 2.4), strict=True):
        states, _, _ = rnn_forward(wave[:, None, :], np.zeros((12, 1)), network(scale=scale))
        image = column[0].imshow(
            states[:, 0, :], aspect="auto", cmap="RdBu", vmin=-1, vmax=1, interpolation="nearest"
        )
        column[0].grid(False)
        column[0].set(title=f"recurrent weights times {scale}", yticks=[0, 5, 10])
        column[1].plot(steps, states[:3, 0, :].T, linewidth=1.2)
        column[1].set(xlabel="step t", ylim=(-1.05, 1.05))
        for axis in column:
            axis.axvline(29.5, color="k", linestyle=":")
    axes[0, 0].set(ylabel="hidden unit")
    axes[1, 0].set(ylabel="a_t of the first three")
    axes[1, 0].text(30.5, -0.9, "the input has stopped")
    figure.colorbar(image, ax=axes[0], label="a_t", ticks=[-1, 0, 1])


shown(hidden_states)


# %% [markdown]
# ### Your gradient against finite differences
#
# `rnn_backward` is compared with differences of your own `rnn_forward`, at ever smaller steps. Read
# it from right to left: at first a smaller step is a better estimate, the error of the one-sided
# difference falls with the step, that of the central one with its square. Then rounding takes over,
# and the error grows as 1e-16 / step. If your gradient is right both curves have this V; if it is
# wrong they stay flat, far above.


# %%
def against_differences():
    rnn_forward, rnn_backward = mine("rnn_sequence", "rnn_forward", "rnn_backward")
    draw = np.random.default_rng(7)
    x, a0 = draw.normal(size=(2, 3, 6)), draw.normal(size=(12, 3))
    da = draw.normal(size=(12, 3, 6))
    parameters = network()
    direction = draw.normal(size=(12, 12))
    _, _, caches = rnn_forward(x, a0, parameters)
    slope = float(np.sum(rnn_backward(da, caches)["dWaa"] * direction))

    def loss(step):
        moved = {**parameters, "Waa": parameters["Waa"] + step * direction}
        return float(np.sum(da * rnn_forward(x, a0, moved)[0]))

    sizes = np.logspace(-12, 0, 61)
    one_sided = [abs((loss(h) - loss(0)) / h - slope) / abs(slope) for h in sizes]
    central = [abs((loss(h) - loss(-h)) / (2 * h) - slope) / abs(slope) for h in sizes]
    _, axis = plt.subplots()
    axis.loglog(sizes, one_sided, label="(L(h) - L(0)) / h")
    axis.loglog(sizes, central, label="(L(h) - L(-h)) / 2h")
    axis.set(xlabel="step h", ylabel="relative difference", title="dWaa in a random direction")
    axis.legend(loc="lower right")


shown(against_differences)

# %% [markdown]
# ## 3. NumPy against PyTorch

# %% nbgrader={"grade_id": "RNNCell"}
public_tests("RNNCell")

# %% nbgrader={"grade_id": "compare_with_torch"}
public_tests("compare_with_torch")

# %% [markdown]
# ### How near is near?
#
# Both compute in float64, in another order. What is left is rounding, near the spacing of float64
# numbers around 1 (dotted). What the grader lets pass ends about where it is shaded. A mistake is
# larger by many powers of ten, and the picture tells where it starts: at an early step for the
# hidden states, at a late one for the gradients.


# %%
def numpy_against_torch():
    import torch

    (compare_with_torch,) = mine("numpy_vs_torch", "compare_with_torch")
    torch.manual_seed(1)
    draw = np.random.default_rng(1)
    rnn = torch.nn.RNN(4, 16).double()
    steps, m = 80, 8
    x, h0 = draw.normal(size=(steps, m, 4)), draw.normal(size=(1, m, 16))
    pairs = compare_with_torch(rnn, x, h0, draw.normal(size=(steps, m, 16)))
    names = list(pairs)
    tiny, spacing = 1e-17, np.finfo(float).eps  # a difference of 0 has no logarithm
    over_time = {
        name: np.max(np.abs(pairs[name][0] - pairs[name][1]), axis=(1, 2)) + tiny
        for name in ("hidden", "dx")
    }
    largest = [
        np.max(np.abs(pairs[name][0] - pairs[name][1])) / np.max(np.abs(pairs[name][1])) + tiny
        for name in names
    ]
    end = 10 * max(1e-8, *largest, *over_time["hidden"], *over_time["dx"])
    _, (left, right) = plt.subplots(1, 2)
    for name, differences in over_time.items():
        left.semilogy(differences, label=name)
    left.axhline(spacing, color="k", linestyle=":")
    left.axhspan(1e-9, end, color="0.9")
    left.set(xlabel="step t", ylabel="largest difference", ylim=(tiny, end), title="over time")
    left.legend(loc="center right")
    right.barh(names, largest, left=tiny, color=[BLUE, RED] + [GREY] * 4)
    right.axvline(spacing, color="k", linestyle=":")
    right.axvspan(1e-9, end, color="0.9")
    right.invert_yaxis()
    right.set(xscale="log", xlim=(tiny, end), xlabel="relative to the largest entry")
    right.set(title="all quantities")


shown(numpy_against_torch)

# %% [markdown]
# ## 4. Two questions in writing
#
# 10 points each, outside the 100, graded by a person. Formulas in LaTeX between dollar signs are
# welcome. Write the network as
#
# $$ z_k = U h_{k-1} + W x_k + b, \qquad h_k = f(z_k), \qquad k = 1, \dots, T, $$
#
# with a loss $L = \sum_{t=1}^{T} L_t$, where $L_t$ depends on $h_t$ alone, and call
# $\delta_{t,k} = \partial L_t / \partial z_k$ (a column) the error term of the loss at step $t$ with
# respect to step $k \le t$. In the code $U$ is `Waa`, $W$ is `Wax`, $b$ is `ba`.
#
# **6-1.** Derive back-propagation through time for this network: $\delta_{t,t}$, the recursion that
# leads from $\delta_{t,k+1}$ to $\delta_{t,k}$, and from it $\partial L / \partial U$. Say where
# the sum over $t$ and the sum over $k$ come from, and why the sum over $t$ never has to be
# written out in code that goes back once, from the last step to the first.

# %% [markdown] nbgrader={"grade_id": "question-6-1", "points": 10}
# ### BEGIN SOLUTION
# **Model answer.** $L_t$ reaches $z_t$ through $h_t = f(z_t)$ alone, so
#
# $$\delta_{t,t} = \operatorname{diag}(f'(z_t)) \, \frac{\partial L_t}{\partial h_t}.$$
#
# For $k < t$, $z_k$ acts on $L_t$ only through $h_k$, and $h_k$ only through $z_{k+1}$:
#
# $$\delta_{t,k} = \frac{\partial h_k}{\partial z_k}^{\top} \frac{\partial z_{k+1}}{\partial h_k}^{\top} \delta_{t,k+1} = \operatorname{diag}(f'(z_k)) \, U^{\top} \delta_{t,k+1}.$$
#
# $U$ is used at every step $k \le t$, each time with $h_{k-1}$ as its input. The chain rule adds
# up over the uses, and $L$ is a sum over $t$:
#
# $$\frac{\partial L}{\partial U} = \sum_{t=1}^{T} \sum_{k=1}^{t} \delta_{t,k} \, h_{k-1}^{\top}.$$
#
# The recursion is linear in $\delta$. With $\delta_k = \sum_{t \ge k} \delta_{t,k}$ it becomes
#
# $$\delta_k = \operatorname{diag}(f'(z_k)) \Big( \frac{\partial L_k}{\partial h_k} + U^{\top} \delta_{k+1} \Big), \qquad \delta_{T+1} = 0,$$
#
# so one pass from $k = T$ to $1$ carries the errors of all later losses together, and the double
# sum is $\sum_k \delta_k h_{k-1}^{\top}$.
#
# **Rubric (10).** $\delta_{t,t}$ with $f'$ at the right place: 2. Recursion with $U^{\top}$ and
# $f'(z_k)$, derived and not only stated: 3. $\partial L / \partial U$ with $h_{k-1}^{\top}$ and both
# limits right: 2. Sum over $k$ from shared weights, sum over $t$ from the loss: 1. Linearity, or the
# summed error term, as the reason for a single pass: 2. A missing transpose costs 1, once.
# ### END SOLUTION

# %% [markdown]
# **6-2.** Give the gradients of $L$ with respect to $W$ and $b$ in terms of $\delta_{t,k}$, and
# derive them. Check the shapes of both sides. Then say which lines of your `rnn_cell_backward` and
# `rnn_backward` compute them, and what the sum over the examples of a batch has to do with `dba`.

# %% [markdown] nbgrader={"grade_id": "question-6-2", "points": 10}
# ### BEGIN SOLUTION
# **Model answer.** In $z_k = U h_{k-1} + W x_k + b$ entry $i$ of $z_k$ depends on row $i$ of $W$
# alone, with $\partial z_{k,i} / \partial W_{ij} = x_{k,j}$, and on $b_i$ with derivative 1. Here
# $h_{k-1}$ counts as fixed: what $W$ does by way of earlier steps is counted at those steps. So step
# $k$ contributes $\delta_{t,k} x_k^{\top}$ and $\delta_{t,k}$, and over all uses and losses
#
# $$\frac{\partial L}{\partial W} = \sum_{t=1}^{T} \sum_{k=1}^{t} \delta_{t,k} \, x_k^{\top}, \qquad \frac{\partial L}{\partial b} = \sum_{t=1}^{T} \sum_{k=1}^{t} \delta_{t,k}.$$
#
# Shapes: $(n_a, 1)(1, n_x) = (n_a, n_x)$, as $W$; $(n_a, 1)$, as $b$.
#
# In the code `dz` of a step holds $\delta_k = \sum_{t \ge k} \delta_{t,k}$, one column for each
# example. The cell's matrix product of `dz` and the transposed input multiplies and sums over the
# examples at once; `dba` has no such product, so its sum over the columns has to be written out.
# `rnn_backward` adds the steps' parts up: that is the sum over $k$.
#
# **Rubric (10).** $\partial L / \partial W$ right: 3. $\partial L / \partial b$ right: 2. Derived from
# the local derivatives, with the direct contribution of each step alone: 2. Shapes checked: 1. The
# lines of the code named: 1. The batch sum, hidden in the product for `dWax` and explicit for `dba`: 1.
# ### END SOLUTION
