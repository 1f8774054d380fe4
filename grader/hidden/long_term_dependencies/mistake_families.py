"""The functions of long_term_dependencies with every quantity behind a hook.

A family maps quantities to how they are rightly computed, from a ``State`` that holds what was
given and what is known so far.
"""

import numpy as np

from grader.kit import State, along_time, columns, family, summed, totals, work_out

# --- how an error travels back ----------------------------------------------------------------

ERROR_PATH = {
    "times": lambda T: range(T - 2, -1, -1),
    "slope": lambda s: 1 - s.a_k**2,
    "last": lambda s: s.da_T * s.slope,
    "through": lambda s: s.Waa.T @ s.later,
    "earlier": lambda s: s.through * s.slope,
    "delta": lambda s: s.delta,
}


def _error_path(h, Waa, a, da_T):
    T = a.shape[2]
    s = State(Waa=Waa, a=a, da_T=da_T, T=T, m=a.shape[1], k=T - 1)
    s.a_k = s.a_later = a[:, :, -1]
    s.delta, s.at_state = np.zeros(a.shape), np.zeros(a.shape)
    s.slope = h.slope(s)
    s.at_state[:, :, -1] = da_T
    s.delta[:, :, -1] = h.last(s)
    for k in h.times(T):
        s.k, s.a_k, s.a_later = k, a[:, :, k], a[:, :, k + 1]
        s.later = s.delta[:, :, k + 1]
        s.slope = h.slope(s)
        s.through = s.at_state[:, :, k] = h.through(s)
        s.delta[:, :, k] = h.earlier(s)
    return h.delta(s)


GROWTH = {
    "norms": lambda s: np.sqrt(np.sum(s.delta**2, axis=(0, 1))),
    "ratios": lambda s: s.earlier / s.later,
    "dead": lambda s: np.where(s.later > 0, s.ratios, 0.0),
    "gamma": lambda s: s.gamma,
}


def _growth(h, delta):
    s = State(delta=delta)
    s.norms = h.norms(s)
    s.earlier, s.later = s.norms[:-1], s.norms[1:]
    s.ratios = h.ratios(s)
    s.gamma = h.dead(s)
    return h.gamma(s)


# --- the residual network ---------------------------------------------------------------------

RESIDUAL_FORWARD = {
    "times": range,
    "input": lambda s: s.x[:, :, s.t],
    "previous": lambda s: s.h_t,
    "start": lambda s: s.h0,
    "from_input": lambda s: s.Wax @ s.xt,
    "from_state": lambda s: s.Waa @ s.h_prev,
    "z": lambda s: s.from_input + s.from_state + s.ba,
    "g": lambda s: np.tanh(s.z),
    "h_next": lambda s: s.h_prev + s.g,
    "h": lambda s: along_time(s.done, s.T, lambda step: step.h_next),
    "answer": lambda s: (s.h, (s.done, s.parameters)),
}


def _residual_forward(h, x, h0, parameters):
    s = State(x=x, h0=h0, parameters=parameters, T=x.shape[2], done={})
    s.h_t = h.start(s)
    for t in h.times(s.T):
        s.t = t
        step = State(xt=h.input(s), h_prev=h.previous(s), h0=h0, **parameters)
        s.done[t] = work_out(h, step, ("from_input", "from_state", "z", "g", "h_next"))
        s.h_t = step.h_next
    s.h = h.h(s)
    return h.answer(s)


RESIDUAL_BACKWARD = {
    "times": lambda T: range(T - 1, -1, -1),
    "step_of": lambda s: s.steps[s.t],
    "incoming": lambda s: s.dh[:, :, s.t] + s.carried,
    "carry_start": lambda s: 0.0,
    "slope": lambda s: 1 - s.g**2,
    "dz": lambda s: s.dh_t * s.slope,
    "dxt": lambda s: s.Wax.T @ s.dz,
    "dWax": lambda s: s.dz @ s.xt.T,
    "dWaa": lambda s: s.dz @ s.h_prev.T,
    "dba": lambda s: columns(s.dz),
    "back": lambda s: s.Waa.T @ s.dz,
    "carry": lambda s: s.dh_t + s.back,
    "dx": lambda s: along_time(s.done, s.T, lambda step: step.dxt),
    "dh0": lambda s: s.carried,
    **summed("dWax", "dWaa", "dba"),
}


def _residual_backward(h, dh, caches):
    s = State(dh=dh, T=dh.shape[2], done={}, m=dh.shape[1])
    s.steps, s.parameters = caches
    s.carried = h.carry_start(s)
    for t in h.times(s.T):
        s.t = t
        step = State(**vars(h.step_of(s)))
        step.dh_t, step.outside, step.carried, step.m = h.incoming(s), dh[:, :, t], s.carried, s.m
        quantities = ("slope", "dz", "dxt", "dWax", "dWaa", "dba", "back", "carry")
        s.done[t] = work_out(h, step, quantities)
        s.carried = step.carry
    return {"dx": h.dx(s), "dh0": h.dh0(s), **totals(h, s.done, ("dWax", "dWaa", "dba"))}


# --- what is done to gradients ----------------------------------------------------------------

CLIP_BY_VALUE = {"clipped": lambda g, limit: np.clip(g, -limit, limit)}


def _clip_by_value(h, gradients, limit):
    return {name: h.clipped(gradient, limit) for name, gradient in gradients.items()}


CLIP_BY_NORM = {
    "length": lambda arrays: np.sqrt(sum(np.sum(array**2) for array in arrays)),
    "too_long": lambda s: s.norm > s.max_norm,
    "factor": lambda s: s.max_norm / s.norm,
    "clipped": lambda s: {name: s.scale * array for name, array in s.gradients.items()},
    "told": lambda s: s.norm,
}


def _clip_by_norm(h, gradients, max_norm):
    s = State(gradients=gradients, max_norm=max_norm, norm=h.length(gradients.values()))
    s.scale = h.factor(s) if h.too_long(s) else 1.0
    s.clipped = h.clipped(s)
    return s.clipped, float(h.told(s))


WEIGHT_DECAY = {
    "decays": lambda name: name.startswith("W"),
    "l1_term": np.sign,
    "l2_term": lambda W: W,
    "decayed": lambda s: s.g + s.l1 * s.l1_term + s.l2 * s.l2_term,
}


def _weight_decay(h, gradients, parameters, l1=0.0, l2=0.0):
    answer = dict(gradients)
    for name, W in parameters.items():
        if h.decays(name) and f"d{name}" in gradients:
            s = State(g=gradients[f"d{name}"], W=W, l1=l1, l2=l2)
            s.l1_term, s.l2_term = h.l1_term(W), h.l2_term(W)
            answer[f"d{name}"] = h.decayed(s)
    return answer


# --- real-time recurrent learning -------------------------------------------------------------

RTRL = {
    "times": range,
    "start": lambda s: s.a0,
    "state_used": lambda s: s.a_prev,
    "carried": lambda s: np.tensordot(s.Waa, s.influence, axes=1),
    "direct": lambda s: np.einsum("ij,lb->ijlb", np.eye(len(s.Waa)), s.u),
    "slope": lambda s: 1 - s.a**2,
    "influence": lambda s: s.slope[:, None, None, :] * (s.carried + s.direct),
    "outside": lambda s: s.da[:, :, s.t],
    "seen": lambda s: s.influence,
    "dW": lambda s: np.einsum("ib,ijlb->jl", s.outside, s.seen),
    "total": lambda s: s.total + s.dW,
    "dba": lambda s: s.dba,
}


def _rtrl(h, x, a0, da, parameters):
    s = State(x=x, a0=a0, da=da, T=x.shape[2], m=x.shape[1], **parameters)
    n_a, n_x = s.Wax.shape
    n_u = n_x + n_a + 1
    s.total = np.zeros((n_a, n_u))
    s.influence = s.influence_before = np.zeros((n_a, n_a, n_u, s.m))
    s.a = h.start(s)
    for t in h.times(s.T):
        s.t, s.xt, s.a_prev = t, x[:, :, t], s.a
        s.a = np.tanh(s.Wax @ s.xt + s.Waa @ s.a_prev + s.ba)
        s.u = np.concatenate([s.xt, h.state_used(s), np.ones((1, s.m))])
        s.influence_before = s.influence
        s.carried, s.direct, s.slope = h.carried(s), h.direct(s), h.slope(s)
        s.influence = h.influence(s)
        s.outside, s.seen = h.outside(s), h.seen(s)
        s.dW = h.dW(s)
        s.total = h.total(s)
    s.dba = s.total[:, -1:]
    return {"dWax": s.total[:, :n_x], "dWaa": s.total[:, n_x:-1], "dba": h.dba(s)}


FAMILIES = {
    "backpropagate_error": family(ERROR_PATH, _error_path),
    "growth_factors": family(GROWTH, _growth),
    "residual_forward": family(RESIDUAL_FORWARD, _residual_forward),
    "residual_backward": family(RESIDUAL_BACKWARD, _residual_backward),
    "clip_by_value": family(CLIP_BY_VALUE, _clip_by_value),
    "clip_by_global_norm": family(CLIP_BY_NORM, _clip_by_norm),
    "weight_decay": family(WEIGHT_DECAY, _weight_decay),
    "rtrl_gradients": family(RTRL, _rtrl),
}
