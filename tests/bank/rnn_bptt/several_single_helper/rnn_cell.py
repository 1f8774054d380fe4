import torch


def T(array):
    return torch.tensor(array, dtype=torch.float32)


def softmax(z):
    return torch.softmax(T(z), dim=0).numpy()


def rnn_cell_forward(xt, a_prev, parameters):
    p = {k: T(v) for k, v in parameters.items()}
    a_next = torch.tanh(p["Wax"] @ T(xt) + p["Waa"] @ T(a_prev) + p["ba"])
    scores = p["Wya"] @ a_next + p["by"]
    a_next = a_next.numpy()
    return a_next, softmax(scores.numpy()), (a_next, a_prev, xt, parameters)


def rnn_cell_backward(da_next, cache):
    # let autograd do it
    _, a_prev, xt, parameters = cache
    xt = T(xt).requires_grad_()
    a_prev = T(a_prev).requires_grad_()
    Wax = T(parameters["Wax"]).requires_grad_()
    Waa = T(parameters["Waa"]).requires_grad_()
    ba = T(parameters["ba"]).requires_grad_()
    a_next = torch.tanh(Wax @ xt + Waa @ a_prev + ba)
    a_next.backward(T(da_next))
    return {
        "dxt": xt.grad.numpy(),
        "da_prev": a_prev.grad.numpy(),
        "dWax": Wax.grad.numpy(),
        "dWaa": Waa.grad.numpy(),
        "dba": ba.grad.numpy(),
    }
