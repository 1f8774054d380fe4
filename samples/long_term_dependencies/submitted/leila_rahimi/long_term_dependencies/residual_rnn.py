"""A network that adds to its state."""

import numpy as np


def residual_forward(x, h0, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    n_x, m, T_x = x.shape
    h = np.zeros((Waa.shape[0], m, T_x))
    caches = []
    h_prev = h0
    for t in range(T_x):
        g = np.tanh(np.dot(Wax, x[:, :, t]) + np.dot(Waa, h_prev) + ba)
        h_next = h_prev + g
        h[:, :, t] = h_next
        caches.append((g, h_prev, x[:, :, t], parameters))
        h_prev = h_next
    return h, caches


def residual_backward(dh, caches):
    n_a, m, T_x = dh.shape
    parameters = caches[0][3]
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    dx = np.zeros((Wax.shape[1], m, T_x))
    dWax, dWaa = np.zeros_like(Wax), np.zeros_like(Waa)
    dba = np.zeros((n_a, 1))
    dh_prev = np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        g, h_prev, xt, _ = caches[t]
        dh_t = dh[:, :, t] + dh_prev
        dz = dh_t * (1 - g**2)
        dx[:, :, t] = np.dot(Wax.T, dz)
        dWax += np.dot(dz, xt.T)
        dWaa += np.dot(dz, h_prev.T)
        dba += np.sum(dz, axis=1, keepdims=True)
        dh_prev = dh_t + np.dot(Waa.T, dz)
    return {"dx": dx, "dh0": dh_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
