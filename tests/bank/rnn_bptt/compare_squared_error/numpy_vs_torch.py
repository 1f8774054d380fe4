import numpy as np
import torch

es = np.einsum


class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.wi, self.wh = np.array(weight_ih), np.array(weight_hh)
        self.b = np.array(bias_ih) + np.array(bias_hh)
        self.memory = []
        self.carried = None
        self.dx_list = []
        self.dw_ih_stack = []
        self.dw_hh_stack = []
        self.db_ih_stack = []
        self.db_hh_stack = []

    def __call__(self, x, prev_hidden):
        self.carried = None
        new = np.tanh(es("mx,hx->mh", x, self.wi) + es("mk,hk->mh", prev_hidden, self.wh) + self.b)
        self.memory.append({"x": x, "before": prev_hidden, "after": new})
        return new

    def backward(self, dh):
        step = self.memory.pop()
        total = dh if self.carried is None else dh + self.carried
        dz = total * (1 - step["after"] ** 2)
        self.dw_ih_stack.append(es("mh,mx->hx", dz, step["x"]))
        self.dw_hh_stack.append(es("mh,mk->hk", dz, step["before"]))
        self.db_ih_stack.append(dz.copy())
        self.db_hh_stack.append(dz.copy())
        self.carried = es("mh,hk->mk", dz, self.wh)
        self.dx_list.insert(0, es("mh,hx->mx", dz, self.wi))
        return self.dx_list


def compare_with_torch(rnn, x, h0, dh):
    params = dict(rnn.named_parameters())
    cell = RNNCell(*[params[n].detach().numpy() for n in
                     ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")])
    hidden = np.empty(dh.shape)
    h = h0[0]
    for t, xt in enumerate(x):
        hidden[t] = h = cell(xt, h)
    for t in range(len(x) - 1, -1, -1):
        dx = cell.backward(dh[t])

    for p in rnn.parameters():
        p.grad = None
    xt = torch.as_tensor(x.copy()).requires_grad_(True)
    out = rnn(xt, torch.as_tensor(h0.copy()))[0]
    ((out - torch.as_tensor(dh.copy())) ** 2).sum().backward()
    grads = {n: p.grad.clone().numpy() for n, p in params.items()}

    return {
        "hidden": (hidden, out.detach().numpy()),
        "dx": (np.stack(dx), xt.grad.numpy()),
        "dw_ih": (es("thx->hx", np.stack(cell.dw_ih_stack)), grads["weight_ih_l0"]),
        "dw_hh": (es("thk->hk", np.stack(cell.dw_hh_stack)), grads["weight_hh_l0"]),
        "db_ih": (es("tmh->h", np.stack(cell.db_ih_stack)), grads["bias_ih_l0"]),
        "db_hh": (es("tmh->h", np.stack(cell.db_hh_stack)), grads["bias_hh_l0"]),
    }
