import numpy as np


def clip_by_value(gradients, limit):
    return dict((k, np.minimum(np.maximum(v, -limit), limit)) for k, v in gradients.items())


def clip_by_global_norm(gradients, max_norm):
    everything = np.concatenate([np.ravel(v) for v in gradients.values()])
    norm = np.linalg.norm(everything)
    if norm <= max_norm:
        return {k: v.copy() for k, v in gradients.items()}, norm
    clipped = {}
    for k, v in gradients.items():
        clipped[k] = v / norm * max_norm
    return clipped, norm


def is_weight(name):
    return name.startswith("W")


def weight_decay(gradients, parameters, l1=0.0, l2=0.0):
    result = {k: np.array(v) for k, v in gradients.items()}
    for name in filter(is_weight, parameters):
        key = f"d{name}"
        if key not in result:
            continue
        w = parameters[name]
        sign = (w > 0).astype(float) - (w < 0)
        result[key] = result[key] + l1 * sign
        result[key] = result[key] + l2 * w
    return result
