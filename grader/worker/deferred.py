"""Imports PyTorch without its compilers, and what else hardly any submission uses, until then.

They are more than half of what an import of PyTorch takes, and no network needs them.  Each is
there under its name from the start; what it holds is read at the first look at something in it,
and all are read before a compiler is imported.  A backward pass that is given a gradient asks
one of them whether two shapes are equal, which for plain numbers is answered here.
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_SHAPES = "torch.fx.experimental.symbolic_shapes"
_DEFERRED = frozenset(
    {
        *("torch._meta_registrations", "torch.distributed._meta_registrations", "torch.export"),
        *("torch.distributions", "torch.nn.intrinsic", "torch.optim", "torch.quantization"),
        *("torch.utils.data", _SHAPES),
    }
)
_COMPILERS = frozenset({"torch._dynamo", "torch._inductor", "torch._functorch.aot_autograd"})


@contextlib.contextmanager
def deferring() -> Iterator[None]:
    """Defer what is imported for the first time within; what is deferred stays so afterwards."""
    finder = Finder()
    sys.meta_path.insert(0, finder)
    yield
    finder.defers = False


class _Deferred(ModuleType):
    """A module whose text is run when a name of it is first looked up that is not there."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        _load(self)
        return getattr(self, name)


def _load(module: ModuleType) -> None:
    module.__class__ = ModuleType
    loader = module.__spec__.loader if module.__spec__ else None
    assert isinstance(loader, _Loader)
    loader.inner.exec_module(module)


class _Loader(importlib.abc.Loader):
    def __init__(self, inner: importlib.abc.Loader) -> None:
        self.inner = inner

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Deferred(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        if module.__name__ == _SHAPES:
            vars(module).update(sym_eq=_equal, expect_true=_expected)


class Finder(importlib.abc.MetaPathFinder):
    """Defers modules while it is told to, and has all read before a compiler is."""

    def __init__(self) -> None:
        self.defers = True
        self._asks = False

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in _COMPILERS:
            # in the order in which they would have been imported: they import each other
            for one in [mod for mod in sys.modules.values() if isinstance(mod, _Deferred)]:
                if isinstance(one, _Deferred):  # nor has another one read it meanwhile
                    _load(one)
        if not self.defers or self._asks or name not in _DEFERRED:
            return None
        self._asks = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._asks = False
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


def _equal(one: Any, other: Any) -> Any:
    """Say whether two shapes are equal; where there is more in them than numbers, as PyTorch does.

    What PyTorch has in its place is there from then on.
    """
    sizes = isinstance(one, tuple) and isinstance(other, tuple)
    if sizes and all(type(size) is int for size in (*one, *other)):
        return tuple(one) == tuple(other)
    return _shapes().sym_eq(one, other)


def _expected(fact: Any, skip: int = 0) -> Any:
    return fact if type(fact) is bool else _shapes().expect_true(fact, skip + 1)


def _shapes() -> Any:
    module = sys.modules[_SHAPES]
    if isinstance(module, _Deferred):
        _load(module)
    return module
