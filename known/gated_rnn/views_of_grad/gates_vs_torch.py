"""Your gates beside torch.nn.LSTM and torch.nn.GRUCell.

PyTorch turns everything around: one example is a row, the gates of a matrix are stacked by rows,
and every gate has two biases, one beside the input and one beside the hidden state.

    torch.nn.LSTM     weight_ih_l0 = [i; f; g; o]    g is our c~, the candidate
    torch.nn.GRUCell  weight_ih    = [r; z; n]

    Wf = [rows f of weight_hh, rows f of weight_ih], side by side
    bf = rows f of bias_ih + bias_hh, as a column
    and so for i, c and o of the LSTM, r and z of the GRU.  Of the GRU's candidate:
    Wnx, bnx = rows n of weight_ih, bias_ih        Wna, bna = rows n of weight_hh, bias_hh

Shapes: n_x inputs, n_h hidden units, m examples in a batch, one per row, T time steps.
"""

import numpy as np
from gru_cell import gru_cell_backward, gru_cell_forward
from lstm_sequence import lstm_backward, lstm_forward

LSTM_GATES = ("i", "f", "c", "o")  # in PyTorch's order, by our names
GRU_GATES = ("r", "z")  # the candidate n comes third, and is another matter


def _arrays(*tensors):
    """The numbers of PyTorch's parameters, without their history."""
    return [tensor.detach().numpy() for tensor in tensors]


def _column(vector):
    """A bias (n,) as a column (n, 1)."""
    return vector[:, np.newaxis]


def _lstm_by_numpy(weights, x, h0, c0, dh):
    """The whole sequence by lstm_forward and lstm_backward, in PyTorch's layout."""
    w_ih, w_hh, b_ih, b_hh = _arrays(*weights)
    n_h = w_hh.shape[1]
    # a_prev stands on top of s, so the weights of the hidden state come first.
    W = np.split(np.concatenate([w_hh, w_ih], axis=1), 4)
    b = np.split(_column(b_ih + b_hh), 4)
    parameters = {f"W{gate}": rows for gate, rows in zip(LSTM_GATES, W, strict=True)}
    parameters |= {f"b{gate}": rows for gate, rows in zip(LSTM_GATES, b, strict=True)}

    # Reversing the axes turns (T, m, n) into (n, m, T), and back.
    a, c, caches = lstm_forward(x.transpose(), h0[0].T, c0[0].T, parameters)
    gradients = lstm_backward(dh.transpose(), caches)

    dW = np.concatenate([gradients[f"dW{gate}"] for gate in LSTM_GATES])
    db = np.concatenate([gradients[f"db{gate}"] for gate in LSTM_GATES])[:, 0]
    return {
        "hidden": a.transpose(),
        "c_last": c[:, :, -1].T[np.newaxis],
        "dx": gradients["dx"].transpose(),
        "dh0": gradients["da0"].T[np.newaxis],
        "dc0": gradients["dc0"].T[np.newaxis],
        "dw_ih": dW[:, n_h:],
        "dw_hh": dW[:, :n_h],
        # Both biases are added to the same pre-activation, so they have the same gradient.
        "db_ih": db,
        "db_hh": db.copy(),
    }


def _lstm_by_torch(lstm, weights, x, h0, c0, dh):
    """The same by PyTorch."""
    import torch

    leaves = [torch.tensor(array, requires_grad=True) for array in (x, h0, c0)]
    hidden, (_, c_last) = lstm(leaves[0], (leaves[1], leaves[2]))
    # backward() would add to the .grad that the module holds already; grad() hands out the
    # gradients of this call alone.
    lstm.zero_grad(set_to_none=False)
    hidden.backward(torch.tensor(dh))
    gradients = [leaf.grad for leaf in leaves] + [weight.grad for weight in weights]
    names = ("hidden", "c_last", "dx", "dh0", "dc0", "dw_ih", "dw_hh", "db_ih", "db_hh")
    return dict(zip(names, _arrays(hidden, c_last, *gradients), strict=True))


def _gru_by_numpy(weights, x, h, dh):
    """One step by gru_cell_forward and gru_cell_backward, in PyTorch's layout."""
    w_ih, w_hh, b_ih, b_hh = _arrays(*weights)
    n_h = w_hh.shape[1]
    *W, _ = np.split(np.concatenate([w_hh, w_ih], axis=1), 3)
    *b, _ = np.split(_column(b_ih + b_hh), 3)
    n = slice(2 * n_h, None)  # the rows of the candidate
    parameters = {"Wnx": w_ih[n], "bnx": _column(b_ih[n]), "Wna": w_hh[n], "bna": _column(b_hh[n])}
    parameters |= {f"W{gate}": rows for gate, rows in zip(GRU_GATES, W, strict=True)}
    parameters |= {f"b{gate}": rows for gate, rows in zip(GRU_GATES, b, strict=True)}

    a_next, cache = gru_cell_forward(x.T, h.T, parameters)
    gradients = gru_cell_backward(dh.T, cache)

    dW = np.concatenate([gradients[f"dW{gate}"] for gate in GRU_GATES])
    db = np.concatenate([gradients[f"db{gate}"] for gate in GRU_GATES])
    return {
        "gru_hidden": a_next.T,
        "gru_dx": gradients["dxt"].T,
        "gru_dh0": gradients["da_prev"].T,
        "gru_dw_ih": np.concatenate([dW[:, n_h:], gradients["dWnx"]]),
        "gru_dw_hh": np.concatenate([dW[:, :n_h], gradients["dWna"]]),
        # The reset gate multiplies one bias of the candidate, so their gradients differ.
        "gru_db_ih": np.concatenate([db, gradients["dbnx"]])[:, 0],
        "gru_db_hh": np.concatenate([db, gradients["dbna"]])[:, 0],
    }


def _gru_by_torch(gru, weights, x, h, dh):
    """The same by PyTorch."""
    import torch

    leaves = [torch.tensor(array, requires_grad=True) for array in (x, h)]
    hidden = gru(*leaves)
    gradients = torch.autograd.grad(hidden, [*leaves, *weights], torch.tensor(dh))
    names = ("hidden", "dx", "dh0", "dw_ih", "dw_hh", "db_ih", "db_hh")
    found = _arrays(hidden, *gradients)
    return {f"gru_{name}": array for name, array in zip(names, found, strict=True)}




def compare_gates_with_torch(lstm, gru, x, h0, c0, dh):
    """Run both kinds of gates twice: by your functions with PyTorch's weights, and by PyTorch.

        LSTM: hidden_1, ..., hidden_T from x, h0, c0, and the gradients of
              sum over t of (dh_t * hidden_t)
        GRU:  one step from x[0] and h0[0], and the gradients of (dh[0] * gru_hidden), summed

    lstm: a torch.nn.LSTM in float64 with one layer, one direction and biases.  gru: a
    torch.nn.GRUCell in float64 with biases.  x: (T, m, n_x), h0, c0: (1, m, n_h), dh: (T, m, n_h),
    NumPy arrays.
    Returns a dict of pairs (NumPy array by your functions, NumPy array by PyTorch), in PyTorch's
    layout.  LSTM: hidden (T, m, n_h), c_last (1, m, n_h), the cell state after the last step,
    dx (T, m, n_x), dh0, dc0 (1, m, n_h), dw_ih (4 n_h, n_x), dw_hh (4 n_h, n_h), db_ih, db_hh
    (4 n_h,).  GRU: gru_hidden (m, n_h), gru_dx (m, n_x), gru_dh0 (m, n_h), gru_dw_ih (3 n_h, n_x),
    gru_dw_hh (3 n_h, n_h), gru_db_ih, gru_db_hh (3 n_h,).
    It is right however often it is called and whatever gradients the modules hold already.
    """
    lstm_weights = [lstm.weight_ih_l0, lstm.weight_hh_l0, lstm.bias_ih_l0, lstm.bias_hh_l0]
    gru_weights = [gru.weight_ih, gru.weight_hh, gru.bias_ih, gru.bias_hh]
    step = (x[0], h0[0], dh[0])
    by_numpy = {
        **_lstm_by_numpy(lstm_weights, x, h0, c0, dh),
        **_gru_by_numpy(gru_weights, *step),
    }
    by_torch = {
        **_lstm_by_torch(lstm, lstm_weights, x, h0, c0, dh),
        **_gru_by_torch(gru, gru_weights, *step),
    }
    return {name: (by_numpy[name], by_torch[name]) for name in by_numpy}
