"""What is said of an exception: where it came up in your code, and what stood in that line."""

from __future__ import annotations

import itertools
import linecache
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from .telling import Rows
from .words import said

UNWRITTEN = "is still to be written"
_MOST_NAMES = 5


def is_unwritten(error: BaseException) -> bool:
    """Whether it is what the stub of a function raises."""
    return isinstance(error, NotImplementedError) and UNWRITTEN in str(error)


def rows_of_syntax(error: Exception, file: str) -> Rows:
    """Say which line of a file Python cannot read."""
    line, text = getattr(error, "lineno", None) or 1, getattr(error, "text", None) or ""
    detail, text = getattr(error, "msg", error), text.strip()
    return {
        "What": f"Python cannot read line {line} of {file} ({detail}): {text}"
        if text
        else f"Python cannot read line {line} of {file} ({detail}).",
        "Next": "look at that line and just above it for brackets, quotes, colons and indentation",
    }


def rows_of_import(error: BaseException, file: str, folder: Path) -> Rows:
    """Say what a file raises when it is imported."""
    if isinstance(error, SyntaxError):
        return rows_of_syntax(error, Path(error.filename or file).name)
    if isinstance(error, ModuleNotFoundError) and error.name:
        return {
            "What": f"{file} imports {error.name}, which is not there.",
            "Next": "look at how it is spelled, and whether it is installed here",
        }
    at = _place(error, folder)
    raised = _words(error)
    return {
        "What": f"Importing {at[0]} raises {raised} at line {at[1]}: {at[2]}"
        if at
        else f"Importing {file} raises {raised}.",
        "Next": f"run python {file} and mend the error it ends with",
    }


def rows_of(error: BaseException, name: str, folder: Path) -> Rows:
    """Say what a function raises, in which line, and what the arrays in that line are."""
    at = _place(error, folder)
    if at is None and isinstance(error, ModuleNotFoundError) and error.name:
        return {
            "What": f"The tests of {name} need {error.name}, which is not installed here.",
            "Next": f"install it: pip install {error.name}",
        }
    if at is None:
        return {
            "What": f"What {name} returns cannot be used ({_words(error)}).",
            "Next": f"compare the return line of {name} with the one its stub asks for",
        }
    file, line, text, frame = at
    rows = {"What": f"{name} raises {_words(error)} at line {line} of {file}: {text}"}
    held = ", ".join(_held(text, frame))
    if held:
        rows["Got"] = held
    if isinstance(error, NameError):
        rows["Next"] = f"check how each name in line {line} of {file} is spelled"
    elif isinstance(error, KeyError):
        rows["Next"] = f"print the keys of the dict that line {line} reads, just before that line"
    elif isinstance(error, RecursionError):
        rows["Next"] = "check the condition that ends the recursion"
    else:
        rows["Next"] = f"print the shapes of what line {line} of {file} uses, just before that line"
    return rows


def owner_of(error: BaseException, folder: Path) -> str:
    """Return the name of your function in which an exception came up, "" if in none."""
    at = _place(error, folder)
    return at[3].f_code.co_qualname.partition(".")[0] if at else ""


def stopped_at(error: BaseException, folder: Path) -> str:
    """Say which line of yours was at work when a run was stopped: a loop may not end there."""
    at = _place(error, folder)
    if at is None:
        return "Stopped, in none of your lines."
    file, line, text, _ = at
    return f"Stopped at line {line} of {file}: {text}"


def _words(error: BaseException) -> str:
    text = re.sub(r",\swith\sgufunc\ssignature.*?(?=\(size)", " ", str(error).split("\n")[0])[:120]
    return f"{type(error).__name__} ({text})" if text else type(error).__name__


def _place(error: BaseException, folder: Path) -> tuple[str, int, str, FrameType] | None:
    """Return file, line, its text and the frame of the innermost line of yours."""
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if folder not in path.parents or path.parent.name == "checks":
            continue
        if path.name.startswith(("test_", "conftest")):
            found = None  # what a test calls further down counts alone
            continue
        text = linecache.getline(str(path), line).strip()
        found = path.relative_to(folder).as_posix(), line, text, frame
    return found


_NAME = re.compile(r"[A-Za-z_]\w*(?:\[[\"']\w+[\"']\])?")


def _held(text: str, frame: FrameType) -> Iterator[str]:
    """Yield name and shape, or length, of what a line of code reads."""
    shapes = (_shape(name, frame.f_locals) for name in dict.fromkeys(_NAME.findall(text)))
    yield from itertools.islice(filter(None, shapes), _MOST_NAMES)


def _shape(name: str, known: dict[str, Any]) -> str:
    """Return a name with its shape; "" for what has none.  A dict's entry is named with it."""
    variable, _, key = name.rstrip("]").partition("[")
    if variable not in known:
        return ""
    value = known[variable]
    if key:
        value = value.get(key.strip("\"'")) if isinstance(value, dict) else None
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple):
        return f"{name} {tuple(shape)}"
    if isinstance(value, list | tuple):
        return said(f"{name} a {type(value).__name__} of {len(value)}")
    return f"{name} None" if value is None and not key else ""
