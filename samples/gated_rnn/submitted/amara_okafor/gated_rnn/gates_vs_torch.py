import numpy as np
from gru_cell import gru_cell_backward, gru_cell_forward
from lstm_sequence import lstm_backward, lstm_forward


def compare_gates_with_torch(lstm, gru, x, h0, c0, dh):
    import torch

    w_ih = lstm.weight_ih_l0.detach().numpy()
    w_hh = lstm.weight_hh_l0.detach().numpy()
    b = (lstm.bias_ih_l0 + lstm.bias_hh_l0).detach().numpy()
    n = w_hh.shape[1]
    params = {}
    for k, gate in enumerate("ifco"):
        rows = slice(k * n, (k + 1) * n)
        params["W" + gate] = np.hstack((w_hh[rows], w_ih[rows]))
        params["b" + gate] = b[rows].reshape(-1, 1)
    a, c, caches = lstm_forward(
        np.transpose(x, (2, 1, 0)), h0[0].T, c0[0].T, params
    )
    grads = lstm_backward(np.transpose(dh, (2, 1, 0)), caches)
    dW = np.vstack([grads["dW" + gate] for gate in "ifco"])
    db = np.vstack([grads["db" + gate] for gate in "ifco"]).ravel()

    xs = torch.tensor(x, requires_grad=True)
    h = torch.tensor(h0, requires_grad=True)
    cc = torch.tensor(c0, requires_grad=True)
    lstm.zero_grad()
    out, (_, c_last) = lstm(xs, (h, cc))
    out.backward(torch.tensor(dh))
    result = {
        "hidden": (np.transpose(a, (2, 1, 0)), out.detach().numpy()),
        "c_last": (c[:, :, -1].T[None], c_last.detach().numpy()),
        "dx": (np.transpose(grads["dx"], (2, 1, 0)), xs.grad.numpy()),
        "dh0": (grads["da0"].T[None], h.grad.numpy()),
        "dc0": (grads["dc0"].T[None], cc.grad.numpy()),
        "dw_ih": (dW[:, n:], lstm.weight_ih_l0.grad.numpy().copy()),
        "dw_hh": (dW[:, :n], lstm.weight_hh_l0.grad.numpy().copy()),
        "db_ih": (db, lstm.bias_ih_l0.grad.numpy().copy()),
        "db_hh": (db, lstm.bias_hh_l0.grad.numpy().copy()),
    }

    u_ih = gru.weight_ih.detach().numpy()
    u_hh = gru.weight_hh.detach().numpy()
    v_ih = gru.bias_ih.detach().numpy().reshape(-1, 1)
    v_hh = gru.bias_hh.detach().numpy().reshape(-1, 1)
    params = {
        "Wnx": u_ih[2 * n :],
        "Wna": u_hh[2 * n :],
        "bnx": v_ih[2 * n :],
        "bna": v_hh[2 * n :],
    }
    for k, gate in enumerate("rz"):
        rows = slice(k * n, (k + 1) * n)
        params["W" + gate] = np.hstack((u_hh[rows], u_ih[rows]))
        params["b" + gate] = v_ih[rows] + v_hh[rows]
    a_next, cache = gru_cell_forward(x[0].T, h0[0].T, params)
    grads = gru_cell_backward(dh[0].T, cache)
    both = np.vstack((grads["dWr"], grads["dWz"]))
    bias = np.vstack((grads["dbr"], grads["dbz"]))

    xt = torch.tensor(x[0], requires_grad=True)
    ht = torch.tensor(h0[0], requires_grad=True)
    gru.zero_grad()
    out = gru(xt, ht)
    out.backward(torch.tensor(dh[0]))
    result["gru_hidden"] = (a_next.T, out.detach().numpy())
    result["gru_dx"] = (grads["dxt"].T, xt.grad.numpy())
    result["gru_dh0"] = (grads["da_prev"].T, ht.grad.numpy())
    result["gru_dw_ih"] = (np.vstack((both[:, n:], grads["dWnx"])), gru.weight_ih.grad.numpy().copy())
    result["gru_dw_hh"] = (np.vstack((both[:, :n], grads["dWna"])), gru.weight_hh.grad.numpy().copy())
    result["gru_db_ih"] = (np.vstack((bias, grads["dbnx"])).ravel(), gru.bias_ih.grad.numpy().copy())
    result["gru_db_hh"] = (np.vstack((bias, grads["dbna"])).ravel(), gru.bias_hh.grad.numpy().copy())
    return result
