"""The GRU with the examples as rows, and the weights of the past apart from those of the input."""

import numpy as np


def sigma(p):
    """Half a tanh and a half: finite for any p."""
    return (1 + np.tanh(p / 2)) / 2


def gru_cell_forward(xt, a_prev, parameters):
    """One step of the GRU."""
    n_a = len(a_prev)
    past, new = a_prev.T, xt.T
    gates = []
    for gate in "rz":
        weights = parameters["W" + gate]
        made = np.dot(past, weights[:, :n_a].T) + np.dot(new, weights[:, n_a:].T)
        gates.append(sigma(made + parameters["b" + gate].ravel()))
    reset, update = gates
    told = np.einsum("ij,mj->mi", parameters["Wna"], past) + parameters["bna"].ravel()
    seen = np.einsum("ij,mj->mi", parameters["Wnx"], new) + parameters["bnx"].ravel()
    candidate = np.tanh(seen + reset * told)
    a_next = (candidate + update * (past - candidate)).T
    return a_next, (a_next, a_prev, reset.T, update.T, candidate.T, told.T, xt, parameters)


def gru_cell_backward(da_next, cache):
    """Its gradients."""
    (_, past, reset, update, candidate, told, new, p) = (
        part if isinstance(part, dict) else np.asarray(part).T for part in cache
    )
    d_next, n_a = da_next.T, len(da_next)
    d_candidate = (1 - update) * d_next * (1 - candidate) * (1 + candidate)
    d_update = update * (1 - update) * d_next * (past - candidate)
    d_told = reset * d_candidate
    d_reset = reset * (1 - reset) * d_candidate * told
    da_prev = update * d_next + d_told.dot(p["Wna"])
    dxt = d_candidate.dot(p["Wnx"])
    found = {"dWnx": d_candidate.T.dot(new), "dbnx": d_candidate.sum(0)[:, None]}
    found |= {"dWna": d_told.T.dot(past), "dbna": d_told.sum(0)[:, None]}
    for gate, slope in (("r", d_reset), ("z", d_update)):
        weights = p["W" + gate]
        da_prev = da_prev + slope.dot(weights[:, :n_a])
        dxt = dxt + slope.dot(weights[:, n_a:])
        found["dW" + gate] = np.hstack([slope.T.dot(past), slope.T.dot(new)])
        found["db" + gate] = slope.sum(0)[:, None]
    return {"dxt": dxt.T, "da_prev": da_prev.T, **found}
