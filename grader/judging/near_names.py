"""What a misspelt name may have been meant to be: "did you mean".

Names are offered from the submission itself, from the contract, and of what Python's and NumPy's
own modules and objects have, and only where the misspelt one stands in the submission too: nothing
of it is a worker's word.  An attribute is offered only of what is known to have it.
"""

from __future__ import annotations

import ast
import difflib
import itertools
import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from keyword import iskeyword
from typing import Any

import numpy as np

from grader.source.parsing import Parsed

_MODULES = {"numpy": dir(np), "math": dir(math)}
_OBJECTS = {
    "numpy.ndarray": dir(np.ndarray),
    **{kind.__name__: dir(kind) for kind in (dict, float, int, list, set, str, tuple)},
    "NoneType": [],  # it is another thing that is missing, not another name
}
"""What has attributes that no submission gave it."""
_UNKNOWN = re.compile(
    r"name '(?P<name>\w+)' is not defined"
    r"|module '(?P<module>[\w.]+)' has no attribute '(?P<member>\w+)'"
    r"|'(?P<object>[\w.]+)' object has no attribute '(?P<attribute>\w+)'"
    r"|'(?P<key>\w+)'"
)
_COMMON_MODULES = frozenset(
    {"collections", "copy", "functools", "itertools", "math", "numpy", "operator", "random",
     "torch", "typing"}
)  # fmt: skip
_LONGEST, _LONGER = 60, 3
MOST = 2000
"""Names that one is compared with: a submission may hold any number."""
_CUTOFF = 0.75
"""How alike two names are, as difflib measures it, for one to be a slip in the other."""


def near_name(text: str, files: Parsed, contract: Collection[str]) -> str:
    """Return the name that is most like the unknown one of an exception, "" if none is.

    ``text`` is the exception in the judge's own words, ``files`` are the submission's.
    """
    match = _UNKNOWN.fullmatch(text)
    if match is None:
        return ""
    module, kind = match["module"], match["object"]
    wrong = next(filter(None, match.group("name", "member", "attribute", "key")))
    some: Iterable[str]
    if module:
        some = _MODULES.get(module, ())
    elif kind:
        some = _OBJECTS[kind] if kind in _OBJECTS else _attributes(kind, files)
    else:
        some = {*files.names, *contract}
    known = {
        one
        for one in some
        if one != wrong and not iskeyword(one) and abs(len(one) - len(wrong)) <= _LONGER
    }
    if len(wrong) > _LONGEST or len(known) > MOST:
        return ""
    return _nearest(wrong, known)


def _attributes(kind: str, files: Parsed) -> Iterator[str]:
    """Yield the methods and attributes that a class of the submission gives its objects."""
    nodes = (node for file in files for node in ast.walk(files.tree(file)))
    for one in nodes:
        if not isinstance(one, ast.ClassDef) or one.name != kind:
            continue
        for node in ast.walk(one):
            if isinstance(node, ast.FunctionDef):
                yield node.name
            elif isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.attr if isinstance(node, ast.Attribute) else node.id


def near_key(
    key: str, held: Mapping[Any, Any], due: Collection[Any], names: Collection[str]
) -> str:
    """Return the key that a dict holds in the place of one that is due, "" if none is like it.

    Only what stands in the submission is offered.
    """
    others = {one for one in itertools.islice(held, MOST) if isinstance(one, str)}
    return _nearest(key, {one for one in others if one in names and one not in due})


def near_module(module: str, files: Iterable[str]) -> str:
    """Return the module that is most like a missing one: a file handed in, or a common one."""
    own = {file.removesuffix(".py") for file in itertools.islice(files, MOST)}
    return _nearest(module, {one for one in own | _COMMON_MODULES if one != module})


def _nearest(wrong: str, known: Collection[str]) -> str:
    bare = {_bare(one): one for one in sorted(known) if len(one) <= _LONGEST}
    near = difflib.get_close_matches(_bare(wrong), sorted(bare), n=2, cutoff=_CUTOFF)
    ratios = [difflib.SequenceMatcher(None, one, _bare(wrong)).ratio() for one in near]
    if len(near) == 2 and ratios[0] == ratios[1]:  # two fit equally
        return ""
    return bare[near[0]] if near else ""


def _bare(name: str) -> str:
    return name.lower()
