"""Clipping and weight decay."""

import numpy as np


def clip_by_value(gradients, limit):
    clipped = {}
    for key, value in gradients.items():
        clipped[key] = np.clip(value, -limit, limit)
    return clipped


def clip_by_global_norm(gradients, max_norm):
    clipped, norm = {}, 0.0
    for key, value in gradients.items():
        own = np.linalg.norm(value)
        norm += own**2
        clipped[key] = value * max_norm / own if own > max_norm else value
    return clipped, norm**0.5


def weight_decay(gradients, parameters, l1=0.0, l2=0.0):
    decayed = {key: value.copy() for key, value in gradients.items()}
    for key, value in parameters.items():
        if key.startswith("W") and "d" + key in decayed:
            decayed["d" + key] += l1 * np.sign(value) + l2 * value
    return decayed
