"""A Python file as the tokens of its syntax tree, so that only its structure is compared.

Ignored are comments, docstrings, white space, annotations and every name the submission gives
itself.  What cannot be renamed stays: built-ins, attributes of libraries, the functions of the
contract, and texts that could be a key.  Every function is a unit of its own, so that their
order does not matter.

A file that does not parse is read block by block; the blocks that do parse are compared.
"""

from __future__ import annotations

import ast
import builtins
import re
import warnings
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from grader.decoding import text_of

BUILTINS = frozenset(dir(builtins))

DEEPEST = 200
"""Nodes within nodes that are read; deeper ones are left out, and no file nests so far by hand."""

_HIDDEN = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.type_ignore)
_IMPORTS = (ast.Import, ast.ImportFrom)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Token:
    """One node of a syntax tree, and the line it stands in, from 1."""

    text: str
    line: int


Unit = tuple[Token, ...]
"""The tokens of one function, or of the statements outside all functions."""


@dataclass(frozen=True)
class Source:
    """One file of a submission; ``unread`` are the first and last lines of what did not parse."""

    text: str
    units: tuple[Unit, ...]
    unread: tuple[tuple[int, int], ...] = ()


def read(files: Mapping[str, bytes], kept: Collection[str] = ()) -> dict[str, Source]:
    """Read the Python files of one submission; ``kept`` are the names nobody can choose."""
    trees: dict[str, list[ast.Module]] = {}
    texts: dict[str, str] = {}
    unread: dict[str, list[tuple[int, int]]] = {}
    for name, content in sorted(files.items()):
        if name.endswith(".py"):
            texts[name] = _text(content)
            trees[name], unread[name] = _parse(texts[name])
    own = frozenset(name for some in trees.values() for tree in some for name in _given(tree))
    own -= frozenset(kept)
    return {
        name: Source(
            texts[name],
            tuple(unit for tree in some for unit in _units(tree, own, frozenset(kept))),
            tuple(unread[name]),
        )
        for name, some in trees.items()
    }


def _text(content: bytes) -> str:
    """Decode a file with the line breaks that Python counts."""
    text = text_of(content).removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _parse(text: str) -> tuple[list[ast.Module], list[tuple[int, int]]]:
    """Return the trees of a file, and the lines of the blocks that have none."""
    tree = _tree(text)
    if tree is not None:
        return [tree], []
    trees: list[ast.Module] = []
    unread: list[tuple[int, int]] = []
    for start, block in _blocks(text):
        tree = _tree(block)
        if tree is None:
            unread.append((start, start + block.count("\n")))
        else:
            trees.append(ast.increment_lineno(tree, start - 1))
    return trees, unread


def _tree(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a student's "\d" is no concern of the instructor's
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Cut a file before every line that starts a definition; yield first lines and texts."""
    lines = text.split("\n")
    starts = [i for i, line in enumerate(lines) if re.match(r"(async\s+def|def|class|@)\b", line)]
    for start, end in zip([0, *starts], [*starts, len(lines)], strict=True):
        if start < end:
            yield start + 1, "\n".join(lines[start:end])


def _given(tree: ast.Module) -> Iterator[str]:
    """Yield every name that a file gives to something, attributes included."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                yield name
            case ast.Attribute(attr=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name):
                yield name


def _units(tree: ast.Module, own: frozenset[str], kept: frozenset[str]) -> Iterator[Unit]:
    writer = _Writer(own, kept)
    rest: list[Token] = []

    def walk(body: list[ast.stmt]) -> Iterator[Unit]:
        for statement in body:
            if isinstance(statement, _FUNCTIONS):
                tokens: list[Token] = []
                writer.write_children(statement, tokens, 0)
                yield tuple(tokens)
            elif isinstance(statement, ast.ClassDef):
                yield from walk(statement.body)
            elif not isinstance(statement, _IMPORTS):
                writer.write(statement, rest, 0)

    yield from walk(tree.body)
    if rest:
        yield tuple(rest)


class _Writer:
    """Writes nodes as tokens, parents first."""

    def __init__(self, own: frozenset[str], kept: frozenset[str]) -> None:
        self._own = own
        self._kept = kept | BUILTINS

    def write(self, node: ast.AST, tokens: list[Token], depth: int) -> None:
        if depth > DEEPEST or isinstance(node, _HIDDEN):
            return
        text, children = self._say(node)
        if text:
            tokens.append(Token(text, getattr(node, "lineno", tokens[-1].line if tokens else 1)))
        if children:
            self.write_children(node, tokens, depth + 1)

    def write_children(self, node: ast.AST, tokens: list[Token], depth: int) -> None:
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "type_params"):
                continue
            if isinstance(value, ast.AST):
                self.write(value, tokens, depth)
            elif isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        self.write(item, tokens, depth)

    def _say(self, node: ast.AST) -> tuple[str, bool]:
        """Return a node's token, "" for none, and whether what is in it is said too."""
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                return "", False
            case ast.Expr() | ast.arguments() | ast.Module():
                return "", True
            case ast.Name(id=name):
                bare = name not in self._kept or name in self._own
                return ("name" if bare else name), False
            case ast.Attribute(attr=name):
                return ("." if name in self._own else f".{name}"), True
            case ast.Constant(value=str(value)):
                return (repr(value) if value.isidentifier() else "text"), False
            case ast.Constant(value=int(value)):
                return hex(value)[:40], False  # repr() refuses integers of thousands of digits
            case ast.Constant(value=value):
                return repr(value)[:40], False
            case ast.arg():
                return "parameter", False
            case ast.keyword(arg=str(name)):
                return f"{name}=", True
            case ast.AnnAssign(value=None):
                return "", False
            case ast.AnnAssign():
                return "Assign", True
            case ast.BinOp(op=op) | ast.UnaryOp(op=op) | ast.BoolOp(op=op):
                return type(op).__name__, True
            case ast.AugAssign(op=op):
                return f"Augmented{type(op).__name__}", True
            case ast.Compare(ops=ops):
                return " ".join(type(op).__name__ for op in ops), True
        return type(node).__name__, True
