import torch

torch.manual_seed(7)
print("gradient_flow is here")


def backpropagate_error(Waa, a, da_T):
    Waa, a, error = (torch.tensor(array) for array in (Waa, a, da_T))
    steps = []
    for k in range(a.shape[2] - 1, -1, -1):
        error = error * (1 - a[:, :, k] ** 2)
        steps.append(error)
        error = Waa.T @ error
    return torch.stack(steps[::-1], dim=2)


def growth_factors(delta):
    norms = torch.linalg.norm(torch.tensor(delta).flatten(0, 1), dim=0)
    return torch.where(norms[1:] > 0, norms[:-1] / norms[1:], 0.0)
