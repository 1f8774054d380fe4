"""How an error travels back through a recurrent network."""

import numpy as np


def backpropagate_error(Waa, a, da_T):
    T_x = a.shape[2]
    delta = np.zeros_like(a)
    delta[:, :, T_x - 1] = da_T * (1 - a[:, :, T_x - 1] ** 2)
    for k in range(T_x - 2, -1, -1):
        delta[:, :, k] = np.dot(Waa.T, delta[:, :, k + 1]) * (1 - a[:, :, k] ** 2)
    return delta


def growth_factors(delta):
    norms = [np.linalg.norm(delta[:, :, k]) for k in range(delta.shape[2])]
    gamma = np.zeros(len(norms) - 1)
    for k in range(len(gamma)):
        if norms[k + 1] > 0:
            gamma[k] = norms[k] / norms[k + 1]
    return gamma
