"""What a piece of code reads, and what it changes in place, by its text alone.

Where a name may share its array with others, so that what is changed under one of them is changed
under all, is kept in mind.  Code that is not known is taken to change all that it is handed.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator

from grader.diagnosis.entries import stored_names

_LIBRARIES = frozenset({"numpy", "torch", *sys.stdlib_module_names})
_NEW = frozenset(
    {"abs", "absolute", "add", "arange", "array", "bool", "clip", "clone", "concatenate", "copy",
     "deepcopy", "divide", "dot", "dstack", "empty", "empty_like", "exp", "eye", "float", "full",
     "full_like", "hstack", "identity", "int", "item", "kron", "len", "log", "matmul", "max",
     "maximum", "mean", "min", "minimum", "mm", "multiply", "norm", "ones", "ones_like", "outer",
     "power", "prod", "range", "sign", "sqrt", "square", "stack", "str", "subtract", "sum", "tanh",
     "tensor", "tensordot", "vstack", "where", "zeros", "zeros_like"}
)  # fmt: skip
"""Calls that answer something of their own, and change nothing."""
_LOOKING = frozenset(
    {"all", "any", "astype", "detach", "dict", "endswith", "enumerate", "flatten", "get",
     "isinstance", "items", "keys", "list", "numpy", "print", "ravel", "reshape", "reversed",
     "round", "shape", "sorted", "split", "squeeze", "startswith", "swapaxes", "t", "tolist",
     "transpose", "tuple", "values", "view", "zip"}
)  # fmt: skip
"""Calls that change nothing, and may answer a part of what they are given."""
_SIZES = frozenset({"shape", "size", "ndim", "dtype"})


class Effects:
    """The effects of the code of one file."""

    def __init__(self, tree: ast.Module) -> None:
        self._modules: set[str] = set()
        self._functions: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                whole = isinstance(node, ast.Import)
                module = node.module if isinstance(node, ast.ImportFrom) else ""
                for one in node.names:
                    begin = (module or one.name).partition(".")[0]
                    if begin in _LIBRARIES:
                        name = one.asname or one.name.partition(".")[0]
                        (self._modules if whole else self._functions).add(name)
        self._sharing: dict[str, set[str]] = {}

    def read(self, nodes: Iterable[ast.AST]) -> frozenset[str]:
        """Return the names that are read, those of libraries apart."""
        found = (one.id for node in nodes for one in ast.walk(node) if isinstance(one, ast.Name))
        return frozenset(found) - self._modules - self._functions

    def changed(self, nodes: Iterable[ast.AST], *, alone: bool = False) -> frozenset[str]:
        """Return the names whose values a piece of code may change in place.

        A call that stands ``alone`` is there for what it changes.
        """
        found: set[str] = set()
        for node in nodes:
            calls = [one for one in ast.walk(node) if isinstance(one, ast.Call)]
            for call in calls:
                given = [*call.args, *(one.value for one in call.keywords)]
                function = call.func
                out = [one.value for one in call.keywords if one.arg == "out"]
                known = self._is_known(function) and not (alone and call is node)
                found.update(name for one in (out if known else given) for name in self.held(one))
                if isinstance(function, ast.Attribute) and not known:
                    found |= self.read([function.value])  # as a tensor's leaves, by `backward`
        return frozenset(found)

    def share(self, names: Iterable[str], value: ast.expr) -> None:
        """Say that some names may share what they hold with what stands in a value."""
        group = {*names, *self.held(value)}
        for name in list(group):
            group |= self._sharing.get(name, set())
        self._sharing.update((name, group) for name in group)

    def sharing(self, names: Iterable[str]) -> frozenset[str]:
        """Return some names with all those that may share what one of them holds."""
        return frozenset().union(*(self._sharing.get(name, {name}) for name in names))

    def held(self, value: ast.AST) -> Iterator[str]:
        """Yield the names that may hold what an expression makes, or a part of it."""
        if isinstance(value, ast.Name):
            if value.id not in self._modules:
                yield value.id
        elif isinstance(value, ast.BinOp | ast.UnaryOp | ast.Compare):
            lists = (one for one in ast.iter_child_nodes(value) if isinstance(one, ast.List))
            yield from (name for one in lists for name in self.held(one))
        elif isinstance(value, ast.Subscript):
            yield from self.held(value.value)
        elif isinstance(value, ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp):
            made = value.value if isinstance(value, ast.DictComp) else value.elt
            names, own = set(self.held(made)), set(stored_names(value))
            sources = (one.iter for one in value.generators if not names.isdisjoint(own))
            yield from names - own
            yield from (name for one in sources for name in self.held(one))
        elif isinstance(value, ast.Dict):
            yield from (name for one in value.values for name in self.held(one))
        elif not (_makes_new(value) or (isinstance(value, ast.Attribute) and value.attr in _SIZES)):
            for one in ast.iter_child_nodes(value):
                yield from self.held(one)

    def _is_known(self, function: ast.expr) -> bool:
        """Whether a call of it changes nothing that it is given or called of."""
        if isinstance(function, ast.Attribute):
            begin = function.value
            while isinstance(begin, ast.Attribute):
                begin = begin.value
            of_library = isinstance(begin, ast.Name) and begin.id in self._modules
            return of_library or function.attr in _NEW | _LOOKING
        name = _name(function)
        return name in self._functions or name in _NEW | _LOOKING


def _makes_new(value: ast.AST) -> bool:
    """Whether it is a call whose answer is an array of its own."""
    if not isinstance(value, ast.Call):
        return False
    name = _name(value.func)
    return name in _NEW or (name == "einsum" and len(value.args) > 2)  # of one it may be a view


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
