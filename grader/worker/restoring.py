"""Undoes what student code may have set, so that one function's traces do not judge another."""

from __future__ import annotations

import dis
import random
import sys
import warnings
from collections.abc import Callable, Mapping
from types import CodeType, ModuleType
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


class _Kept:
    """What NumPy's errors were put back to, and PyTorch's functions as the zygote had them.

    A submission may have put anything in their places; without PyTorch there it is what it finds.
    """

    errors: Any = None
    torch: Mapping[str, Any] | None = None


_UMATH: Any = getattr(getattr(np, "_core", None), "umath", None)
_error_state: Callable[[], Any] = (
    _UMATH._extobj_contextvar.get if hasattr(_UMATH, "_extobj_contextvar") else object
)
"""NumPy's error state as it keeps it for itself; always another object where that is not known."""

_WARNINGS = vars(warnings)
_IGNORED = ("ignore", None, Warning, None, 0)


def fresh_state(number: int, draws: bool = True) -> None:
    """Undo what an import or a call may have set: NumPy's error state, random states, warnings,
    PyTorch's gradients.

    Without ``draws`` nobody draws from Python's and NumPy's random states: seeding them is most
    of what this takes.  A right submission is called hundreds of times: what nobody has touched is
    left as it is.
    """
    if _error_state() is not _Kept.errors:
        _seterr(divide="warn", over="warn", under="ignore", invalid="warn")
        _seterrcall(None)
        _Kept.errors = _error_state()
    if draws:
        _seed_python(number)
        _seed_numpy(number)
    filters = _WARNINGS.get("filters")
    if type(filters) is not list or len(filters) != 1 or filters[0] is not _IGNORED:
        _WARNINGS["filters"] = [_IGNORED]
    torch = _Kept.torch or getattr(sys.modules.get("torch"), "__dict__", None)
    if torch:
        torch["default_generator"].manual_seed(number)
        if not torch["is_grad_enabled"]():
            torch["set_grad_enabled"](True)


_STORES = frozenset(dis.opmap[name] for name in ("STORE_ATTR", "DELETE_ATTR"))
_EXTENDED = dis.opmap["EXTENDED_ARG"]
_BY_NAME = frozenset(
    {"__builtins__", "__delattr__", "__dict__", "__import__", "__setattr__", "compile", "delattr",
     "eval", "exec", "import_module", "modules", "patch", "setattr", "vars"}
)  # fmt: skip
"""What changes, or hands out, attributes by other ways than an assignment."""


def may_change(code: CodeType, names: frozenset[str]) -> frozenset[str]:
    """Return to which of some names of libraries code, or what is defined in it, may give another
    meaning.

    To look at them all takes longer than all else, for it copies the page of each, and hardly any
    code changes one.
    """
    found: set[str] = set()
    waiting = [code]  # functions lie in functions deeper than this could call itself
    while waiting:
        code = waiting.pop()
        texts = (one for one in code.co_consts if isinstance(one, str))
        if not _BY_NAME.isdisjoint([*code.co_names, *texts]):
            return names
        if not names.isdisjoint(code.co_names):
            found |= _stored(code) & names
        waiting += [one for one in code.co_consts if isinstance(one, CodeType)]
    return frozenset(found)


def _stored(code: CodeType) -> set[str]:
    """Return the names of attributes that some code assigns or deletes."""
    steps, found, further = code.co_code, set(), 0
    for kind, number in zip(steps[::2], steps[1::2], strict=True):
        if kind == _EXTENDED:
            further = (further | number) << 8
            continue
        if kind in _STORES:
            found.add(code.co_names[further | number])
        further = 0
    return found


class Libraries:
    """What the names of some libraries stand for, to be put back."""

    def __init__(
        self, first: Libraries | None = None, *, changing: frozenset[str] = frozenset()
    ) -> None:
        """Keep what the names stand for now: those of ``first``'s modules, if that is given.

        A submission may have put something else in their places, and that may be anything: in
        those of the names that it may be ``changing``.
        """
        self._modules: dict[str, ModuleType] = (
            {name: sys.modules[name] for name in _LIBRARIES if name in sys.modules}
            if first is None
            else first._modules
        )
        self._found = {name: sys.modules[name] for name in self._modules if name in sys.modules}
        self._names: dict[str, dict[str, Any]]
        if first is None:
            self._names = {name: dict(vars(module)) for name, module in self._modules.items()}
            changing = frozenset().union(*self._names.values())
        else:
            self._names = dict(first._names)
            for name, kept in first._names.items():
                if _changed(vars(self._modules[name]), kept, changing):
                    self._names[name] = dict(vars(self._modules[name]))
        self.names: frozenset[str] = changing if first is None else first.names
        """All of them."""
        self._changing = changing
        self._recursion_limit = sys.getrecursionlimit()
        self._torch = (first or self)._names.get("torch")
        if first is None:
            _Kept.torch = self._torch
        self._dtype = None if self._torch is None else self._torch["get_default_dtype"]()

    def put_back(self, changing: frozenset[str] | None = None) -> None:
        """Give every name that may have changed what it stood for; added ones stay."""
        sys.modules.update(self._found)
        for module, kept in self._names.items():
            names = vars(self._modules[module])
            changed = _changed(names, kept, self._changing if changing is None else changing)
            names.update({name: kept[name] for name in changed})
        _set_recursion_limit(self._recursion_limit)
        if self._torch is not None:
            self._torch["set_default_dtype"](self._dtype)


def _changed(names: dict[str, Any], kept: dict[str, Any], some: frozenset[str]) -> list[str]:
    """Return those of some names that stood for something, and stand for something else now."""
    return [name for name in some if name in kept and names.get(name, kept) is not kept[name]]
