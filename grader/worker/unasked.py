"""What classes and exceptions are, told by Python itself.

A submission's classes, and classes of its classes, may answer anything where they are asked, or
raise: nothing here runs any code of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

_MRO = type.__dict__["__mro__"].__get__
_DICT = type.__dict__["__dict__"].__get__
_NAME = type.__dict__["__name__"].__get__
_TRACEBACK = BaseException.__dict__["__traceback__"].__get__


def bases(kind: type) -> tuple[type, ...]:
    """Return a class and all that it derives from, in the order in which they are looked in."""
    found: tuple[type, ...] = _MRO(kind)
    return found


def attributes(kind: type) -> Mapping[str, Any]:
    """Return what a class itself defines."""
    found: Mapping[str, Any] = _DICT(kind)
    return found


def name_of(kind: type) -> str:
    """Return the name of a class."""
    return str(_NAME(kind))


def traceback_of(error: BaseException) -> TracebackType | None:
    """Return the innermost part of where an exception came up, the outermost call first."""
    found: TracebackType | None = _TRACEBACK(error)
    return found
