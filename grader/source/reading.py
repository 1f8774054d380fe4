"""What the text of a submission tells of one of its functions, where its answers do not.

Nothing here is shown to anyone: it only chooses between mistakes that would look alike.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from grader.source.drawing import draws
from grader.source.looping import endless, grows
from grader.source.naming import name_of
from grader.source.parsing import Parsed
from grader.source.remembering import keeps
from grader.source.sharing import shares
from grader.source.used_names import Reach

_MAKERS = frozenset(
    {"range", "zeros", "ones", "empty", "full", "reshape", "randn", "eye", "view", "resize"}
)
"""What takes sizes."""

_SINGLE = re.compile(r"float32|float16|FloatTensor|\.float\(|\bsingle\b|['\"]<?f[24]?['\"]|torch")
"""What may bring in an arithmetic that is less precise than NumPy's own."""

_SMALL = 1e-2
"""What a step of a finite difference, or a number that only keeps from 0, is smaller than."""

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Source:
    """The files of a submission, seen from one function."""

    def __init__(self, files: Parsed, reach: Callable[[], Reach], file: str, function: str) -> None:
        self._files = files
        self._reach = reach
        self._file = file
        self._function = function

    @property
    def text(self) -> str:
        """The text of the function's file."""
        return self._files.text(self._file)

    @cached_property
    def own(self) -> str:
        """The text of the function itself, "" where it cannot be found."""
        return "" if self._definition is None else self._text_of(self._definition)

    @cached_property
    def empty(self) -> bool:
        """Whether the function, or a method that takes something, has nothing in it but words."""
        return any(map(_is_empty, self._bodies()))

    @cached_property
    def sizes(self) -> frozenset[int]:
        """Whole numbers from 2 on that are written down where sizes belong."""
        if self._definition is None:
            return frozenset()
        nodes = list(ast.walk(self._definition))
        named = _numbers_by_name([*self._tree.body, *nodes])
        # what is done so many times, whatever the turn, is no size
        counts = {
            node.iter
            for node in nodes
            if isinstance(node, ast.For | ast.comprehension)
            if isinstance(node.target, ast.Name) and node.target.id.startswith("_")
        }
        found: set[int] = set()
        for node in nodes:
            if node in counts:
                continue
            if isinstance(node, ast.Call) and name_of(node.func) in _MAKERS:
                found |= {one for argument in node.args for one in _sizes(argument, named)}
            elif isinstance(node, ast.Subscript):
                parts = [node.slice, *getattr(node.slice, "elts", ())]
                found |= {n for part in parts if isinstance(part, ast.Name)
                          for n in _sizes(part, named)}  # fmt: skip
        return frozenset(found)

    @cached_property
    def random(self) -> bool:
        """Whether it draws random numbers, or a function does that it calls by name."""
        return self._definition is not None and draws(self._files, self._file, self._definition)

    @cached_property
    def keeps(self) -> bool:
        """Whether it may keep something from one call to the next."""
        return self._definition is not None and keeps(self._tree, self._definition, self._names)

    @cached_property
    def shares(self) -> bool:
        """Whether it may put one array under several names, and change it under one of them."""
        return self._definition is not None and shares(self._definition)

    @cached_property
    def endless(self) -> bool:
        """Whether a loop of the function, or of one that it names, cannot come to an end."""
        return bool(self._endless)

    @cached_property
    def grows(self) -> bool:
        """Whether such a loop makes something longer at every turn."""
        return any(map(grows, self._endless))

    @cached_property
    def _endless(self) -> list[ast.For | ast.While]:
        names = {self._function, *self._names}
        found = [node for node in self._tree.body if isinstance(node, _Definition)]
        named = [node for node in found if node.name in names]
        return [loop for node in named for loop in endless(node)]

    @cached_property
    def replaces_by_append(self) -> bool:
        """Whether a variable is given what an append, an insert or an extend returns."""
        return any(
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
            and node.value.func.attr in ("append", "insert", "extend")
            and name_of(node.value.func.value) not in ("np", "numpy")
            for node in ast.walk(self._tree)
        )

    @cached_property
    def goes_back(self) -> bool:
        """Whether PyTorch is asked to go back, and no gradient is taken away afterwards."""
        before, asked, after = self.own.rpartition(".backward(")
        if not asked:
            return "autograd.grad(" in before + after
        return not re.search(r"zero_grad|grad\s*=\s*None", after)

    @cached_property
    def approximates(self) -> bool:
        """Whether a small step or a rounded constant is written down in it."""
        return any(
            isinstance(node, ast.Constant)
            and isinstance(node.value, float)
            and 0 < abs(node.value) < _SMALL
            for node in ast.walk(self._definition or ast.Module([], []))
        )

    @cached_property
    def reads_grad(self) -> bool:
        """Whether it reads the attribute grad of something, other than to call it."""
        if self._definition is None:
            return False
        called = {id(node.func) for node in ast.walk(self._definition)
                  if isinstance(node, ast.Call)}  # fmt: skip
        return any(
            isinstance(node, ast.Attribute)
            and node.attr == "grad"
            and isinstance(node.ctx, ast.Load)
            and id(node) not in called
            for node in ast.walk(self._definition)
        )

    @cached_property
    def placeholder(self) -> bool:
        """Whether None is written down in it as a value, but to reset a gradient."""
        if self._definition is None:
            return False
        return any(map(_gives_none, ast.walk(self._definition)))

    @cached_property
    def imprecise(self) -> bool:
        """Whether its file, or one that this names, may compute in less than float64."""
        named = set(re.findall(r"\w+", self.text))
        others = [name for name in self._files if name.removesuffix(".py") in named]
        texts = map(self._files.text, others)
        return any(_SINGLE.search(text) for text in (self.text, *texts))

    def defines(self, name: str) -> bool:
        """Whether one of the files defines a class of that name."""
        pattern = re.compile(rf"^class {name}\b", re.M)
        return any(pattern.search(self._files.text(file)) for file in self._files)

    def owner(self, file: str, line: int) -> str:
        """Return the name of the function or class at the top of a file that has a line."""
        return next(
            (
                node.name
                for node in self._files.tree(file).body
                if isinstance(node, _Definition) and node.lineno <= line <= (node.end_lineno or 0)
            ),
            "",
        )

    def around(self, line: int) -> str:
        """Return the text of the function or class, of the function's file, that has a line."""
        for node in self._tree.body:
            if isinstance(node, _Definition) and node.lineno <= line <= (node.end_lineno or 0):
                return self._text_of(node)
        return ""

    @cached_property
    def _tree(self) -> ast.Module:
        return self._files.tree(self._file)

    @cached_property
    def _definition(self) -> _Definition | None:
        found = [node for node in self._tree.body
                 if isinstance(node, _Definition) and node.name == self._function]  # fmt: skip
        return found[-1] if found else None

    @cached_property
    def _names(self) -> set[str]:
        return self._reach().names([self._function])

    def _text_of(self, node: _Definition) -> str:
        return "\n".join(self.text.splitlines()[node.lineno - 1 : node.end_lineno])

    def _bodies(self) -> Iterator[list[ast.stmt]]:
        node = self._definition
        if isinstance(node, ast.ClassDef):
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
            yield from (one.body for one in methods if len(one.args.args) > 1)
        elif node is not None:
            yield node.body


def _is_empty(body: list[ast.stmt]) -> bool:
    return all(
        isinstance(node, ast.Pass)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in body
    )


def _gives_none(node: ast.AST) -> bool:
    """Whether a statement or an expression gives a name, a key or a place the value None."""
    if isinstance(node, ast.Assign):
        targets = [getattr(one, "attr", "") for one in node.targets]
        return "grad" not in targets and _is_none(node.value)
    if isinstance(node, ast.AnnAssign | ast.Return | ast.NamedExpr):
        return _is_none(node.value)
    if isinstance(node, ast.Dict):
        return any(map(_is_none, node.values))
    return isinstance(node, ast.Tuple | ast.List) and any(map(_is_none, node.elts))


def _is_none(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _numbers_by_name(nodes: list[ast.AST]) -> dict[str, int]:
    """Return which names are given a whole number that is written down."""
    found = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                parts = getattr(target, "elts", [target])
                values = getattr(node.value, "elts", [node.value])
                for part, value in zip(parts, values, strict=False):
                    number = _number(value)
                    if isinstance(part, ast.Name) and number is not None:
                        found[part.id] = number
    return found


def _number(node: ast.AST) -> int | None:
    """Return a whole number that a size may be."""
    value = node.value if isinstance(node, ast.Constant) else None
    return value if type(value) is int and value > 1 else None


def _sizes(node: ast.AST, named: Mapping[str, int]) -> Iterator[int]:
    """Yield the numbers that an argument gives, by themselves, by a name, or in a tuple."""
    if isinstance(node, ast.Tuple | ast.List):
        for part in node.elts:
            yield from _sizes(part, named)
    elif isinstance(node, ast.Name) and node.id in named:
        yield named[node.id]
    elif (number := _number(node)) is not None:
        yield number
