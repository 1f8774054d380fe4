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
    f = lambda v: torch.tensor(v, dtype=torch.float32)
    dz = f(da_next) * (1 - f(a_next) ** 2)
    grads = {
        "dxt": f(parameters["Wax"]).T @ dz,
        "da_prev": f(parameters["Waa"]).T @ dz,
        "dWax": dz @ f(xt).T,
        "dWaa": dz @ f(a_prev).T,
        "dba": dz.sum(1, keepdim=True),
    }
    return {k: v.numpy() for k, v in grads.items()}
