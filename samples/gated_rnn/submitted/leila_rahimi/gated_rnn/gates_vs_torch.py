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
    # TODO (about 10 lines)
    raise NotImplementedError("compare_gates_with_torch is still to be written")
