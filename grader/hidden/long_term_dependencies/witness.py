"""PyTorch's answers to the questions the hidden cases ask; run in a worker, never in the judge."""

import torch
from torch_kit import along_time, differentiated, leaves, tensor


def error_terms(Waa, a, da_T):
    """Gradients of sum(a_T * da_T) with respect to each pre-activation of a tanh network."""
    Waa, a = tensor(Waa), tensor(a)
    z = torch.arctanh(a)
    pushes = [torch.zeros_like(a[:, :, k]).requires_grad_() for k in range(a.shape[2])]
    state = torch.tanh(z[:, :, 0] + pushes[0])
    for k in range(1, a.shape[2]):
        outside = z[:, :, k] - Waa @ a[:, :, k - 1]
        state = torch.tanh(outside + Waa @ state + pushes[k])
    return along_time(torch.autograd.grad(state, pushes, tensor(da_T)))


@differentiated
def residual_forward(x, h, Wax, Waa, ba):
    """States of h_t = h_{t-1} + tanh(...)."""
    states = [h]
    for t in range(x.shape[2]):
        states.append(states[-1] + torch.tanh(Wax @ x[:, :, t] + Waa @ states[-1] + ba))
    return along_time(states[1:])


@differentiated
def plain_network(x, a, Wax, Waa, ba):
    """States of the plain update."""
    states = [a]
    for t in range(x.shape[2]):
        states.append(torch.tanh(Wax @ x[:, :, t] + Waa @ states[-1] + ba))
    return along_time(states[1:])


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
        held[name].grad = tensor(gradient)
    return held


def decayed(gradients, weights, l1, l2):
    """Gradients plus those of l1 * sum |w| + l2 / 2 * sum w^2, by autograd."""
    answer = {}
    for name, weight in weights.items():
        (w,) = leaves(weight)
        penalty = l1 * w.abs().sum() + l2 / 2 * (w**2).sum()
        (found,) = torch.autograd.grad(penalty, w)
        answer[f"d{name}"] = tensor(gradients[f"d{name}"]) + found
    return answer
