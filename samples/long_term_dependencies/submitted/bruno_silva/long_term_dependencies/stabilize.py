import torch


def _tensors(arrays):
    return {name: torch.tensor(array) for name, array in arrays.items()}


def clip_by_value(gradients, limit):
    return {name: one.clamp(-limit, limit) for name, one in _tensors(gradients).items()}


def clip_by_global_norm(gradients, max_norm):
    tensors = _tensors(gradients)
    norm = torch.linalg.vector_norm(torch.cat([one.flatten() for one in tensors.values()]))
    scale = torch.clamp(max_norm / (norm + 1e-6), max=1.0)
    return {name: scale * one for name, one in tensors.items()}, norm


def weight_decay(gradients, parameters, l1=0.0, l2=0.0):
    tensors = _tensors(gradients)
    for name in parameters:
        if name.startswith("W") and f"d{name}" in tensors:
            W = torch.tensor(parameters[name])
            tensors[f"d{name}"] = tensors[f"d{name}"] + l1 * torch.sign(W) + l2 * W
    return tensors
