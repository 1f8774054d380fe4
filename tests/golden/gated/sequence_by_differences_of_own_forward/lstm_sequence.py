import numpy as np
from lstm_cell import lstm_cell_forward


def lstm_forward(x, a0, c0, parameters):
    a, c, caches = [], [], []
    for t in range(x.shape[2]):
        a0, c0, cache = lstm_cell_forward(x[..., t], a0, c0, parameters)
        a.append(a0)
        c.append(c0)
        caches.append(cache)
    return np.dstack(a), np.dstack(c), (caches, x)


def _loss(da, x, a, c, p):
    total = 0
    for t in range(x.shape[2]):
        s = np.vstack([a, x[..., t]])
        f, i, o = (1 / (1 + np.exp(-(p["W" + g] @ s + p["b" + g]))) for g in "fio")
        c = f * c + i * np.tanh(p["Wc"] @ s + p["bc"])
        a = o * np.tanh(c)
        total = total + np.sum(a * da[..., t])
    return total


def lstm_backward(da, caches):
    first, x = caches[0][0], caches[1]
    p = {n: first[9][n] for n in ("Wf", "Wi", "Wc", "Wo", "bf", "bi", "bc", "bo")}
    values = {"x": x, "a0": first[2], "c0": first[3], **p}
    found = {}
    for name, array in values.items():
        found["d" + name] = np.empty(array.shape)
        for at in np.ndindex(array.shape):
            moved = array.astype(complex)
            moved[at] += 1e-30j
            now = {**values, name: moved}
            ours = {n: now[n] for n in p}
            found["d" + name][at] = _loss(da, now["x"], now["a0"], now["c0"], ours).imag / 1e-30
    return found
