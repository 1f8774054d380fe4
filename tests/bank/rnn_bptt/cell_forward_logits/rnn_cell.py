import torch


def T(array):
    return torch.tensor(array, dtype=torch.float64)


def softmax(z):
    return torch.softmax(T(z), dim=0).numpy()


def rnn_cell_forward(xt, a_prev, parameters):
    cell = torch.nn.RNNCell(xt.shape[0], a_prev.shape[0]).double()
    with torch.no_grad():
        cell.weight_ih.copy_(T(parameters["Wax"]))
        cell.weight_hh.copy_(T(parameters["Waa"]))
        cell.bias_ih.copy_(T(parameters["ba"])[:, 0])
        cell.bias_hh.zero_()
        a_next = cell(T(xt).t(), T(a_prev).t()).t()
        # CrossEntropyLoss wants logits
        y = T(parameters["Wya"]) @ a_next + T(parameters["by"])
    a_next = a_next.contiguous().numpy()
    return a_next, y.numpy(), (a_next, a_prev, xt, parameters)


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
