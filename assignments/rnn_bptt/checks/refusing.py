"""While your code runs: what the grader refuses is refused here, too, and in the same way.

A file that is read is not there, but for your own .py files and what your code has written; modules
are those that the grader has.  Your code may catch each of these, as it may there.
"""

from __future__ import annotations

import builtins
import functools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from .homework import read_homework
from .loading import HERE
from .telling import Rows, Wrong

ALLOWED = {"numpy", "torch", *sys.stdlib_module_names}
NOT_HANDED_IN = {"checks", "conftest", "check", "hint", "test_public", "workbench"}
"""Files of this folder that are no part of a submission."""

_CHANGES = ("remove", "rename", "rmdir", "link", "symlink", "truncate", "utime", "chmod", "chown")
_REFUSED = {
    **{f"os.{name}": "files" for name in _CHANGES},
    "os.chdir": "folder",
    "open": "files",
    "sqlite3.connect": "files",
    "socket.connect": "network",
    "socket.bind": "network",
    "socket.__new__": "network",
    "subprocess.Popen": "processes",
    "os.fork": "processes",
    "os.forkpty": "processes",
    "os.exec": "processes",
    "os.posix_spawn": "processes",
    "os.kill": "signals",
    "os.killpg": "signals",
    "signal.pthread_kill": "signals",
    "builtins.input": "input",
    "import": "modules",
}
_WHAT = {
    "files": ("opens or changes a file", "take out the code that reads and removes files: all that "
              "is needed comes as arguments, and only what is returned counts"),
    "network": ("opens a network connection", "take out the code that uses the network"),
    "loop": ("runs an event loop, and so opens a socket",
             "do without asyncio: call the functions directly"),
    "folder": ("goes to another folder",
               "take it out: all that is needed comes as arguments"),
    "signals": ("sends a signal to a process", "take out the code that sends signals"),
    "end": ("ends Python at once", "take it out: the grader goes on with your functions"),
    "processes": ("starts a process", "take out the code that starts processes"),
    "input": ("waits for the keyboard", "take out input(): all that is needed comes as arguments"),
}  # fmt: skip
_HARMLESS = (
    *("importlib", "linecache.py", "warnings.py", "inspect.py"),
    *("tokenize.py", "traceback.py"),
)

_written: set[str] = set()


class _NoFile(Wrong, FileNotFoundError):
    """A file that is not there when the grader looks."""


class _NotAllowed(Wrong, PermissionError):
    """Something that the grader does not allow."""


class _NoInput(Wrong, EOFError):
    """A keyboard that is not there."""


class _NoModule(Wrong, ModuleNotFoundError):
    """A module that the grader does not have."""


def refuse_what_the_grader_refuses() -> None:
    """From now on stop code of this folder that reads files, or uses what the grader has not."""
    sys.addaudithook(_hook)
    plain = builtins.__import__

    def importing(
        name: str,
        globals: Any = None,
        locals: Any = None,
        fromlist: Any = (),
        level: int = 0,
    ) -> Any:
        frame = sys._getframe(1)
        if _of_student(frame):
            if level and not (globals or {}).get("__package__"):
                raise _NoModule(_of_a_dot(frame))
            if not level:
                _look_at_module(frame, name)
        return plain(name, globals, locals, fromlist, level)

    vars(builtins)["__import__"] = importing
    tempfile.tempdir = None  # to have it looked for again
    for name in ("abort", "_exit"):
        vars(os)[name] = _ending(getattr(os, name))


def _ending(plain: Callable[..., NoReturn]) -> Callable[..., NoReturn]:
    """Return what refuses to end Python where code that is handed in asks for it."""

    def ends(*given: Any) -> NoReturn:
        frame = sys._getframe(1)
        if _of_student(frame):
            raise _NotAllowed(_not_allowed(frame, "end"))
        plain(*given)

    return ends


def _not_allowed(frame: FrameType, kind: str) -> Rows:
    what, todo = _WHAT[kind]
    line, where = _place(frame)
    told = f"Line {line} of {where} {what}, which the grader does not allow."
    return {"What": told, "Next": todo}


def _look_at_module(frame: FrameType, name: str) -> None:
    """Refuse a module that is not there when the grader imports your file."""
    module = name.partition(".")[0]
    if module in NOT_HANDED_IN or not (_is_own(module) or module in ALLOWED):
        line, where = _place(frame)
        what = f"Line {line} of {where} imports {module}, which the grader does not have."
        todo = "do without it: the standard library, NumPy, PyTorch and your own files are there"
        if module in NOT_HANDED_IN:
            todo = "copy what you use of it into your own file: it is no part of what you hand in"
        raise _NoModule({"What": what, "Next": todo})


def _of_a_dot(frame: FrameType) -> Rows:
    line, where = _place(frame)
    what = f"Line {line} of {where} imports with a dot, and your files are no package."
    return {"What": what, "Next": "take out the dot in front of the name"}


def _is_own(module: str) -> bool:
    return (HERE / f"{module}.py").is_file() or (HERE / module).is_dir()


def _place(frame: FrameType) -> tuple[int, str]:
    return frame.f_lineno, Path(frame.f_code.co_filename).relative_to(HERE).as_posix()


def _of_student(frame: FrameType) -> bool:
    """Whether it is code that is handed in."""
    return _is_handed_in(frame.f_code.co_filename)


@functools.cache
def _is_handed_in(file: str) -> bool:
    path = Path(file)
    if HERE not in path.parents or path.parent == HERE / "checks" or "site-packages" in path.parts:
        return False
    return path.stem not in NOT_HANDED_IN and not path.name.startswith("test_")


def _is_data(path: Path) -> bool:
    return path.parent == HERE and path.name in read_homework().data.split()


def _is_own_text(file: str) -> bool:
    return file.endswith(".py") and _is_handed_in(file)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    kind = _REFUSED.get(event)
    if kind is None:
        return
    frames = list(_frames_to_student(kind))
    if not frames:
        return
    frame = frames[-1]
    if kind == "modules":
        if len(frames) > 1:  # otherwise it is looked at as it is imported
            _look_at_module(frame, str(arguments[0]))
        return
    error: type[Wrong] = {"input": _NoInput}.get(kind, _NotAllowed)
    if event == "open":
        path, mode = arguments[:2]
        if not isinstance(path, str | os.PathLike):
            return
        name = os.path.abspath(os.fsdecode(path))
        if name == "/dev/tty":  # getpass
            raise _NoInput(_not_allowed(frame, "input"))
        writes = not isinstance(mode, str) or bool(set("wax+") & set(mode))
        if isinstance(mode, str) and (name in _written or writes):
            _written.add(name)
            return
        if not writes and (_is_data(Path(name)) or _is_own_text(name)):
            return
        error = error if writes else _NoFile
    if event == "os.chdir" and _is_here(arguments[0]):
        return
    if event == "sqlite3.connect" and arguments[0] in (":memory:", ""):
        return
    if event == "socket.__new__" and any(_of_asyncio(one) for one in frames):
        kind = "loop"
    raise error(_not_allowed(frame, kind))


def _is_here(path: Any) -> bool:
    return not isinstance(path, int) and os.path.realpath(os.fsdecode(path)) == str(HERE)


def _of_asyncio(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] == "asyncio"


def _frames_to_student(kind: str) -> Iterator[FrameType]:
    """Yield the frames up to code that is handed in, that last; none where it did not ask."""
    passed: list[FrameType] = []
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        harmless = any(one in name for one in _HARMLESS)
        if _of_student(frame):
            yield from (*passed, frame)
            return
        if harmless and kind != "modules":
            return
        if not harmless and (kind == "modules" or _is_ours(name)):
            return
        passed.append(frame)
        frame = frame.f_back


def _is_ours(file: str) -> bool:
    """Whether it is code of the tests and checks."""
    path = Path(file)
    return HERE in path.parents and "site-packages" not in path.parts
