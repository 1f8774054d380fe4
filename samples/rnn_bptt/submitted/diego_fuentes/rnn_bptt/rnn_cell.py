import numpy as np


def softmax(z):
    e_z = np.exp(z - np.max(z))
    return e_z / np.sum(e_z)


def rnn_cell_forward(xt, a_prev, parameters):
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    Wya = parameters["Wya"]
    ba = parameters["ba"]
    by = parameters["by"]
    a_next = np.tanh(np.matmul(Waa, a_prev) + np.matmul(Wax, xt) + ba)
    yt_pred = softmax(np.matmul(Wya, a_next) + by)
    cache = (a_next, a_prev, xt, parameters)
    return a_next, yt_pred, cache


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    dtanh = (1 - np.power(a_next, 2)) * da_next
    dxt = np.matmul(Wax.T, dtanh)
    dWax = np.matmul(dtanh, xt.T)
    da_prev = np.matmul(Waa.T, dtanh)
    dWaa = np.matmul(dtanh, a_prev.T)
    dba = np.sum(dtanh, axis=1, keepdims=True)
    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
