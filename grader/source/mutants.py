"""Small changes of a function's text, each of them a mistake that somebody could have made.

The changes are made on the syntax tree and written back into the text at their own place, so
that all other lines stay as they are.  What changes what:

================  ==============================================================================
 operator          examples
================  ==============================================================================
 number            3 -> 4, 3 -> 2, 0.5 -> 1.0; True -> False
 operation         a + b -> a - b, a @ b -> a * b, a ** b -> a * b
 operand           a + b -> a, a + b -> b; -a -> a
 order             a @ b -> b @ a, f(a, b) -> f(b, a), (a, b) -> (b, a)
 comparison        a > b -> a >= b, a > b -> a < b; a and b -> a or b
 transpose         a.T -> a; a @ b -> a.T @ b
 name              another variable of the function in its place
 key               another text of the function in its place, d["Wax"] -> d["Waa"]
 function          np.max -> np.min, np.sum -> np.mean, sorted -> reversed
 call              f(a) -> a; a keyword argument left out
 index             a[t] -> a[t - 1], a[i:] -> a[:]
 assignment        a += b -> a = b, a += b -> a -= b
 statement         left out
 condition         always, never
 loop              backwards, without its first turn, its first turn alone
================  ==============================================================================
"""

from __future__ import annotations

import ast
import copy
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from grader.source.replacing import Lines

_OPERATIONS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Div),
    ast.Div: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_FUNCTIONS: dict[str, tuple[str, ...]] = {
    "max": ("min",), "min": ("max",), "maximum": ("minimum",), "minimum": ("maximum",),
    "sum": ("mean",), "mean": ("sum",), "exp": ("tanh",), "tanh": ("sin",), "sqrt": ("abs",),
    "abs": ("sqrt",), "sign": ("abs",), "zeros": ("ones",), "zeros_like": ("ones_like",),
    "ones": ("zeros",), "all": ("any",), "any": ("all",), "append": ("extend",),
    "log": ("exp",), "argmax": ("argmin",), "cumsum": ("cumprod",), "stack": ("concatenate",),
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A changed text: which function (or class) it is in, the line, what became of what."""

    function: str
    line: int
    operator: str
    before: str
    after: str
    text: str


def mutants(text: str, only: Collection[str] = ()) -> Iterator[Mutant]:
    """Yield the mutants of a module's functions and classes, or of those that ``only`` names.

    Each text once; docstrings and the messages of exceptions stay as they are.  SyntaxError
    where the text is no Python.
    """
    seen = {text}
    lines = Lines(text)
    for top in ast.parse(text).body:
        if isinstance(top, ast.FunctionDef | ast.ClassDef) and (not only or top.name in only):
            for operator, node, new in _Changes(top).all():
                if ast.dump(new) == ast.dump(node):  # two equal parts exchanged
                    continue
                before, after, changed = lines.replaced(node, new)
                if changed not in seen and _compiles(lines.within(top, changed)):
                    seen.add(changed)
                    yield Mutant(top.name, node.lineno, operator, before, after, changed)


def _compiles(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the parser's doubts about a mutant are the point of it
        try:
            compile(text, "<mutant>", "exec")
        except SyntaxError:
            return False
    return True


Change = tuple[str, ast.expr | ast.stmt, ast.AST]


class _Changes:
    """All changes of one function or class."""

    def __init__(self, top: ast.FunctionDef | ast.ClassDef) -> None:
        self._top = top
        self._names = sorted(
            {one.arg for one in ast.walk(top) if isinstance(one, ast.arg)}
            | {
                one.id
                for one in ast.walk(top)
                if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
            }
        )
        self._texts = sorted(
            {
                one.value
                for one in self._walk(top)
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
        )
        self._called = {id(one.func) for one in ast.walk(top) if isinstance(one, ast.Call)}

    def all(self) -> Iterator[Change]:
        """Yield every change, from the top down."""
        for node in self._walk(self._top):
            if isinstance(node, ast.stmt):
                yield from self._of_statement(node)
            elif isinstance(node, ast.expr):
                yield from self._of_expression(node)

    def _walk(self, node: ast.AST) -> Iterator[ast.AST]:
        """Walk a tree without docstrings, annotations, messages and nested texts."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Raise | ast.arguments | ast.JoinedStr):
                if isinstance(child, ast.Raise):
                    yield child
                continue
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue
            yield child
            yield from self._walk(child)

    def _of_statement(self, node: ast.stmt) -> Iterator[Change]:
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.Return | ast.Raise):
            yield "statement", node, ast.Pass()
        if isinstance(node, ast.AugAssign):
            plain = ast.Assign(targets=[node.target], value=node.value, lineno=node.lineno)
            yield "assignment", node, plain
            for other in _OPERATIONS.get(type(node.op), ()):
                yield "assignment", node, _with(node, op=other())
        if isinstance(node, ast.If | ast.While):
            for always in (True, False):
                if isinstance(node, ast.If) or not always:
                    yield "condition", node.test, ast.Constant(always)
        if isinstance(node, ast.For):
            for function in ("reversed", "first", "rest"):
                yield "loop", node.iter, _looped(node.iter, function)

    def _of_expression(self, node: ast.expr) -> Iterator[Change]:
        yield from self._of_place(node)
        if isinstance(node, ast.Constant):
            yield from self._of_constant(node)
        elif isinstance(node, ast.BinOp):
            for other in _OPERATIONS.get(type(node.op), ()):
                yield "operation", node, _with(node, op=other())
            yield "operand", node, node.left
            yield "operand", node, node.right
            if not isinstance(node.op, ast.Add | ast.Mult):
                yield "order", node, _with(node, left=node.right, right=node.left)
            if isinstance(node.op, ast.MatMult):
                for side in ("left", "right"):
                    turned = ast.Attribute(getattr(node, side), "T", ast.Load())
                    yield "transpose", node, _with(node, **{side: turned})
        elif isinstance(node, ast.UnaryOp):
            yield "operand", node, node.operand
        elif isinstance(node, ast.Compare) and len(node.ops) == 1:
            for comparison in _COMPARISONS.get(type(node.ops[0]), ()):
                yield "comparison", node, _with(node, ops=[comparison()])
        elif isinstance(node, ast.BoolOp):
            operator = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield "comparison", node, _with(node, op=operator)
        elif isinstance(node, ast.IfExp):
            yield "condition", node, node.body
            yield "condition", node, node.orelse
        elif isinstance(node, ast.Call):
            yield from self._of_call(node)
        elif isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load):
            for n in range(len(node.elts) - 1):
                yield "order", node, _with(node, elts=_swapped(node.elts, n))

    def _of_place(self, node: ast.expr) -> Iterator[Change]:
        """Yield changes of what is read: names, attributes and parts."""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id in self._names:
                for name in self._names:
                    if name != node.id:
                        yield "name", node, ast.Name(name, ast.Load())
            for name in _FUNCTIONS.get(node.id, ()) if id(node) in self._called else ():
                yield "function", node, ast.Name(name, ast.Load())
        elif isinstance(node, ast.Attribute):
            if node.attr == "T":
                yield "transpose", node, node.value
            for name in _FUNCTIONS.get(node.attr, ()):
                yield "function", node, _with(node, attr=name)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
            yield from self._of_index(node.slice)

    def _of_index(self, index: ast.expr) -> Iterator[Change]:
        parts = index.elts if isinstance(index, ast.Tuple) else [index]
        for part in parts:
            if isinstance(part, ast.Slice):
                for side in ("lower", "upper", "step"):
                    if getattr(part, side) is not None:
                        yield "index", part, _with(part, **{side: None})
            elif isinstance(part, ast.Name | ast.BinOp):
                for op in (ast.Sub(), ast.Add()):
                    yield "index", part, ast.BinOp(part, op, ast.Constant(1))

    def _of_constant(self, node: ast.Constant) -> Iterator[Change]:
        value = node.value
        if isinstance(value, bool):
            yield "number", node, ast.Constant(not value)
        elif isinstance(value, int):
            for other in (value + 1, value - 1):
                yield "number", node, ast.Constant(other)
        elif isinstance(value, float):
            for number in (2 * value, value + 1):
                if number != value:
                    yield "number", node, ast.Constant(number)
        elif isinstance(value, str):
            for text in self._texts:
                if text != value:
                    yield "key", node, ast.Constant(text)

    def _of_call(self, node: ast.Call) -> Iterator[Change]:
        if len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
            yield "call", node, node.args[0]
        if isinstance(node.func, ast.Attribute) and not isinstance(node.func.value, ast.Name):
            yield "call", node, node.func.value
        for n in range(len(node.args) - 1):
            yield "order", node, _with(node, args=_swapped(node.args, n))
        for n in range(len(node.keywords)):
            kept = [one for number, one in enumerate(node.keywords) if number != n]
            yield "call", node, _with(node, keywords=kept)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def _swapped(items: list[ast.expr], place: int) -> list[ast.expr]:
    new = list(items)
    new[place], new[place + 1] = new[place + 1], new[place]
    return new


def _looped(over: ast.expr, how: str) -> ast.expr:
    """Return a list of what a loop goes over, in another order or not all of it."""
    listed = ast.Call(ast.Name("list", ast.Load()), [over], [])
    minus = ast.UnaryOp(ast.USub(), ast.Constant(1))
    part = {
        "reversed": ast.Slice(None, None, minus),
        "first": ast.Slice(None, ast.Constant(1), None),
        "rest": ast.Slice(ast.Constant(1), None, None),
    }[how]
    return ast.Subscript(listed, part, ast.Load())
