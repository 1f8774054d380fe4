import numpy as np


def backpropagate_error(Waa, a, da_T):
    slope = np.moveaxis(1 - a**2, (0, 1, 2), (2, 1, 0))  # (T_x, m, n_a)
    n_a, m, T_x = a.shape
    jacobian = np.broadcast_to(np.eye(n_a), (m, n_a, n_a))
    delta = np.empty((T_x, m, n_a))
    for k in range(T_x - 1, -1, -1):
        delta[k] = slope[k] * np.einsum("bij,bj->bi", jacobian, (da_T * (1 - a[:, :, -1] ** 2)).T)
        if k == T_x - 1:
            delta[k] = (da_T * (1 - a[:, :, -1] ** 2)).T
        step = Waa.T if k == T_x - 1 else Waa.T @ (slope[k][:, :, None] * np.eye(n_a))
        jacobian = step @ jacobian
    return np.moveaxis(delta, (0, 1, 2), (2, 1, 0))


def growth_factors(delta):
    norms = np.linalg.norm(delta.reshape(-1, delta.shape[2]), axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(norms[1:] > 0, norms[:-1] / norms[1:], 0.0)
