# no matrix products: every sum is written out, as in the formulas on the sheet
import math

import numpy as np


def matmul(A, B):
    n, k = A.shape
    m = B.shape[1]
    C = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            s = 0.0
            for l in range(k):
                s += A[i, l] * B[l, j]
            C[i, j] = s
    return C


def softmax(z):
    n_y, m = z.shape
    p = np.zeros((n_y, m))
    for j in range(m):
        biggest = z[0, j]
        for i in range(1, n_y):
            if z[i, j] > biggest:
                biggest = z[i, j]
        total = 0.0
        for i in range(n_y):
            p[i, j] = math.exp(z[i, j] - biggest)
            total += p[i, j]
        for i in range(n_y):
            p[i, j] /= total
    return p


def rnn_cell_forward(xt, a_prev, parameters):
    zx = matmul(parameters["Wax"], xt)
    za = matmul(parameters["Waa"], a_prev)
    n_a, m = zx.shape
    a_next = np.zeros((n_a, m))
    for i in range(n_a):
        for j in range(m):
            a_next[i, j] = math.tanh(zx[i, j] + za[i, j] + parameters["ba"][i, 0])
    scores = matmul(parameters["Wya"], a_next)
    for i in range(scores.shape[0]):
        for j in range(m):
            scores[i, j] += parameters["by"][i, 0]
    return a_next, softmax(scores), (a_next, a_prev, xt, parameters)


def rnn_cell_back(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    n_a, n_x = Wax.shape
    m = da_next.shape[1]

    dz = np.zeros((n_a, m))
    for i in range(n_a):
        for j in range(m):
            dz[i, j] = da_next[i, j] * (1.0 - a_next[i, j] * a_next[i, j])

    dxt = np.zeros((n_x, m))
    da_prev = np.zeros((n_a, m))
    dWax = np.zeros((n_a, n_x))
    dWaa = np.zeros((n_a, n_a))
    dba = np.zeros((n_a, 1))
    for i in range(n_a):
        for j in range(m):
            dba[i, 0] += dz[i, j]
            for k in range(n_x):
                dxt[k, j] += Wax[i, k] * dz[i, j]
                dWax[i, k] += dz[i, j] * xt[k, j]
            for k in range(n_a):
                da_prev[k, j] += Waa[i, k] * dz[i, j]
                dWaa[i, k] += dz[i, j] * a_prev[k, j]
    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
