"""In what terms a submission's own function is called, and how a contract says the same.

Who calls a function of the submission does so as that takes it: by parameter names of its own, or
with more than a contract asks for.  A lent one in its place is asked in the contract's terms.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

_Call = tuple[tuple[Any, ...], dict[str, Any]]
_DEEPEST = 5
"""Decorators around a function that are looked through."""


class Terms:
    """What a submission's own function, or method, takes in place of a contract's parameters."""

    def __init__(self, name: str, own: inspect.Signature | None, parameters: Sequence[str]) -> None:
        """Tell which parameter stands for which: by its name, and the rest in their order."""
        self._name, self._own, self._parameters = name, own, parameters
        named = [] if own is None else [one.name for one in _named(own)]
        kept = [one for one in named if one in parameters]
        rest = [one for one in parameters if one not in kept]
        others = [one for one in named if one not in kept]
        self._means = {
            **dict(zip(kept, kept, strict=True)),
            **dict(zip(others, rest, strict=False)),
        }
        self._unnamed = rest[len(others) :]
        self._renamed = bool(self._means.keys() - set(parameters))

    def of_contract(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Call:
        """Return a call in the contract's terms; what its own takes beyond them is left out.

        Raises TypeError for one that fits neither, in terms of the submission's own.
        """
        if self._own is None or self._fits(args, kwargs):
            return args, kwargs
        try:
            given = self._own.bind_partial(*args, **kwargs).arguments
            said = self._said(self._own, given)
            if len(said) < len(self._parameters):
                self._own.bind(*args, **kwargs)
        except TypeError as error:  # nor would its own: the call is at fault
            if not self._renamed:
                return args, kwargs
            raise TypeError(f"{self._name}() {error}") from None
        return (), said

    def _fits(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Whether a call is one of the contract; where its own has other names, with all given."""
        if len(args) > len(self._parameters) or kwargs.keys() - set(self._parameters[len(args) :]):
            return False
        return not self._renamed or len(args) + len(kwargs) == len(self._parameters)

    def _said(self, own: inspect.Signature, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return by the contract's names what was given by the submission's own."""
        said = {self._means[key]: value for key, value in given.items() if key in self._means}
        for one in own.parameters.values():
            if one.kind is one.VAR_POSITIONAL:
                said.update(zip(self._unnamed, given.get(one.name, ()), strict=False))
            elif one.kind is one.VAR_KEYWORD:
                more = given.get(one.name, {})
                said.update((key, more[key]) for key in self._unnamed if key in more)
        return said


def signature(own: Any) -> inspect.Signature | None:
    """Return what something can be called with, None where that is not to be told.

    Of a decorator's function that passes on whatever it gets, it is what the one within takes.
    """
    found = _told(own)
    for _ in range(_DEEPEST):
        if found is None or type(own) is not FunctionType or _named(found):
            break
        own = _within(own)
        found = _told(own) or found
    return found


def of_method(lent: Callable[..., Any], taken: inspect.Signature | None) -> Callable[..., Any]:
    """Have a lent method say that it takes what the submission's own does beside its object."""
    if taken is not None:
        with contextlib.suppress(ValueError):  # its own has another "self"
            own = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
            said = taken.replace(parameters=[own, *taken.parameters.values()])
            lent.__signature__ = said  # type: ignore[attr-defined]
    return lent


def _told(own: Any) -> inspect.Signature | None:
    with contextlib.suppress(Exception):  # what it says of itself may be anything
        found = inspect.signature(own)
        return found if type(found) is inspect.Signature else None
    return None


def _within(function: FunctionType) -> FunctionType | None:
    """Return the first function that one made within another keeps of its variables."""
    for cell in function.__closure__ or ():
        with contextlib.suppress(ValueError):  # one without a value
            if type(cell.cell_contents) is FunctionType:
                return cell.cell_contents
    return None


def _named(own: inspect.Signature) -> list[inspect.Parameter]:
    """Return the parameters that each take one argument."""
    return [
        one
        for one in own.parameters.values()
        if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    ]
