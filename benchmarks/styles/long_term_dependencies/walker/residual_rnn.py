import numpy as np


def residual_forward(x, h0, parameters):
    U = parameters["Waa"]
    W = parameters["Wax"]
    b = parameters["ba"]
    T = x.shape[2]
    tape = {"U": U, "W": W, "x": x, "g": [], "h": [h0]}
    for t in range(T):
        old = tape["h"][t]
        z = W.dot(x[:, :, t]) + U.dot(old) + b
        g = np.tanh(z)
        new = old + g
        tape["g"].append(g)
        tape["h"].append(new)
    out = np.stack(tape["h"][1:], axis=-1)
    return out, tape


def residual_backward(dh, caches):
    U, W, x = caches["U"], caches["W"], caches["x"]
    T = dh.shape[2]
    dW = np.zeros_like(W)
    dU = np.zeros_like(U)
    db = np.zeros((U.shape[0], 1))
    dx = np.zeros_like(x)
    carry = np.zeros_like(dh[:, :, 0])
    for i in range(T):
        t = T - 1 - i
        total = carry + dh[:, :, t]
        g = caches["g"][t]
        dz = (1 - g * g) * total
        dW += dz.dot(x[:, :, t].T)
        dU += dz.dot(caches["h"][t].T)
        db += dz.sum(axis=1, keepdims=True)
        dx[:, :, t] = W.T.dot(dz)
        carry = total + U.T.dot(dz)
    return dict(dx=dx, dh0=carry, dWax=dW, dWaa=dU, dba=db)
