"""Undoes what student code may have set, so that one function's traces do not judge another."""

from __future__ import annotations

import random
import sys
import warnings
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

_seed_python = random.seed
_seed_numpy = np.random.seed
_seterr = np.seterr
_seterrcall = np.seterrcall
_set_recursion_limit = sys.setrecursionlimit

_LIBRARIES = (
    "builtins", "math", "random", "numpy", "numpy.linalg", "numpy.random", "torch", "torch.nn",
    "torch.nn.functional",
)  # fmt: skip
"""What student code is most likely to change for itself."""


def may_draw(files: Mapping[str, bytes]) -> bool:
    """Whether a submission names what Python's and NumPy's random numbers come from.

    PyTorch draws for modules of its own accord, so that its state is always put back.
    """
    return any(b"rand" in content for content in files.values())


def fresh_state(number: int, draws: bool = True) -> None:
    """Undo what an import or a call may have set: NumPy's error state, random states, warnings.

    Without ``draws`` nobody draws from Python's and NumPy's random states: seeding them is most
    of what this takes.
    """
    _seterr(divide="warn", over="warn", under="ignore", invalid="warn")
    _seterrcall(None)
    if draws:
        _seed_python(number)
        _seed_numpy(number)
    warnings.resetwarnings()
    warnings.simplefilter("ignore")
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.default_generator.manual_seed(number)
        torch.set_grad_enabled(True)


class Libraries:
    """What the names of some libraries stand for, to be put back."""

    def __init__(self, first: Libraries | None = None) -> None:
        """Keep what the names stand for now: those of ``first``'s modules, if that is given.

        A submission may have put something else in their places, and that may be anything.
        """
        self._modules: dict[str, ModuleType] = (
            {name: sys.modules[name] for name in _LIBRARIES if name in sys.modules}
            if first is None
            else first._modules
        )
        self._found = {name: sys.modules[name] for name in self._modules if name in sys.modules}
        self._names: dict[str, dict[str, Any]] = {} if first is None else dict(first._names)
        for name, module in self._modules.items():
            if not _same(vars(module), self._names.get(name)):
                self._names[name] = dict(vars(module))
        self._recursion_limit = sys.getrecursionlimit()
        self._torch = (first or self)._names.get("torch")
        self._dtype = None if self._torch is None else self._torch["get_default_dtype"]()

    def put_back(self) -> None:
        """Give every name what it stood for; names that were added stay."""
        sys.modules.update(self._found)
        for module, kept in self._names.items():
            names = vars(self._modules[module])
            if not _same(names, kept):
                names.update(kept)
        _set_recursion_limit(self._recursion_limit)
        if self._torch is not None:
            self._torch["set_default_dtype"](self._dtype)


def _same(names: dict[str, Any], kept: dict[str, Any] | None) -> bool:
    """Whether nothing has changed: quick, for the very same object is not asked whether it is."""
    try:
        return names == kept
    except Exception:  # as an array that stands in the place of a function
        return False
