"""Tuples of a submission's own kind, for what its functions are given in place of its own answers.

Where a contract has a tuple, a named tuple will do.  Work that reads what it is given by names
stays right beside a neighbour that is wrong: what is given by value, or by a lent function, is made
of the class that the submission has for as many fields, a tuple with the same entries.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from types import ModuleType
from typing import Any


class OwnTuples:
    """The named tuples that some modules define, by how many fields they have."""

    def __init__(self, modules: Iterable[ModuleType] = (), read: Collection[str] = ()) -> None:
        """Find them; of several with as many fields the one whose names are in ``read`` most."""
        found = {id(kind): kind for module in modules for kind in _named_tuples(module)}
        bases = {id(base) for kind in found.values() for base in type.mro(kind)[1:]}
        self._kinds: dict[int, type] = {}
        best: dict[int, int] = {}
        for key, kind in found.items():
            fields = _fields(kind)
            score = len(set(fields) & set(read))
            if key not in bases and score >= best.get(len(fields), 0):
                self._kinds[len(fields)], best[len(fields)] = kind, score

    def like(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the same entries as a tuple of the submission's own kind, if there is one."""
        kind = self._kinds.get(len(values))
        return values if kind is None else tuple.__new__(kind, values)

    def within(self, value: Any) -> Any:
        """Return plain data with its tuples, one within the other, made so."""
        if not self._kinds:
            return value
        if type(value) is tuple:
            return self.like(tuple(map(self.within, value)))
        if type(value) is list:
            return [self.within(item) for item in value]
        if type(value) is dict:
            return {key: self.within(item) for key, item in value.items()}
        return value


def names_read(function: Callable[..., Any] | None) -> Collection[str]:
    """Return the names of globals and attributes that a function's own code uses."""
    return getattr(getattr(function, "__code__", None), "co_names", ())


def _named_tuples(module: ModuleType) -> list[type]:
    # nobody is asked whether it is equal to something: a class may raise there
    return [
        kind
        for kind in list(vars(module).values())
        if issubclass(type(kind), type)
        and any(one is tuple for one in type.mro(kind))
        and _fields(kind)
    ]


def _fields(kind: type) -> tuple[str, ...]:
    """Return a named tuple's fields; () of what is none, or says something else of itself."""
    for one in type.mro(kind):
        fields = vars(one).get("_fields")
        if fields is not None:
            good = type(fields) is tuple and all(type(name) is str for name in fields)
            return fields if good else ()
    return ()
