"""What may be said of an exception's own words: the judge's words, around the student's names.

A worker may put anything into an exception's text, hidden inputs among it.  So none of it is
repeated.  Where the text has the form of a message that Python or NumPy is known for, that
message is said anew: its numbers are left out, and a name is filled in only if it stands in the
submission, or is one of a few that everybody knows.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from grader.record import Fact, Finding

TYPES = frozenset(
    {
        "NoneType", "Tensor", "bool", "builtin_function_or_method", "bytes", "complex",
        "coroutine", "dict", "dict_items", "dict_keys", "dict_values", "filter", "float",
        "function", "generator", "int", "list", "list_iterator", "map", "method", "module",
        "numpy.bool", "numpy.bool_", "numpy.float32", "numpy.float64", "numpy.int64",
        "numpy.ndarray", "numpy.ufunc", "range", "set", "slice", "str", "torch.dtype", "tuple",
        "type", "zip",
        "array", "array of bool", "array of complex128", "array of object",
    }
)  # fmt: skip
"""Names of types that everybody knows."""

_COMMON = frozenset({*TYPES, "subscriptable", "callable", "iterable", "string"})

_NUMBERS = r"[\d(),\s]+"
_OPERATORS = r"(?:[-+*/@%&|^<>=~]{1,3}|\*\* or pow\(\))"
_NAME, _DOTTED = r"(\w+)", r"([\w.]+)"

_SAYINGS = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (rf"name '{_NAME}' is not defined.*", "name '{}' is not defined"),
        (
            rf"cannot access (?:local|free) variable '{_NAME}' .*",
            "cannot access variable '{}' where it is not associated with a value",
        ),
        (rf"module '{_DOTTED}' has no attribute '{_NAME}'.*", "module '{}' has no attribute '{}'"),
        (
            rf"'{_DOTTED}' object has no attribute '{_NAME}'.*",
            "'{}' object has no attribute '{}'",
        ),
        (rf"'{_NAME}'", "'{}'"),
        (rf"No module named '{_DOTTED}'.*", "No module named '{}'"),
        (
            rf"cannot import name '{_NAME}' from (?:partially initialized module )?'{_DOTTED}' .*",
            "cannot import name '{}' from '{}'",
        ),
        (rf"'{_DOTTED}' object is not {_NAME}", "'{}' object is not {}"),
        (
            rf"'{_DOTTED}' object does not support item assignment",
            "'{}' object does not support item assignment",
        ),
        (
            rf"unsupported operand type\(s\) for {_OPERATORS}: '{_DOTTED}' and '{_DOTTED}'",
            "unsupported operand types: '{}' and '{}'",
        ),
        (rf"{_NAME} index out of range", "{} index out of range"),
        (
            rf"{_NAME} indices must be integers or slices, not {_DOTTED}",
            "{} indices must be integers or slices, not {}",
        ),
        (
            r"only integers, slices \(`:`\), ellipsis .*",
            "only integers, slices, ellipsis, None and arrays of integers or booleans are indices",
        ),
        (r"index -?\d+ is out of bounds for .*", "an index is out of bounds for its axis"),
        (r"too many indices for array.*", "too many indices for array"),
        (
            r"operands could not be broadcast together .*",
            "operands could not be broadcast together",
        ),
        (
            r"could not broadcast input array from shape .*",
            "could not broadcast input array into another shape",
        ),
        (rf"shapes {_NUMBERS} and {_NUMBERS} not aligned: .*", "shapes not aligned"),
        (
            r"matmul: Input operand .*",
            "matmul: the operands have a mismatch in their core dimension",
        ),
        (r"cannot reshape array of size .*", "cannot reshape array into another size"),
        (r"axis -?\d+ is out of bounds for array .*", "axis is out of bounds for array"),
        (rf"{_DOTTED}\(\) takes no arguments", "{}() takes no arguments"),
        (
            rf"{_DOTTED}\(\) takes (?:from \d+ to )?\d+ positional arguments? but .*",
            "{}() takes another number of positional arguments",
        ),
        (
            rf"{_DOTTED}\(\) missing \d+ required positional arguments?: '{_NAME}'"
            rf"(?:,? and '{_NAME}')?",
            "{}() is missing a required positional argument: '{}'",
        ),
        (
            rf"{_DOTTED}\(\) got an unexpected keyword argument '{_NAME}'.*",
            "{}() got an unexpected keyword argument '{}'",
        ),
        (r"not enough values to unpack .*", "not enough values to unpack"),
        (r"too many values to unpack .*", "too many values to unpack"),
        (r"(?:float |integer )?division by zero", "division by zero"),
        (
            r"setting an array element with a sequence\..*",
            "setting an array element with a sequence",
        ),
        (r"the matrix must be square|Last 2 dimensions .* must be square", "must be square"),
    )
)  # fmt: skip


def said_anew(text: str, names: Collection[str]) -> str:
    """Say a well-known message in the judge's words; "" for any other text.

    ``names`` are all names that stand in the submission.
    """
    for pattern, said in _SAYINGS:
        match = pattern.fullmatch(text)
        if match:
            told = [name for name in match.groups() if name is not None]
            if all(_may_be_told(name, names) for name in told):
                return said.format(*told)
    return ""


def type_told(name: str, names: Collection[str]) -> str:
    """Return a type's name if it may be told, "object" for another one."""
    return name if name in TYPES or name in names else "object"


def told(finding: Finding, names: Collection[str], numbers: Collection[int] = ()) -> Finding:
    """Take out of a finding about an answer what the submission made up for it.

    A dict's key and the name of a type are said only if they stand in the submission, or are
    known to everybody; a shape or a length only if it comes of the case's sizes, or of one of the
    few ``numbers`` that stand in the submission: others could spell what the case holds.
    """
    facts = dict(finding.facts)
    if finding.kind == "extra key" and facts.get("key") not in names:
        facts["key"] = ""
    if finding.kind in ("type", "not numbers"):
        facts["type"] = type_told(str(facts["type"]), names)
    if finding.kind in ("shape", "length"):
        made, due = (_as_shape(facts.get(key)) for key in (finding.kind, "due"))
        near = _of_sizes([*finding.sizes.values(), *due], due)
        if len(made) > max(_MOST_AXES, len(due) + 1) or not near.union(numbers).issuperset(made):
            del facts[finding.kind]
    return replace(finding, facts=facts)


_MOST_AXES = 3


def _as_shape(fact: Fact) -> tuple[int, ...]:
    shape = fact if isinstance(fact, tuple) else (fact,)
    return tuple(size for size in shape if isinstance(size, int))


def _of_sizes(sizes: Sequence[int], due: Sequence[int]) -> frozenset[int]:
    """Return what an honest mistake makes of sizes: one more or less, two beside each other."""
    pairs = list(itertools.combinations_with_replacement(sizes, 2))
    near = {one + off for one in sizes for off in (-1, 0, 1)}
    near |= {one + other for one, other in pairs} | {one * other for one, other in pairs}
    return frozenset({0, 1, math.prod(due), *near})


def _may_be_told(name: str, names: Collection[str]) -> bool:
    if name in _COMMON:
        return True
    return all(part.isidentifier() and part in names for part in name.split("."))
