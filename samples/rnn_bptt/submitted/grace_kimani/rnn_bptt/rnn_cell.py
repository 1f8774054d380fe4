import numpy as np


def softmax(z):
    ex = np.exp(z - np.max(z, axis=0, keepdims=True))
    return ex / np.sum(ex, axis=0, keepdims=True)


def rnn_cell_forward(xt, a_prev, parameters):
    a_next = np.tanh(parameters["Wax"].dot(xt) + parameters["Waa"].dot(a_prev) + parameters["ba"])
    yt_pred = softmax(parameters["Wya"].dot(a_next) + parameters["by"])
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    dtanh = da_next * (1 - a_next * a_next)
    gradients = {}
    gradients["dxt"] = parameters["Wax"].T.dot(dtanh)
    gradients["da_prev"] = parameters["Waa"].T.dot(dtanh)
    gradients["dWax"] = dtanh.dot(xt.T)
    gradients["dWaa"] = dtanh.dot(a_prev.T)
    # average over the batch, like in logistic regression
    gradients["dba"] = np.mean(dtanh, axis=1, keepdims=True)
    return gradients
