"""Watches what the expressions of a submission's functions make, in one small case.

A watched file is compiled with every expression of its functions that may make a number handing
that number on to a recorder, which returns it; nothing else changes.  A group of calls then says
for each case how it is watched, a map with

``record``  whether to say, after the case's own replies, what was made: a map with

            ``files``    names of files
            ``places``   (P, 5) integers: file, first line and column, last line and column
            ``events``   (E, 2) integers: which place made which value, in order
            ``shapes``   (V, 1 + 4) integers: the number of dimensions of each value, then their
                         sizes
            ``numbers``  all values one after the other, float64

``places``  places, five integers each, the file by its number in ``files``
``edit``    None, or a change of a file: its name, which bytes go (the first, and the one after
            the last), and what comes in their place; what is edited is not recorded
``values``  for each of these places what it is to make instead, the n-th time the n-th array

Loops end after so many rounds in all, so that a case ends wherever it is run.
"""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Callable, Mapping, Sequence
from types import CodeType
from typing import Any

import numpy as np

_RECORD, _TICK = "__watch__", "__watch_round__"

MAX_EVENTS = 6_000
MAX_VALUES = 2_500
MAX_NUMBERS = 120_000
MAX_DIMENSIONS = 4
_MAX_ENTRIES = 4_096
_MAX_PLACES = 6_000
_MAX_ROUNDS = 50_000

_PLAIN = frozenset(
    {"dir", "enumerate", "eval", "exec", "globals", "isinstance", "len", "locals", "print",
     "range", "reversed", "super", "vars", "zip"}
)  # fmt: skip
"""Functions whose calls make no number of interest, or look at who calls them."""

Place = tuple[int, int, int, int]
"""First line and column, last line and column."""


class TooManyRoundsError(BaseException):
    """A watched case loops on."""


class Watcher:
    """Compiles files to be watched, and records what they make."""

    def __init__(self) -> None:
        self._files: list[str] = []
        self._places: list[tuple[int, ...]] = []
        self._instead: dict[int, list[Any]] = {}
        self._recording = False
        self._rounds = 0
        self._events: list[tuple[int, int]] = []
        self._values: dict[tuple[Any, bytes], int] = {}
        self._numbers = 0

    def install(self) -> None:
        """Be there for watched code, under names that no student writes."""
        setattr(builtins, _RECORD, self._take)
        setattr(builtins, _TICK, self._round)

    def compile(self, content: bytes, file: str) -> CodeType:
        """Compile a file to be watched, or as it is where its tree is too deep for that."""
        code: CodeType
        try:
            tree = ast.parse(content, file)
            number = len(self._files)
            watched = _Watched(number, len(self._places))
            watched.module(tree)
            ast.fix_missing_locations(tree)
            code = compile(tree, file, "exec", dont_inherit=True)
        except (RecursionError, MemoryError, ValueError):
            return compile(content, file, "exec", dont_inherit=True)
        self._files.append(file)
        self._places += watched.places
        return code

    def edited(self, edit: Sequence[Any], files: Mapping[str, bytes]) -> dict[str, CodeType]:
        """Compile a file with a change made to it; what is no Python is as if it were empty."""
        file, start, end, text = edit
        content = files[file][:start] + text.encode() + files[file][end:]
        try:
            tree = ast.parse(content, file)
            _Bounded().visit(tree)
            code = compile(ast.fix_missing_locations(tree), file, "exec", dont_inherit=True)
        except (SyntaxError, RecursionError, MemoryError, ValueError):
            code = compile(b"", file, "exec")
        return {file: code}

    def start(self, wanted: Mapping[str, Any]) -> None:
        """Begin a case."""
        self._rounds, self._numbers = 0, 0
        self._events, self._values = [], {}
        self._recording = wanted["record"]
        self._instead = {}
        numbers = {place: number for number, place in enumerate(self._places)}
        for place, values in zip(wanted["places"], wanted["values"], strict=True):
            file, *rest = place
            if file in self._files:
                number = numbers.get((len(self._files) - 1 - self._files[::-1].index(file), *rest))
                if number is not None:
                    self._instead[number] = list(reversed(values))

    def stop(self) -> dict[str, Any] | None:
        """End a case and return what was recorded, if anything was to be."""
        recorded, self._recording, self._instead = self._recording, False, {}
        if not recorded:
            return None
        shapes = np.zeros((len(self._values), 1 + MAX_DIMENSIONS), np.int64)
        for row, (shape, _) in zip(shapes, self._values, strict=True):
            row[: 1 + len(shape)] = (len(shape), *shape)
        return {
            "files": list(self._files),
            "places": np.array(self._places, np.int64).reshape(-1, 5),
            "events": np.array(self._events, np.int64).reshape(-1, 2),
            "shapes": shapes,
            "numbers": np.frombuffer(b"".join(data for _, data in self._values), np.float64),
        }

    def _round(self) -> None:
        self._rounds += 1
        if self._rounds > _MAX_ROUNDS:
            raise TooManyRoundsError

    def _take(self, place: int, value: Any) -> Any:
        if self._instead and place in self._instead:
            return self._replaced(place, value)
        if not self._recording:
            return value
        kind = type(value)
        array: Any
        if kind is np.ndarray:
            array = value
        elif kind is float or kind is np.float64 or (kind is int and abs(value) < 1 << 50):
            array = np.float64(value)
        else:
            torch = sys.modules.get("torch")
            if torch is None or not isinstance(value, torch.Tensor):
                return value
            array = value.detach().numpy()
        if array.dtype == np.float64 and array.ndim <= MAX_DIMENSIONS and array.size:
            self._record(place, array)
        return value

    def _record(self, place: int, array: Any) -> None:
        if array.size > _MAX_ENTRIES or len(self._events) >= MAX_EVENTS:
            return
        key = (array.shape, array.tobytes())
        number = self._values.get(key)
        if number is None:
            if len(self._values) >= MAX_VALUES or self._numbers + array.size > MAX_NUMBERS:
                return
            number = self._values[key] = len(self._values)
            self._numbers += array.size
        self._events.append((place, number))

    def _replaced(self, place: int, value: Any) -> Any:
        kind = type(value)
        if kind not in (np.ndarray, float, np.float64) or not self._instead[place]:
            return value
        new = self._instead[place].pop()
        if kind is not np.ndarray:
            return kind(new) if new.size == 1 else value
        return new.reshape(value.shape).copy() if new.shape == value.shape else value


class _Bounded(ast.NodeTransformer):
    """Counts the rounds of loops."""

    def visit(self, node: ast.AST) -> Any:
        """Return what stands in a node's place."""
        if isinstance(node, ast.For | ast.While):
            node.body.insert(0, _tick(node))
        return self.generic_visit(node)


def _tick(node: ast.stmt) -> ast.stmt:
    call = ast.Call(ast.Name(_TICK, ast.Load()), [], [])
    return ast.copy_location(ast.Expr(call), node)


class _Watched(ast.NodeTransformer):
    """Hands what expressions make to the recorder."""

    def __init__(self, file: int, first: int) -> None:
        self._file, self._first = file, first
        self.places: list[tuple[int, ...]] = []
        self._modules: set[str] = set()

    def visit(self, node: ast.AST) -> Any:
        """Return what stands in a node's place."""
        if type(node) in _LEFT:
            return node
        how = _HOW.get(type(node))
        return how(self, node) if how else self.generic_visit(node)

    def module(self, tree: ast.Module) -> None:
        """Change the functions of a file, wherever they stand."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self._modules |= {(one.asname or one.name).partition(".")[0] for one in node.names}
        self._definitions(tree.body)

    def _definitions(self, body: Sequence[ast.stmt]) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self.visit(node)
            else:
                for name in ("body", "orelse", "finalbody"):
                    self._definitions(getattr(node, name, ()))

    def _recorded(self, node: ast.expr) -> ast.expr:
        if len(self.places) >= _MAX_PLACES:
            return node
        place = (self._file, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
        self.places.append(place)  # type: ignore[arg-type]
        number = ast.Constant(self._first + len(self.places) - 1)
        call = ast.Call(ast.Name(_RECORD, ast.Load()), [number, node], [])
        return ast.copy_location(call, node)

    def _several(self, nodes: Sequence[Any]) -> list[Any]:
        return [self.visit(node) for node in nodes]

    def _body(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        new: list[ast.stmt] = []
        for node in body:
            made = self.visit(node)
            new += made if isinstance(made, list) else [made]
        return new

    def _function(self, node: ast.FunctionDef) -> ast.AST:
        node.body = self._body(node.body)
        return node

    def _class(self, node: ast.ClassDef) -> ast.AST:
        self._definitions(node.body)
        return node

    def _lambda(self, node: ast.Lambda) -> ast.AST:
        node.body = self.visit(node.body)
        return node

    def _loop(self, node: Any) -> ast.AST:
        if isinstance(node, ast.For):
            node.iter = self.visit(node.iter)
        else:
            node.test = self.visit(node.test)
        node.body = [_tick(node), *self._body(node.body)]
        node.orelse = self._body(node.orelse)
        return node  # type: ignore[no-any-return]

    def _match(self, node: ast.Match) -> ast.AST:
        node.subject = self.visit(node.subject)
        for case in node.cases:
            case.body = self._body(case.body)
        return node

    def _augmented(self, node: ast.AugAssign) -> Any:
        node.value = self.visit(node.value)
        if any(isinstance(one, ast.Call | ast.NamedExpr) for one in ast.walk(node.target)):
            return node
        read, store = _copied(node.target, ast.Load()), _copied(node.target, ast.Store())
        ast.copy_location(read, node)
        again = ast.Assign([store], self._recorded(read))
        return [node, ast.copy_location(again, node)]

    def _annotated(self, node: ast.AnnAssign) -> ast.AST:
        node.value = node.value and self.visit(node.value)
        return node

    def _read(self, node: Any) -> ast.AST:
        if not isinstance(node.ctx, ast.Load):
            return node  # type: ignore[no-any-return]
        if isinstance(node, ast.Name):
            return node if node.id in self._modules else self._recorded(node)
        if not (isinstance(node.value, ast.Name) and node.value.id in self._modules):
            node.value = self.visit(node.value)
            return self._recorded(node)
        return node  # type: ignore[no-any-return]

    def _call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Name) and node.func.id in _PLAIN:
            if node.func.id in ("reversed", "zip", "enumerate", "isinstance"):
                node.args = self._several(node.args)
            return node
        if isinstance(node.func, ast.Attribute):
            if node.func.attr == "empty" or node.func.attr == "empty_like":
                return node  # what is there before anything is written
            node.func.value = self.visit(node.func.value)
        elif not isinstance(node.func, ast.Name):
            node.func = self.visit(node.func)
        node.args = self._several(node.args)
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        return self._recorded(node)

    def _made(self, node: Any) -> ast.AST:
        self.generic_visit(node)
        return self._recorded(node)


_LEFT = frozenset(
    {ast.AsyncFunctionDef, ast.Constant, ast.Delete, ast.Global, ast.Import, ast.ImportFrom,
     ast.JoinedStr, ast.Nonlocal}
)  # fmt: skip
_HOW: Mapping[type[ast.AST], Callable[[_Watched, Any], Any]] = {
    ast.FunctionDef: _Watched._function,
    ast.ClassDef: _Watched._class,
    ast.Lambda: _Watched._lambda,
    ast.For: _Watched._loop,
    ast.While: _Watched._loop,
    ast.Match: _Watched._match,
    ast.AugAssign: _Watched._augmented,
    ast.AnnAssign: _Watched._annotated,
    ast.Name: _Watched._read,
    ast.Attribute: _Watched._read,
    ast.Subscript: _Watched._read,
    ast.Call: _Watched._call,
    ast.BinOp: _Watched._made,
    ast.UnaryOp: _Watched._made,
    ast.IfExp: _Watched._made,
}


def _copied(target: Any, context: ast.expr_context) -> Any:
    """Return the target of an assignment once more."""
    fields = {name: getattr(target, name) for name in target._fields}
    return ast.copy_location(type(target)(**{**fields, "ctx": context}), target)
