import numpy as np


def clip_by_value(gradients, limit):
    out = {}
    for k in gradients:
        g = gradients[k]
        g = np.where(g > limit, limit, g)
        g = np.where(g < -limit, -limit, g)
        out[k] = g
    return out


def clip_by_global_norm(gradients, max_norm):
    total = 0.0
    for g in gradients.values():
        total += np.sum(g * g)
    norm = np.sqrt(total)
    factor = 1.0
    if norm > max_norm:
        factor = max_norm / norm
    return {k: factor * g for k, g in gradients.items()}, norm


def weight_decay(gradients, parameters, l1=0.0, l2=0.0):
    out = {}
    for dname, g in gradients.items():
        name = dname[1:]
        if name in parameters and name[0] == "W":
            w = parameters[name]
            penalty1 = l1 * np.sign(w)
            penalty2 = l2 * w
            out[dname] = g + penalty1 + penalty2
        else:
            out[dname] = g
    return out
