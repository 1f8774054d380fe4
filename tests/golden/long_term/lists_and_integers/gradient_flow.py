import numpy as np


def backpropagate_error(Waa, a, da_T):
    delta = [da_T * (1 - a[..., -1] ** 2)]
    for k in range(a.shape[2] - 2, -1, -1):
        delta.insert(0, np.dot(Waa.T, delta[0]) * (1 - a[..., k] ** 2))
    return np.stack(delta, axis=-1).tolist()


def growth_factors(delta):
    norms = [float(np.linalg.norm(delta[:, :, k])) for k in range(delta.shape[2])]
    return [one / other if other else 0 for one, other in zip(norms, norms[1:])]
