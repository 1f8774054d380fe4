import numpy as np

from layers import Linear, Softmax, Tanh


class Cell:
    """One step of the network."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.input = Linear(parameters["Wax"])
        self.recurrent = Linear(parameters["Waa"])

    def forward(self, xt, a_prev):
        z = self.input.forward(xt) + self.recurrent.forward(a_prev) + self.parameters["ba"]
        return Tanh.forward(z)

    def predict(self, a_next):
        return Linear(self.parameters["Wya"]).forward(a_next) + self.parameters["by"]

    def backward(self, da_next, a_next, a_prev, xt):
        dz = Tanh.backward(da_next, a_next)
        dxt, dWax = self.input.backward(dz, xt)
        da_prev, dWaa = self.recurrent.backward(dz, a_prev)
        dba = dz.sum(axis=1).reshape(-1, 1)
        return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}


def softmax(z):
    return Softmax().forward(z)


def rnn_cell_forward(xt, a_prev, parameters):
    cell = Cell(parameters)
    a_next = cell.forward(xt, a_prev)
    yt_pred = softmax(cell.predict(a_prev))
    return a_next, yt_pred, (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    return Cell(parameters).backward(da_next, a_next, a_prev, xt)
