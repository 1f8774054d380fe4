"""What a submission's modules hold of its own functions: in tables, as defaults, by other names.

A function that is lent stands in the place of one of these.  Most pass their calls on themselves
(see ``lent``); what cannot, as an object of a library or a class, is replaced where it is held.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Collection, Iterable
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import numpy as np

from .lent import underlying
from .unasked import attributes, bases

_MOST, _DEEPEST = 10_000, 4
"""Entries of all tables that are looked at, and how far down."""

_OF_LIBRARIES = (FunctionType, BuiltinFunctionType, type, np.ufunc)
"""What is there once for everybody: a table may hold it as what it is in its library."""


def made_in(files: Collection[str], thing: Any) -> bool:
    """Whether a function, class or object was made by code of some files, and by no library."""
    if issubclass(type(thing), functools.partial):
        return not issubclass(type(thing.func), type) or made_in(files, thing.func)
    if (function := underlying(thing)) is not None:
        return function.__code__.co_filename in files
    kind = thing if issubclass(type(thing), type) else type(thing)
    parts = [part for one in bases(kind) for part in attributes(one).values()]
    parts = [one.__func__ if type(one) in (staticmethod, classmethod) else one for one in parts]
    functions = [one for part in parts if (one := underlying(part)) is not None]
    return any(one.__code__.co_filename in files for one in functions)


def replace_held(
    own: Any, lent: Any, modules: Iterable[ModuleType], files: Collection[str]
) -> None:
    """Put a lent function where modules hold the submission's own, if that is known to be so.

    A class in the place of a class is left: it makes objects of the lent one itself.
    """
    kind = type(own)
    if lent is own or not callable(own) or (issubclass(kind, type) and type(lent) is type):
        return
    modules = list(modules)
    if not made_in(files, own) and (kind in _OF_LIBRARIES or _of_a_library(own, modules)):
        return
    replacing = _Replacing(own, lent, files)
    for module in modules:
        replacing.within(object.__getattribute__(module, "__dict__"))


def _of_a_library(own: Any, modules: list[ModuleType]) -> bool:
    """Whether something is there under its own name in a module that is none of some."""
    with contextlib.suppress(Exception):  # its attributes may be anything
        library = sys.modules[own.__module__]
        return all(library is not one for one in modules) and getattr(library, own.__name__) is own
    return False


class _Replacing:
    def __init__(self, own: Any, lent: Any, files: Collection[str]) -> None:
        self._own, self._lent, self._files = own, lent, files
        self._left = _MOST
        self._seen: set[int] = set()

    def within(self, value: Any, depth: int = 0) -> Any:
        """Return a value, changed in place where it can be, with the lent one in it."""
        if value is self._own:
            return self._lent
        kind = type(value)
        if kind is FunctionType and value.__code__.co_filename in self._files:
            value.__defaults__ = self._entries(value.__defaults__, depth)
            self._entries(value.__kwdefaults__, depth)
            return value
        return self._entries(value, depth)

    def _entries(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if depth > _DEEPEST or self._left <= 0 or id(value) in self._seen:
            return value
        if issubclass(kind, tuple):
            return self._of_tuple(value, depth)
        pairs: list[tuple[Any, Any]] = []
        if issubclass(kind, dict):
            pairs = list(dict.items(value))
        elif issubclass(kind, list):
            pairs = list(enumerate(list.__iter__(value)))
        put: Callable[[Any, Any, Any], None] = (
            dict.__setitem__ if issubclass(kind, dict) else list.__setitem__
        )
        self._seen.add(id(value))
        self._left -= len(pairs)
        for key, one in pairs:
            new = self.within(one, depth + 1)
            if new is not one:
                put(value, key, new)
        return value

    def _of_tuple(self, value: Any, depth: int) -> Any:
        old = list(tuple.__iter__(value))
        self._left -= len(old)
        new = [self.within(one, depth + 1) for one in old]
        same = all(one is other for one, other in zip(old, new, strict=True))
        return value if same else tuple.__new__(type(value), new)
