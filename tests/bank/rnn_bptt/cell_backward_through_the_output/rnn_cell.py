import torch


def T(array):
    return torch.tensor(array, dtype=torch.float64)


def softmax(z):
    return torch.softmax(T(z), dim=0).numpy()


def rnn_cell_forward(xt, a_prev, parameters):
    p = {k: T(v) for k, v in parameters.items()}
    a_next = torch.tanh(p["Wax"] @ T(xt) + p["Waa"] @ T(a_prev) + p["ba"])
    scores = p["Wya"] @ a_next + p["by"]
    a_next = a_next.numpy()
    return a_next, softmax(scores.numpy()), (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    _, a_prev, xt, parameters = cache
    p = {k: T(v).requires_grad_() for k, v in parameters.items()}
    xt, a_prev = T(xt).requires_grad_(), T(a_prev).requires_grad_()
    a_next = torch.tanh(p["Wax"] @ xt + p["Waa"] @ a_prev + p["ba"])
    y = torch.softmax(p["Wya"] @ a_next + p["by"], dim=0)
    # the prediction is part of the graph too
    torch.autograd.backward([a_next, y], [T(da_next), y.detach()])
    return {
        "dxt": xt.grad.numpy(),
        "da_prev": a_prev.grad.numpy(),
        "dWax": p["Wax"].grad.numpy(),
        "dWaa": p["Waa"].grad.numpy(),
        "dba": p["ba"].grad.numpy(),
    }
