"""What right functions of gated_rnn make of the weights of PyTorch's modules, in their layout."""

import numpy as np


def lstm_half(forward, backward, weights, x, h0, c0, dh):
    """A sequence by an LSTM's forward and backward, under the names of the comparison."""
    w_ih, w_hh, b_ih, b_hh = weights
    n_h = w_hh.shape[1]
    parameters = {}
    for number, gate in enumerate("ifco"):
        rows = slice(number * n_h, (number + 1) * n_h)
        parameters[f"W{gate}"] = np.hstack([w_hh[rows], w_ih[rows]])
        parameters[f"b{gate}"] = (b_ih + b_hh)[rows, None]
    a, c, caches = forward(x.T, h0[0].T, c0[0].T, parameters)
    found = backward(dh.T, caches)
    dW = np.vstack([found[f"dW{gate}"] for gate in "ifco"])
    db = np.vstack([found[f"db{gate}"] for gate in "ifco"])[:, 0]
    return {
        "hidden": a.T, "c_last": c[:, :, -1].T[None],
        "dx": found["dx"].T, "dh0": found["da0"].T[None], "dc0": found["dc0"].T[None],
        "dw_ih": dW[:, n_h:], "dw_hh": dW[:, :n_h], "db_ih": db, "db_hh": db,
    }  # fmt: skip


def gru_half(forward, backward, weights, xt, h, dh):
    """One step by a GRU's forward and backward, under the names of the comparison."""
    w_ih, w_hh, b_ih, b_hh = weights
    n_h = w_hh.shape[1]
    last = slice(2 * n_h, None)
    parameters = {
        "Wnx": w_ih[last], "bnx": b_ih[last, None], "Wna": w_hh[last], "bna": b_hh[last, None],
    }  # fmt: skip
    for number, gate in enumerate("rz"):
        rows = slice(number * n_h, (number + 1) * n_h)
        parameters[f"W{gate}"] = np.hstack([w_hh[rows], w_ih[rows]])
        parameters[f"b{gate}"] = (b_ih + b_hh)[rows, None]
    a_next, cache = forward(xt.T, h.T, parameters)
    found = backward(dh.T, cache)
    both, bias = np.vstack([found["dWr"], found["dWz"]]), np.vstack([found["dbr"], found["dbz"]])
    return {
        "gru_hidden": a_next.T, "gru_dx": found["dxt"].T, "gru_dh0": found["da_prev"].T,
        "gru_dw_ih": np.vstack([both[:, n_h:], found["dWnx"]]),
        "gru_dw_hh": np.vstack([both[:, :n_h], found["dWna"]]),
        "gru_db_ih": np.vstack([bias, found["dbnx"]])[:, 0],
        "gru_db_hh": np.vstack([bias, found["dbna"]])[:, 0],
    }  # fmt: skip
