import numpy as np


def rtrl_gradients(x, a0, da, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    n_a, n_x = Wax.shape
    m = a0.shape[1]
    W = np.hstack([Wax, Waa, ba])
    P = np.zeros((m, n_a, W.size))
    total, a = np.zeros(W.size), a0
    for t in range(x.shape[2]):
        u = np.vstack([x[:, :, t], a, np.ones((1, m))])
        a = np.tanh(W @ u)
        P = Waa @ P + np.stack([np.kron(np.eye(n_a), u[:, b]) for b in range(m)])
        P = P * (1 - a.T**2)[:, :, None]
        total += np.einsum("ib,bij->j", da[:, :, t], P)
    total = total.reshape(W.shape)
    return {"dWax": total[:, :n_x], "dWaa": total[:, n_x:-1], "dba": total[:, -1:]}
