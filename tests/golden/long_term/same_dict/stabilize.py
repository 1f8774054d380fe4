import numpy as np


def clip_by_value(gradients, limit):
    if all(np.abs(gradient).max() <= limit for gradient in gradients.values()):
        return gradients
    return {name: np.clip(gradient, -limit, limit) for name, gradient in gradients.items()}


def clip_by_global_norm(gradients, max_norm):
    norm = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients.values()))
    if norm <= max_norm:
        return gradients, norm
    return {name: gradient * max_norm / norm for name, gradient in gradients.items()}, norm


def weight_decay(gradients, parameters, l1=0.0, l2=0.0):
    answer = dict(gradients)
    for name, W in parameters.items():
        if name.startswith("W"):
            answer["d" + name] = gradients.get("d" + name, 0) + l1 * np.sign(W) + l2 * W
    return answer
