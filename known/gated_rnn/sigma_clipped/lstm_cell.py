"""One step of an LSTM (long short-term memory), forward and backward.

    s = [a_{t-1}; x_t]        the previous hidden state on top of the input

    f_t = sigma(Wf s + bf)    forget gate         c~_t = tanh(Wc s + bc)              candidate
    i_t = sigma(Wi s + bi)    input gate          c_t  = f_t * c_{t-1} + i_t * c~_t   cell state
    o_t = sigma(Wo s + bo)    output gate         a_t  = o_t * tanh(c_t)              hidden state

with sigma(p) = 1 / (1 + exp(-p)); `*` multiplies entry by entry, letters side by side are a
matrix product.

Shapes: n_x inputs, n_a hidden units, m examples in a batch, one per column.  s is (n_a + n_x, m).
`parameters` is a dict: Wf, Wi, Wc, Wo (n_a, n_a + n_x), whose first n_a columns act on a_{t-1},
and bf, bi, bc, bo (n_a, 1).
"""

import numpy as np


def _sigmoid(p):
    """1 / (1 + exp(-p)), for p of any size."""
    # The same as exp(-log(1 + exp(-p))).  logaddexp takes the logarithm of a sum of exponentials
    # without computing any of them, so nothing overflows: at -1000 it is exactly 0, at 1000 1.
    return 1 / (1 + np.exp(-np.clip(p, -15, 15)))




def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    """Take one step: from the previous hidden and cell state to the next.

        s  = [a_prev; xt]
        ft = sigma(Wf s + bf)    it = sigma(Wi s + bi)    cct = tanh(Wc s + bc)
        c_next = ft * c_prev + it * cct
        ot = sigma(Wo s + bo)    a_next = ot * tanh(c_next)

    xt: (n_x, m), the input of this step.  a_prev, c_prev: (n_a, m), the states before it.
    Returns (a_next, c_next, cache): a_next and c_next (n_a, m), and the tuple
    cache = (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters), in this order.
    All must be finite even where Wf s + bf and its like are 1000 or -1000: a gate is 1 or 0 then.
    """
    # a_prev stands on top, as the first columns of the weights are its own.
    s = np.concatenate([a_prev, xt], axis=0)
    ft = _sigmoid(parameters["Wf"] @ s + parameters["bf"])
    it = _sigmoid(parameters["Wi"] @ s + parameters["bi"])
    cct = np.tanh(parameters["Wc"] @ s + parameters["bc"])
    ot = _sigmoid(parameters["Wo"] @ s + parameters["bo"])
    # What is kept of the old, plus what is let in of the new: the cell state goes from step to
    # step without passing through a matrix or a tanh.
    c_next = ft * c_prev + it * cct
    a_next = ot * np.tanh(c_next)
    return a_next, c_next, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    """Carry the gradient of the loss from a_next and c_next back to what they were made of.

    With pf = Wf s + bf, the pre-activation of the forget gate, and pi, pc, po alike,
    sigma'(p) = sigma(p) (1 - sigma(p)) and tanh'(p) = 1 - tanh(p)^2:

        dc  = dc_next + da_next * ot * tanh'(c_next)
        dpf = dc * c_prev * sigma'(pf)
        dpi = dc * cct * sigma'(pi)
        dpc = dc * it * tanh'(pc)
        dpo = da_next * tanh(c_next) * sigma'(po)

        dWf = dpf s^T    dbf = sum of dpf over the examples      and so for i, c and o
        [da_prev; dxt] = Wf^T dpf + Wi^T dpi + Wc^T dpc + Wo^T dpo
        dc_prev = dc * ft

    da_next: (n_a, m), the gradient with respect to a_next.  dc_next: (n_a, m), what reaches c_next
    besides the way through a_next.  cache: from lstm_cell_forward.
    Returns a dict: dxt (n_x, m), da_prev and dc_prev (n_a, m), dWf, dWi, dWc, dWo (n_a, n_a + n_x),
    dbf, dbi, dbc, dbo (n_a, 1).
    """
    _, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    n_a = a_prev.shape[0]
    s = np.concatenate([a_prev, xt], axis=0)
    tanh_c = np.tanh(c_next)

    # c_next is used twice: by a_next, and by whatever comes later.  Both gradients add up.
    dc = dc_next + da_next * ot * (1 - tanh_c**2)
    # Each product of the forward pass hands its gradient to one factor times the other;
    # sigma' = sigma (1 - sigma) and tanh' = 1 - tanh^2 need only what the cache holds.
    dpf = dc * c_prev * ft * (1 - ft)
    dpi = dc * cct * it * (1 - it)
    dpc = dc * it * (1 - cct**2)
    dpo = da_next * tanh_c * ot * (1 - ot)

    # s went into all four, so four gradients come back to it.
    ds = (
        parameters["Wf"].T @ dpf
        + parameters["Wi"].T @ dpi
        + parameters["Wc"].T @ dpc
        + parameters["Wo"].T @ dpo
    )
    gradients = {"dxt": ds[n_a:], "da_prev": ds[:n_a], "dc_prev": dc * ft}
    for gate, dp in (("f", dpf), ("i", dpi), ("c", dpc), ("o", dpo)):
        # All examples use the same weights: what each contributes is added up.
        gradients[f"dW{gate}"] = dp @ s.T
        gradients[f"db{gate}"] = np.sum(dp, axis=1, keepdims=True)
    return gradients
