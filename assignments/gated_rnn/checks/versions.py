"""What newer and older Pythons and NumPys have that the grader's lacks."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from .homework import Homework, version

_PYTHON = {
    "3.12": "itertools.batched|math.sumprod|typing.override|typing.TypeAliasType|sys.monitoring|"
    "random.binomialvariate|calendar.Month|collections.abc.Buffer|types.get_original_bases",
    "3.13": "copy.replace|math.fma|warnings.deprecated|typing.TypeIs|typing.ReadOnly|"
    "statistics.kde|statistics.kde_random|queue.ShutDown|random.main",
    "3.14": "functools.Placeholder|heapq.heappush_max|heapq.heapify_max|heapq.heappop_max|"
    "operator.is_none|operator.is_not_none|string.templatelib|compression|annotationlib|"
    "concurrent.interpreters",
}
_NUMPY = {
    "2.0": "acos|acosh|asin|asinh|atan|atan2|atanh|astype|bitwise_count|bitwise_invert|"
    "bitwise_left_shift|bitwise_right_shift|bool|concat|isdtype|long|matrix_transpose|"
    "permute_dims|pow|trapezoid|ulong|unique_all|unique_counts|unique_inverse|unique_values|"
    "vecdot|linalg.cross|linalg.diagonal|linalg.matmul|linalg.matrix_norm|"
    "linalg.matrix_transpose|linalg.outer|linalg.svdvals|linalg.tensordot|linalg.trace|"
    "linalg.vecdot|linalg.vector_norm",
    "2.1": "cumulative_prod|cumulative_sum|unstack",
    "2.2": "matvec|vecmat",
    "2.3": "__array_namespace_info__",
}
_GONE = {
    "1.24": "float|int|object|str|complex|long|unicode|bool",
    "2.0": "product|cumproduct|sometrue|alltrue|float_|complex_|Inf|Infinity|NaN|infty|PINF|NINF|"
    "PZERO|NZERO|mat|row_stack_|msort|asfarray|find_common_type|round_|unicode_|string_|"
    "cast|source|lookfor|who|deprecate|safe_eval",
    "2.4": "in1d|trapz",
}

SINCE = {
    **{name: ("Python", since) for since, names in _PYTHON.items() for name in names.split("|")},
    **{
        f"numpy.{name}": ("NumPy", since)
        for since, names in _NUMPY.items()
        for name in names.split("|")
    },
}
GONE = {f"numpy.{name}": since for since, names in _GONE.items() for name in names.split("|")}


def newer(tree: ast.Module, source: str, homework: Homework) -> Iterator[tuple[int, str]]:
    """Yield line and sentence of everything that the grader's Python or NumPy does not know."""
    texts = {"Python": homework.python, "NumPy": homework.numpy}
    for line, name in sorted(_names(tree)):
        library, since = SINCE.get(name, ("NumPy", GONE.get(name, "")))
        have = version(texts[library])
        if not have or not since:
            continue
        older = have < (version(since) or have)
        if name in SINCE and older:  # numpy.bool and numpy.long came back after they had gone
            yield line, f"{name} came with {library} {since}; the grader has {texts[library]}."
        elif name not in SINCE and not older:
            yield line, f"{name} is gone since NumPy {since}; the grader has {homework.numpy}."
    have = version(homework.python)
    if have and have < (3, 12) <= sys.version_info[:2]:
        for line in _newer_f_strings(tree, source):
            sentence = "Python before 3.12 cannot read this f-string"
            yield line, f"{sentence}; the grader has {homework.python}."


def _names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield every name of another module that is used, in full, with its line."""
    known: dict[str, str] = {}
    for node in _unasked(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                known[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield node.lineno, f"{node.module}.{alias.name}"
    for node in _unasked(tree):
        if isinstance(node, ast.Attribute):
            parts = []
            inner: ast.expr = node
            while isinstance(inner, ast.Attribute):
                parts.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name) and inner.id in known:
                yield node.lineno, ".".join([known[inner.id], *reversed(parts)])


def _unasked(node: ast.AST) -> Iterator[ast.AST]:
    """Yield all nodes but those that run only where a version has what they use."""
    if isinstance(node, ast.Try) and any(map(_expects_less, node.handlers)):
        parts: list[ast.AST] = [*node.handlers, *node.orelse, *node.finalbody]
    elif isinstance(node, ast.If | ast.IfExp) and _ASK & _words_of(node.test):
        return
    else:
        yield node
        parts = list(ast.iter_child_nodes(node))
    for part in parts:
        yield from _unasked(part)


_ASK = {"version_info", "hasattr", "getattr", "__version__", "TYPE_CHECKING", "__name__"}
_LESS = {"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "BaseException"}


def _expects_less(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or bool(_LESS & _words_of(handler.type))


def _words_of(node: ast.AST) -> set[str]:
    named = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return named | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}


def _newer_f_strings(tree: ast.Module, source: str) -> Iterator[int]:
    """Yield the lines of f-strings whose braces hold their own quotes, or a backslash."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            whole = (ast.get_source_segment(source, node) or "").lstrip("fFrRbBuU")
            quote = whole[:3] if whole[:3] in ('"""', "'" * 3) else whole[:1]
            for part in node.values:
                if isinstance(part, ast.FormattedValue) and quote:
                    inside = ast.get_source_segment(source, part.value) or ""
                    if quote in inside or "\\" in inside:
                        yield node.lineno
                        break
