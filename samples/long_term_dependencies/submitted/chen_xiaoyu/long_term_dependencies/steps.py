"""One step, and one step back."""

import numpy as np


class Step:
    def __init__(self, xt, before, parameters):
        self.xt, self.before = xt, before
        self.Wax, self.Waa = parameters["Wax"], parameters["Waa"]
        self.g = np.tanh(self.Wax @ xt + self.Waa @ before + parameters["ba"])

    def after(self):
        return self.before + self.g

    def back(self, d):
        dz = d * (1 - self.g) * (1 + self.g)
        weights = np.hstack([dz @ self.xt.T, dz @ self.before.T, dz @ np.ones((dz.shape[1], 1))])
        return self.Wax.T @ dz, d + self.Waa.T @ dz, weights
