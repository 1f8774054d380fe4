"""Answers the calls of functions that are lent to a worker.

The source of a lent function stays here.  What arrives is plain data that student code chose,
so calls and bytes are capped, and whatever the reference raises on it goes back as an error.
"""

from __future__ import annotations

import contextlib
import inspect
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

import numpy as np

from grader.worker.wire import WireError, plain

_MAX_CALLS = 20_000
_MAX_BYTES = 64 << 20
_ERRORS = ("TypeError", "ValueError", "KeyError", "IndexError", "AttributeError")


def methods_of(reference: Callable[..., Any]) -> list[str] | None:
    """Return the methods a lent class offers, None for a plain function."""
    if not inspect.isclass(reference):
        return None
    return [
        name
        for name, member in vars(reference).items()
        if inspect.isfunction(member) and (not name.startswith("_") or name == "__call__")
    ]


class Lender:
    """Calls the reference for one worker, within a ``with`` that keeps warnings quiet."""

    def __init__(self, reference: Mapping[str, Callable[..., Any]], lent: Sequence[str]) -> None:
        self._reference = {name: (reference[name], methods_of(reference[name])) for name in lent}
        self.called: set[str] = set()
        self._calls = self._bytes = 0
        self._quiet = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._calls = self._bytes = 0
        self._quiet.enter_context(np.errstate(all="ignore"))
        self._quiet.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        return self

    def __exit__(self, *_: object) -> None:
        self._quiet.close()

    def answer(self, request: Sequence[Any]) -> list[Any]:
        """Answer ["lent", name, method, state, args, kwargs] with a value or an error.

        Raises WireError for a request that is malformed or beyond the caps.
        """
        _, name, method, state, args, kwargs = request
        if (
            name not in self._reference
            or not isinstance(args, list)
            or not isinstance(kwargs, dict)
        ):
            raise WireError("a call of a function that is not lent")
        self.called.add(name)
        self._calls += 1
        self._bytes += _bytes([state, args, kwargs])
        if self._calls > _MAX_CALLS or self._bytes > _MAX_BYTES:
            return ["error", "RuntimeError", f"{name} was called too often"]
        try:
            return ["value", plain(self._call(name, method, state, args, kwargs))]
        except Exception as error:  # whatever bad arguments make the reference raise
            kind = type(error).__name__
            return ["error", kind if kind in _ERRORS else "ValueError", str(error)[:300]]

    def _call(
        self, name: str, method: str, state: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        function, methods = self._reference[name]
        if methods is None:
            return function(*_writable(args), **_writable(kwargs))
        assert inspect.isclass(function)
        if method == "__init__":
            return None, dict(vars(function(*_writable(args), **_writable(kwargs))))
        if method not in methods or not isinstance(state, dict):
            raise AttributeError(f"{name} has no method {method!r}")
        instance = function.__new__(function)
        vars(instance).update(_writable(state))
        result = getattr(instance, method)(*_writable(args), **_writable(kwargs))
        return result, dict(vars(instance))


def _writable(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, dict):
        return {key: _writable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_writable(item) for item in value)
    return value


def _bytes(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return value.nbytes
    if isinstance(value, dict):
        return sum(_bytes(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return sum(_bytes(item) for item in value)
    return 8
