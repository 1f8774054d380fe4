import numpy as np


def clip_by_value(gradients, limit):
    return {name: np.minimum(np.maximum(g, -limit), limit).tolist() for name, g in gradients.items()}


def clip_by_global_norm(gradients, max_norm):
    norm = np.linalg.norm(np.concatenate([g.ravel() for g in gradients.values()]))
    scale = 1 if norm <= max_norm else max_norm / norm
    return {name: (scale * g).tolist() for name, g in gradients.items()}, np.array([norm])


def weight_decay(gradients, parameters, l1=0.0, l2=0.0, verbose=False):
    print("decaying")
    answer = {}
    for name, g in gradients.items():
        W = parameters.get(name[1:]) if name.startswith("dW") else None
        answer[name] = g.copy() if W is None else (g + l1 * np.sign(W) + l2 * W).tolist()
    return answer
