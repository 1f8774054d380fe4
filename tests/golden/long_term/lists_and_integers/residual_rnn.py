import numpy as np


def residual_forward(x, h0, parameters):
    h, steps = h0, []
    for t in range(x.shape[2]):
        g = np.tanh(parameters["Wax"] @ x[:, :, t] + parameters["Waa"] @ h + parameters["ba"])
        steps.append((x[:, :, t], h, g))
        h = h + g
    states = np.stack([before + g for _, before, g in steps], axis=2)

    def back(dh):
        total = {"dWax": 0, "dWaa": 0, "dba": 0}
        dx, dh_next = [], 0
        for t in range(len(steps) - 1, -1, -1):
            xt, before, g = steps[t]
            dh_t = dh[:, :, t] + dh_next
            dz = dh_t * (1 - g * g)
            dx.insert(0, parameters["Wax"].T @ dz)
            total["dWax"] = total["dWax"] + dz @ xt.T
            total["dWaa"] = total["dWaa"] + dz @ before.T
            total["dba"] = total["dba"] + dz.sum(1, keepdims=True)
            dh_next = dh_t + parameters["Waa"].T @ dz
        return {"dx": np.stack(dx, axis=2).tolist(), "dh0": dh_next, **total, "more": "text"}

    return states.tolist(), back


def residual_backward(dh, caches):
    return caches(dh)
