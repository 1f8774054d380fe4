"""What the grader would stumble over before it calls a function: looked for at home, first.

A file that is missing or cannot be read, an import or a name that the grader does not have, a
name of the contract that is not there, and files that are read or written where none may be.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .homework import read_homework, version
from .loading import HERE, Files, load
from .raised import rows_of_syntax
from .telling import Wrong, fail
from .versions import newer

ALLOWED = {"numpy", "torch", *sys.stdlib_module_names}
NOT_HANDED_IN = {"checks", "conftest", "check", "hint", "test_public"}
"""Files of this folder that are no part of a submission."""

_known: dict[str, Wrong | None] = {}


def check_submission(file: str, files: Files) -> None:
    """Say so if a file is missing, cannot be read, imports what is not allowed, or lacks a name."""
    wrong = problem(file, files)
    if wrong:
        raise wrong


def problem(file: str, files: Files) -> Wrong | None:
    """Return what is wrong with a file of the homework; it is found out once."""
    if file not in _known:
        try:
            _check(file, files)
            _known[file] = None
        except Wrong as wrong:
            _known[file] = wrong
    return _known[file]


def _check(file: str, files: Files) -> None:
    if not (HERE / file).is_file():
        fail(f"{file} is missing.", "put it into the same folder as this test")
    homework = read_homework()
    for where, tree, source in _own_files(file, set()):
        for line, module in sorted(_imports(tree)):
            if module in NOT_HANDED_IN or not (_is_own(module) or module in ALLOWED):
                fail(
                    f"Line {line} of {where} imports {module}, which the grader does not have.",
                    "do without it: the standard library, NumPy, PyTorch and your own files "
                    "are there",
                )
        for line, sentence in newer(tree, source, homework):
            fail(f"Line {line} of {where}: {sentence}", "use what that version has as well")
    for name in files[file]:
        if not callable(load(name, files)):
            fail(f"{name} in {file} is of type {type(load(name, files)).__name__}.", "rename it")


def _is_own(module: str) -> bool:
    return (HERE / f"{module}.py").is_file() or (HERE / module).is_dir()


def _own_files(file: str, seen: set[str]) -> Iterator[tuple[str, ast.Module, str]]:
    """Yield name, tree and text of a file, and of your own files that it imports."""
    seen.add(file)
    source = (HERE / file).read_bytes().decode("utf-8-sig", "replace")
    tree = _tree(file, source)
    yield file, tree, source
    for _, module in sorted(_imports(tree)):
        for own in (f"{module}.py", f"{module}/__init__.py"):
            if module not in NOT_HANDED_IN and own not in seen and (HERE / own).is_file():
                yield from _own_files(own, seen)


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield line and module of every import but those whose failing the code expects."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, (node.module or "").partition(".")[0]
        elif isinstance(node, ast.Try) and any(map(_expects_no_module, node.handlers)):
            for part in (*node.handlers, *node.orelse, *node.finalbody):
                yield from _imports(part)
        elif not _is_demo(node):
            yield from _imports(node)


def _expects_no_module(handler: ast.ExceptHandler) -> bool:
    names = {node.id for node in ast.walk(handler.type or ast.Name("Exception"))
             if isinstance(node, ast.Name)}  # fmt: skip
    return bool(names & {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def _is_demo(node: ast.AST) -> bool:
    """Whether it is `if __name__ == "__main__":`, which the grader does not run."""
    return isinstance(node, ast.If) and "__name__" in {
        name.id for name in ast.walk(node.test) if isinstance(name, ast.Name)
    }


def _tree(file: str, source: str) -> ast.Module:
    have = version(read_homework().python)
    try:
        ast.parse(source)
    except (SyntaxError, ValueError) as error:
        wrong: Exception = error
    else:
        try:
            return ast.parse(source, feature_version=have)
        except SyntaxError as error:
            line = error.lineno or 1
            text = (error.text or _line(source, line)).strip()
        python = read_homework().python
        fail(
            f"Line {line} of {file} is Python newer than the grader's ({python}): {text}",
            "write it as that version has it",
        )
    raise Wrong(rows_of_syntax(wrong, file))


def _line(source: str, number: int | None) -> str:
    lines = source.splitlines()
    return lines[number - 1] if number and number <= len(lines) else ""


# --- while your code runs ----------------------------------------------------------------------

_REFUSED = {
    "open": "files",
    "os.remove": "files",
    "os.mkdir": "files",
    "os.rename": "files",
    "os.listdir": "files",
    "os.scandir": "files",
    "socket.connect": "network",
    "socket.bind": "network",
    "subprocess.Popen": "processes",
    "os.system": "processes",
    "os.fork": "processes",
    "builtins.input": "input",
}
_WHAT = {
    "files": ("opens or changes a file", "take out the code that reads and writes files: all that "
              "is needed comes as arguments, and only what is returned counts"),
    "network": ("opens a network connection", "take out the code that uses the network"),
    "processes": ("starts a process", "take out the code that starts processes"),
    "input": ("waits for the keyboard", "take out input(): all that is needed comes as arguments"),
}  # fmt: skip
_HARMLESS = ("importlib", "<frozen", "linecache.py", "warnings.py", "inspect.py", "tokenize.py")


def refuse_what_the_grader_refuses() -> None:
    """From now on stop code of this folder that opens files, connections or processes."""
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    kind = _REFUSED.get(event)
    if kind is None:
        return
    frame: Any = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if any(one in name for one in _HARMLESS):
            return
        path = Path(name)
        if HERE in path.parents:
            if path.parent.name == "checks" or path.name.startswith("test_"):
                return
            if path.stem not in NOT_HANDED_IN:
                what, todo = _WHAT[kind]
                fail(
                    f"Line {frame.f_lineno} of {path.relative_to(HERE).as_posix()} {what}, "
                    "which the grader does not allow.",
                    todo,
                )
            return
        frame = frame.f_back
