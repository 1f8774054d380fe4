"""What is done to gradients between the backward pass and the step of the optimiser.

`gradients` is a dict of arrays, for example dWax, dWaa, dba.  Clipping works for any names
and any number of dimensions.  Each function returns a new dict with the same keys, and
leaves its arguments as they were.
"""

import numpy as np


def clip_by_value(gradients, limit):
    """Bring every entry into [-limit, limit].

        g = min(max(g, -limit), limit),   entry by entry

    gradients: a dict of arrays.  limit: a positive float.
    Returns a new dict with the same keys and shapes.
    """
    # Without `out=`, np.clip makes new arrays: the caller's gradients stay as they were.
    return {name: np.minimum(gradient, limit) for name, gradient in gradients.items()}


def clip_by_global_norm(gradients, max_norm):
    """Shorten all gradients together, if together they are longer than max_norm.

        norm = sqrt(sum of the squares of every entry of every array)
        g    = g * max_norm / norm        for every array, only where norm > max_norm

    gradients: a dict of arrays.  max_norm: a positive float.
    Returns (new dict with the same keys and shapes, norm); norm is the one before clipping.
    """
    largest = max(float(np.max(np.abs(gradient))) for gradient in gradients.values())
    if largest == 0:
        return dict(gradients), 0.0
    # An exploded gradient is what this is for: measured in units of its largest entry, no
    # square overflows.
    squares = sum(float(np.sum((gradient / largest) ** 2)) for gradient in gradients.values())
    norm = largest * squares**0.5
    # One factor for all arrays: the step becomes shorter, and its direction stays.
    scale = max_norm / norm if norm > max_norm else 1.0
    return {name: gradient * scale for name, gradient in gradients.items()}, norm


def weight_decay(gradients, parameters, l1=0.0, l2=0.0):
    """Add the gradient of a penalty on large weights.

        loss + l1 * (sum of |w|) + l2 / 2 * (sum of w^2),   over every weight matrix
        dW = dW + l1 * sign(W) + l2 * W,                    with sign(0) = 0

    gradients: a dict dWax, dWaa, dba, ...; parameters: a dict Wax, Waa, ba, ...
    The gradient of the parameter W is named dW.  A parameter whose name starts with "W" is a
    weight matrix; biases are not decayed, and a weight without a gradient is skipped.
    Returns a new dict with exactly the keys of gradients.
    """
    decayed = dict(gradients)
    for name, W in parameters.items():
        # A bias only shifts a unit; it does not scale what is carried from step to step.
        if name.startswith("W") and "d" + name in gradients:
            # np.sign(0) is 0: at the kink of |w| the penalty pulls to neither side.  A plain
            # sum instead of += keeps the caller's array as it was.
            decayed["d" + name] = gradients["d" + name] + l1 * np.sign(W) + l2 * W
    return decayed
