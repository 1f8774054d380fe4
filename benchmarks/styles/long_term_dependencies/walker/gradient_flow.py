import numpy as np


def backpropagate_error(Waa, a, da_T):
    T = a.shape[2]
    rows = []
    g = da_T
    for k in reversed(range(T)):
        h = a[:, :, k]
        e = g * (1 - h ** 2)
        rows.append(e)
        g = Waa.T.dot(e)
    rows = rows[::-1]
    return np.moveaxis(np.array(rows), 0, 2)


def growth_factors(delta):
    T = delta.shape[2]
    norms = [np.sqrt((delta[:, :, k] ** 2).sum()) for k in range(T)]
    gammas = np.zeros(T - 1)
    for k in range(T - 1):
        later = norms[k + 1]
        if later > 0:
            gammas[k] = norms[k] / later
    return gammas
