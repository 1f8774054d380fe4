"""Finds your functions, by the file that has to define each."""

from __future__ import annotations

import contextlib
import difflib
import importlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from .raised import rows_of_import
from .telling import Wrong, fail

HERE = Path(__file__).resolve().parent.parent
"""The folder of the homework."""

Files = Mapping[str, Iterable[str]]
"""The homework's files in order of work, each with the names it has to define."""

_instead: dict[str, Any] = {}
_noted: list[set[str]] = []


@contextlib.contextmanager
def standing_in(functions: Mapping[str, Any]) -> Iterator[None]:
    """Put other functions in the place of the homework's, to try the tests on them."""
    _instead.update(functions)
    try:
        yield
    finally:
        _instead.clear()


@contextlib.contextmanager
def loaded() -> Iterator[set[str]]:
    """Note the names of the functions that are loaded meanwhile."""
    used: set[str] = set()
    _noted.append(used)
    try:
        yield used
    finally:
        _noted.remove(used)


def import_file(file: str) -> ModuleType:
    """Import a file of the homework; say so if that fails, and where."""
    try:
        return importlib.import_module(file.removesuffix(".py"))
    except Wrong:
        raise
    except (Exception, SystemExit) as error:
        wrong = error
    raise Wrong(rows_of_import(wrong, file, HERE), at_import=True) from None


def load(name: str, files: Files) -> Any:
    """Return a function of yours, given which file defines which; import errors are shown."""
    for used in _noted:
        used.add(name)
    if name in _instead:
        return _instead[name]
    file = next(file for file, names in files.items() if name in names)
    module = import_file(file)
    if not hasattr(module, name):
        near = difflib.get_close_matches(name, vars(module), n=1, cutoff=0.8)
        hint = f"rename {near[0]} to {name}" if near else "keep the names of the stubs"
        fail(f"{file} does not define {name}.", hint)
    return getattr(module, name)
