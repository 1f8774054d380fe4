"""Right functions that go through arrays entry by entry, as beginners write them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ByEntries:
    """The text of a right function, and where it belongs."""

    assignment: str
    file: str
    function: str
    text: str

    @property
    def _head(self) -> str:
        return f"{'class' if self.function[0].isupper() else 'def'} {self.function}"

    def changed(self, solution: str, old: str = "", new: str = "") -> str:
        """Return a file of the solution's with the function in it, changed in one place."""
        assert not old or self.text.count(old) == 1
        before, _, after = solution.partition(self._head)
        _, *others = after.split("\n\n\n")
        after = "\n\n\n".join(["", *others])
        return f"{before}{self.text.replace(old, new)}{after}"

    def line(self, solution: str, part: str) -> int:
        """Return the number of the line in that file on which a part of the function stands."""
        before = solution.partition(self._head)[0]
        return f"{before}{self.text.partition(part)[0]}".count("\n") + 1


CELL_FORWARD = ByEntries(
    "rnn_bptt",
    "rnn_cell.py",
    "rnn_cell_forward",
    """def rnn_cell_forward(xt, a_prev, parameters):
    Wax, Waa, Wya = parameters["Wax"], parameters["Waa"], parameters["Wya"]
    ba, by = parameters["ba"], parameters["by"]
    n_x, m = xt.shape
    n_a = a_prev.shape[0]
    a_next = np.zeros((n_a, m))
    for i in range(n_a):
        for j in range(m):
            z = ba[i, 0]
            for k in range(n_x):
                z += Wax[i, k] * xt[k, j]
            for k in range(n_a):
                z += Waa[i, k] * a_prev[k, j]
            a_next[i, j] = np.tanh(z)
    scores = np.zeros((Wya.shape[0], m))
    for i in range(Wya.shape[0]):
        for j in range(m):
            s = by[i, 0]
            for k in range(n_a):
                s += Wya[i, k] * a_next[k, j]
            scores[i, j] = s
    return a_next, softmax(scores), (a_next, a_prev, xt, parameters)
""",
)

CELL_BACKWARD = ByEntries(
    "rnn_bptt",
    "rnn_cell.py",
    "rnn_cell_backward",
    """def rnn_cell_backward(da_next, cache):
    a_next, a_prev, xt, parameters = cache
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    n_x, m = xt.shape
    n_a = a_prev.shape[0]
    dz = np.zeros((n_a, m))
    for i in range(n_a):
        for j in range(m):
            dz[i][j] = da_next[i][j] * (1 - a_next[i][j] ** 2)
    dxt = np.zeros((n_x, m))
    da_prev = np.zeros((n_a, m))
    for j in range(m):
        for k in range(n_x):
            total = 0.0
            for i in range(n_a):
                total += Wax[i][k] * dz[i][j]
            dxt[k][j] = total
        for k in range(n_a):
            total = 0.0
            for i in range(n_a):
                total += Waa[i][k] * dz[i][j]
            da_prev[k][j] = total
    dWax = np.zeros((n_a, n_x))
    dWaa = np.zeros((n_a, n_a))
    dba = np.zeros((n_a, 1))
    for i in range(n_a):
        for j in range(m):
            for k in range(n_x):
                dWax[i][k] += dz[i][j] * xt[k][j]
            for k in range(n_a):
                dWaa[i][k] += dz[i][j] * a_prev[k][j]
        total = 0.0
        for j in range(m):
            total += dz[i][j]
        dba[i][0] = total
    return {"dxt": dxt, "da_prev": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
""",
)

ERROR = ByEntries(
    "long_term_dependencies",
    "gradient_flow.py",
    "backpropagate_error",
    """def backpropagate_error(Waa, a, da_T):
    n_a, m, T_x = a.shape
    delta = np.zeros((n_a, m, T_x))
    for i in range(n_a):
        for j in range(m):
            delta[i, j, T_x - 1] = da_T[i, j] * (1 - a[i, j, T_x - 1] ** 2)
    for k in range(T_x - 2, -1, -1):
        for i in range(n_a):
            for j in range(m):
                total = 0.0
                for p in range(n_a):
                    total += Waa[p, i] * delta[p, j, k + 1]
                delta[i, j, k] = total * (1 - a[i, j, k] ** 2)
    return delta
""",
)

GRU_BACKWARD = ByEntries(
    "gated_rnn",
    "gru_cell.py",
    "gru_cell_backward",
    """def gru_cell_backward(da_next, cache):
    a_next, a_prev, rt, zt, nt, qt, xt, parameters = cache
    Wr, Wz, Wnx, Wna = parameters["Wr"], parameters["Wz"], parameters["Wnx"], parameters["Wna"]
    n_x, m = xt.shape
    n_a = a_prev.shape[0]
    dWr, dWz = np.zeros((n_a, n_a + n_x)), np.zeros((n_a, n_a + n_x))
    dWnx, dWna = np.zeros((n_a, n_x)), np.zeros((n_a, n_a))
    dbr, dbz = np.zeros((n_a, 1)), np.zeros((n_a, 1))
    dbnx, dbna = np.zeros((n_a, 1)), np.zeros((n_a, 1))
    dxt, da_prev = np.zeros((n_x, m)), np.zeros((n_a, m))
    for i in range(n_a):
        for j in range(m):
            dn = da_next[i, j] * (1 - zt[i, j]) * (1 - nt[i, j] ** 2)
            dz = da_next[i, j] * (a_prev[i, j] - nt[i, j]) * zt[i, j] * (1 - zt[i, j])
            dq = dn * rt[i, j]
            dr = dn * qt[i, j] * rt[i, j] * (1 - rt[i, j])
            dbr[i, 0] += dr
            dbz[i, 0] += dz
            dbnx[i, 0] += dn
            dbna[i, 0] += dq
            da_prev[i, j] += da_next[i, j] * zt[i, j]
            for k in range(n_a):
                dWr[i, k] += dr * a_prev[k, j]
                dWz[i, k] += dz * a_prev[k, j]
                dWna[i, k] += dq * a_prev[k, j]
                da_prev[k, j] += Wr[i, k] * dr + Wz[i, k] * dz + Wna[i, k] * dq
            for k in range(n_x):
                dWr[i, n_a + k] += dr * xt[k, j]
                dWz[i, n_a + k] += dz * xt[k, j]
                dWnx[i, k] += dn * xt[k, j]
                dxt[k, j] += Wr[i, n_a + k] * dr + Wz[i, n_a + k] * dz + Wnx[i, k] * dn
    return {
        "dxt": dxt, "da_prev": da_prev, "dWr": dWr, "dbr": dbr, "dWz": dWz, "dbz": dbz,
        "dWnx": dWnx, "dbnx": dbnx, "dWna": dWna, "dbna": dbna,
    }
""",
)

BACKWARD = ByEntries(
    "rnn_bptt",
    "rnn_sequence.py",
    "rnn_backward",
    """def rnn_backward(da, caches):
    cell_caches, x = caches
    n_a, m, T_x = da.shape
    n_x = x.shape[0]
    Wax, Waa = cell_caches[0][3]["Wax"], cell_caches[0][3]["Waa"]
    dx = np.zeros((n_x, m, T_x))
    dWax, dWaa, dba = np.zeros((n_a, n_x)), np.zeros((n_a, n_a)), np.zeros((n_a, 1))
    da_prev = np.zeros((n_a, m))
    for t in range(T_x - 1, -1, -1):
        after, before, x_t, _ = cell_caches[t]
        for j in range(m):
            dz = []
            for i in range(n_a):
                dz.append((da[i, j, t] + da_prev[i, j]) * (1 - after[i, j] ** 2))
            for i in range(n_a):
                dba[i, 0] += dz[i]
                for k in range(n_x):
                    dx[k, j, t] += Wax[i, k] * dz[i]
                    dWax[i, k] += dz[i] * x_t[k, j]
                for k in range(n_a):
                    dWaa[i, k] += dz[i] * before[k, j]
            for k in range(n_a):
                da_prev[k, j] = 0
                for i in range(n_a):
                    da_prev[k, j] += Waa[i, k] * dz[i]
    return {"dx": dx, "da0": da_prev, "dWax": dWax, "dWaa": dWaa, "dba": dba}
""",
)

LSTM_FORWARD = ByEntries(
    "gated_rnn",
    "lstm_cell.py",
    "lstm_cell_forward",
    """def lstm_cell_forward(xt, a_prev, c_prev, parameters):
    n_x, m = xt.shape
    n_a = a_prev.shape[0]
    s = np.concatenate([a_prev, xt])
    ft, it, cct, ot = (np.zeros((n_a, m)) for _ in range(4))
    c_next, a_next = np.zeros((n_a, m)), np.zeros((n_a, m))
    for i in range(n_a):
        for j in range(m):
            f, g = parameters["bf"][i, 0], parameters["bi"][i, 0]
            c = parameters["bc"][i, 0]
            o = parameters["bo"][i, 0]
            for k in range(n_a + n_x):
                f += parameters["Wf"][i, k] * s[k, j]
                g += parameters["Wi"][i, k] * s[k, j]
                c += parameters["Wc"][i, k] * s[k, j]
                o += parameters["Wo"][i, k] * s[k, j]
            ft[i, j] = _sigmoid(f)
            it[i, j] = _sigmoid(g)
            cct[i, j] = np.tanh(c)
            ot[i, j] = _sigmoid(o)
            c_next[i, j] = ft[i, j] * c_prev[i, j] + it[i, j] * cct[i, j]
            a_next[i, j] = ot[i, j] * np.tanh(c_next[i, j])
    return a_next, c_next, (a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters)
""",
)

RESIDUAL_BACKWARD = ByEntries(
    "long_term_dependencies",
    "residual_rnn.py",
    "residual_backward",
    """def residual_backward(dh, caches):
    steps, parameters = caches
    Wax, Waa = parameters["Wax"], parameters["Waa"]
    n_a, m, T_x = dh.shape
    n_x = Wax.shape[1]
    dx = np.zeros((n_x, m, T_x))
    dWax, dWaa, dba = (np.zeros((n_a, n)) for n in (n_x, n_a, 1))
    later = np.zeros((n_a, m))
    for t in range(T_x - 1, -1, -1):
        xt, before, g = steps[t]
        dht, dz = np.zeros((n_a, m)), np.zeros((n_a, m))
        for i in range(n_a):
            for j in range(m):
                dht[i, j] = dh[i, j, t] + later[i, j]
                dz[i, j] = dht[i, j] * (1 - g[i, j] ** 2)
        for i in range(n_a):
            for j in range(m):
                dba[i, 0] += dz[i, j]
                for k in range(n_x):
                    dWax[i, k] += dz[i, j] * xt[k, j]
                    dx[k, j, t] += Wax[i, k] * dz[i, j]
                for k in range(n_a):
                    dWaa[i, k] += dz[i, j] * before[k, j]
        for k in range(n_a):
            for j in range(m):
                total = dht[k, j]
                for i in range(n_a):
                    total += Waa[i, k] * dz[i, j]
                later[k, j] = total
    return {"dx": dx, "dh0": later, "dWax": dWax, "dWaa": dWaa, "dba": dba}
""",
)

GRU_FORWARD = ByEntries(
    "gated_rnn",
    "gru_cell.py",
    "gru_cell_forward",
    """def gru_cell_forward(xt, a_prev, parameters):
    Wr, Wz, Wnx, Wna = parameters["Wr"], parameters["Wz"], parameters["Wnx"], parameters["Wna"]
    n_x, m = xt.shape
    n_a = a_prev.shape[0]
    rt, zt, nt, qt, a_next = [np.zeros((n_a, m)) for _ in range(5)]
    for j in range(m):
        s = [a_prev[k, j] for k in range(n_a)] + [xt[k, j] for k in range(n_x)]
        for i in range(n_a):
            pr = sum(Wr[i, k] * s[k] for k in range(n_a + n_x)) + parameters["br"][i, 0]
            pz = sum(Wz[i, k] * s[k] for k in range(n_a + n_x)) + parameters["bz"][i, 0]
            rt[i, j] = 1 / (1 + np.exp(-pr))
            zt[i, j] = 1 / (1 + np.exp(-pz))
            qt[i, j] = sum(Wna[i, k] * s[k] for k in range(n_a)) + parameters["bna"][i, 0]
            pn = sum(Wnx[i, k] * s[n_a + k] for k in range(n_x)) + parameters["bnx"][i, 0]
            nt[i, j] = np.tanh(pn + rt[i, j] * qt[i, j])
            a_next[i, j] = (1 - zt[i, j]) * nt[i, j] + zt[i, j] * a_prev[i, j]
    return a_next, (a_next, a_prev, rt, zt, nt, qt, xt, parameters)
""",
)

LSTM_BACKWARD = ByEntries(
    "gated_rnn",
    "lstm_cell.py",
    "lstm_cell_backward",
    """def lstm_cell_backward(da_next, dc_next, cache):
    a_next, c_next, a_prev, c_prev, ft, it, cct, ot, xt, parameters = cache
    n_x, m = xt.shape
    n_a = a_prev.shape[0]
    s = np.concatenate([a_prev, xt])
    dp = {gate: np.zeros((n_a, m)) for gate in "fico"}
    found = {"dc_prev": np.zeros((n_a, m))}
    for i in range(n_a):
        for j in range(m):
            th = np.tanh(c_next[i, j])
            dc = dc_next[i, j] + da_next[i, j] * ot[i, j] * (1 - th * th)
            found["dc_prev"][i, j] = dc * ft[i, j]
            dp["f"][i, j] = dc * c_prev[i, j] * ft[i, j] * (1 - ft[i, j])
            dp["i"][i, j] = dc * cct[i, j] * it[i, j] * (1 - it[i, j])
            dp["c"][i, j] = dc * it[i, j] * (1 - cct[i, j] * cct[i, j])
            dp["o"][i, j] = da_next[i, j] * th * ot[i, j] * (1 - ot[i, j])
    ds = np.zeros((n_a + n_x, m))
    for gate in "fico":
        W = parameters["W" + gate]
        dW, db = np.zeros((n_a, n_a + n_x)), np.zeros((n_a, 1))
        for i in range(n_a):
            for j in range(m):
                db[i, 0] += dp[gate][i, j]
                for k in range(n_a + n_x):
                    dW[i, k] += dp[gate][i, j] * s[k, j]
                    ds[k, j] += W[i, k] * dp[gate][i, j]
        found["dW" + gate], found["db" + gate] = dW, db
    found["da_prev"], found["dxt"] = ds[:n_a], ds[n_a:]
    return found
""",
)

CELL = ByEntries(
    "rnn_bptt",
    "numpy_vs_torch.py",
    "RNNCell",
    """class RNNCell:
    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.w_ih, self.w_hh, self.b_ih, self.b_hh = weight_ih, weight_hh, bias_ih, bias_hh
        self.steps, self.carry = [], None
        self.clear()

    def clear(self):
        self.dx_list, self.dw_ih_stack, self.dw_hh_stack = [], [], []
        self.db_ih_stack, self.db_hh_stack = [], []

    def __call__(self, x, prev_hidden):
        if self.carry is not None:
            self.steps, self.carry = [], None
            self.clear()
        m, n_h = prev_hidden.shape
        hidden = np.zeros((m, n_h))
        for b in range(m):
            for i in range(n_h):
                z = self.b_ih[i] + self.b_hh[i]
                for k in range(x.shape[1]):
                    z += x[b, k] * self.w_ih[i, k]
                for k in range(n_h):
                    z += prev_hidden[b, k] * self.w_hh[i, k]
                hidden[b, i] = np.tanh(z)
        self.steps.append((x, prev_hidden, hidden))
        return hidden

    def backward(self, dh):
        x, prev_hidden, hidden = self.steps.pop()
        dz = (dh if self.carry is None else dh + self.carry) * (1 - hidden**2)
        self.carry = dz @ self.w_hh
        self.dx_list.insert(0, dz @ self.w_ih)
        self.dw_ih_stack.append(dz.T @ x)
        self.dw_hh_stack.append(dz.T @ prev_hidden)
        self.db_ih_stack.append(dz)
        self.db_hh_stack.append(dz)
        return self.dx_list
""",
)

ALL = (
    CELL_FORWARD,
    CELL_BACKWARD,
    BACKWARD,
    CELL,
    ERROR,
    RESIDUAL_BACKWARD,
    GRU_FORWARD,
    GRU_BACKWARD,
    LSTM_FORWARD,
    LSTM_BACKWARD,
)
