"""RTRL with every sum written out, entry by entry."""

import numpy as np


def rtrl_gradients(x, a0, da, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    n_a, n_x = Wax.shape
    m = a0.shape[1]
    T_x = x.shape[2]
    dWax, dWaa, dba = np.zeros((n_a, n_x)), np.zeros((n_a, n_a)), np.zeros((n_a, 1))
    for b in range(m):
        a = [a0[i, b] for i in range(n_a)]
        P = np.zeros((n_a, n_a, n_x))
        Q = np.zeros((n_a, n_a, n_a))
        R = np.zeros((n_a, n_a))
        for t in range(T_x):
            new = []
            for i in range(n_a):
                z = ba[i, 0]
                for j in range(n_x):
                    z = z + Wax[i, j] * x[j, b, t]
                for j in range(n_a):
                    z = z + Waa[i, j] * a[j]
                new.append(np.tanh(z))
            P_new, Q_new, R_new = np.zeros(P.shape), np.zeros(Q.shape), np.zeros(R.shape)
            for i in range(n_a):
                slope = 1 - new[i] ** 2
                for k in range(n_a):
                    for l in range(n_x):
                        total = 0.0
                        for j in range(n_a):
                            total = total + Waa[i, j] * P[j, k, l]
                        if i == k:
                            total = total + x[l, b, t]
                        P_new[i, k, l] = slope * total
                    for l in range(n_a):
                        total = 0.0
                        for j in range(n_a):
                            total = total + Waa[i, j] * Q[j, k, l]
                        if i == k:
                            total = total + a[l]
                        Q_new[i, k, l] = slope * total
                    total = 0.0
                    for j in range(n_a):
                        total = total + Waa[i, j] * R[j, k]
                    if i == k:
                        total = total + 1.0
                    R_new[i, k] = slope * total
            P, Q, R, a = P_new, Q_new, R_new, new
            for i in range(n_a):
                for k in range(n_a):
                    for l in range(n_x):
                        dWax[k, l] = dWax[k, l] + da[i, b, t] * P[i, k, l]
                    for l in range(n_a):
                        dWaa[k, l] = dWaa[k, l] + da[i, b, t] * Q[i, k, l]
                    dba[k, 0] = dba[k, 0] + da[i, b, t] * R[i, k]
    return {"dWax": dWax, "dWaa": dWaa, "dba": dba}
