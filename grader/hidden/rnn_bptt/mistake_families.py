"""The functions of rnn_bptt with every quantity behind a hook, so that any can go wrong.

A family maps quantities to how they are rightly computed, from a ``State`` that holds what was
given and what is known so far.
"""

import numpy as np

from grader.kit import Family, State, along_time, columns, family, summed, totals, work_out

# --- the cell ---------------------------------------------------------------------------

SOFTMAX = {
    "shift": lambda z: z - z.max(axis=0, keepdims=True),
    "power": np.exp,
    "share": lambda e: e / e.sum(axis=0, keepdims=True),
}

CELL_FORWARD = {
    **SOFTMAX,
    "from_input": lambda s: s.Wax @ s.xt,
    "from_state": lambda s: s.Waa @ s.a_prev,
    "z": lambda s: s.from_input + s.from_state + s.ba,
    "a_next": lambda s: np.tanh(s.z),
    "logits": lambda s: s.Wya @ s.a_next + s.by,
    "yt_pred": lambda s: s.shares,
    "cache": lambda s: (s.a_next, s.a_prev, s.xt, s.parameters),
    "answer": lambda s: (s.a_next, s.yt_pred, s.cache),
}

CELL_BACKWARD = {
    "read": lambda cache: cache,
    "slope": lambda s: 1 - s.a_next**2,
    "dz": lambda s: s.da_next * s.slope,
    "dxt": lambda s: s.Wax.T @ s.dz,
    "da_prev": lambda s: s.Waa.T @ s.dz,
    "dWax": lambda s: s.dz @ s.xt.T,
    "dWaa": lambda s: s.dz @ s.a_prev.T,
    "dba": lambda s: columns(s.dz),
    "gradients": lambda s: {name: getattr(s, name) for name in CELL_GRADIENTS},
}
CELL_GRADIENTS = ("dxt", "da_prev", "dWax", "dWaa", "dba")


def _softmax(h, z):
    return h.share(h.power(h.shift(z)))


def _cell_forward(h, xt, a_prev, parameters):
    s = State(xt=xt, a_prev=a_prev, parameters=parameters, **parameters)
    work_out(h, s, ("from_input", "from_state", "z", "a_next", "logits"))
    s.shares = _softmax(h, s.logits)
    s.yt_pred = h.yt_pred(s)
    s.cache = h.cache(s)
    return s


def _cell_backward(h, da_next, cache):
    a_next, a_prev, xt, parameters = h.read(cache)
    s = State(a_next=a_next, a_prev=a_prev, xt=xt, da_next=da_next, m=xt.shape[1], **parameters)
    return work_out(h, s, ("slope", "dz", *CELL_GRADIENTS))


# --- the sequence -----------------------------------------------------------------------


FORWARD = {
    **CELL_FORWARD,
    "times": range,
    "input": lambda s: s.x[:, :, s.t],
    "previous": lambda s: s.a_t,
    "start": lambda s: s.a0,
    "a": lambda s: along_time(s.done, s.T, lambda step: step.a_next),
    "y_pred": lambda s: along_time(s.done, s.T, lambda step: step.yt_pred),
    "caches": lambda s: ([step.cache for step in s.done.values()], s.x),
    "answers": lambda s: (s.a, s.y_pred, s.caches),
}

BACKWARD = {
    **CELL_BACKWARD,
    "times": lambda T: reversed(range(T)),
    "cache_of": lambda s: s.caches[s.t],
    "carry_start": lambda s: 0.0,
    "incoming": lambda s: s.da[:, :, s.t] + s.carried,
    "carry": lambda s: s.step.da_prev,
    "dx": lambda s: along_time(s.done, s.T, lambda step: step.dxt),
    "da0": lambda s: s.carried,
    **summed("dWax", "dWaa", "dba"),
    "all_gradients": lambda s: {name: getattr(s, name) for name in ALL_GRADIENTS},
}
ALL_GRADIENTS = ("dx", "da0", "dWax", "dWaa", "dba")


def _forward(h, x, a0, parameters):
    s = State(x=x, a0=a0, parameters=parameters, T=x.shape[2], done={})
    s.a_t = h.start(s)
    for t in h.times(s.T):
        s.t = t
        s.done[t] = _cell_forward(h, h.input(s), h.previous(s), parameters)
        s.a_t = s.done[t].a_next
    return h.answers(work_out(h, s, ("a", "y_pred", "caches")))


def _backward(h, da, caches):
    s = State(da=da, T=da.shape[2], done={})
    s.caches, s.x = caches
    s.carried = h.carry_start(s)
    for t in h.times(s.T):
        s.t = t
        s.step = s.done[t] = _cell_backward(h, h.incoming(s), h.cache_of(s))
        s.carried = h.carry(s)
    vars(s).update(totals(h, s.done, ("dWax", "dWaa", "dba")))
    return h.all_gradients(work_out(h, s, ("dx", "da0")))


# --- PyTorch's layout -------------------------------------------------------------------

STACKS = ("dw_ih", "dw_hh", "db_ih", "db_hh")


def begin(home):
    """Forget the steps and gradients of an earlier sequence."""
    home.steps, home.carried, home.gone_back, home.last = [], 0.0, False, None
    home.dx_list = []
    for name in STACKS:
        setattr(home, f"{name}_stack", [])


RNN_CELL = {
    "home": lambda cell: cell,  # what holds the state
    "from_input": lambda s: s.xt @ s.weight_ih.T,
    "from_state": lambda s: s.a_prev @ s.weight_hh.T,
    "bias": lambda s: s.bias_ih + s.bias_hh,
    "z": lambda s: s.from_input + s.from_state + s.bias,
    "a_next": lambda s: np.tanh(s.z),
    "prev": lambda s: s.given,
    "take": lambda steps: steps.pop(),
    "afresh": begin,  # what the first step of a new sequence does to the state
    "incoming": lambda s: s.dh + s.carried,
    "slope": lambda s: 1 - s.a_next**2,
    "dz": lambda s: s.da_next * s.slope,
    "carry": lambda s: s.dz @ s.weight_hh,
    "dx": lambda s: s.dz @ s.weight_ih,
    "dw_ih": lambda s: s.dz.T @ s.xt,
    "dw_hh": lambda s: s.dz.T @ s.a_prev,
    "db_ih": lambda s: s.dz,
    "db_hh": lambda s: s.dz,
    "list_dx": lambda dx_list, dx: dx_list.insert(0, dx),
    "stack": lambda stack, part: stack.append(part),
    "dx_answer": lambda cell: cell.dx_list,
}


def rnn_cell(h):
    """Make the class RNNCell."""

    class RNNCell:
        def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
            self.weights = {
                "weight_ih": weight_ih, "weight_hh": weight_hh,
                "bias_ih": bias_ih, "bias_hh": bias_hh,
            }  # fmt: skip
            self._home = h.home(self)
            if not hasattr(self._home, "steps"):
                begin(self._home)

        def __getattr__(self, name):
            home = self.__dict__.get("_home", self)
            if home is self:
                raise AttributeError(name)
            return getattr(home, name)

        def __call__(self, x, prev_hidden):
            home = self._home
            if home.gone_back:
                h.afresh(home)
            s = State(xt=x, given=prev_hidden, last=home.last, **self.weights)
            s.a_prev = h.prev(s)
            work_out(h, s, ("from_input", "from_state", "bias", "z", "a_next"))
            home.steps.append(s)
            home.last = s.a_next
            return s.a_next

        def backward(self, dh):
            home = self._home
            home.gone_back = True
            s = h.take(home.steps)
            s.dh, s.carried, s.m = dh, home.carried, dh.shape[0]
            s.da_next = h.incoming(s)
            work_out(h, s, ("slope", "dz", "dx", *STACKS))
            home.carried = h.carry(s)
            h.list_dx(home.dx_list, s.dx)
            for name in STACKS:
                h.stack(getattr(home, f"{name}_stack"), getattr(s, name))
            return h.dx_answer(self)

    return RNNCell


# --- the comparison ---------------------------------------------------------------------


class Rnn:
    """Stands in for the ``torch.nn.RNN`` of makers.py: the judge never imports PyTorch."""

    factor = 1.0

    def __init__(self, *weights, stale=False, training=True):
        self.weights = weights
        self.grads = [0.5 if stale else 0.0] * 4
        self.training = training


def changed_rnn(module, rnn, x, h0, dh, factor):
    """A comparison while every rnn sees its input times a factor."""
    Rnn.factor = factor
    try:
        return module.compare_with_torch(rnn, x, h0, dh)
    finally:
        Rnn.factor = 1.0


def rnn_after(module, rnn, x, h0, dh):
    """What is left of the rnn after a comparison."""
    module.compare_with_torch(rnn, x, h0, dh)
    return {"weights": list(rnn.weights), "training": float(rnn.training)}


QUANTITIES = ("hidden", "dx", *STACKS)


def _passed(cell, x, h0, gradients):
    s = State(cell=cell, hidden=[], dx_list=[])
    for xt in x:
        s.hidden.append(cell(xt, s.hidden[-1] if s.hidden else h0))
    for dh in gradients:
        s.dx_list = cell.backward(dh)
    return s


COMPARE = {
    "cell": lambda s: s.RNNCell(*s.rnn.weights),
    "numpy_h0": lambda s: s.h0[0],
    "numpy_dh": lambda s: s.dh[::-1],
    "numpy_hidden": lambda s: np.array(s.passed.hidden),
    "numpy_dx": lambda s: np.array(s.passed.dx_list),
    "weights_summed": lambda stack: np.sum(stack, axis=0),
    "biases_summed": lambda stack: np.sum(stack, axis=(0, 1)),
    "torch_h0": lambda s: s.h0[0],
    "torch_dh": lambda s: s.dh,
    "torch_hidden": lambda s: np.array(s.run.hidden),
    "held": lambda rnn: [0.0] * 4,
    "added": lambda held, part: held + part,
    "halves": lambda s: (s.by_numpy, s.by_torch),
    "pairs": lambda s: {name: (s.by_numpy[name], s.by_torch[name]) for name in QUANTITIES},
}


def _compare(h, rnn, x, h0, dh):
    s = State(rnn=rnn, x=x, h0=h0, dh=dh, RNNCell=FAMILIES["RNNCell"].right)
    s.passed = _passed(h.cell(s), x, h.numpy_h0(s), h.numpy_dh(s))
    stacks = {name: getattr(s.passed.cell, f"{name}_stack") for name in STACKS}
    s.by_numpy = {
        "hidden": h.numpy_hidden(s),
        "dx": h.numpy_dx(s),
        **{name: h.weights_summed(stacks[name]) for name in STACKS[:2]},
        **{name: h.biases_summed(stacks[name]) for name in STACKS[2:]},
    }
    s.run = _passed(
        _TORCH_CELL(*rnn.weights), rnn.factor * x, h.torch_h0(s), np.asarray(h.torch_dh(s))[::-1]
    )
    sums = [np.sum(getattr(s.run.cell, f"{name}_stack"), axis=0) for name in STACKS]
    sums = [part.sum(axis=0) if part.ndim == 2 and n > 1 else part for n, part in enumerate(sums)]
    grads = [h.added(held, part) for held, part in zip(h.held(rnn), sums, strict=True)]
    rnn.grads = grads
    dx = rnn.factor * np.array(s.run.dx_list)
    s.by_torch = {"hidden": h.torch_hidden(s), "dx": dx, **dict(zip(STACKS, grads, strict=True))}
    s.by_numpy, s.by_torch = h.halves(s)
    return h.pairs(s)


FAMILIES = {
    "softmax": family(SOFTMAX, _softmax),
    "rnn_cell_forward": family(CELL_FORWARD, lambda h, *a: h.answer(_cell_forward(h, *a))),
    "rnn_cell_backward": family(CELL_BACKWARD, lambda h, *a: h.gradients(_cell_backward(h, *a))),
    "rnn_forward": family(FORWARD, _forward),
    "rnn_backward": family(BACKWARD, _backward),
    "RNNCell": Family(RNN_CELL, rnn_cell),
    "compare_with_torch": family(COMPARE, _compare),
}

_TORCH_CELL = rnn_cell(State(**RNN_CELL))
"""Another right class: a probe that changes the class leaves PyTorch's half alone."""
