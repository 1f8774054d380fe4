import torch


def F(array):
    return torch.tensor(array, dtype=torch.float32)

from rnn_cell import T, rnn_cell_forward


def rnn_forward(x, a0, parameters):
    a, y, caches = [], [], []
    state = a0
    for t in range(x.shape[2]):
        state, yt, cache = rnn_cell_forward(x[:, :, t], state, parameters)
        a.append(T(state))
        y.append(T(yt))
        caches.append(cache)
    return torch.stack(a, dim=2).numpy(), torch.stack(y, dim=2).numpy(), (caches, x)


def rnn_backward(da, caches):
    steps, x = caches
    _, a0, _, parameters = steps[0]
    x = F(x).requires_grad_()
    a0 = F(a0).requires_grad_()
    W = {name: F(parameters[name]).requires_grad_() for name in ("Wax", "Waa", "ba")}
    state, states = a0, []
    for t in range(x.shape[2]):
        state = torch.tanh(W["Wax"] @ x[:, :, t] + W["Waa"] @ state + W["ba"])
        states.append(state)
    loss = (torch.stack(states, dim=2) * F(da)).sum()
    loss.backward()
    gradients = {"dx": x.grad.numpy(), "da0": a0.grad.numpy()}
    for name in W:
        gradients["d" + name] = W[name].grad.numpy()
    return gradients
