"""Changes a submission's code so that its expressions and loops are watched, and nothing else.

Every expression of a function that may make a number is handed to ``RECORD``, which returns it;
every round of a loop calls ``TICK``; what ``numpy.empty`` makes is handed to ``CLEAR``: what was in
memory is the same each time.  What loops fill entry by entry is handed to ``FILL`` behind them, as
the first of its places in them.  Lines stay what they are.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .filling import Filling

RECORD, TICK, CLEAR, FILL = (
    "__watch__", "__watch_round__", "__watch_empty__", "__watch_fill__"
)  # fmt: skip
"""Names that no student writes."""

_MAX_PLACES = 6_000

_PLAIN = frozenset(
    {"dir", "enumerate", "eval", "exec", "globals", "isinstance", "len", "locals", "print",
     "range", "reversed", "super", "vars", "zip"}
)  # fmt: skip
"""Functions whose calls make no number of interest, or look at who calls them."""


def bound(tree: ast.Module) -> None:
    """Count the rounds of all loops of a file; its places stay complete."""
    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        for name in _OF_STATEMENTS:
            waiting += getattr(node, name, ())
        if isinstance(node, ast.For | ast.While):
            node.body.insert(0, _tick(node))


_OF_STATEMENTS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Where the parts of a statement are that hold statements; those of expressions hold none."""


def _tick(node: ast.stmt) -> ast.stmt:
    name = ast.copy_location(ast.Name(TICK, ast.Load()), node)
    call = ast.copy_location(ast.Call(name, [], []), node)
    return ast.copy_location(ast.Expr(call), node)


class Watched(ast.NodeTransformer):
    """Hands what expressions make to the recorder."""

    def __init__(self, file: int, first: int) -> None:
        self._file, self._first = file, first
        self.places: list[tuple[int, ...]] = []
        self._modules: set[str] = set()
        self._filling = Filling()

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
        return self._handed(RECORD, node, node)

    def _handed(self, to: str, at: ast.expr, node: ast.expr) -> ast.expr:
        if len(self.places) >= _MAX_PLACES:
            return node
        place = (self._file, at.lineno, at.col_offset, at.end_lineno, at.end_col_offset)
        self.places.append(place)  # type: ignore[arg-type]
        number = ast.Constant(self._first + len(self.places) - 1)
        call = ast.Call(ast.Name(to, ast.Load()), [number, node], [])
        return ast.copy_location(call, node)

    def _several(self, nodes: Sequence[Any]) -> list[Any]:
        return [self.visit(node) for node in nodes]

    def _body(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        new: list[ast.stmt] = []
        self._filling.enter(body)
        for node in body:
            filled = self._filling.of(node)
            made = self.visit(node)
            new += made if isinstance(made, list) else [made]
            new += (self._fill(node, at) for at in filled)
        self._filling.leave()
        return new

    def _fill(self, loop: ast.stmt, at: ast.Name | ast.Subscript) -> ast.stmt:
        read, store = (_copied(at, context()) for context in (ast.Load, ast.Store))
        return ast.copy_location(ast.Assign([store], self._handed(FILL, at, read)), loop)

    def _function(self, node: ast.FunctionDef) -> ast.AST:
        around, self._filling = self._filling, Filling()
        node.body = self._body(node.body)
        self._filling = around
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

    def _assigned(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.value, ast.Constant):
            node.value = self._recorded(node.value)
        return node

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
                return self._cleared(node)  # it is not recorded: nothing was computed there yet
            node.func.value = self.visit(node.func.value)
        elif not isinstance(node.func, ast.Name):
            node.func = self.visit(node.func)
        node.args = self._several(node.args)
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        return self._recorded(node)

    def _cleared(self, node: ast.Call) -> ast.AST:
        assert isinstance(node.func, ast.Attribute)
        module = node.func.value
        if not isinstance(module, ast.Name) or module.id not in self._modules:
            return node  # a method of the student's own
        return ast.copy_location(ast.Call(ast.Name(CLEAR, ast.Load()), [node], []), node)

    def _made(self, node: Any) -> ast.AST:
        self.generic_visit(node)
        return self._recorded(node)


_LEFT = frozenset(
    {ast.AsyncFunctionDef, ast.Constant, ast.Delete, ast.Global, ast.Import, ast.ImportFrom,
     ast.JoinedStr, ast.Nonlocal}
)  # fmt: skip
_HOW: Mapping[type[ast.AST], Callable[[Watched, Any], Any]] = {
    ast.FunctionDef: Watched._function,
    ast.ClassDef: Watched._class,
    ast.Lambda: Watched._lambda,
    ast.For: Watched._loop,
    ast.While: Watched._loop,
    ast.Match: Watched._match,
    ast.Assign: Watched._assigned,
    ast.AugAssign: Watched._augmented,
    ast.AnnAssign: Watched._annotated,
    ast.Name: Watched._read,
    ast.Attribute: Watched._read,
    ast.Subscript: Watched._read,
    ast.Call: Watched._call,
    ast.BinOp: Watched._made,
    ast.UnaryOp: Watched._made,
    ast.IfExp: Watched._made,
}


def _copied(target: Any, context: ast.expr_context) -> Any:
    """Return the target of an assignment once more."""
    fields = {name: getattr(target, name) for name in target._fields}
    return ast.copy_location(type(target)(**{**fields, "ctx": context}), target)
