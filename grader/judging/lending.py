"""Answers the calls of functions that are lent to a worker.

The source of a lent function stays here.  What arrives is plain data that student code chose,
so calls and bytes are capped, and whatever the reference raises on it goes back as an error.
"""

from __future__ import annotations

import contextlib
import inspect
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Self

import numpy as np

from grader.worker.plain import plain
from grader.worker.wire import WireError, frame

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

    def __init__(self, reference: Mapping[str, Callable[..., Any]], lent: Iterable[str]) -> None:
        self._reference = {name: (reference[name], methods_of(reference[name])) for name in lent}
        self.lent = frozenset(self._reference)
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

    def answer(self, request: Sequence[Any]) -> bytes:
        """Answer ["lent", name, method, state, args, kwargs] with the frame of a value or an error.

        Raises WireError for a request that is malformed.
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
        try:
            if self._calls > _MAX_CALLS:
                raise _TooMuchError
            value = self._call(name, method, state, self._copied(args), self._copied(kwargs))
            return _framed(value)
        except _TooMuchError:
            return frame(["error", "RuntimeError", f"{name} was called too often"])
        except Exception as error:  # whatever bad arguments make the reference raise
            kind = type(error).__name__
            return frame(["error", kind if kind in _ERRORS else "ValueError", str(error)[:300]])

    def _call(
        self, name: str, method: str, state: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        function, methods = self._reference[name]
        if methods is None:
            return function(*args, **kwargs)
        assert inspect.isclass(function)
        if method == "__init__":
            return None, dict(vars(function(*args, **kwargs)))
        if method not in methods or not isinstance(state, dict):
            raise AttributeError(f"{name} has no method {method!r}")
        instance = function.__new__(function)
        vars(instance).update(self._copied(state))
        result = getattr(instance, method)(*args, **kwargs)
        changed = {key: one for key, one in vars(instance).items() if _differs(one, state, key)}
        return result, changed

    def _copied(self, value: Any) -> Any:
        """Return what came with arrays that may be written to, as long as there is room."""
        kind = type(value)
        self._bytes += value.nbytes if kind is np.ndarray else 8
        if self._bytes > _MAX_BYTES:
            raise _TooMuchError
        if kind is np.ndarray:
            return value.copy()
        if kind is dict:
            return {key: self._copied(item) for key, item in value.items()}
        if kind is list or kind is tuple:
            return kind(map(self._copied, value))
        return value


class _TooMuchError(Exception):
    """More was asked for than one worker may."""


def _differs(value: Any, state: dict[str, Any], key: str) -> bool:
    """Whether an attribute is no longer what came; what is no array is taken to be another."""
    came = state.get(key)
    return not (
        isinstance(value, np.ndarray)
        and isinstance(came, np.ndarray)
        and (value.dtype, value.shape) == (came.dtype, came.shape)
        and value.tobytes() == came.tobytes()
    )


def _framed(value: Any) -> bytes:
    try:
        return frame(["value", value])
    except (TypeError, KeyError, ValueError, OverflowError):  # other than arrays and plain data
        return frame(["value", plain(value)])
