import numpy as np

from rnn_cell import rnn_cell_backward, rnn_cell_forward


class Gradients:
    """Adds up what the steps contribute."""

    def __init__(self, n_steps):
        self.dx = [None] * n_steps
        self.sums = {}

    def add(self, t, step):
        self.dx[t] = step["dxt"]
        for name in ("dWax", "dWaa", "dba"):
            self.sums[name] = self.sums.get(name, 0.0) + step[name]

    def result(self, da0):
        return {"dx": np.stack(self.dx, axis=-1), "da0": da0, **self.sums}


class Network:
    def __init__(self, parameters):
        self.parameters = parameters
        self.caches = []

    def run(self, x, a):
        for t in range(x.shape[2]):
            a, y, cache = rnn_cell_forward(x[:, :, t], a, self.parameters)
            self.caches.append(cache)
            yield a, y


def rnn_forward(x, a0, parameters):
    network = Network(parameters)
    states = list(network.run(x, a0))
    a = np.stack([a for a, _ in states], axis=-1)
    y_pred = np.stack([y for _, y in states], axis=-1)
    return a, y_pred, (network.caches, x)


def rnn_backward(da, caches):
    steps, _ = caches
    gradients = Gradients(len(steps))
    from_later = np.zeros(da.shape[:2])
    da = da[:, :, ::-1]
    for t in range(len(steps) - 1, -1, -1):
        step = rnn_cell_backward(da[:, :, t] + from_later, steps[t])
        gradients.add(t, step)
        from_later = step["da_prev"]
    return gradients.result(from_later)
