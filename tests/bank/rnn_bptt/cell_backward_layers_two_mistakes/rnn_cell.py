import numpy as np
from layers import Linear, Softmax, Tanh


class Cell:
    """One step of the network; keeps what it needs."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.recurrent = Linear(parameters["Waa"])

    def forward(self, xt, a_prev):
        Wax, ba = self.parameters["Wax"], self.parameters["ba"]
        return Tanh.forward(Wax @ xt + self.recurrent.forward(a_prev) + ba)

    def predict(self, a_next):
        return Linear(self.parameters["Wya"]).forward(a_next) + self.parameters["by"]

    def backward(self, da_next, a_next, a_prev, xt):
        dz = Tanh.backward(da_next, a_next)
        da_prev, dWaa = self.recurrent.backward(dz, a_prev)
        gradients = {"da_prev": da_prev, "dWaa": dWaa}
        gradients["dxt"] = self.parameters["Wax"].T @ dz
        gradients["dWax"] = xt @ dz.T
        gradients["dba"] = dz.sum(axis=1)
        return gradients


def softmax(z):
    return Softmax().forward(z)


def rnn_cell_forward(xt, a_prev, parameters):
    cell = Cell(parameters)
    a_next = cell.forward(xt, a_prev)
    yt_pred = softmax(cell.predict(a_next))
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    return Cell(parameters).backward(da_next, a_next, a_prev, xt)
