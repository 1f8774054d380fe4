"""What functions of gated_rnn make of the weights of PyTorch's modules, in PyTorch's layout."""

import numpy as np


def cut(weights, rows, joined, bias):
    """The gates' parameters of stacked weights; ``rows`` are their names, in order."""
    w_ih, w_hh, b_ih, b_hh = weights
    n_h = w_hh.shape[1]
    parameters = {}
    for number, gate in enumerate(rows):
        part = slice(number * n_h, (number + 1) * n_h)
        parameters[f"W{gate}"] = joined(w_hh[part], w_ih[part])
        parameters[f"b{gate}"] = bias(b_ih[part, None], b_hh[part, None])
    return parameters


def side_by_side(w_hh, w_ih):
    """The weights of s: those of the hidden state first."""
    return np.hstack([w_hh, w_ih])


def added(b_ih, b_hh):
    """The bias of a gate."""
    return b_ih + b_hh


def as_cut(parameters, weights):
    """The parameters as they were cut out of the stacked weights."""
    return parameters


def lstm_half(
    forward, backward, weights, x, h0, c0, dh,
    rows="ifco", joined=side_by_side, bias=added, given=as_cut,
):  # fmt: skip
    """A sequence by an LSTM's forward and backward, under the names of the comparison."""
    n_h = weights[1].shape[1]
    parameters = given(cut(weights, rows, joined, bias), weights)
    a, c, caches = forward(x.T, h0[0].T, c0[0].T, parameters)
    found = backward(dh.T, caches)
    dW = np.vstack([found[f"dW{gate}"] for gate in rows])
    db = np.vstack([found[f"db{gate}"] for gate in rows])[:, 0]
    return {
        "hidden": a.T, "c_last": c[:, :, -1].T[None],
        "dx": found["dx"].T, "dh0": found["da0"].T[None], "dc0": found["dc0"].T[None],
        "dw_ih": dW[:, n_h:], "dw_hh": dW[:, :n_h], "db_ih": db, "db_hh": db,
    }  # fmt: skip


def gru_half(
    forward, backward, weights, xt, h, dh,
    rows="rz", joined=side_by_side, bias=added, given=as_cut,
):  # fmt: skip
    """One step by a GRU's forward and backward, under the names of the comparison."""
    w_ih, w_hh, b_ih, b_hh = weights
    n_h = w_hh.shape[1]
    last = slice(2 * n_h, None)
    parameters = cut(weights, rows, joined, bias) | {
        "Wnx": w_ih[last], "bnx": b_ih[last, None], "Wna": w_hh[last], "bna": b_hh[last, None],
    }  # fmt: skip
    a_next, cache = forward(xt.T, h.T, given(parameters, weights))
    found = backward(dh.T, cache)
    dW, db = (np.vstack([found[f"d{kind}{gate}"] for gate in rows]) for kind in "Wb")
    return {
        "gru_hidden": a_next.T, "gru_dx": found["dxt"].T, "gru_dh0": found["da_prev"].T,
        "gru_dw_ih": np.vstack([dW[:, n_h:], found["dWnx"]]),
        "gru_dw_hh": np.vstack([dW[:, :n_h], found["dWna"]]),
        "gru_db_ih": np.vstack([db, found["dbnx"]])[:, 0],
        "gru_db_hh": np.vstack([db, found["dbna"]])[:, 0],
    }  # fmt: skip
