"""Gradients by finite differences: what any gradient of yours can be compared with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def numerical_gradient(
    loss: Callable[[], float], array: np.ndarray[Any, Any], step: float = 1e-6
) -> np.ndarray[Any, Any]:
    """Differentiate loss() with respect to array by central differences, entry by entry.

    `loss` takes no argument and reads `array`, which is moved a little and put back:
    (loss(w + step) - loss(w - step)) / (2 step).  The error is about step^2 + 1e-16 / step,
    so with step 1e-6 some 9 digits after the point are right.
    """
    gradient = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + step
        above = loss()
        array[index] = kept - step
        below = loss()
        array[index] = kept
        gradient[index] = (above - below) / (2 * step)
    return gradient
