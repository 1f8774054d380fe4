"""One step of a GRU (gated recurrent unit), forward and backward.

    s   = [a_{t-1}; x_t]                       the previous hidden state on top of the input
    r_t = sigma(Wr s + br)                     reset gate
    z_t = sigma(Wz s + bz)                     update gate
    q_t = Wna a_{t-1} + bna                    what the candidate is told of the past
    n_t = tanh(Wnx x_t + bnx + r_t * q_t)      candidate
    a_t = (1 - z_t) * n_t + z_t * a_{t-1}      hidden state: partly new, partly kept

with sigma(p) = 1 / (1 + exp(-p)); `*` multiplies entry by entry, letters side by side are a
matrix product.  There is no cell state: a_t is its own memory.

Shapes: n_x inputs, n_a hidden units, m examples in a batch, one per column.
`parameters` is a dict: Wr, Wz (n_a, n_a + n_x), whose first n_a columns act on a_{t-1}, Wnx
(n_a, n_x), Wna (n_a, n_a), and br, bz, bnx, bna (n_a, 1).  The candidate has two biases, for the
reset gate multiplies one of them.
"""

import numpy as np


def _sigmoid(p):
    """1 / (1 + exp(-p)), for p of any size (as in lstm_cell.py)."""
    return np.exp(-np.logaddexp(0, -p))




def gru_cell_forward(xt, a_prev, parameters):
    """Take one step: from the previous hidden state to the next.

        s  = [a_prev; xt]
        rt = sigma(Wr s + br)    zt = sigma(Wz s + bz)    qt = Wna a_prev + bna
        nt = tanh(Wnx xt + bnx + rt * qt)
        a_next = (1 - zt) * nt + zt * a_prev

    xt: (n_x, m), the input of this step.  a_prev: (n_a, m), the hidden state before it.
    Returns (a_next, cache): a_next (n_a, m), and the tuple
    cache = (a_next, a_prev, rt, zt, nt, qt, xt, parameters), in this order.
    """
    s = np.concatenate([a_prev, xt], axis=0)
    rt = _sigmoid(parameters["Wr"] @ s + parameters["br"])
    zt = _sigmoid(parameters["Wz"] @ s + parameters["bz"])
    # The reset gate closes the past off after the matrix, bias and all, as PyTorch has it; other
    # texts let it multiply a_prev before the matrix.
    qt = parameters["Wna"] @ a_prev + parameters["bna"]
    nt = np.tanh(parameters["Wnx"] @ xt + parameters["bnx"] + rt * qt)
    a_next = zt * a_prev + (1 - zt) * nt
    return a_next, (a_next, a_prev, rt, zt, nt, qt, xt, parameters)


def gru_cell_backward(da_next, cache):
    """Carry the gradient of the loss from a_next back to everything a_next was made of.

    With pr = Wr s + br and pz = Wz s + bz, the pre-activations of the gates, and pn that of nt,
    sigma'(p) = sigma(p) (1 - sigma(p)) and tanh'(p) = 1 - tanh(p)^2:

        dpn = da_next * (1 - zt) * tanh'(pn)
        dpz = da_next * (a_prev - nt) * sigma'(pz)
        dqt = dpn * rt
        dpr = dpn * qt * sigma'(pr)

        dWnx = dpn xt^T    dWna = dqt a_prev^T    dWr = dpr s^T    dWz = dpz s^T
        dbnx, dbna, dbr, dbz = the sums of dpn, dqt, dpr, dpz over the examples
        [u; v]  = Wr^T dpr + Wz^T dpz                u (n_a, m) above v (n_x, m)
        da_prev = u + Wna^T dqt
        dxt     = v + Wnx^T dpn

    da_next: (n_a, m), the gradient with respect to a_next.  cache: from gru_cell_forward.
    Returns a dict: dxt (n_x, m), da_prev (n_a, m), dWr, dWz (n_a, n_a + n_x), dWnx (n_a, n_x),
    dWna (n_a, n_a), dbr, dbz, dbnx, dbna (n_a, 1).
    """
    _, a_prev, rt, zt, nt, qt, xt, parameters = cache
    n_a = a_prev.shape[0]
    s = np.concatenate([a_prev, xt], axis=0)

    dpn = da_next * (1 - zt) * (1 - nt**2)
    # zt = sigma(pz) stands in both terms of a_next, with opposite signs.
    dpz = da_next * (a_prev - nt) * zt * (1 - zt)
    # The product rt * qt hands its gradient to either factor times the other.
    dqt = dpn * rt
    dpr = dpn * qt * rt * (1 - rt)

    ds = parameters["Wr"].T @ dpr + parameters["Wz"].T @ dpz
    gradients = {
        # xt reaches a_next through both gates and the candidate, a_prev also directly, where zt
        # lets it pass.
        "dxt": ds[n_a:] + parameters["Wnx"].T @ dpn,
        "da_prev": ds[:n_a] + parameters["Wna"].T @ dqt,
    }
    for name, dp, factor in (("r", dpr, s), ("z", dpz, s), ("nx", dpn, xt), ("na", dqt, a_prev)):
        # All examples use the same weights: what each contributes is added up.
        gradients[f"dW{name}"] = dp @ factor.T
        gradients[f"db{name}"] = np.sum(dp, axis=1, keepdims=True)
    return gradients
