"""What stands in for what a submission imports and what is not there: it costs only what uses it.

A file's other functions can then be judged, and who uses what is absent is told its name.
"""

from __future__ import annotations

import re
import sys
from abc import ABCMeta
from typing import Any

MOST_ABSENT = 20
"""Names that a file may import of the standard library and that are not there."""


class StandInError(Exception):
    """What is not there, and is not lent either, was used: ``name`` says what."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class _NoAttributeError(StandInError, AttributeError):  # type: ignore[misc]
    """An attribute of what is not there was asked for: who asks whether it has one is told no."""


_NoAttributeError.__name__ = "StandInError"


class Absent(ABCMeta):
    """The class of what stands in.

    It can be passed on, kept in a table, written in an annotation and derived from, by an
    abstract class as well; all that needs what it stands for raises.
    """

    def __getattr__(cls, name: str) -> Any:
        """Be asked for an attribute; those that Python itself looks for are not there."""
        if name.startswith("__"):
            raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")
        raise _NoAttributeError(_name_of(cls))


def _name_of(cls: Any) -> str:
    return str(type.__getattribute__(cls, "_absent"))


def _raises(cls: Any, *_: Any, **__: Any) -> Any:
    raise StandInError(_name_of(cls))


_TWO_SIDED = (
    "add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "divmod", "pow", "lshift",
    "rshift", "and", "xor",
)  # fmt: skip
_USES = (
    *(f"__{side}{one}__" for one in _TWO_SIDED for side in ("", "r")),
    "__neg__", "__pos__", "__abs__", "__invert__", "__round__", "__trunc__", "__floor__",
    "__ceil__", "__bool__", "__int__", "__float__", "__complex__", "__index__", "__str__",
    "__format__", "__bytes__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__",
    "__len__", "__iter__", "__next__", "__reversed__", "__contains__", "__getitem__",
    "__setitem__", "__delitem__", "__enter__", "__exit__",
)  # fmt: skip
"""What needs the thing itself; "|" does not, for annotations are written with it."""

for _use in _USES:
    setattr(Absent, _use, _raises)
setattr(Absent, "__hash__", type.__hash__)  # noqa: B010  to be the key of a table is no use of it


def stand_in(name: str) -> type:
    """Return what can be imported, and derived from, in the place of what is not there."""
    names = {"__new__": _raises, "__module__": __name__, "_absent": name}
    return Absent(name, (), names)


class Unchanging:
    """Stands in for what only annotates: it leaves what it is given as it is."""

    def __call__(self, given: Any = None, *_: Any, **__: Any) -> Any:
        """Return what is given, as a decorator does; called with nothing it makes one."""
        return self if given is None else given

    def __getitem__(self, _: Any) -> Any:
        """Be a type of anything."""
        return Any


class _Marking:
    """Stands in for a decorator, or for what makes one, that changes nothing that is computed."""

    def __call__(self, given: Any = None, *_: Any, **__: Any) -> Any:
        """Return the function or class that is given, and this again for all else."""
        return given if callable(given) else self


_MARKING = frozenset({"warnings.deprecated", "inspect.markcoroutinefunction"})
"""Decorators of the standard library: who only writes them does not need them."""


def stood_in_for(error: ImportError) -> bool:
    """Put a stand-in where an import of the standard library found nothing."""
    found = re.match(r"cannot import name '(\w+)' from '([\w.]+)'", str(error))
    library = sys.modules.get(found[2]) if found else None
    if found is None or library is None:
        return False
    if found[2].partition(".")[0] not in sys.stdlib_module_names:
        return False
    name = f"{found[2]}.{found[1]}"
    annotates = found[2] == "typing"
    instead = Unchanging() if annotates else _Marking() if name in _MARKING else stand_in(name)
    setattr(library, found[1], instead)
    return True
