"""What tests of solutions share: loading them, and gradients by three witnesses.

A loss takes named arrays and is written so that it runs on floats, complex numbers and tensors.
The complex step, Im f(w + ih) / h with h = 1e-30, has no cancellation; PyTorch's autograd and
central differences stand beside it.
"""

import copy
import importlib
import sys
from pathlib import Path

import numpy as np
import torch

# Sums of a few hundred float64 terms, taken in another order by each witness.
TIGHT = {"rtol": 1e-11, "atol": 1e-12}
# A central difference of step 1e-6 errs by about 1e-16 / 1e-6 times the loss, which is near 10.
DIFFERENCES = {"rtol": 1e-7, "atol": 1e-8}
# Numbers that were published with all their digits: a few units in the last place.
PUBLISHED = {"rtol": 1e-12, "atol": 0}
# Numbers that were published with eight digits after the point.
EIGHT_DIGITS = {"rtol": 0, "atol": 5.1e-9}


def load(assignment, *names):
    """Import files of a solution, which import each other by name; leave no trace."""
    folder = str(Path(__file__).parents[1] / "solutions" / assignment)
    sys.path.insert(0, folder)
    try:
        return [importlib.import_module(name) for name in names]
    finally:
        sys.path.remove(folder)
        for name in names:
            sys.modules.pop(name, None)


def by_complex_step(loss, values):
    """Differentiate loss(**values) with respect to every value; the names begin with d."""
    gradients = {}
    for name, array in values.items():
        gradient = np.empty(array.shape)
        for index in np.ndindex(array.shape):
            moved = array.astype(complex)
            moved[index] += 1e-30j
            gradient[index] = loss(**{**values, name: moved}).imag / 1e-30
        gradients["d" + name] = gradient
    return gradients


def by_torch(loss, values):
    """The same gradients by PyTorch's autograd."""
    leaves = {name: torch.tensor(array, requires_grad=True) for name, array in values.items()}
    loss(**leaves).backward()
    return {"d" + name: leaf.grad.numpy() for name, leaf in leaves.items()}


def by_differences(loss, array, step=1e-6):
    """Differentiate loss(), which reads the array, by central differences."""
    gradient = np.empty(array.shape)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + step
        above = loss()
        array[index] = kept - step
        gradient[index] = (above - loss()) / (2 * step)
        array[index] = kept
    return gradient


def assert_gradients(gradients, expected, tolerance=TIGHT):
    """Compare every gradient, and nothing beside them."""
    assert gradients.keys() == expected.keys()
    for name, array in expected.items():
        assert gradients[name].shape == array.shape, name
        assert gradients[name].dtype == np.float64, name
        np.testing.assert_allclose(gradients[name], array, **tolerance, err_msg=name)


def assert_unchanged(function, *arguments):
    """Call, and see that neither the arguments nor the answer to a first call change."""
    before = copy.deepcopy(arguments)
    first = function(*arguments)
    kept = copy.deepcopy(first)
    second = function(*arguments)
    np.testing.assert_equal(arguments, before)
    np.testing.assert_equal(first, kept)
    np.testing.assert_equal(second, kept)


def draw(*shapes):
    """Draw normal numbers from the legacy generator, one array after the other."""
    return [np.random.randn(*shape) for shape in shapes]
