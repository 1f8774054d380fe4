"""Tensors in place of arrays, where a submission's own function would answer with tensors."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from types import ModuleType
from typing import Any

import numpy as np

_ARRAYS = frozenset({"array", "asarray", "item", "numpy", "tolist"})
"""Who uses one of these beside PyTorch may well answer with arrays, or numbers."""


_OF_TENSORS = frozenset(
    {"clone", "detach", "double", "numpy", "requires_grad_", "torch", "unsqueeze"}
)
"""Who uses one of these may need tensors; of who uses none, arrays are as good."""


def makes_tensors(
    reached: Collection[str], read: Collection[str], modules: Iterable[ModuleType]
) -> bool:
    """Whether code that comes to some names uses PyTorch alone, for code that may need tensors.

    ``read`` are the names that come up where the answer is read.
    """
    torch = sys.modules.get("torch")
    if torch is None or not _ARRAYS.isdisjoint(reached) or _OF_TENSORS.isdisjoint(read):
        return False
    held = [vars(one)[name] for one in modules for name in reached if name in vars(one)]
    uses = "torch" in reached or any(one is torch for one in held)
    return uses and not any(one is np for one in held)


def in_tensors(value: Any) -> Any:
    """Return plain data with a tensor of its own for every array."""
    kind = type(value)
    if kind is np.ndarray:
        return sys.modules["torch"].tensor(value)
    if kind is tuple or kind is list:
        return kind(map(in_tensors, value))
    if kind is dict:
        return {key: in_tensors(item) for key, item in value.items()}
    return value
