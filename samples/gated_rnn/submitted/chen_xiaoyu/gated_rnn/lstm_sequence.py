import numpy as np
from fused import stacked, unstacked
from lstm_cell import lstm_cell_forward


def lstm_forward(x, a0, c0, parameters):
    states, caches = [(a0, c0)], []
    for xt in np.moveaxis(x, 2, 0):
        *state, cache = lstm_cell_forward(xt, *states[-1], parameters)
        states.append(state)
        caches.append(cache)
    a, c = (np.stack(part, axis=-1) for part in zip(*states[1:]))
    return a, c, (caches, x)


def lstm_backward(da, caches):
    """All weight gradients in one product at the end."""
    steps, x = caches
    W, _ = stacked(steps[0][9])
    n_a, m, T = da.shape
    dzs, ss = [None] * T, [None] * T
    da_next, dc_next = np.zeros((n_a, m)), np.zeros((n_a, m))
    for t in range(T - 1, -1, -1):
        _, c, a_prev, c_prev, f, i, g, o, xt, _ = steps[t]
        d = da[..., t] + da_next
        th = np.tanh(c)
        dc = dc_next + d * o * (1 - th * th)
        gates = [dc * c_prev * f * (1 - f), dc * g * i * (1 - i), d * th * o * (1 - o)]
        dzs[t] = np.concatenate([*gates, dc * i * (1 - g * g)])
        ss[t] = np.concatenate([a_prev, xt])
        da_next, dc_next = W[:, :n_a].T @ dzs[t], dc * f
    dz, s = np.stack(dzs, 2), np.stack(ss, 2)
    named = unstacked(np.einsum("imt,jmt->ij", dz, s), np.einsum("imt->i", dz)[:, None])
    return {"dx": np.einsum("ij,imt->jmt", W[:, n_a:], dz), "da0": da_next, "dc0": dc_next, **named}
