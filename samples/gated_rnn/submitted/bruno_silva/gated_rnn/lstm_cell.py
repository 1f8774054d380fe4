import torch

print("Bruno's LSTM, with autograd")
torch.manual_seed(0)


def _t(array):
    return torch.as_tensor(array, dtype=torch.float64)


def _step(xt, a, c, p):
    s = torch.cat((a, xt))
    f = torch.sigmoid(p["Wf"] @ s + p["bf"])
    i = torch.sigmoid(p["Wi"] @ s + p["bi"])
    g = torch.tanh(p["Wc"] @ s + p["bc"])
    o = torch.sigmoid(p["Wo"] @ s + p["bo"])
    c_next = f * c + i * g
    return o * torch.tanh(c_next), c_next, f, i, g, o


NAMES = ["Wf", "Wi", "Wc", "Wo", "bf", "bi", "bc", "bo"]


def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    p = {name: _t(parameters[name]) for name in NAMES}
    a, c, f, i, g, o = _step(_t(xt), _t(a_prev), _t(c_prev), p)
    return a, c, (a, c, a_prev, c_prev, f, i, g, o, xt, parameters)


def lstm_cell_backward(da_next, dc_next, cache):
    a_prev, c_prev, xt, parameters = cache[2], cache[3], cache[8], cache[9]
    leaves = [_t(v).clone().requires_grad_() for v in (xt, a_prev, c_prev)]
    p = {name: _t(parameters[name]).clone().requires_grad_() for name in NAMES}
    a, c = _step(*leaves, p)[:2]
    found = torch.autograd.grad([a, c], [*leaves, *p.values()], [_t(da_next), _t(dc_next)])
    keys = ["dxt", "da_prev", "dc_prev"] + ["d" + name for name in NAMES]
    return dict(zip(keys, found))
