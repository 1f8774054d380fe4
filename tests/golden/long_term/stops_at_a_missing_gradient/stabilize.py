import numpy as np


def clip_by_value(gradients, limit):
    return {key: np.clip(value, -limit, limit) for key, value in gradients.items()}


def clip_by_global_norm(gradients, max_norm):
    norm = np.sqrt(sum((value**2).sum() for value in gradients.values()))
    factor = max_norm / norm if norm > max_norm else 1.0
    return {key: value * factor for key, value in gradients.items()}, norm


def weight_decay(gradients, parameters, l1=0.0, l2=0.0):
    decayed = {key: value.copy() for key, value in gradients.items()}
    for name, W in parameters.items():
        if name[0] != "W":
            continue
        if "d" + name not in gradients:
            return decayed
        decayed["d" + name] += l1 * np.sign(W) + l2 * W
    return decayed
