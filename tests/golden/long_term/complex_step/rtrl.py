import numpy as np


def rtrl_gradients(x, a0, da, parameters):
    Wax, Waa, ba = parameters["Wax"], parameters["Waa"], parameters["ba"]
    n_a, n_x = Wax.shape

    def slope(name, place):
        moved = {key: parameters[key].astype(complex) for key in ("Wax", "Waa", "ba")}
        moved[name][place] += 1e-30j
        a, total = a0, 0.0
        for t in range(x.shape[2]):
            a = np.tanh(moved["Wax"] @ x[:, :, t] + moved["Waa"] @ a + moved["ba"])
            total += np.sum(da[:, :, t] * a.imag)
        return total / 1e-30

    return {
        "d" + name: np.array(
            [[slope(name, (i, j)) for j in range(array.shape[1])] for i in range(n_a)]
        )
        for name, array in (("Wax", Wax), ("Waa", Waa), ("ba", ba))
    }
