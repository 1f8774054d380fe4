import numpy as np
import torch


def residual_forward(x, h0, parameters):
    leaves = [torch.tensor(v, requires_grad=True) for v in (x, h0)]
    leaves += [torch.tensor(parameters[name], requires_grad=True) for name in ("Wax", "Waa", "ba")]
    x, h, Wax, Waa, ba = leaves
    states = []
    for t in range(x.shape[2]):
        h = h + torch.tanh(Wax @ x[:, :, t] + Waa @ h + ba)
        states.append(h)
    states = torch.stack(states, dim=2)
    return states.detach(), (states, leaves)


def residual_backward(dh, caches):
    states, leaves = caches
    found = torch.autograd.grad(states, leaves, torch.from_numpy(dh), retain_graph=True)
    return dict(zip(("dx", "dh0", "dWax", "dWaa", "dba"), (np.asarray(one) for one in found)))
