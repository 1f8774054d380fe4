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
# # Why gradients explode, and what helps
#
# This notebook goes with the files in its folder. You write code in `gradient_flow.py`,
# `residual_rnn.py`, `stabilize.py` and `rtrl.py`; here you run the public tests, look at
# gradients on their way back through time, train a network that needs your clipping, and answer a
# question in writing. Hand in the whole folder.
#
# Run the cells from top to bottom, and again whenever you have changed a file. Whatever is still to
# be written says so and is left out; nothing breaks. The pictures need matplotlib
# (`pip install matplotlib`).

# %%
import matplotlib.pyplot as plt
import numpy as np
from test_public import peak_memory, plain_rnn
from workbench import mine, public_tests, shown

COLD, CALM, HOT = "#2b6cb0", "#6b7280", "#c2410c"  # vanishing, neither, exploding


def network(draw, n_x, n_a, radius):
    """Make parameters whose recurrent weights have this spectral radius (largest |eigenvalue|)."""
    Waa = draw.normal(size=(n_a, n_a))
    Waa *= radius / np.max(np.abs(np.linalg.eigvals(Waa)))
    return {"Wax": draw.normal(size=(n_a, n_x)), "Waa": Waa, "ba": np.zeros((n_a, 1))}


# %% [markdown]
# ## 1. How the error travels back
#
#     delta_T = da_T * (1 - a_T^2)
#     delta_k = (1 - a_k^2) * (Waa^T delta_{k+1})
#     gamma_k = ||delta_k|| / ||delta_{k+1}||
#
# README.md has all formulas and shapes.

# %% nbgrader={"grade_id": "backpropagate_error"}
public_tests("backpropagate_error")

# %% nbgrader={"grade_id": "growth_factors"}
public_tests("growth_factors")

# %% [markdown]
# ### Gamma, measured
#
# Three networks of 40 units that differ in one number, the spectral radius of `Waa`: the size of
# its largest eigenvalue. Their input is next to nothing, so the states stay near 0, where tanh is
# a straight line. On the left is gamma at each step, on the right what comes of it: the loss of
# step 40 reaches step 1 scaled by the product of all gammas (dotted: radius^(40-k)). Mind the
# scale.


# %%
def sequence(radius, loudness, steps=40, n_a=40, m=8):
    """A network, an input, the states, and a gradient of norm 1 at the last of them."""
    draw = np.random.default_rng(5)
    parameters = network(draw, 3, n_a, radius)
    x = loudness * draw.normal(size=(3, m, steps))
    da_T = draw.normal(size=(n_a, m))
    a = plain_rnn(x, np.zeros((n_a, m)), parameters)
    return parameters, x, a, da_T / np.linalg.norm(da_T)


def gamma_measured():
    backpropagate_error, growth_factors = mine(
        "gradient_flow", "backpropagate_error", "growth_factors"
    )
    _, (left, right) = plt.subplots(1, 2)
    for radius, colour in ((1.5, HOT), (1.0, CALM), (0.5, COLD)):
        parameters, _, a, da_T = sequence(radius, loudness=1e-9)
        delta = backpropagate_error(parameters["Waa"], a, da_T)
        gamma = growth_factors(delta)
        steps = np.arange(1, a.shape[2] + 1)
        norms = np.linalg.norm(delta, axis=(0, 1))
        print(
            f"radius {radius}: gamma is {np.mean(gamma):.2f} on average, "
            f"and {norms[0]:.0e} of an error of 1 reaches step 1"
        )
        left.plot(steps[:-1], gamma, color=colour)
        left.axhline(radius, color=colour, linestyle=":")
        right.semilogy(steps, norms, color=colour, label=f"radius {radius}")
        right.semilogy(steps, radius ** (steps[-1] - steps), color=colour, linestyle=":")
    left.set(xlabel="step k", ylabel="gamma_k", ylim=(0, 2), title="gamma at each step")
    right.set(xlabel="step k", ylabel="||delta_k||", title="norm of the error term")
    right.set(ylim=(1e-14, 1e14), yticks=10.0 ** np.arange(-12, 13, 6))
    right.minorticks_off()
    right.legend(loc="upper right")


shown(gamma_measured)

# %% [markdown]
# ### From vanishing to exploding
#
# The same for every radius between 0.4 and 2, and now for two inputs. Red is an error that has
# grown, blue one that has faded, each by powers of ten; white is the narrow path between them. On
# the right the input is loud: the states lie where tanh is flat, 1 - a^2 is small at every step,
# and the error fades even where the radius is well above 1. That is the other way to lose a
# gradient.


# %%
def map_of_norms():
    (backpropagate_error,) = mine("gradient_flow", "backpropagate_error")
    figure, axes = plt.subplots(1, 2, figsize=(10, 4), sharey=True)
    radii, steps = np.linspace(0.4, 2.0, 65), np.arange(1, 41)
    for axis, loudness, name in zip(axes, (1e-9, 0.5), ("next to no", "loud"), strict=True):
        norms = []
        for radius in radii:
            parameters, _, a, da_T = sequence(radius, loudness)
            delta = backpropagate_error(parameters["Waa"], a, da_T)
            norms.append(np.linalg.norm(delta, axis=(0, 1)))
        powers = np.log10(np.array(norms) + 1e-300)  # 0 has no logarithm
        image = axis.pcolormesh(
            steps, radii, powers, cmap="RdBu_r", vmin=-8, vmax=8, rasterized=True
        )
        axis.axhline(1, color="k", linestyle=":")
        axis.grid(False)
        axis.set(xlabel="step k", title=f"{name} input")
    axes[0].set(ylabel="spectral radius of Waa")
    figure.colorbar(image, ax=axes, label="log10 ||delta_k||", extend="both")


shown(map_of_norms)

# %% [markdown]
# ## 2. An update that adds
#
#     h_t = h_{t-1} + tanh(Wax x_t + Waa h_{t-1} + ba)

# %% nbgrader={"grade_id": "residual_forward"}
public_tests("residual_forward")

# %% nbgrader={"grade_id": "residual_backward"}
public_tests("residual_backward")

# %% [markdown]
# ### The way back, with and without the old state
#
# The gradient of the last step's loss with respect to each earlier state, for the plain update
# and for the one that adds, with the same weights and the same input. The path on which nothing
# is lost keeps it from vanishing at any radius (dotted: as large as at the end). What about
# exploding? And where it hardly changes, near the end for a radius of 1.5: what has happened to
# h?


# %%
def residual_beside_plain():
    (backpropagate_error,) = mine("gradient_flow", "backpropagate_error")
    residual_forward, residual_backward = mine(
        "residual_rnn", "residual_forward", "residual_backward"
    )
    _, axes = plt.subplots(1, 3, figsize=(10, 3.6), sharey=True)
    for axis, radius in zip(axes, (0.5, 1.0, 1.5), strict=True):
        parameters, x, a, da_T = sequence(radius, loudness=1e-9)
        T_x = x.shape[2]
        delta = backpropagate_error(parameters["Waa"], a, da_T)
        plain = [np.linalg.norm(parameters["Waa"].T @ delta[:, :, k]) for k in range(1, T_x)]
        h, _ = residual_forward(x, np.zeros(a.shape[:2]), parameters)
        residual = []
        for k in range(1, T_x):  # the rest of the sequence, started from the state before it
            _, caches = residual_forward(x[:, :, k:], h[:, :, k - 1], parameters)
            dh = np.zeros((*da_T.shape, T_x - k))
            dh[:, :, -1] = da_T
            residual.append(np.linalg.norm(residual_backward(dh, caches)["dh0"]))
        print(
            f"radius {radius}: a gradient of 1 has become {plain[0]:.0e} at step 1, "
            f"and {residual[0]:.0e} where the update adds"
        )
        axis.semilogy(range(1, T_x), residual, color=HOT, label="h + tanh(z)")
        axis.semilogy(range(1, T_x), plain, color=COLD, label="tanh(z)")
        axis.axhline(1, color="0.4", linestyle=":")
        axis.set(xlabel="step k", title=f"radius {radius}")
    axes[0].set(ylabel="norm of the gradient at step k", yticks=10.0 ** np.arange(-12, 13, 6))
    axes[0].minorticks_off()
    axes[0].legend()


shown(residual_beside_plain)

# %% [markdown]
# ## 3. Cures for the gradients

# %% nbgrader={"grade_id": "clip_by_value"}
public_tests("clip_by_value")

# %% nbgrader={"grade_id": "clip_by_global_norm"}
public_tests("clip_by_global_norm")

# %% nbgrader={"grade_id": "weight_decay"}
public_tests("weight_decay")

# %% [markdown]
# ### Does clipping help?
#
# A task that needs a memory: the first input is +1 or -1, then come 19 steps of noise, and after
# the last of them the network has to say which it was. The loss is that of logistic regression on
# the last state; who guesses has a loss of log 2 = 0.69.
#
# A plain network is trained by gradient descent, its gradients made of your
# `backpropagate_error`: as they are (red), and shortened to a norm of 0.2 by your
# `clip_by_global_norm` (blue). Four starting points each; starting points, examples and rate are
# the same for both. Grey is the network without clipping again, when it has to remember for 5
# steps only.


# %%
def remember(draw, steps, m=32):
    """Draw examples: a sign at the first step, noise beside it at every step."""
    sign = draw.choice([-1.0, 1.0], size=m)
    x = np.zeros((2, m, steps))
    x[0, :, 0] = sign
    x[1] = draw.normal(size=(m, steps))
    return x, sign


def sums_over_time(delta, x, a, a0):
    """Weight gradients of the plain network, from the error terms of all steps."""
    before = np.concatenate([a0[:, :, np.newaxis], a[:, :, :-1]], axis=2)
    return {
        "dWax": np.einsum("imt,jmt->ij", delta, x),
        "dWaa": np.einsum("imt,jmt->ij", delta, before),
        "dba": np.einsum("imt->i", delta)[:, np.newaxis],
    }


def train(seed, clipping, steps=20, rate=3.0, max_norm=0.2, updates=400, n_a=24):
    """Train a network; return loss, share of right answers and gradient norm of each update."""
    (backpropagate_error,) = mine("gradient_flow", "backpropagate_error")
    (clip_by_global_norm,) = mine("stabilize", "clip_by_global_norm")
    draw = np.random.default_rng(seed)
    parameters = network(draw, 2, n_a, radius=1.8)
    parameters |= {"w": draw.normal(size=(1, n_a)) / np.sqrt(n_a), "b": np.zeros((1, 1))}
    history = []
    for _ in range(updates):
        x, sign = remember(draw, steps)
        a0 = np.zeros((n_a, len(sign)))
        a = plain_rnn(x, a0, parameters)
        score = parameters["w"] @ a[:, :, -1] + parameters["b"]
        loss = np.mean(np.logaddexp(0, -sign * score))
        dscore = -sign * (1 - np.tanh(sign * score / 2)) / 2 / len(sign)
        delta = backpropagate_error(parameters["Waa"], a, parameters["w"].T @ dscore)
        gradients = sums_over_time(delta, x, a, a0)
        gradients |= {"dw": dscore @ a[:, :, -1].T, "db": np.sum(dscore, keepdims=True)}
        clipped, norm = clip_by_global_norm(gradients, max_norm)
        step = clipped if clipping else gradients
        for name in parameters:
            parameters[name] = parameters[name] - rate * step["d" + name]
        history.append((loss, np.mean(sign * score > 0), norm))
    return np.array(history).T


def with_and_without_clipping():
    _, (left, right) = plt.subplots(1, 2, figsize=(10, 4.4))
    print("mean of the last 100 updates")
    for name, colour, clipping, steps in (
        ("not clipped", HOT, False, 20),
        ("clipped", COLD, True, 20),
        ("not clipped, 5 steps", CALM, False, 5),
    ):
        for seed in range(4):
            losses, right_answers, norms = train(seed, clipping, steps)
            updates = np.arange(len(losses)).reshape(-1, 10)[:, -1] + 1  # ten by ten
            left.semilogy(updates, np.mean(losses.reshape(-1, 10), axis=1), color=colour)
            longest = np.max(norms.reshape(-1, 10), axis=1)
            right.semilogy(updates, longest, color=colour, label=None if seed else name)
            print(
                f"{name:20}  seed {seed}  loss {np.mean(losses[-100:]):6.3f}  "
                f"right {np.mean(right_answers[-100:]):4.0%}  largest norm {np.max(norms):9.1f}"
            )
    left.axhline(np.log(2), color="0.2", linestyle=":")
    left.text(400, np.log(2) * 0.8, "guessing", ha="right", va="top", color="0.2")
    left.set(xlabel="update", ylabel="loss", ylim=(1e-5, 30), title="loss, mean of ten updates")
    right.axhline(0.2, color="0.2", linestyle=":")
    right.set(xlabel="update", ylabel="norm before clipping", ylim=(1e-5, 1e6))
    right.set(title="gradient, longest of ten updates")
    right.legend(loc="upper right")


shown(with_and_without_clipping)

# %% [markdown]
# One step along a gradient that long undoes what all the short ones have learned, and leaves the
# network where it guesses, and is sure of its guess: its loss is far above that of guessing.
# Clipping keeps the direction and makes the step short. With 5 steps no gradient grows that far,
# and the same rate does no harm: it is the long way back, not the rate alone. How far does a
# smaller one get you? Try `train(4, False, rate=0.1)`, and count the updates that the others need
# with clipping.

# %% [markdown]
# ## 4. Forward in time

# %% nbgrader={"grade_id": "rtrl_gradients"}
public_tests("rtrl_gradients")

# %% [markdown]
# ### The same gradients at another price
#
# The loss of the last step once more: back through time with your `backpropagate_error`, and
# forward with your `rtrl_gradients`. They agree to rounding. What they hold in memory does not:
# one keeps every state, the other a table of how each unit depends on each weight, which is large
# and stays as large as it is.


# %%
def forward_beside_backward():
    (backpropagate_error,) = mine("gradient_flow", "backpropagate_error")
    (rtrl_gradients,) = mine("rtrl", "rtrl_gradients")

    def back(x, a0, da, parameters):
        a = plain_rnn(x, a0, parameters)
        delta = backpropagate_error(parameters["Waa"], a, da[:, :, -1])
        return sums_over_time(delta, x, a, a0)

    draw = np.random.default_rng(2)
    n_x, n_a, m = 2, 8, 4
    parameters, a0 = network(draw, n_x, n_a, radius=1.0), draw.normal(size=(n_a, m))
    lengths = [25, 50, 100, 200, 400, 800]
    held, differences = {"BPTT": [], "RTRL": []}, []
    for T_x in lengths:
        x, da = draw.normal(size=(n_x, m, T_x)), np.zeros((n_a, m, T_x))
        da[:, :, -1] = draw.normal(size=(n_a, m))

        one, memory = peak_memory(back, x, a0, da, parameters)
        held["BPTT"].append(memory)
        other, memory = peak_memory(rtrl_gradients, x, a0, da, parameters)
        held["RTRL"].append(memory)
        differences.append(
            max(np.max(np.abs(one[n] - other[n])) / np.max(np.abs(one[n])) for n in one)
        )
    print(f"largest relative difference of the gradients: {max(differences):.0e}")
    for name, held_bytes in held.items():
        print(
            f"{name}: {held_bytes[-1] / held_bytes[0]:.1f} times the memory for 32 times the steps"
        )
    _, axis = plt.subplots(figsize=(7, 3.8))
    for (name, held_bytes), colour in zip(held.items(), (HOT, COLD), strict=True):
        axis.loglog(lengths, np.array(held_bytes) / 1000, "o-", color=colour)
        axis.text(lengths[-1] * 1.1, held_bytes[-1] / 1000, name, va="center", color=colour)
    axis.minorticks_off()
    axis.set_xticks(lengths, lengths)
    axis.set_yticks([10, 100, 1000], [10, 100, 1000])
    axis.set(xlabel="number of steps", ylabel="peak memory, kB", title="what is held at a time")


shown(forward_beside_backward)

# %% [markdown]
# ## 5. A question in writing
#
# 10 points, outside the 100, graded by a person. Formulas in LaTeX between dollar signs are
# welcome.
#
# **6-3.** Let the state be updated by
#
# $$ h_t = h_{t-1} + g(x_t, h_{t-1}), $$
#
# with a differentiable $g$, for example $g = \tanh(U h_{t-1} + W x_t + b)$. Derive how the
# gradient of a loss $L_t$, which depends on $h_t$ alone, reaches an earlier state $h_k$. Explain
# from it why this gradient is far less likely to vanish than that of the plain update, and why it
# can still explode. Name at least two remedies against exploding, and say for each what it
# changes in your formula or in the step that is taken, and what it costs.

# %% [markdown] nbgrader={"grade_id": "question-6-3", "points": 10}
# ### BEGIN SOLUTION
# **Model answer.** Write $G_i = \partial g(x_i, h_{i-1}) / \partial h_{i-1}$ for the Jacobian of
# $g$; for the example $G_i = \operatorname{diag}(1 - \tanh^2(z_i)) \, U$. One step is
#
# $$\frac{\partial h_i}{\partial h_{i-1}} = I + G_i,$$
#
# and along the chain $h_k \to h_{k+1} \to \dots \to h_t$
#
# $$\frac{\partial L_t}{\partial h_k} = (I + G_{k+1})^{\top} (I + G_{k+2})^{\top} \cdots
# (I + G_t)^{\top} \, \frac{\partial L_t}{\partial h_t}.$$
#
# *Not vanishing.* Multiplied out, the product is $I$, plus each $G_i^{\top}$ alone, plus all
# products of several. The term $I$ hands $\partial L_t / \partial h_t$ to $h_k$ unscaled, however
# far away it is. The plain update has only the product of all the $G_i^{\top}$, which falls
# geometrically where their norms stay below 1. Units that saturate make $G_i$ small, and then the
# factor is about $I$: the plain gradient dies there, this one passes. (It is no guarantee: where
# $G_i$ has eigenvalues near $-1$, $I + G_i$ cancels along those directions.)
#
# *Exploding.* The $2^{t-k}$ terms of the product may add up. With $\lVert G_i \rVert \le \gamma$
# the norm is bounded by $(1 + \gamma)^{t-k}$ only, and if the $G_i$ are about one matrix with an
# eigenvalue $\lambda$, that direction is scaled by $(1 + \lambda)^{t-k}$: any $\lambda$ with
# $|1 + \lambda| > 1$ is enough, for instance every $\lambda > 0$, where the plain update needs
# $|\lambda| > 1$. What keeps the gradient alive has moved the factor from about $\lambda$ to
# about $1 + \lambda$. Besides, nothing bounds $h_t$ itself: it is a sum of $t$ terms, and grows up
# to linearly in $t$, and with it $\partial L / \partial U = \sum_i \delta_i h_{i-1}^{\top}$.
#
# *Remedies*, any two, each with what it changes and what it costs:
#
# - Clipping by norm leaves the product as it is and shortens the step to `max_norm`, in the same
#   direction. It needs a threshold, and steps become short where the gradient was large and right
#   (clipping by value even turns them).
# - Weight decay on $U$ keeps $\lVert U \rVert$, hence $\lVert G_i \rVert$ and the base
#   $1 + \gamma$, small. It biases $g$ towards little use of the past, and acts only slowly.
# - Gates, $h_t = f_t * h_{t-1} + i_t * g$ with $f_t, i_t$ in $(0, 1)$ as in LSTM and GRU, replace
#   $I$ by $\operatorname{diag}(f_t)$, which the network can set near 1 to remember and near 0 to
#   forget. They bring more parameters, and a gradient that may vanish again.
# - A factor $\alpha < 1$ before $g$ makes the base $1 + \alpha \gamma$. The state moves slowly.
# - Truncated BPTT bounds $t - k$. What lies further back is not learned.
#
# **Rubric (10).** Jacobian $I + G$ and the product over the steps, in the right order or with the
# order said not to matter for the argument: 3. The identity term as the reason it does not vanish,
# against the plain product: 2. Why it explodes, by eigenvalues of $I + G$ above 1 in modulus or by
# the bound $(1 + \gamma)^{t-k}$: 2. Two remedies, each 1 for what it changes and 0.5 for what it
# costs: 3. A missing transpose costs nothing. "It cannot explode" gets at most 5 in all.
# ### END SOLUTION
