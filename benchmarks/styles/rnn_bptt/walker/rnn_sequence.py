import numpy as np
from rnn_cell import rnn_cell_backward, rnn_cell_forward


def rnn_forward(x, a0, parameters):
    steps = x.shape[-1]
    states = []
    probs = []
    memory = []
    now = a0
    k = 0
    while k < steps:
        now, p, c = rnn_cell_forward(x[..., k], now, parameters)
        states.append(now)
        probs.append(p)
        memory.append(c)
        k += 1
    return np.stack(states, axis=2), np.stack(probs, axis=2), (memory, x)


def rnn_backward(da, caches):
    memory, x = caches
    steps = x.shape[-1]
    total = None
    back = 0.0
    dx = []
    k = steps - 1
    while k >= 0:
        g = rnn_cell_backward(da[..., k] + back, memory[k])
        back = g["da_prev"]
        dx.append(g["dxt"])
        if total is None:
            total = [g["dWax"], g["dWaa"], g["dba"]]
        else:
            total = [total[0] + g["dWax"], total[1] + g["dWaa"], total[2] + g["dba"]]
        k -= 1
    dx.reverse()
    return {
        "dx": np.stack(dx, axis=2),
        "da0": back,
        "dWax": total[0],
        "dWaa": total[1],
        "dba": total[2],
    }
