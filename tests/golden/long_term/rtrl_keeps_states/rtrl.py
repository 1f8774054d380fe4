import numpy as np


def rtrl_gradients(x, a0, da, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    n_a, n_x = Wax.shape
    m, T_x = x.shape[1:]
    states = [a0]
    n_u = n_x + n_a + 1
    influence = np.zeros((n_a, n_a, n_u, m))
    dW = np.zeros((n_a, n_u))
    for t in range(T_x):
        u = np.concatenate([x[:, :, t], states[-1], np.ones((1, m))])
        states.append(np.tanh(Wax @ x[:, :, t] + Waa @ states[-1] + ba))
        influence = np.einsum("ik,kjlb->ijlb", Waa, influence)
        for i in range(n_a):
            influence[i, i] += u
        influence *= (1 - states[-1] ** 2)[:, None, None, :]
        dW += np.einsum("ib,ijlb->jl", da[:, :, t], influence)
    return {"dWax": dW[:, :n_x], "dWaa": dW[:, n_x:-1], "dba": dW[:, -1:]}
