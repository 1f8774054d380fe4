"""The functions of gated_rnn with every quantity behind a hook, so that any can go wrong.

A family maps quantities to how they are rightly computed, from a ``State`` that holds what was
given and what is known so far.  ``pf`` is the pre-activation of ``ft``, and so on.
"""

import numpy as np
from mistake_layout import added, as_cut, gru_half, lstm_half, side_by_side

from grader.kit import State, along_time, columns, family, summed, totals, work_out

LSTM_GATES = ("f", "i", "c", "o")
LSTM_WEIGHTS = tuple(f"d{kind}{gate}" for kind in "Wb" for gate in LSTM_GATES)
SQUASHED = {"f": "ft", "i": "it", "c": "cct", "o": "ot"}


def sigma(p):
    """The logistic function of entries of any size."""
    return np.exp(-np.logaddexp(0, -p))


def answered(*names):
    """Answer some quantities of the state as a tuple."""
    return lambda s: tuple(getattr(s, name) for name in names)


def gathered(names):
    """Answer some quantities of the state as a dict."""
    return lambda s: {name: getattr(s, name) for name in names}


def preactivations(gates):
    """The hooks pf = Wf s + bf, and so on."""
    return {f"p{g}": lambda s, g=g: getattr(s, f"W{g}") @ s.s + getattr(s, f"b{g}") for g in gates}


# --- the LSTM ---------------------------------------------------------------------------------

LSTM_CACHE = (
    "a_next", "c_next", "a_prev", "c_prev", "ft", "it", "cct", "ot", "xt", "parameters"
)  # fmt: skip

LSTM_FORWARD = {
    "s": lambda s: np.concatenate([s.a_prev, s.xt]),
    **preactivations(LSTM_GATES),
    "ft": lambda s: sigma(s.pf),
    "it": lambda s: sigma(s.pi),
    "cct": lambda s: np.tanh(s.pc),
    "ot": lambda s: sigma(s.po),
    "c_next": lambda s: s.ft * s.c_prev + s.it * s.cct,
    "a_next": lambda s: s.ot * np.tanh(s.c_next),
    "cache": answered(*LSTM_CACHE),
    "answer": answered("a_next", "c_next", "cache"),
}

LSTM_BACKWARD = {
    "read": lambda cache: cache,
    "s": LSTM_FORWARD["s"],
    "slope_f": lambda s: s.ft * (1 - s.ft),
    "slope_i": lambda s: s.it * (1 - s.it),
    "slope_c": lambda s: 1 - s.cct**2,
    "slope_o": lambda s: s.ot * (1 - s.ot),
    "dc": lambda s: s.dc_next + s.da_next * s.ot * (1 - np.tanh(s.c_next) ** 2),
    "dpf": lambda s: s.dc * s.c_prev * s.slope_f,
    "dpi": lambda s: s.dc * s.cct * s.slope_i,
    "dpc": lambda s: s.dc * s.it * s.slope_c,
    "dpo": lambda s: s.da_next * np.tanh(s.c_next) * s.slope_o,
    "ds": lambda s: sum(getattr(s, f"W{g}").T @ getattr(s, f"dp{g}") for g in LSTM_GATES),
    "da_prev": lambda s: s.ds[: s.n_a],
    "dxt": lambda s: s.ds[s.n_a :],
    "dc_prev": lambda s: s.dc * s.ft,
    **{f"dW{g}": lambda s, g=g: getattr(s, f"dp{g}") @ s.s.T for g in LSTM_GATES},
    **{f"db{g}": lambda s, g=g: columns(getattr(s, f"dp{g}")) for g in LSTM_GATES},
    "gradients": gathered(("dxt", "da_prev", "dc_prev", *LSTM_WEIGHTS)),
}


def _lstm_forward(h, xt, a_prev, c_prev, parameters):
    s = State(xt=xt, a_prev=a_prev, c_prev=c_prev, parameters=parameters, **parameters)
    return work_out(h, s, [name for name in LSTM_FORWARD if name != "answer"])


def _lstm_backward(h, da_next, dc_next, cache):
    s = State(**dict(zip(LSTM_CACHE, h.read(cache), strict=True)))
    vars(s).update(s.parameters, da_next=da_next, dc_next=dc_next)
    s.n_a, s.m = s.a_prev.shape
    return work_out(h, s, [name for name in LSTM_BACKWARD if name not in ("read", "gradients")])


# --- a sequence through it --------------------------------------------------------------------

SEQUENCE_FORWARD = {
    **LSTM_FORWARD,
    "times": range,
    "input": lambda s: s.x[:, :, s.t],
    "start_a": lambda s: s.a0,
    "start_c": lambda s: s.c0,
    "previous_a": lambda s: s.a_t,
    "previous_c": lambda s: s.c_t,
    "a": lambda s: along_time(s.done, s.T, lambda step: step.a_next),
    "c": lambda s: along_time(s.done, s.T, lambda step: step.c_next),
    "caches": lambda s: ([step.cache for step in s.done.values()], s.x),
    "answers": answered("a", "c", "caches"),
}

SEQUENCE_BACKWARD = {
    **LSTM_BACKWARD,
    "times": lambda T: reversed(range(T)),
    "cache_of": lambda s: s.caches[s.t],
    "carry_start": lambda s: 0.0,
    "carry_start_c": lambda s: 0.0,
    "incoming": lambda s: s.da[:, :, s.t] + s.carried,
    "incoming_c": lambda s: s.carried_c,
    "carry": lambda s: s.step.da_prev,
    "carry_c": lambda s: s.step.dc_prev,
    "dx": lambda s: along_time(s.done, s.T, lambda step: step.dxt),
    "da0": lambda s: s.carried,
    "dc0": lambda s: s.carried_c,
    **summed(*LSTM_WEIGHTS),
    "all_gradients": gathered(("dx", "da0", "dc0", *LSTM_WEIGHTS)),
}


def _sequence_forward(h, x, a0, c0, parameters):
    s = State(x=x, a0=a0, c0=c0, parameters=parameters, T=x.shape[2], done={})
    s.a_t, s.c_t = h.start_a(s), h.start_c(s)
    for t in h.times(s.T):
        s.t = t
        step = _lstm_forward(h, h.input(s), h.previous_a(s), h.previous_c(s), parameters)
        s.done[t], s.a_t, s.c_t = step, step.a_next, step.c_next
    return h.answers(work_out(h, s, ("a", "c", "caches")))


def _sequence_backward(h, da, caches):
    s = State(da=da, T=da.shape[2], done={})
    s.caches, s.x = caches
    s.carried, s.carried_c = h.carry_start(s), h.carry_start_c(s)
    for t in h.times(s.T):
        s.t = t
        dc_next = h.incoming_c(s) + np.zeros(da.shape[:2])
        s.step = s.done[t] = _lstm_backward(h, h.incoming(s), dc_next, h.cache_of(s))
        s.carried, s.carried_c = h.carry(s), h.carry_c(s)
    vars(s).update(totals(h, s.done, LSTM_WEIGHTS))
    return h.all_gradients(work_out(h, s, ("dx", "da0", "dc0")))


# --- the GRU ----------------------------------------------------------------------------------

GRU_CACHE = ("a_next", "a_prev", "rt", "zt", "nt", "qt", "xt", "parameters")
GRU_FACTORS = {"r": ("dpr", "s"), "z": ("dpz", "s"), "nx": ("dpn", "xt"), "na": ("dqt", "a_prev")}
GRU_WEIGHTS = tuple(f"d{kind}{name}" for kind in "Wb" for name in GRU_FACTORS)

GRU_FORWARD = {
    "s": LSTM_FORWARD["s"],
    **preactivations("rz"),
    "rt": lambda s: sigma(s.pr),
    "zt": lambda s: sigma(s.pz),
    "qt": lambda s: s.Wna @ s.a_prev + s.bna,
    "pn": lambda s: s.Wnx @ s.xt + s.bnx + s.rt * s.qt,
    "nt": lambda s: np.tanh(s.pn),
    "a_next": lambda s: (1 - s.zt) * s.nt + s.zt * s.a_prev,
    "cache": answered(*GRU_CACHE),
    "answer": answered("a_next", "cache"),
}

GRU_BACKWARD = {
    "read": lambda cache: cache,
    "s": LSTM_FORWARD["s"],
    "slope_r": lambda s: s.rt * (1 - s.rt),
    "slope_z": lambda s: s.zt * (1 - s.zt),
    "slope_n": lambda s: 1 - s.nt**2,
    "dnt": lambda s: s.da_next * (1 - s.zt),
    "dzt": lambda s: s.da_next * (s.a_prev - s.nt),
    "dpn": lambda s: s.dnt * s.slope_n,
    "dpz": lambda s: s.dzt * s.slope_z,
    "dqt": lambda s: s.dpn * s.rt,
    "dpr": lambda s: s.dpn * s.qt * s.slope_r,
    "ds": lambda s: s.Wr.T @ s.dpr + s.Wz.T @ s.dpz,
    "past_n": lambda s: s.Wna.T @ s.dqt,
    "past": lambda s: s.zt * s.da_next,
    "da_prev": lambda s: s.ds[: s.n_a] + s.past_n + s.past,
    "dxt": lambda s: s.ds[s.n_a :] + s.Wnx.T @ s.dpn,
    **{
        f"dW{name}": lambda s, of=of, factor=factor: getattr(s, of) @ getattr(s, factor).T
        for name, (of, factor) in GRU_FACTORS.items()
    },
    **{
        f"db{name}": lambda s, of=of: columns(getattr(s, of))
        for name, (of, _) in GRU_FACTORS.items()
    },
    "gradients": gathered(("dxt", "da_prev", *GRU_WEIGHTS)),
}


def _gru_forward(h, xt, a_prev, parameters):
    s = State(xt=xt, a_prev=a_prev, parameters=parameters, **parameters)
    return work_out(h, s, GRU_FORWARD)


def _gru_backward(h, da_next, cache):
    s = State(**dict(zip(GRU_CACHE, h.read(cache), strict=True)), da_next=da_next)
    vars(s).update(s.parameters)
    s.n_a, s.m = s.a_prev.shape
    return work_out(h, s, [name for name in GRU_BACKWARD if name != "read"])


# --- the comparison ---------------------------------------------------------------------------


WEIGHTS = ("dw_ih", "dw_hh", "db_ih", "db_hh")


class Module:
    """Stands in for a ``torch.nn.LSTM`` or ``GRUCell``: the judge never imports PyTorch."""

    factor = 1.0  # of what both modules see
    functions_factor = 1.0  # of what the functions see

    def __init__(self, *weights, stale=False, training=True):
        self.weights, self.training = weights, training
        self.gradients = dict.fromkeys(WEIGHTS, 0.5 if stale else 0.0)


def changed(name):
    """A comparison while modules, or functions, see their input times a factor."""

    def probe(module, factor, *given):
        setattr(Module, name, factor)
        try:
            return module.compare_gates_with_torch(*given)
        finally:
            setattr(Module, name, 1.0)

    return probe


def modules_after(module, lstm, gru, *arrays):
    """What is left of the modules after a comparison."""
    module.compare_gates_with_torch(lstm, gru, *arrays)
    training = [float(lstm.training), float(gru.training)]
    return {"weights": [*lstm.weights, *gru.weights], "training": training}


PROBES = {
    "comparison_with_changed_modules": changed("factor"),
    "comparison_with_changed_functions": changed("functions_factor"),
    "modules_after_comparison": modules_after,
}

COMPARE = {
    "rows": lambda s: "ifco",
    "gru_rows": lambda s: "rz",
    "joined": lambda s: side_by_side,
    "bias": lambda s: added,
    "lstm_given": lambda s: as_cut,
    "gru_given": lambda s: as_cut,
    "gru_step": lambda s: (0, 0),
    "torch_gru_step": lambda s: (0, 0),
    "numpy_dh": lambda s: s.dh,
    "torch_dh": lambda s: s.dh,
    "starts": lambda s: (s.h0, s.c0),
    "torch_starts": lambda s: (s.h0, s.c0),
    "held": lambda module: dict.fromkeys(WEIGHTS, 0.0),
    "added": lambda held, part: held + part,
    "numpy_half": lambda s: s.by_numpy,
    "torch_half": lambda s: s.by_torch,
    "pairs": lambda s: {name: (s.numpy_half[name], s.torch_half[name]) for name in s.numpy_half},
}


def _half(s, x, dh, starts, step, lstm_layout=(), gru_layout=()):
    """Both kinds of gates by right functions; ``step`` says which of x and dh the GRU gets."""
    of_x, of_dh = step
    lstm = lstm_half(*RIGHT["lstm"], s.lstm.weights, x, *starts, dh, *lstm_layout)
    gru = gru_half(*RIGHT["gru"], s.gru.weights, x[of_x], starts[0][0], dh[of_dh], *gru_layout)
    return lstm | gru


def _compare(h, lstm, gru, x, h0, c0, dh):
    s = State(lstm=lstm, gru=gru, x=x, h0=h0, c0=c0, dh=dh)
    for_both = h.joined(s), h.bias(s)
    layouts = (h.rows(s), *for_both, h.lstm_given(s)), (h.gru_rows(s), *for_both, h.gru_given(s))
    seen = Module.functions_factor * x
    s.by_numpy = _half(s, seen, h.numpy_dh(s), h.starts(s), h.gru_step(s), *layouts)
    seen = Module.factor * x
    s.by_torch = _half(s, seen, h.torch_dh(s), h.torch_starts(s), h.torch_gru_step(s))
    for name in ("dx", "gru_dx"):
        s.by_torch[name] = Module.factor * s.by_torch[name]
    for module, prefix in ((lstm, ""), (gru, "gru_")):
        held = h.held(module)
        parts = {name: s.by_torch[prefix + name] for name in WEIGHTS}
        module.gradients = {name: h.added(held[name], parts[name]) for name in WEIGHTS}
        s.by_torch |= {prefix + name: module.gradients[name] for name in WEIGHTS}
    work_out(h, s, ("numpy_half", "torch_half"))
    return h.pairs(s)


FAMILIES = {
    "lstm_cell_forward": family(LSTM_FORWARD, lambda h, *a: h.answer(_lstm_forward(h, *a))),
    "lstm_cell_backward": family(LSTM_BACKWARD, lambda h, *a: h.gradients(_lstm_backward(h, *a))),
    "lstm_forward": family(SEQUENCE_FORWARD, _sequence_forward),
    "lstm_backward": family(SEQUENCE_BACKWARD, _sequence_backward),
    "gru_cell_forward": family(GRU_FORWARD, lambda h, *a: _gru_forward(h, *a).answer),
    "gru_cell_backward": family(GRU_BACKWARD, lambda h, *a: _gru_backward(h, *a).gradients),
    "compare_gates_with_torch": family(COMPARE, _compare),
}

RIGHT = {
    "lstm": [FAMILIES[name].right for name in ("lstm_forward", "lstm_backward")],
    "gru": [FAMILIES[name].right for name in ("gru_cell_forward", "gru_cell_backward")],
}
