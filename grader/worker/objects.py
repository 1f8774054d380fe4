"""What a script does with the objects that a submission's calls return, as steps of their own.

None of them computes anything: what is judged is what the submission's own code left there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def step_with(name: str) -> Callable[..., Any] | None:
    """Return what a step of this name does, None where it is a function's or the assignment's.

    "method:NAME" calls a method of its first argument ("method:__call__" the argument itself),
    "attribute:NAME" and "first:" look at it, "copy:" copies it, and "together:" returns it.
    """
    kind, _, what = name.partition(":")
    if kind == "method":
        return _called if what == "__call__" else _method(what)
    if kind == "attribute":
        return lambda made: list(getattr(made, what))
    return _OF_VALUES.get(name)


def _called(made: Any, *arguments: Any, **named: Any) -> Any:
    return made(*arguments, **named)


def _method(what: str) -> Callable[..., Any]:
    return lambda made, *arguments, **named: getattr(made, what)(*arguments, **named)


def _first(parts: Any, count: int) -> list[Any]:
    return list(parts[:count])


def _copy(value: Any) -> Any:
    return value.copy() if hasattr(value, "copy") else value


def _together(parts: Any) -> Any:
    return parts


_OF_VALUES: dict[str, Callable[..., Any]] = {
    "first:": _first,
    "copy:": _copy,
    "together:": _together,
}
