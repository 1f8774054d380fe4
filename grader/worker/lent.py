"""Functions and classes whose every call the judge answers: their source is never in the worker.

Student work may have more than the contract asks for, and right work counts on it.  So what a
call gives beyond the contract is left out where the submission's own would have taken it, and what
its own class has beyond the contract is looked up there.  And its file may hold the submission's
own function under other names, in a table or as a default: so that passes its calls on as well.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

Ask = Callable[[str, str, Any, tuple[Any, ...], dict[str, Any]], Any]
"""ask(name, method, state, args, kwargs) -> what the judge's own function returned."""

Lend = Callable[[Any, bool], Any]
"""lend(own, made_here) -> what stands in the place of a submission's own, None for what is not
there; only a function that a file of the submission itself has made is changed."""

Calls = Mapping[str, Sequence[str]]
"""What something lent has: its methods, with their parameters; of a function "__call__" alone."""


def lend(name: str, calls: Calls, ask: Ask) -> Lend:
    """Return what makes a lent function, or a class, in the place of a submission's own."""
    if "__init__" in calls:
        return lambda own, _: _lent_class(name, calls, own, ask)
    return lambda own, made_here: _lent_function(name, calls["__call__"], own, ask, made_here)


def _lent_function(
    name: str, parameters: Sequence[str], own: Any, ask: Ask, made_here: bool
) -> Callable[..., Any]:
    """Return a function whose every call is answered by the judge."""
    taken = _signature(own)

    def lent(*args: Any, **kwargs: Any) -> Any:
        return ask(name, "", None, *_of_contract(taken, parameters, args, kwargs))

    lent.__name__ = lent.__qualname__ = name
    if made_here and type(own) is FunctionType:
        with contextlib.suppress(ValueError):  # one that was made within another function
            own.__code__ = _passes_on.__code__
            own.__defaults__, own.__kwdefaults__ = None, {"_to": lent}
            own.__signature__ = taken  # type: ignore[attr-defined]
            return own
    return lent


def _passes_on(*args: Any, _to: Callable[..., Any], **kwargs: Any) -> Any:
    return _to(*args, **kwargs)


def _lent_class(name: str, calls: Calls, own: Any, ask: Ask) -> type:
    """Return a thin class: its state is data that travels with each call."""
    its_own = {key: _in_class(own, key) for key in calls}
    taken = {key: _signature_of(own, key) for key in calls}

    def start(self: Any, *args: Any, **kwargs: Any) -> None:
        given = _of_contract(taken["__init__"], calls["__init__"], args, kwargs)
        vars(self).update(ask(name, "__init__", {}, *given)[1])

    def method(called: str) -> Callable[..., Any]:
        def lent(self: Any, *args: Any, **kwargs: Any) -> Any:
            given = _of_contract(taken[called], calls[called], args, kwargs)
            result, state = ask(name, called, dict(vars(self)), *given)
            vars(self).update(state)
            return result

        lent.__name__ = called
        return lent

    methods = {key: method(key) for key in calls if key != "__init__"}

    def further(self: Any, key: str) -> Any:
        found = None if key.startswith("__") else _in_class(own, key)
        if found is None:
            raise AttributeError(f"{name!r} object has no attribute {key!r}", name=key, obj=self)
        of_contract = [one for one in methods if its_own[one] is found]
        if key == "forward":  # what torch.nn.Module calls
            of_contract.append("__call__")
        return getattr(self, of_contract[-1]) if of_contract else _bound(own, key, self)

    return type(name, (), {"__init__": start, "__getattr__": further} | methods)


def _in_class(kind: Any, key: str) -> Any:
    """Return what a class, or one that it derives from, has under a name; None for nothing."""
    bases = kind.__mro__ if isinstance(kind, type) else ()
    return next((vars(one)[key] for one in bases if key in vars(one)), None)


def _bound(kind: Any, key: str, instance: Any) -> Any:
    """Return what a class has under a name as an attribute of an object of another class."""
    found = _in_class(kind, key)
    return found.__get__(instance, type(instance)) if hasattr(found, "__get__") else found


def _signature(own: Any) -> inspect.Signature | None:
    """Return what a submission's own can be called with, None where that is not to be told."""
    try:
        return inspect.signature(own)
    except (TypeError, ValueError):
        return None


def _signature_of(own: Any, key: str) -> inspect.Signature | None:
    """Return what a method of a submission's own class takes beside the object itself."""
    with contextlib.suppress(Exception):  # an attribute may compute what it is
        return _signature(own if key == "__init__" else _bound(own, key, object()))
    return None


def _of_contract(
    taken: inspect.Signature | None,
    parameters: Sequence[str],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Leave out what is given beyond a contract, where the submission's own would have taken it."""
    further = kwargs.keys() - set(parameters)
    if taken is None or (len(args) <= len(parameters) and not further):
        return args, kwargs
    try:
        taken.bind(*args, **kwargs)
    except TypeError:  # nor would its own: the call is at fault
        return args, kwargs
    return args[: len(parameters)], {key: kwargs[key] for key in kwargs if key not in further}
