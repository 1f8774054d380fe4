import numpy as np

from rnn_cell import Cache, softmax

# No call of the cell: the input and the output part are done for all steps in one go,
# only the recurrence itself goes step by step (recursively, I like it better than loops).


def _states(u, a, Waa):
    """u is the list of Wax x_t + ba still to come."""
    if not u:
        return []
    a = np.tanh(u[0] + Waa @ a)
    return [a] + _states(u[1:], a, Waa)


def rnn_forward(x, a0, parameters):
    p = parameters
    u = np.einsum("ax,xmt->tam", p["Wax"], x) + p["ba"]
    states = _states(list(u), a0, p["Waa"])
    a = np.stack(states, axis=-1)
    print("forward over", x.shape[-1], "steps")
    logits = np.einsum("ya,amt->tym", p["Wya"], a) + p["by"]
    y_pred = np.stack([softmax(z) for z in logits], axis=-1)
    before = [a0] + states[:-1]
    caches = [Cache(states[t], before[t], x[..., t], p) for t in range(len(states))]
    return a, y_pred, (caches, x)


def _errors(da, caches, t, carried):
    """Pre-activation errors of the steps t, t-1, ..., 0, and what reaches a0."""
    if t < 0:
        return [], carried
    c = caches[t]
    g = (da[..., t] + carried) * (1 - c.a_next**2)
    rest, da0 = _errors(da, caches, t - 1, c.parameters["Waa"].T @ g)
    return rest + [g], da0


def rnn_backward(da, caches):
    cells, x = caches
    errors, da0 = _errors(da, cells, da.shape[-1] - 1, np.zeros(da.shape[:2]))
    g = np.stack(errors, axis=-1)
    a_prev = np.stack([c.a_prev for c in cells], axis=-1)
    print("norm of the errors per step:", np.linalg.norm(g, axis=(0, 1)))
    return dict(
        dx=np.einsum("ax,amt->xmt", cells[0].parameters["Wax"], g),
        da0=da0,
        dWax=np.einsum("amt,xmt->ax", g, x),
        dWaa=np.einsum("amt,bmt->ab", g, a_prev),
        dba=g.sum(axis=(1, 2))[:, None],
    )
