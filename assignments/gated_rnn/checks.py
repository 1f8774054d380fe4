"""What the public tests check with.  Read it, and use it in checks of your own:

from checks import expect, numerical_gradient
"""

from __future__ import annotations

import ast
import copy
import importlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest

HERE = Path(__file__).parent
ALLOWED = {"numpy", "torch", *sys.stdlib_module_names}


def numerical_gradient(
    loss: Callable[[], float], array: np.ndarray[Any, Any], step: float = 1e-6
) -> np.ndarray[Any, Any]:
    """Differentiate loss() with respect to array by central differences, entry by entry.

    `loss` takes no argument and reads `array`, which is moved a little and put back:
    (loss(w + step) - loss(w - step)) / (2 step).  The error is about step^2 + 1e-16 / step,
    so with step 1e-6 some 9 digits after the point are right.
    """
    gradient = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + step
        above = loss()
        array[index] = kept - step
        below = loss()
        array[index] = kept
        gradient[index] = (above - below) / (2 * step)
    return gradient


def fail(what: str, todo: str, **shown: Any) -> NoReturn:
    """Stop the test with what is wrong, the numbers that show it, and what to do next."""
    rows = {"What": what, **{name.capitalize(): _text(value) for name, value in shown.items()}}
    lines = []
    for name, text in {**rows, "Next": todo}.items():
        first, *more = text.split("\n")
        lines += [f"{name:9} {first}", *(" " * 10 + line for line in more)]
    pytest.fail("\n".join(lines), pytrace=False)


def expect(
    what: str,
    got: Any,
    expected: Any,
    todo: str = "compare your code with the formula in the stub",
    rtol: float = 1e-9,
    atol: float = 1e-10,
) -> None:
    """Compare shape and values, and show both where they differ."""
    expected = np.asarray(expected)
    expect_shape(what, got, expected.shape)
    got = np.asarray(got)
    if np.any(np.isnan(got)):
        fail(
            f"{what} holds NaN.", f"look for 0 / 0, and for exp of a large number; {todo}", got=got
        )
    if np.allclose(got, expected, rtol=rtol, atol=atol):
        return
    if np.allclose(got, expected, rtol=1e-5, atol=1e-6):
        fail(
            f"{what} is right to a few digits only.",
            "stay in float64 (float32 has 7 digits), and do not round",
            error=got - expected,
        )
    fail(f"{what} is wrong.", todo, got=got, expected=expected)


def expect_shape(
    what: str, got: Any, shape: tuple[int, ...], todo: str = "print its shape where you compute it"
) -> None:
    """Say so if a result is missing, holds something else than floats, or has a wrong shape."""
    if got is None:
        fail(f"{what} is None.", "does the function return it?")
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


def expect_keys(what: str, got: Any, keys: Iterable[str]) -> None:
    """Say so if a result is no dict, or not one with the keys that are asked for."""
    if not isinstance(got, dict):
        fail(f"{what} is of type {type(got).__name__}; it must be a dict.", "look at its return")
    for key in keys:
        if key not in got:
            fail(f'{what} is a dict without the key "{key}".', f'add "{key}", spelled like this')


def same(one: Any, other: Any) -> bool:
    """Tell whether two values, nested as they may be, hold exactly the same numbers."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return np.array_equal(one, other)


def expect_untouched(
    what: str,
    function: Callable[..., Any],
    arguments: Mapping[str, Any],
    todo: str = "make new arrays: a = a + b, and not a += b",
) -> Any:
    """Call a function with arguments in this order, and say so if it changed one of them."""
    before = copy.deepcopy(dict(arguments))
    answer = function(*arguments.values())
    for name, value in arguments.items():
        if not same(value, before[name]):
            fail(f"{what} changed its argument {name}.", todo)
    return answer


def load(name: str, files: Mapping[str, Iterable[str]]) -> Any:
    """Return a function of yours, given which file defines which; import errors are shown."""
    file = next(file for file, names in files.items() if name in names)
    module = importlib.import_module(file.removesuffix(".py"))
    if not hasattr(module, name):
        fail(f"{file} does not define {name}.", "keep the names of the stubs")
    return getattr(module, name)


def check_submission(file: str, files: Mapping[str, Iterable[str]]) -> None:
    """Say so if a file is missing, cannot be read, imports what is not allowed, or lacks a name."""
    if not (HERE / file).is_file():
        fail(f"{file} is missing.", "put it into the same folder as this test")
    for where, line, module in _imports(file, set()):
        if module not in ALLOWED:
            fail(
                f"Line {line} of {where} imports {module}, which the grader does not have.",
                "do without it: the standard library, NumPy, PyTorch and your own files are there",
            )
    for name in files[file]:
        if not callable(load(name, files)):
            fail(f"{name} in {file} is of type {type(load(name, files)).__name__}.", "rename it")


def _imports(file: str, seen: set[str]) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and module of every import in a file and in your own files it imports."""
    seen.add(file)
    tree = _tree(file)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        else:
            continue
        for module in {name.partition(".")[0] for name in names}:
            own = f"{module}.py"
            if not (HERE / own).is_file():
                if not (HERE / module).is_dir():
                    yield file, node.lineno, module
            elif own not in seen:
                yield from _imports(own, seen)


def _tree(file: str) -> ast.Module:
    try:
        return ast.parse((HERE / file).read_bytes())
    except SyntaxError as error:
        wrong = error
    fail(
        f"Python cannot read line {wrong.lineno} of {file} ({wrong.msg}).",
        "look at that line and just above it for brackets, quotes, colons and indentation",
        line=(wrong.text or "").strip(),
    )


def _text(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=10, separator=", ")
    return str(value)
