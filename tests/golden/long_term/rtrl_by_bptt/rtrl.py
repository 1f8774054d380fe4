import numpy as np


def rtrl_gradients(x, a0, da, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    n_a, n_x = Wax.shape
    m, T_x = x.shape[1:]
    a = np.empty((n_a, m, T_x + 1))
    a[:, :, 0] = a0
    for t in range(T_x):
        a[:, :, t + 1] = np.tanh(Wax @ x[:, :, t] + Waa @ a[:, :, t] + ba)
    dWax, dWaa, dba = np.zeros_like(Wax), np.zeros_like(Waa), np.zeros_like(ba)
    back = np.zeros((n_a, m))
    for t in reversed(range(T_x)):
        dz = (da[:, :, t] + back) * (1 - a[:, :, t + 1] ** 2)
        dWax += dz @ x[:, :, t].T
        dWaa += dz @ a[:, :, t].T
        dba += dz.sum(axis=1, keepdims=True)
        back = Waa.T @ dz
    return {"dWax": dWax, "dWaa": dWaa, "dba": dba}
