"""PyTorch's answers to the questions the hidden cases ask; run in a worker, never in the judge."""

import numpy as np
import torch


def _tensor(array):
    return torch.from_numpy(np.array(array))


def _leaves(*arrays):
    return [_tensor(array).requires_grad_() for array in arrays]


def error_terms(Waa, a, da_T):
    """Gradients of sum(a_T * da_T) with respect to each pre-activation of a tanh network."""
    Waa, a = _tensor(Waa), _tensor(a)
    z = torch.arctanh(a)
    pushes = [torch.zeros_like(a[:, :, k]).requires_grad_() for k in range(a.shape[2])]
    state = torch.tanh(z[:, :, 0] + pushes[0])
    for k in range(1, a.shape[2]):
        outside = z[:, :, k] - Waa @ a[:, :, k - 1]
        state = torch.tanh(outside + Waa @ state + pushes[k])
    return torch.stack(torch.autograd.grad(state, pushes, _tensor(da_T)), dim=2)


def residual_network(x, h0, Wax, Waa, ba, dh):
    """States of h_t = h_{t-1} + tanh(...), and the gradients of sum over t of h_t * dh_t."""
    inputs = _leaves(x, h0, Wax, Waa, ba)
    x, h, Wax, Waa, ba = inputs
    states = []
    for t in range(x.shape[2]):
        h = h + torch.tanh(Wax @ x[:, :, t] + Waa @ h + ba)
        states.append(h)
    states = torch.stack(states, dim=2)
    found = torch.autograd.grad(states, inputs, _tensor(dh))
    return {"h": states, **dict(zip(("dx", "dh0", "dWax", "dWaa", "dba"), found, strict=True))}


def plain_network(x, a0, Wax, Waa, ba, da):
    """Weight gradients of sum over t of a_t * da_t for the plain update."""
    weights = _leaves(Wax, Waa, ba)
    Wax, Waa, ba = weights
    x, a = _tensor(x), _tensor(a0)
    states = []
    for t in range(x.shape[2]):
        a = torch.tanh(Wax @ x[:, :, t] + Waa @ a + ba)
        states.append(a)
    found = torch.autograd.grad(torch.stack(states, dim=2), weights, _tensor(da))
    return dict(zip(("dWax", "dWaa", "dba"), found, strict=True))


def clipped_by_value(gradients, limit):
    """What ``torch.nn.utils.clip_grad_value_`` leaves of gradients."""
    held = _held(gradients)
    torch.nn.utils.clip_grad_value_(held.values(), limit)
    return {name: parameter.grad for name, parameter in held.items()}


def clipped_by_norm(gradients, max_norm):
    """What ``torch.nn.utils.clip_grad_norm_`` leaves of gradients, and the norm it found."""
    held = _held(gradients)
    norm = torch.nn.utils.clip_grad_norm_(held.values(), max_norm)
    return {name: parameter.grad for name, parameter in held.items()}, float(norm)


def _held(gradients):
    held = {}
    for name, gradient in gradients.items():
        held[name] = torch.nn.Parameter(torch.zeros(gradient.shape, dtype=torch.float64))
        held[name].grad = _tensor(gradient)
    return held


def decayed(gradients, weights, l1, l2):
    """Gradients plus those of l1 * sum |w| + l2 / 2 * sum w^2, by autograd."""
    answer = {}
    for name, weight in weights.items():
        (w,) = _leaves(weight)
        penalty = l1 * w.abs().sum() + l2 / 2 * (w**2).sum()
        (found,) = torch.autograd.grad(penalty, w)
        answer[f"d{name}"] = _tensor(gradients[f"d{name}"]) + found
    return answer
