"""Functions and classes whose every call the judge answers: their source is never in the worker.

Student work may have more than the contract asks for, and right work counts on it.  So a call is
taken as the submission's own would have taken it (see ``terms``), and what its own class has beyond
the contract is looked up there.  And its files may hold the submission's
own function, object or class under other names, in a table, as a default or as a base: so that
passes its calls on as well.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FunctionType, MethodType
from typing import Any

from .terms import Terms, of_method, signature
from .unasked import attributes, bases

Ask = Callable[[str, str, Any, tuple[Any, ...], dict[str, Any]], Any]
"""ask(name, method, state, args, kwargs) -> what the judge's own function returned."""

Lend = Callable[[Any, bool], Any]
"""lend(own, made_here) -> what stands in the place of a submission's own, None for what is not
there; only what a file of the submission itself has made is changed."""

Calls = Mapping[str, Sequence[str]]
"""What something lent has: its methods, with their parameters; of a function "__call__" alone."""


def lend(name: str, calls: Calls, ask: Ask) -> Lend:
    """Return what makes a lent function, or a class, in the place of a submission's own."""
    if "__init__" in calls:
        return lambda own, made_here: _lent_class(name, calls, own, ask, made_here)
    return lambda own, made_here: _lent_function(name, calls["__call__"], own, ask, made_here)


def _lent_function(
    name: str, parameters: Sequence[str], own: Any, ask: Ask, made_here: bool
) -> Callable[..., Any]:
    """Return a function whose every call is answered by the judge."""
    taken = signature(own)
    terms = Terms(name, taken, parameters)

    def lent(*args: Any, **kwargs: Any) -> Any:
        return ask(name, "", None, *terms.of_contract(args, kwargs))

    lent.__name__ = lent.__qualname__ = name
    return own if made_here and _now_passes_on(own, taken, lent) else lent


def _now_passes_on(own: Any, taken: inspect.Signature | None, to: Callable[..., Any]) -> bool:
    """Have a submission's own pass its calls on, under whatever name it is held; whether it can."""
    function = underlying(own)
    if function is not None:
        passes_on = _passes_on if function is own else _bound_passes_on
        function.__code__ = _within(len(function.__code__.co_freevars), passes_on)
        function.__defaults__, function.__kwdefaults__ = None, {"_to": to}
        if function is own:
            function.__signature__ = taken
        return True
    kind = type(own)
    if issubclass(kind, functools.partial):
        vars(functools.partial)["__setstate__"](own, (to, (), {}, None))
        return True
    if issubclass(kind, type):
        return False
    with contextlib.suppress(Exception):  # its class may say of what derives from it what it likes
        calls = {"__slots__": (), "__call__": lambda _, /, *args, **kwargs: to(*args, **kwargs)}
        own.__class__ = type(kind.__name__, (kind,), calls)
    return type(own) is not kind


def underlying(own: Any) -> FunctionType | None:
    """Return the function that something is, or that it is the method of; None for all else."""
    function = own.__func__ if type(own) is MethodType else own
    return function if type(function) is FunctionType else None


def _passes_on(*args: Any, _to: Callable[..., Any], **kwargs: Any) -> Any:
    return _to(*args, **kwargs)


def _bound_passes_on(_: Any, /, *args: Any, _to: Callable[..., Any], **kwargs: Any) -> Any:
    return _to(*args, **kwargs)


def _within(around: int, passes_on: Callable[..., Any]) -> CodeType:
    """Return its code as that of a function made within another, of which it keeps some variables.

    Python lets a function have no other code than one that keeps as many.
    """
    if not around:
        return passes_on.__code__
    names = ", ".join(f"_{number}" for number in range(around))
    self = "_, /, " if passes_on is _bound_passes_on else ""
    made: dict[str, Any] = {}
    text = (
        f"def around({names}):\n"
        f"    def passes_on({self}*args, _to, **kwargs):\n"
        f"        return _to(*args, **kwargs)\n"
        f"        {names}\n"
        f"    return passes_on\n"
    )
    exec(text, made)
    code: CodeType = made["around"](*[None] * around).__code__
    return code


def _lent_class(name: str, calls: Calls, own: Any, ask: Ask, made_here: bool) -> type:
    """Return a thin class: its state is data that travels with each call."""
    if issubclass(type(own), functools.partial):
        own = own.func
    its_own = {key: _in_class(own, key) for key in calls}
    taken = {key: _signature_of(own, key) for key in calls}
    terms = {key: Terms(f"{name}.{key}", taken[key], calls[key]) for key in calls}

    def start(self: Any, *args: Any, **kwargs: Any) -> None:
        given = terms["__init__"].of_contract(args, kwargs)
        _keep(self, ask(name, "__init__", {}, *given)[1])

    def method(called: str) -> Callable[..., Any]:
        def lent(self: Any, *args: Any, **kwargs: Any) -> Any:
            given = terms[called].of_contract(args, kwargs)
            result, state = ask(name, called, _kept(self), *given)
            _keep(self, state)
            return result

        lent.__name__ = called
        return of_method(lent, taken[called])

    methods = {key: method(key) for key in calls if key != "__init__"}

    def further(self: Any, key: str) -> Any:
        found = None if key.startswith("__") else _in_class(own, key)
        if found is None:
            raise AttributeError(f"{name!r} object has no attribute {key!r}", name=key, obj=self)
        of_contract = [one for one in methods if its_own[one] is found]
        if key == "forward":  # what torch.nn.Module calls
            of_contract.append("__call__")
        return getattr(self, of_contract[-1]) if of_contract else _bound(own, key, self)

    of_method(start, taken["__init__"])
    thin = type(name, (), {"__init__": start, "__getattr__": further} | methods)
    if made_here:
        with contextlib.suppress(AttributeError, TypeError):  # a class that cannot be changed
            _stand_in_for(own, thin, its_own)
    return thin


_STATE = "_of_the_lent"


def _keep(instance: Any, state: Mapping[str, Any]) -> None:
    """Give an object what has changed of a lent one's state; what else it holds does not travel."""
    for key in state:
        _uncover(type(instance), key)
    held = vars(instance)
    held.update(state)
    held[_STATE] = tuple({**dict.fromkeys(held.get(_STATE, ())), **state})


def _uncover(kind: type, key: str) -> None:
    """Take away what a class computes under a name that a lent one's state has."""
    for one in bases(kind):
        if isinstance(attributes(one).get(key), property):
            type.__delattr__(one, key)


def _kept(instance: Any) -> dict[str, Any]:
    """Return the state of a lent object, as it is now."""
    held = vars(instance)
    return {key: held[key] for key in held.get(_STATE, ()) if key in held}


def _stand_in_for(own: type, thin: type, its_own: Mapping[str, Any]) -> None:
    """Have a submission's class make objects of the thin one, under whatever name it is held.

    Those that derive from it keep what they add, and call the methods that the thin one has then.
    """

    def new(kind: type, *args: Any, **kwargs: Any) -> Any:
        return thin(*args, **kwargs) if kind is own else object.__new__(kind)

    def relay(key: str) -> Callable[..., Any]:
        return lambda self, *args, **kwargs: getattr(thin, key)(self, *args, **kwargs)

    relays = {key: relay(key) for key in its_own}
    aliases = {
        name: relays[key]
        for name, value in vars(own).items()
        for key in its_own
        if its_own[key] is value
    }
    if "__call__" not in vars(own):
        aliases["forward"] = relays["__call__"]  # what torch.nn.Module calls
    for key, method in {**aliases, **relays, "__new__": new}.items():
        type.__setattr__(own, key, method)


def _in_class(kind: Any, key: str) -> Any:
    """Return what a class, or one that it derives from, has under a name; None for nothing."""
    held = [attributes(one) for one in bases(kind)] if issubclass(type(kind), type) else []
    return next((one[key] for one in held if key in one), None)


def _bound(kind: Any, key: str, instance: Any) -> Any:
    """Return what a class has under a name as an attribute of an object of another class."""
    found = _in_class(kind, key)
    return found.__get__(instance, type(instance)) if hasattr(found, "__get__") else found


def _signature_of(own: Any, key: str) -> inspect.Signature | None:
    """Return what a method of a submission's own class takes beside the object itself."""
    with contextlib.suppress(Exception):  # an attribute may compute what it is
        return signature(own if key == "__init__" else _bound(own, key, object()))
    return None
