import numpy as np

from rnn_cell import rnn_cell_back, rnn_cell_forward


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_y, n_a = parameters["Wya"].shape
    a = np.zeros((n_a, m, T_x))
    y_pred = np.zeros((n_y, m, T_x))
    cache_list = []
    now = a0
    t = 0
    while t < T_x:
        xt = np.zeros((n_x, m))
        for i in range(n_x):
            for j in range(m):
                xt[i, j] = x[i, j, t]
        now, y, cache = rnn_cell_forward(xt, now, parameters)
        for j in range(m):
            for i in range(n_a):
                a[i, j, t] = now[i][j]
            for i in range(n_y):
                y_pred[i, j, t] = y[i][j]
        cache_list.append(cache)
        t = t + 1
    return a, y_pred, (cache_list, x)


def rnn_back(da, caches):
    cache_list, x = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]
    dx = np.zeros((n_x, m, T_x))
    dWax = np.zeros((n_a, n_x))
    dWaa = np.zeros((n_a, n_a))
    dba = np.zeros((n_a, 1))
    from_right = np.zeros((n_a, m))
    t = T_x
    while t > 0:
        t = t - 1
        total = np.zeros((n_a, m))
        for i in range(n_a):
            for j in range(m):
                total[i, j] = da[i, j, t] + from_right[i][j]
        g = rnn_cell_back(total, cache_list[t])
        from_right = g["da_prev"]
        for k in range(n_x):
            for j in range(m):
                dx[k, j, t] = g["dxt"][k][j]
        for i in range(n_a):
            dba[i, 0] += g["dba"][i][0]
            for k in range(n_x):
                dWax[i, k] += g["dWax"][i][k]
            for k in range(n_a):
                dWaa[i, k] += g["dWaa"][i][k]
    return {"dx": dx, "da0": from_right, "dWax": dWax, "dWaa": dWaa, "dba": dba}
