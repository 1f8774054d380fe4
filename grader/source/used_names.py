"""Which names a function of a submission may come to use: its own code's, and on from there.

A function that cannot come to a wrong neighbour gains nothing from a right one in its place.
The answer errs on one side only: where it cannot be told what code uses, it may use everything.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from grader.source.parsing import Parsed

_DYNAMIC = frozenset(
    {"__dict__", "__globals__", "__import__", "eval", "exec", "getattr", "globals", "import_module",
     "inspect", "locals", "modules", "vars"}
)  # fmt: skip
"""Who uses one of these may come to what is nowhere named."""


class Reach:
    """The names that each name of a submission leads to."""

    def __init__(self, files: Parsed) -> None:
        self._leads: dict[str, list[frozenset[str]]] = {}
        self._held: set[str] = set()
        """Variables of modules, which a function may put something into."""
        self._run: set[str] = set()
        """What is used as modules are imported."""
        filled: list[tuple[set[str], set[str]]] = []
        waiting: list[Iterator[ast.AST]] = [iter(files.tree(name).body) for name in files]
        while waiting:
            for node in waiting.pop():
                waiting += self._read(node, filled)
        for names, used in filled:
            self._lead(names & self._held, used)
        self._readable = not files.too_deep() and self.names(self._run).isdisjoint(_DYNAMIC)

    def may_use(self, names: Iterable[str], wanted: Collection[str]) -> bool:
        """Whether code that uses ``names`` may come to use one of those wanted."""
        return not self._readable or not self.names(names).isdisjoint({*wanted, *_DYNAMIC})

    def names(self, names: Iterable[str], ends: Collection[str] = ()) -> set[str]:
        """Return ``names``, and all that they lead to; those in ``ends`` lead to nothing."""
        reached = set(names)
        waiting = list(reached)
        followed: set[int] = set()
        while waiting:
            name = waiting.pop()
            for leads in () if name in ends else self._leads.get(name, ()):
                if id(leads) not in followed:  # many names may lead to the same
                    followed.add(id(leads))
                    waiting += leads - reached
                    reached |= leads
        return reached

    def _read(
        self, node: ast.AST, filled: list[tuple[set[str], set[str]]]
    ) -> list[Iterator[ast.AST]]:
        """Note what the names of a statement stand for; return what is read by itself.

        ``filled`` takes the variables that a definition may fill, and what with.
        """
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for one in node.names:
                self._lead({one.asname or one.name}, {one.name.rpartition(".")[2]})
            return []
        if isinstance(node, _BLOCKS):
            if isinstance(node, ast.For):
                self._lead(_Names(node.target).stored, _Names(node.iter).used)
            return [ast.iter_child_nodes(node)]
        found = _Names(node)
        if isinstance(node, _DEFINITIONS):
            self._lead({node.name, *found.outside}, found.used)
            # who is handed a function, or is told of a class, may keep it
            told = [*node.decorator_list, *(node.bases if isinstance(node, ast.ClassDef) else ())]
            hooks = {"__init_subclass__"} if isinstance(node, ast.ClassDef) else set()
            self._lead(hooks.union(*(_Names(one).used for one in told)), {node.name})
            filled.append((found.filled, {node.name, *found.used}))
        else:
            self._lead(found.stored | found.outside | found.filled, found.used)
            self._held |= found.stored
            self._run |= found.used
        return [iter(body) for body in found.bodies]

    def _lead(self, names: Iterable[str], to: Collection[str]) -> None:
        leads = frozenset(to)
        for name in names:
            self._leads.setdefault(name, []).append(leads)


_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)

_BLOCKS = (
    *(ast.If, ast.For, ast.While, ast.With, ast.Try, ast.TryStar, ast.Match, ast.match_case),
    ast.ExceptHandler,
)
"""What may hold definitions without a scope of its own."""


def _base(node: ast.AST) -> str:
    """Return the name that a call of a method, or a part of something, begins with; "" if none."""
    begun = node.func if isinstance(node, ast.Call) else node
    held = isinstance(begun, ast.Attribute | ast.Subscript)
    while isinstance(begun, ast.Attribute | ast.Subscript):
        begun = begun.value
    return begun.id if held and isinstance(begun, ast.Name) else ""


class _Names:
    """The names in a piece of code.

    ``used`` are all of them, and every text, for it may be one; ``stored`` are given a value by
    it, and ``outside`` those that are so even where it is a definition: attributes and globals.
    ``filled`` are those that something is stored in, or whose methods are called.
    What the methods of a class use is not among them: ``bodies`` are those of the classes that
    it holds, or is, to be read by themselves, so that nothing is read once for each around it.
    """

    def __init__(self, tree: ast.AST) -> None:
        self.used: set[str] = set()
        self.stored: set[str] = set()
        self.outside: set[str] = set()
        self.filled: set[str] = set()
        self.bodies: list[list[ast.stmt]] = []
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Name):
                self.used.add(node.id)
                if isinstance(node.ctx, ast.Store):
                    self.stored.add(node.id)
                continue
            if isinstance(node, ast.ClassDef):
                waiting += self._class(node)
                continue
            if isinstance(node, ast.Attribute):
                self.used.add(node.attr)
                if isinstance(node.ctx, ast.Store):
                    self.outside.add(node.attr)
            elif isinstance(node, ast.Constant):
                if isinstance(node.value, str):
                    self.used.add(node.value)
                continue
            elif isinstance(node, ast.alias):
                self.used.add(node.name.rpartition(".")[2])
                self.stored.add(node.asname or node.name)
            elif isinstance(node, ast.Call) or (
                isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
            ):
                self.filled.add(_base(node))
            elif isinstance(node, ast.Global):
                self.outside.update(node.names)
            for value in vars(node).values():  # faster than ast.walk
                if isinstance(value, ast.AST):
                    waiting.append(value)
                elif isinstance(value, list):
                    waiting += [item for item in value if isinstance(item, ast.AST)]

    def _class(self, node: ast.ClassDef) -> list[ast.AST]:
        """Take a class by its name and those of its methods; return what runs where it is made."""
        self.used.add(node.name)
        self.stored.add(node.name)
        self.bodies.append(node.body)
        runs: list[ast.AST] = [*node.bases, *node.keywords, *node.decorator_list]
        held: list[ast.AST] = list(node.body)
        while held:
            item = held.pop()
            if isinstance(item, _DEFINITIONS):
                self.used.add(item.name)
            elif isinstance(item, _BLOCKS):
                held += ast.iter_child_nodes(item)
            else:
                runs.append(item)
        return runs
