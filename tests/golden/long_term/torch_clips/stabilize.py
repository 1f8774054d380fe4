import torch


def held(gradients):
    parameters = {}
    for name, gradient in gradients.items():
        parameters[name] = torch.nn.Parameter(torch.zeros(gradient.shape, dtype=torch.float64))
        parameters[name].grad = torch.tensor(gradient)
    return parameters


def clip_by_value(gradients, limit):
    parameters = held(gradients)
    torch.nn.utils.clip_grad_value_(parameters.values(), limit)
    return {name: parameter.grad for name, parameter in parameters.items()}


def clip_by_global_norm(gradients, max_norm):
    parameters = held(gradients)
    norm = torch.nn.utils.clip_grad_norm_(parameters.values(), max_norm)
    return {name: parameter.grad for name, parameter in parameters.items()}, norm


def weight_decay(gradients, parameters, l1=0.0, l2=0.0):
    answer = {name: torch.tensor(gradient) for name, gradient in gradients.items()}
    for name in parameters:
        if name[0] == "W" and "d" + name in answer:
            W = torch.tensor(parameters[name], requires_grad=True)
            (l1 * W.abs().sum() + l2 / 2 * (W**2).sum()).backward()
            answer["d" + name] = answer["d" + name] + W.grad
    return answer
