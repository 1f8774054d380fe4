import numpy as np


def rtrl_gradients(x, a0, da, parameters):
    Wax, Waa, ba = (parameters[k] for k in ("Wax", "Waa", "ba"))
    n, p = Wax.shape
    m = a0.shape[1]
    gW = np.zeros((n, p))
    gU = np.zeros((n, n))
    gb = np.zeros((n, 1))
    for b in range(m):
        a = a0[:, b]
        P = np.zeros((n, n, p))
        Q = np.zeros((n, n, n))
        R = np.zeros((n, n))
        for t in range(x.shape[2]):
            u = x[:, b, t]
            prev = a
            a = np.tanh(Wax @ u + Waa @ prev + ba[:, 0])
            P = np.tensordot(Waa, P, 1)
            Q = np.tensordot(Waa, Q, 1)
            R = Waa @ R
            for i in range(n):
                P[i, i, :] += u
                Q[i, i, :] += prev
                R[i, i] += 1
            d = 1 - a ** 2
            P = P * d[:, None, None]
            Q = Q * d[:, None, None]
            R = R * d[:, None]
            e = da[:, b, t]
            gW += np.tensordot(e, P, 1)
            gU += np.tensordot(e, Q, 1)
            gb += (e @ R)[:, None]
    return {"dWax": gW, "dWaa": gU, "dba": gb}
