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
    a_next, a_prev, xt, parameters = cache
    z = T(a_next).requires_grad_()
    torch.tanh(z).backward(T(da_next))
    dz = z.grad
    return {
        "dxt": (T(parameters["Wax"]).t() @ dz).numpy(),
        "da_prev": (T(parameters["Waa"]).t() @ dz).numpy(),
        "dWax": (dz @ T(xt).t()).numpy(),
        "dWaa": (dz @ T(a_prev).t()).numpy(),
        "dba": dz.sum(dim=1, keepdim=True).numpy(),
    }
