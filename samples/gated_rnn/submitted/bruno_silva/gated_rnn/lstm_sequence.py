import torch
from lstm_cell import NAMES, _step, _t, lstm_cell_forward


def lstm_forward(x, a0, c0, parameters):
    a_list, c_list, caches, a, c = [], [], [], a0, c0
    for t in range(x.shape[2]):
        a, c, cache = lstm_cell_forward(x[:, :, t], a, c, parameters)
        a_list.append(a)
        c_list.append(c)
        caches.append(cache)
    return torch.stack(a_list, 2), torch.stack(c_list, 2), (caches, x)


def lstm_backward(da, caches):
    steps, x = caches
    a0, c0, parameters = steps[0][2], steps[0][3], steps[0][9]
    leaves = [_t(v).clone().requires_grad_() for v in (x, a0, c0)]
    p = {name: _t(parameters[name]).clone().requires_grad_() for name in NAMES}
    a, c, states = leaves[1], leaves[2], []
    for t in range(x.shape[2]):
        a, c = _step(leaves[0][:, :, t], a, c, p)[:2]
        states.append(a)
    found = torch.autograd.grad(torch.stack(states, 2), [*leaves, *p.values()], _t(da))
    return dict(zip(["dx", "da0", "dc0"] + ["d" + name for name in NAMES], found))
