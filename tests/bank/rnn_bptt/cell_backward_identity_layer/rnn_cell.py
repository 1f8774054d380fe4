import numpy as np
from layers import Linear, Softmax, Tanh


class Cell:
    """One step of the network."""

    def __init__(self, parameters):
        self.parameters = parameters
        self.input = Linear(parameters["Wax"])
        self.recurrent = Linear(parameters["Waa"])
        self.activation = Tanh()

    def forward(self, xt, a_prev):
        z = self.input.forward(xt) + self.recurrent.forward(a_prev) + self.parameters["ba"]
        return self.activation.forward(z)

    def predict(self, a_next):
        return self.parameters["Wya"] @ a_next + self.parameters["by"]

    def backward(self, da_next, a_next, a_prev, xt):
        grad = da_next
        self.activation.backward(grad, a_next)
        dxt, dWax = self.input.backward(grad, xt)
        da_prev, dWaa = self.recurrent.backward(grad, a_prev)
        return {
            "dxt": dxt,
            "da_prev": da_prev,
            "dWax": dWax,
            "dWaa": dWaa,
            "dba": np.sum(grad, axis=1, keepdims=True),
        }


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
