import numpy as np

from rnn_cell import rnn_cell_backward, rnn_cell_forward


def time_last(steps):
    """[step][row][example] -> [row][example][step]"""
    return np.transpose(np.array([np.asarray(s) for s in steps]), (1, 2, 0)).tolist()


def rnn_forward(x, a0, parameters):
    a_list, y_list, cache_list = [], [], []
    a_prev = a0
    for t in range(len(x[0][0])):
        xt = [[v[t] for v in row] for row in x.tolist()]
        a_prev, y, cache = rnn_cell_forward(np.array(xt), a_prev, parameters)
        a_list.append(a_prev)
        y_list.append(y)
        cache_list.append(cache)
    return time_last(a_list), time_last(y_list), (cache_list, x)


def rnn_backward(da, caches):
    cache_list = list(caches[0])
    todo = [da[:, :, t] for t in range(da.shape[2])]
    dx_steps, dWax_steps, dWaa_steps, dba_steps = [], [], [], []
    back = None
    while todo
        d = todo.pop()
        if back is not None:
            d = d + np.asarray(back)
        g = rnn_cell_backward(d, cache_list.pop())
        back = g["da_prev"]
        dx_steps.append(g["dxt"])
        dWax_steps.append(g["dWax"])
        dWaa_steps.append(g["dWaa"])
        dba_steps.append(g["dba"])
    dx_steps.reverse()
    return {
        "dx": time_last(dx_steps),
        "da0": np.asarray(back).tolist(),
        "dWax": np.sum(dWax_steps, axis=0).tolist(),
        "dWaa": np.sum(dWaa_steps, axis=0).tolist(),
        "dba": np.sum(dba_steps, axis=0).tolist(),
    }
