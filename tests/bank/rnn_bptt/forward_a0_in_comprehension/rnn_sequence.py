import numpy as np
import rnn_cell as cell


def rnn_forward(x, a0, parameters):
    steps = [cell.rnn_cell_forward(x[..., t], a0, parameters) for t in range(x.shape[-1])]
    a, y, caches = map(list, zip(*steps))
    return np.stack(a, -1), np.stack(y, -1), (caches, x)


def rnn_backward(da, caches):
    steps, x = caches
    carry, dx, total = 0, [], {"dWax": 0, "dWaa": 0, "dba": 0}
    for dat, cache in zip(np.moveaxis(da, 2, 0)[::-1], steps[::-1]):
        g = cell.rnn_cell_backward(dat + carry, cache)
        carry = g["da_prev"]
        dx.insert(0, g["dxt"])
        total = {k: v + g[k] for k, v in total.items()}
    return {"dx": np.stack(dx, axis=2), "da0": carry, **total}
