"""What the public tests expect of an answer, from its type down to its numbers."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from .telling import both, fail

NEW_ARRAYS = "make new arrays: a = a + b, and not a += b"
FORMULA = "compare your code with the formula in the stub"


def expect(
    what: str,
    got: Any,
    expected: Any,
    todo: str = FORMULA,
    rtol: float = 1e-9,
    atol: float = 1e-10,
) -> None:
    """Compare shape and values, and show both where they differ."""
    expected = np.asarray(expected)
    expect_shape(what, got, expected.shape, todo if todo != FORMULA else PRINT_SHAPE)
    got = np.asarray(got)
    if np.any(np.isnan(got)):
        look = "look for 0 / 0, and for exp of a large number"
        if todo != FORMULA:
            look = f"look for 0 / 0, and for exp of a large number; {todo}"
        fail(f"{what} holds NaN.", look, got=got)
    right = np.isclose(got, expected, rtol=rtol, atol=atol)
    if np.all(right):
        return
    off = np.abs(got - expected)
    if rtol < 1e-8 and np.all(off <= 1e-6 * np.max(np.abs(expected))):
        fail(
            f"{what} is right to a few digits only.",
            "stay in float64 (float32 has 7 digits), and do not round",
            error=got - expected,
        )
    _fail(f"{what} is wrong.", todo, both(got, expected, ~right))


def _fail(what: str, todo: str, rows: Mapping[str, str]) -> None:
    fail(what, todo, **{name.lower(): text for name, text in rows.items()})


PRINT_SHAPE = "print its shape where you compute it"


def expect_shape(what: str, got: Any, shape: tuple[int, ...], todo: str = PRINT_SHAPE) -> None:
    """Say so if a result is missing, holds something else than floats, or has a wrong shape."""
    if got is None:
        fail(f"{what} is None.", "does the function return it?")
    if getattr(got, "requires_grad", False):
        fail(f"{what} is still part of PyTorch's graph.", "detach it: .detach().numpy()")
    try:
        array = np.asarray(got)
    except ValueError:
        fail(f"{what} is a list whose rows differ in length.", "print the length of each row")
    if array.dtype.kind not in "fiu":
        fail(f"{what} holds {array.dtype}, not numbers.", "print it just before you return it")
    if array.dtype.kind == "f" and array.dtype.itemsize < 8:
        fail(f"{what} is {array.dtype}; it must be float64.", f"look for {array.dtype}")
    if array.shape != shape:
        fail(f"{what} has shape {array.shape}; it must be {shape}.", todo)


def expect_keys(what: str, got: Any, keys: Iterable[str], *, exactly: bool = False) -> None:
    """Say so if a result is no dict, or not one with the keys that are asked for."""
    if not isinstance(got, dict):
        fail(f"{what} is of type {type(got).__name__}; it must be a dict.", "look at its return")
    keys = list(keys)
    for key in keys:
        if key not in got:
            fail(f'{what} is a dict without the key "{key}".', f'add "{key}", spelled like this')
    for key in got if exactly else ():
        if key not in keys:
            fail(f'{what} is a dict with the key "{key}", which is not asked for.', "leave it out")


def expect_parts(what: str, got: Any, names: Iterable[str]) -> tuple[Any, ...]:
    """Return the parts of a tuple; say so if it is none, or one of another length."""
    names = list(names)
    asked = f"({', '.join(names)})"
    if not isinstance(got, tuple | list):
        kind = "None" if got is None else f"of type {type(got).__name__}"
        fail(f"{what} is {kind}; it must be the tuple {asked}.", f"end with return {asked[1:-1]}")
    if len(got) != len(names):
        fail(
            f"{what} is a tuple of {len(got)}; it must be {asked}.",
            f"end with return {asked[1:-1]}",
        )
    return tuple(got)


def same(one: Any, other: Any) -> bool:
    """Tell whether two values, nested as they may be, hold exactly the same numbers."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return np.array_equal(one, other, equal_nan=np.asarray(one).dtype.kind == "f")


def expect_untouched(
    what: str,
    function: Callable[..., Any],
    arguments: Mapping[str, Any],
    todo: str = NEW_ARRAYS,
    named: Mapping[str, Any] | None = None,
) -> Any:
    """Call a function with arguments in this order, and say so if it changed one of them.

    `named` are further ones that are given by name.
    """
    before = copy.deepcopy(dict(arguments))
    answer = function(*arguments.values(), **(named or {}))
    for name, value in arguments.items():
        if not same(value, before[name]):
            fail(f"{what} changed its argument {name}.", todo)
    return answer


def expect_kept(
    what: str,
    function: Callable[..., Any],
    first: tuple[Any, ...],
    second: tuple[Any, ...],
    todo: str = "make new arrays in every call, and return no view of an array you use again",
) -> None:
    """Call a function twice, and say so if the second call changed what the first returned."""
    answer = function(*first)
    kept = copy.deepcopy(answer)
    function(*second)
    if not same(answer, kept):
        fail(f"A second call of {what} changed what the first had returned.", todo)
