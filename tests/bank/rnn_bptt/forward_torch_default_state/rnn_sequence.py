import torch
from rnn_cell import T, rnn_cell_forward


def rnn_forward(x, a0, parameters):
    n_x, m, T_x = x.shape
    n_a = a0.shape[0]
    rnn = torch.nn.RNN(n_x, n_a).double()
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(T(parameters["Wax"]))
        rnn.weight_hh_l0.copy_(T(parameters["Waa"]))
        rnn.bias_ih_l0.copy_(T(parameters["ba"]).squeeze(1))
        rnn.bias_hh_l0.zero_()
        out, _ = rnn(T(x).permute(2, 1, 0))
        a = out.permute(2, 1, 0)
        scores = torch.einsum("ya,amt->ymt", T(parameters["Wya"]), a) + T(parameters["by"])[:, :, None]
        y = torch.softmax(scores, dim=0)
    a = a.contiguous().numpy()
    before = [a0 * 0] + [a[:, :, t] for t in range(T_x - 1)]
    caches = [(a[:, :, t], before[t], x[:, :, t], parameters) for t in range(T_x)]
    return a, y.numpy(), (caches, x)


def rnn_backward(da, caches):
    steps, x = caches
    _, a0, _, parameters = steps[0]
    x = T(x).requires_grad_()
    a0 = T(a0).requires_grad_()
    W = {name: T(parameters[name]).requires_grad_() for name in ("Wax", "Waa", "ba")}
    state, states = a0, []
    for t in range(x.shape[2]):
        state = torch.tanh(W["Wax"] @ x[:, :, t] + W["Waa"] @ state + W["ba"])
        states.append(state)
    loss = (torch.stack(states, dim=2) * T(da)).sum()
    loss.backward()
    gradients = {"dx": x.grad.numpy(), "da0": a0.grad.numpy()}
    for name in W:
        gradients["d" + name] = W[name].grad.numpy()
    return gradients
