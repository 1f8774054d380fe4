"""Clipping and weight decay."""

import numpy as np


def clip_by_value(gradients, limit):
    clipped = {}
    for key, value in gradients.items():
        clipped[key] = np.clip(value, -limit, limit)
    return clipped


def clip_by_global_norm(gradients, max_norm):
    total = 0.0
    for value in gradients.values():
        total += np.sum(value**2)
    norm = np.sqrt(total)
    scale = 1.0
    if norm > max_norm:
        scale = max_norm / norm
    return {key: value * scale for key, value in gradients.items()}, norm


def weight_decay(gradients, parameters, l1=0.0, l2=0.0):
    decayed = {key: value.copy() for key, value in gradients.items()}
    for key, value in parameters.items():
        if key.startswith("W") and "d" + key in decayed:
            decayed["d" + key] += l1 * np.sign(value) + l2 * value
    return decayed
