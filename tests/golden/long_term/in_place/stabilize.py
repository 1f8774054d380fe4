import numpy as np


def clip_by_value(gradients, limit):
    for gradient in gradients.values():
        np.clip(gradient, -limit, limit, out=gradient)
    return gradients


def clip_by_global_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients.values()))
    if norm > max_norm:
        for gradient in gradients.values():
            gradient *= max_norm / norm
    return gradients, norm


def weight_decay(gradients, parameters, l1=0.0, l2=0.0):
    for name in parameters:
        if name.startswith("W") and "d" + name in gradients:
            gradients["d" + name] += l1 * np.sign(parameters[name]) + l2 * parameters[name]
    return gradients
