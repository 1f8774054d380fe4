"""Takes functions that only a notebook defines, where an instructor asks for it.

Of a notebook's code definitions, imports and literals at top level are read, the last one of
each name; no other cell is run, and what Python or the caps on sources do not let be read is
passed over.  A contract file gets what its missing functions need, and imports the functions of
the other contract files, so that these can still be lent.
"""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.course import Assignment
from grader.intake.folders import TooLarge, shown
from grader.intake.locate import Parts
from grader.source.parsing import Parsed

MAX_NOTEBOOK = 4 * 2**20
"""Bytes of a notebook, pictures and all."""
MAX_NOTEBOOKS = 10
"""Notebooks of one student."""
MAX_CELLS = 1000
_MAGIC = re.compile(r"^\s*[%!?].*$|^.*\?\s*$", re.M)
_KEPT_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%writefile", "%%file")
"""Magics before cells that are Python, be they written into a file."""
_ALLOWED = frozenset({"numpy", "torch", *sys.stdlib_module_names})


@dataclass(frozen=True)
class Item:
    """A definition, an import or a literal: what it binds, the names it uses, and its text."""

    binds: str
    text: str
    uses: frozenset[str]
    order: int


@dataclass
class Notebook:
    """What a student's notebooks define, by name, and which notebook it is in."""

    items: dict[str, Item] = field(default_factory=dict)
    stars: list[Item] = field(default_factory=list)
    path: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """A contract file with what a notebook adds to it; ``names`` are its functions from there."""

    file: str
    content: bytes
    names: tuple[str, ...]
    notebook: str


def read_notebooks(parts: Parts, assignment: Assignment) -> Notebook:
    """Read what the notebooks of a submission define at top level.

    What they import of the contract's files is left to ``taken_from``.
    """
    found = Notebook()
    contract = {file.removesuffix(".py") for file in assignment.files}
    paths = [(place, name) for place, name in parts.seen if name.lower().endswith(".ipynb")]
    order = 0
    for place, name in paths[:MAX_NOTEBOOKS]:
        try:
            content = place.folder.read(name, MAX_NOTEBOOK)
        except (OSError, TooLarge):
            continue
        where = shown(place.path + name)
        for one in assignment.functions:  # to be told of, wherever in the notebook it stands
            if re.search(rf"(?:def|class) +{one.name}\b".encode(), content):
                found.path.setdefault(one.name, where)
        for cell in _cells(content):
            for item in _items(cell, order, contract):
                order += 1
                if item.binds == "*":
                    found.stars.append(item)
                else:
                    found.items[item.binds] = item
                    found.path[item.binds] = where
    return found


def taken_from(
    notebook: Notebook, files: Mapping[str, bytes], assignment: Assignment
) -> Iterator[Taken]:
    """Yield the contract's files with the functions that only the notebook defines."""
    owners = {one.name: one.file for one in assignment.functions}
    own = Parsed(files)
    stubs = Parsed(_stubs(assignment))
    for file in assignment.files:
        wanted = [
            one.name
            for one in assignment.functions
            if one.file == file and one.name in notebook.items
            if _is_missing(one.name, own.tree(file), stubs.tree(file))
        ]
        if not wanted:
            continue
        kept = {name for node in own.tree(file).body for name in _bound(node)} - set(wanted)
        text = _text(notebook, wanted, file, owners, kept)
        before = files.get(file, b"").rstrip()
        content = before + b"\n\n\n" + text.encode() if before else text.encode()
        yield Taken(file, content, tuple(wanted), notebook.path[wanted[0]])


def _stubs(assignment: Assignment) -> dict[str, bytes]:
    stubs = {}
    for file in assignment.files:
        try:
            stubs[file] = (assignment.stubs / file).read_bytes()
        except OSError:
            continue
    return stubs


def _is_missing(name: str, tree: ast.Module, stub: ast.Module) -> bool:
    """Whether a file does not define a name, or only as its stub does."""
    ours = [node for node in tree.body if name in _bound(node)]
    handed_out = [node for node in stub.body if name in _bound(node)]
    if not ours:
        return True
    return bool(handed_out) and ast.dump(ours[-1]) == ast.dump(handed_out[-1])


def _text(
    notebook: Notebook,
    wanted: Sequence[str],
    file: str,
    owners: Mapping[str, str],
    kept: set[str],
) -> str:
    """Return the text of some functions with all that they need, in the notebook's order."""
    chosen: dict[str, Item] = {}
    others: dict[str, str] = {}
    waiting = list(wanted)
    while waiting:
        name = waiting.pop()
        if name in chosen or name in kept or name in others:
            continue
        if owners.get(name, file) != file:
            others[name] = owners[name].removesuffix(".py")
        elif item := notebook.items.get(name):
            chosen[name] = item
            waiting += item.uses
    imports = [f"from {module} import {name}" for name, module in sorted(others.items())]
    items = sorted([*notebook.stars, *set(chosen.values())], key=lambda item: item.order)
    return "\n".join([*imports, *dict.fromkeys(item.text for item in items)]) + "\n"


def _cells(content: bytes) -> Iterator[str]:
    """Yield the text of a notebook's code cells, without what only a notebook understands."""
    try:
        data: Any = json.loads(content)
    except (ValueError, RecursionError):
        return
    if not isinstance(data, dict):
        return
    sheets = data.get("worksheets")  # where notebooks before version 4 have their cells
    old = sheets[0] if isinstance(sheets, list) and sheets else None
    cells = (old if isinstance(old, dict) else data).get("cells")
    for cell in cells[:MAX_CELLS] if isinstance(cells, list) else []:
        if not isinstance(cell, dict) or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", cell.get("input"))
        lines = source if isinstance(source, list) else [source]
        text = "".join(line for line in lines if isinstance(line, str))
        first, _, rest = text.lstrip().partition("\n")
        if first.startswith("%%"):
            text = rest if first.startswith(_KEPT_MAGICS) else ""
        yield _MAGIC.sub("", text)


def _items(cell: str, order: int, contract: Collection[str]) -> Iterator[Item]:
    tree = Parsed({"cell.py": cell.encode("utf-8", "replace")}).tree("cell.py")
    lines = re.split("\r\n|\r|\n", cell)
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            if not isinstance(node, ast.ImportFrom) or node.module not in contract:
                yield from _imports(node, order)
        elif _is_definition(node) or _is_literal(node):
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(one.lineno for one in decorators)])
            text = "\n".join(lines[first - 1 : node.end_lineno])
            uses = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            for name in _bound(node):
                yield Item(name, text, frozenset(uses - {name}), order)
        order += 1


def _imports(node: ast.Import | ast.ImportFrom, order: int) -> Iterator[Item]:
    for alias in node.names:
        if alias.name == "*" and isinstance(node, ast.ImportFrom):
            if node.module and node.module.partition(".")[0] in _ALLOWED:
                yield Item("*", f"from {node.module} import *", frozenset(), order)
            continue
        one = ast.Import([alias])
        if isinstance(node, ast.ImportFrom):
            bound = alias.asname or alias.name
            yield Item(
                bound,
                ast.unparse(ast.ImportFrom(node.module, [alias], node.level)),
                frozenset(),
                order,
            )
        else:
            bound = alias.asname or alias.name.partition(".")[0]
            yield Item(bound, ast.unparse(one), frozenset(), order)


def _is_definition(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _is_literal(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if value is None:
        return False
    try:
        ast.literal_eval(value)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _bound(node: ast.stmt) -> list[str]:
    """Return the names that a statement at top level binds."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign):
        targets = [node.target]
    names = [one for target in targets for one in ast.walk(target)]
    return [one.id for one in names if isinstance(one, ast.Name)]
