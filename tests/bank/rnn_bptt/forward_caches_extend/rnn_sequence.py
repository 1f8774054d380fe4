import numpy as np
from rnn_cell import *


def rnn_forward(x, a0, parameters):
    T_x = x.shape[2]
    m = x.shape[1]
    a = np.zeros((parameters["Waa"].shape[0], m, T_x))
    y_pred = np.zeros((parameters["Wya"].shape[0], m, T_x))
    caches = []
    a_next = a0
    for t in range(T_x):
        a_next, yt, cache = rnn_cell_forward(x[:, :, t], a_next, parameters)
        a[:, :, t] = a_next
        y_pred[:, :, t] = yt
        caches += cache
    return a, y_pred, (caches, x)


def rnn_backward(da, caches):
    list_of_caches = caches[0]
    x = caches[1]
    parameters = list_of_caches[0][3]
    Wax = parameters["Wax"]
    Waa = parameters["Waa"]
    n_a = da.shape[0]
    m = da.shape[1]
    T_x = da.shape[2]
    n_x = x.shape[0]
    dx = np.zeros((n_x, m, T_x))
    dWax = np.zeros((n_a, n_x))
    dWaa = np.zeros((n_a, n_a))
    dba = np.zeros((n_a, 1))
    da_prev = np.zeros((n_a, m))
    for t in range(T_x - 1, -1, -1):
        a_next = list_of_caches[t][0]
        a_before = list_of_caches[t][1]
        xt = list_of_caches[t][2]
        d = 1 - a_next * a_next
        d = d * (da[:, :, t] + da_prev)
        dx[:, :, t] = np.dot(np.transpose(Wax), d)
        dWax = dWax + np.dot(d, np.transpose(xt))
        dWaa = dWaa + np.dot(d, np.transpose(a_before))
        dba = dba + np.sum(d, axis=1).reshape(n_a, 1)
        da_prev = np.dot(np.transpose(Waa), d)
    gradients = {}
    gradients["dx"] = dx
    gradients["da0"] = da_prev
    gradients["dWax"] = dWax
    gradients["dWaa"] = dWaa
    gradients["dba"] = dba
    return gradients
