"""Answers the calls of functions that are lent to a worker.

The source of a lent function stays here.  What arrives is plain data that student code chose,
so calls, sizes, bytes and time are capped, on what comes as on what goes back, and whatever the
reference raises on it goes back as an error.
"""

from __future__ import annotations

import contextlib
import inspect
import signal
import threading
import time
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

import numpy as np

from grader.course import Function
from grader.isolation.groups import Lent
from grader.worker.plain import plain
from grader.worker.wire import WireError, frame

MAX_CALLS = 5_000
"""Calls that one function may make of all that it is lent."""
MAX_BYTES = 16 << 20
"""Bytes that they may bring, and as many that they may take away."""
MAX_RESULT = 4 << 20
"""Bytes of one answer."""
MAX_SECONDS = 2.0
"""Processor time that they may take; what is right takes a hundredth of it."""
_TIMES_THE_CASES = 4
"""How much larger than any size of the hidden cases an array may be along any axis."""
_DEEPEST = 3
"""Dimensions that an array may have in any case: what is kept of a sequence has so many."""
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


def calls_of(reference: Callable[..., Any]) -> dict[str, list[str]]:
    """Return the methods of a class, with their parameters; of a function "__call__" alone."""
    methods = methods_of(reference)
    if methods is None:
        return {"__call__": list(inspect.signature(reference).parameters)}
    return {
        one: list(inspect.signature(vars(reference)[one]).parameters)[1:]
        for one in ("__init__", *methods)
    }


def lent_to(
    judged: Function,
    names: Collection[str],
    functions: Iterable[Function],
    reference: Mapping[str, Callable[..., Any]],
    *,
    imported: Mapping[str, Iterable[str]] | None = None,
    whole: tuple[str, ...] = (),
    wrong: tuple[str, ...] = (),
) -> Lent:
    """Return what a function is judged beside: right ones in the place of those named.

    ``imported`` are, by module, further names that others import of it; ``whole`` the modules
    that are not even tried; ``wrong`` the functions known to be so.
    """
    lend: dict[str, dict[str, dict[str, list[str]]]] = {}
    expected: dict[str, list[str]] = {}
    for other in functions:
        name, module = other.name, other.file.removesuffix(".py")
        expected.setdefault(module, [*(imported or {}).get(module, ())]).append(name)
        if name in names:
            lend.setdefault(module, {})[name] = calls_of(reference[name])
    return Lent(lend, expected, whole, judged.file.removesuffix(".py"), wrong)


class Lender:
    """Calls the reference for one worker, within a ``with`` that keeps warnings quiet."""

    def __init__(
        self,
        reference: Mapping[str, Callable[..., Any]],
        lent: Iterable[str],
        largest: int = 16,
        deepest: int = 0,
    ) -> None:
        """Lend some of the reference's functions.

        ``largest`` is the largest size of any case, ``deepest`` the most dimensions.
        """
        self._reference = {name: (reference[name], methods_of(reference[name])) for name in lent}
        self.lent = frozenset(self._reference)
        self.called: set[str] = set()
        self._largest, self._deepest = _TIMES_THE_CASES * largest, max(_DEEPEST, deepest)
        self._begin()
        self._quiet = contextlib.ExitStack()

    def _begin(self) -> None:
        self._calls = self._came = self._went = 0
        self._seconds = MAX_SECONDS

    def __enter__(self) -> Self:
        self._begin()
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
        if len(request) != 6:
            raise WireError("a call of another form")
        _, name, method, state, args, kwargs = request
        if type(name) is not str or type(method) is not str or name not in self._reference:
            raise WireError("a call of a function that is not lent")
        if not isinstance(args, list) or not isinstance(kwargs, dict):
            raise WireError("a call of another form")
        self.called.add(name)
        self._calls += 1
        start = time.thread_time()
        try:
            if self._calls > MAX_CALLS:
                raise _TooMuchError("was called too often")
            with _at_most(self._seconds):
                value = self._call(name, method, state, self._copied(args), self._copied(kwargs))
                return self._framed(value)
        except _TooMuchError as error:
            if isinstance(error, _TooLongError):
                self._seconds = 0.0
            return frame(["error", "RuntimeError", f"{name} {error}"])
        except Exception as error:  # whatever bad arguments make the reference raise
            kind = type(error).__name__
            return frame(["error", kind if kind in _ERRORS else "ValueError", str(error)[:300]])
        finally:
            self._seconds -= time.thread_time() - start

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
        self._came += value.nbytes if kind is np.ndarray else 8
        if self._came > MAX_BYTES:
            raise _TooMuchError("was given too much")
        if kind is np.ndarray:
            # however few bytes it has: a size is also a number of steps, and of another's rows
            shape = value.shape
            # a product of many dimensions cannot be stopped once it has begun
            if len(shape) > self._deepest or not all(0 < one <= self._largest for one in shape):
                raise _TooMuchError("was given an array of a size that no case has")
            return value.copy()
        if kind is dict:
            return {key: self._copied(item) for key, item in value.items()}
        if kind is list or kind is tuple:
            return kind(map(self._copied, value))
        return value

    def _framed(self, value: Any) -> bytes:
        """Return what goes back, as long as there is room for it."""
        data = _framed(value)
        if len(data) > min(MAX_RESULT, MAX_BYTES - self._went):
            raise _TooMuchError("gives back too much")
        self._went += len(data)
        return data


class _TooMuchError(Exception):
    """More was asked for than one function may; the message says what the lent one did."""


class _TooLongError(_TooMuchError):
    """All the time there was is used up."""


@contextlib.contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Raise _TooMuchError in what takes more processor time; only a main thread can be stopped."""

    def stop(*_: object) -> None:
        raise _TooLongError("takes too long")

    if seconds <= 0:
        stop()
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


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
