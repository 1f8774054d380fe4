# my solution
import numpy as np


def softmax(z):
    out = np.zeros_like(z)
    for j in range(z.shape[1]):
        column = z[:, j]
        top = column.max()
        powers = np.exp(column - top)
        out[:, j] = powers / powers.sum()
    return out


def rnn_cell_forward(xt, a_prev, parameters):
    W = np.hstack([parameters["Waa"], parameters["Wax"]])
    V = parameters["Wya"]
    both = np.vstack([a_prev, xt])
    pre = np.dot(W, both)
    pre = pre + parameters["ba"]
    state = np.tanh(pre)
    scores = np.dot(V, state)
    scores = scores + parameters["by"]
    prob = softmax(scores)
    return state, prob, (state, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    state, before, inp, parameters = cache
    slope = 1.0 - np.square(state)
    err = slope * da_next
    W = np.hstack([parameters["Waa"], parameters["Wax"]])
    both = np.vstack([before, inp])
    n = before.shape[0]
    dboth = np.dot(W.T, err)
    dW = np.dot(err, both.T)
    out = {}
    out["da_prev"] = dboth[:n]
    out["dxt"] = dboth[n:]
    out["dWaa"] = dW[:, :n]
    out["dWax"] = dW[:, n:]
    out["dba"] = err.sum(axis=1)[:, None]
    return out
