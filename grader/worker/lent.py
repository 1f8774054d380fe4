"""Functions and classes whose every call the judge answers: their source is never in the worker.

Student work may have more than the contract asks for, and right work counts on it.  So what a
call gives beyond the contract is left out where the submission's own would have taken it, and what
its own class has beyond the contract is looked up there.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Ask = Callable[[str, str, Any, tuple[Any, ...], dict[str, Any]], Any]
"""ask(name, method, state, args, kwargs) -> what the judge's own function returned."""

Lend = Callable[[Any], Any]
"""lend(own) -> what stands in the place of a submission's own, None where that is not there."""

Calls = Mapping[str, Sequence[str]]
"""What something lent has: its methods, with their parameters; of a function "__call__" alone."""


def lend(name: str, calls: Calls, ask: Ask) -> Lend:
    """Return what makes a lent function, or a class, in the place of a submission's own."""
    if "__init__" in calls:
        return lambda own: _lent_class(name, calls, own, ask)
    return lambda own: _lent_function(name, calls["__call__"], own, ask)


def _lent_function(name: str, parameters: Sequence[str], own: Any, ask: Ask) -> Callable[..., Any]:
    """Return a function whose every call is answered by the judge."""

    def lent(*args: Any, **kwargs: Any) -> Any:
        return ask(name, "", None, *_of_contract(own, parameters, args, kwargs))

    lent.__name__ = lent.__qualname__ = name
    return lent


def _lent_class(name: str, calls: Calls, own: Any, ask: Ask) -> type:
    """Return a thin class: its state is data that travels with each call."""

    def start(self: Any, *args: Any, **kwargs: Any) -> None:
        given = _of_contract(own, calls["__init__"], args, kwargs)
        vars(self).update(ask(name, "__init__", {}, *given)[1])

    def method(called: str) -> Callable[..., Any]:
        def lent(self: Any, *args: Any, **kwargs: Any) -> Any:
            given = _of_contract(_bound(own, called, self), calls[called], args, kwargs)
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
        of_contract = [one for one in methods if _in_class(own, one) is found]
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


def _of_contract(
    own: Any, parameters: Sequence[str], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Leave out what is given beyond a contract, where the submission's own would have taken it."""
    further = kwargs.keys() - set(parameters)
    if len(args) <= len(parameters) and not further:
        return args, kwargs
    try:
        inspect.signature(own).bind(*args, **kwargs)
    except (TypeError, ValueError):  # nor would its own: the call is at fault
        return args, kwargs
    return args[: len(parameters)], {key: kwargs[key] for key in kwargs if key not in further}
