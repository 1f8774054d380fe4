"""What witness.py, probes.py and makers.py of an assignment import, in the worker alone.

This file travels beside them under its own name: ``from torch_kit import differentiated``.
PyTorch is imported where it is needed, so that an assignment without it may use the rest.
"""

import functools

import numpy as np


def tensor(array):
    """Copy an array into a float64 tensor."""
    import torch

    return torch.from_numpy(np.array(array))


def leaves(*arrays):
    """Copy arrays into tensors whose gradients PyTorch keeps track of."""
    return [tensor(array).requires_grad_() for array in arrays]


def differentiated(forward):
    """Make a forward pass in PyTorch a witness: of its outputs, and of their gradients.

    The witness takes the list of what ``forward`` takes and the list of what reaches each
    output from outside, and returns (outputs, gradients of sum(output * outside)).
    """

    @functools.wraps(forward)
    def witness(inputs, outside):
        import torch

        held = leaves(*inputs)
        outputs = forward(*held)
        outputs = outputs if isinstance(outputs, tuple) else (outputs,)
        found = torch.autograd.grad(outputs[: len(outside)], held, [tensor(one) for one in outside])
        return tuple(one.detach() for one in outputs), found

    return witness


def along_time(steps):
    """Stack what the steps gave, with time as the last axis."""
    import torch

    return torch.stack(list(steps), dim=2)


def filled(module, values, stale=False, training=True):
    """Give a torch module these values as its parameters, in the order it holds them.

    ``stale`` has the parameters hold gradients already, as after an earlier use.
    """
    import torch

    with torch.no_grad():
        for parameter, value in zip(module.parameters(), values, strict=True):
            parameter.copy_(tensor(value))
            if stale:
                parameter.grad = torch.full_like(parameter, 0.5)
    return module.train(training)
