import numpy as np


def rtrl_gradients(x, a0, da, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    n_a, n_x = Wax.shape
    eye = np.eye(n_a)
    SW = np.zeros((a0.shape[1], n_a, n_a, n_x))
    SU = np.zeros((a0.shape[1], n_a, n_a, n_a))
    Sb = np.zeros((a0.shape[1], n_a, n_a))
    dWax, dWaa, dba = np.zeros_like(Wax), np.zeros_like(Waa), np.zeros_like(ba)
    h = a0
    for t in range(x.shape[2]):
        h_old = h
        h = np.tanh(Wax @ x[:, :, t] + Waa @ h_old + ba)
        D = (1 - h * h).T
        SW = np.einsum("ij,bjkl->bikl", Waa, SW) + np.einsum("ik,lb->bikl", eye, x[:, :, t])
        SU = np.einsum("ij,bjkl->bikl", Waa, SU) + np.einsum("ik,lb->bikl", eye, h_old)
        Sb = np.einsum("ij,bjk->bik", Waa, Sb) + eye
        SW = SW * D[:, :, None, None]
        SU = SU * D[:, :, None, None]
        Sb = Sb * D[:, :, None]
        err = da[:, :, t].T
        dWax += np.einsum("bi,bikl->kl", err, SW)
        dWaa += np.einsum("bi,bikl->kl", err, SU)
        dba[:, 0] += np.einsum("bi,bik->k", err, Sb)
    return {"dWax": dWax, "dWaa": dWaa, "dba": dba}
