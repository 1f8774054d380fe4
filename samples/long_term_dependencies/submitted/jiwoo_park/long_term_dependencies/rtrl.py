"""Real-time recurrent learning."""

import numpy as np


def rtrl_gradients(x, a0, da, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    n_a, n_x = Wax.shape
    m, T_x = x.shape[1:]
    # how every unit depends on every weight: (unit, row, column, example)
    P_x = np.zeros((n_a, n_a, n_x, m))
    P_a = np.zeros((n_a, n_a, n_a, m))
    P_b = np.zeros((n_a, n_a, 1, m))
    dWax, dWaa, dba = np.zeros(Wax.shape), np.zeros(Waa.shape), np.zeros(ba.shape)
    a = a0
    for t in range(T_x):
        xt, a_prev = x[:, :, t], a
        a = np.tanh(np.dot(Wax, xt) + np.dot(Waa, a_prev) + ba)
        P_x = np.einsum("ik,kjlm->ijlm", Waa, P_x)
        P_a = np.einsum("ik,kjlm->ijlm", Waa, P_a)
        P_b = np.einsum("ik,kjlm->ijlm", Waa, P_b)
        for i in range(n_a):
            P_x[i, i] += xt
            P_a[i, i] += a_prev
            P_b[i, i] += 1
        slope = (1 - a**2)[:, None, None, :]
        P_x, P_a, P_b = slope * P_x, slope * P_a, slope * P_b
        dWax += np.einsum("im,ijlm->jl", da[:, :, t], P_x)
        dWaa += np.einsum("im,ijlm->jl", da[:, :, t], P_a)
        dba += np.einsum("im,ijlm->jl", da[:, :, t], P_b)
    return {"dWax": dWax, "dWaa": dWaa, "dba": dba}
