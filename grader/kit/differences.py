"""Central finite differences, for hidden cases that hold a gradient against its function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

DIFFERENCE_STEP = 6e-6
"""The cube root of float64's epsilon: rounding and truncation errors are then alike."""


def central_differences(
    loss: Callable[..., Any], *arguments: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Return the gradient of a scalar function with respect to each argument, entry by entry.

    The error is about h^2 f'''/6 + eps |f| / h for the step h above and f the function: an
    assignment derives its tolerance from the sizes of its own.
    """
    gradients = []
    moved = [argument.copy() for argument in arguments]
    for argument in moved:
        gradient = np.empty_like(argument)
        for place in np.ndindex(argument.shape):
            kept = argument[place]
            argument[place] = kept + DIFFERENCE_STEP
            above = loss(*moved)
            argument[place] = kept - DIFFERENCE_STEP
            below = loss(*moved)
            argument[place] = kept
            gradient[place] = (above - below) / (2 * DIFFERENCE_STEP)
        gradients.append(gradient)
    return gradients
