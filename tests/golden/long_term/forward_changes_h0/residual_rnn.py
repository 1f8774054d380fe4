import numpy as np


def residual_forward(x, h0, parameters):
    h, out, steps = h0.copy(), np.zeros(h0.shape + x.shape[2:]), []
    for t in range(x.shape[2]):
        g = np.tanh(parameters["Wax"] @ x[:, :, t] + parameters["Waa"] @ h + parameters["ba"])
        steps.append((x[:, :, t], h, g))
        h = h + g
        out[:, :, t] = h
    h0[:] = h
    return out, (steps, parameters)


def residual_backward(dh, caches):
    steps, parameters = caches
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    dx = np.zeros((Wax.shape[1],) + dh.shape[1:])
    dWax, dWaa = np.zeros(Wax.shape), np.zeros(Waa.shape)
    dba, back = np.zeros((len(Waa), 1)), np.zeros(dh.shape[:2])
    for t in reversed(range(dh.shape[2])):
        xt, before, g = steps[t]
        dh_t = dh[:, :, t] + back
        dz = dh_t * (1 - g**2)
        dx[:, :, t] = Wax.T @ dz
        dWax += dz @ xt.T
        dWaa += dz @ before.T
        dba += dz.sum(axis=1, keepdims=True)
        back = dh_t + Waa.T @ dz
    return {"dx": dx, "dh0": back, "dWax": dWax, "dWaa": dWaa, "dba": dba}
