"""Compares what came back with what was due: nothing, or named mismatches.

The ladder, lowest rung first: returned nothing, type, length, missing key, extra key, not numbers,
ragged, dtype, shape, not finite, precision, values.  Each output stops at the lowest rung it fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from grader.cases.exact import compare_exactly, is_exact
from grader.cases.floats import ODD_KINDS, as_array, compare_numbers, compare_values
from grader.cases.mask import PLACE
from grader.cases.tolerances import ANYTHING, Array, Exactly, Tolerance
from grader.record import Fact, Finding
from grader.worker.wire import Odd

Path = tuple[int | str, ...]
OutputOf = Callable[[Path], str]

_MOST_OF_A_KEY = 40
"""Letters of a key that are repeated to the student who made it up."""


@dataclass(frozen=True)
class Mismatch:
    """A finding, and the numbers behind it, which stay with the judge.

    Of an output with wrong values under several keys, ``by_key`` holds what is due under each.
    """

    finding: Finding
    got: Any = None
    due: Any = None
    by_key: Mapping[str, Any] = field(default_factory=dict)


def by_position(outputs: Sequence[str]) -> OutputOf:
    """Name outputs as the contract does: by dict key, by place in a tuple, or the only one.

    What has no name of its own is no output's: "".  A dict of any keys is all the only one's.
    """

    def output_of(path: Path) -> str:
        if len(outputs) == 1:
            return outputs[0]
        if not path:
            return ""
        first = path[0]
        if isinstance(first, str):
            return first if first in outputs else ""
        return outputs[first] if first < len(outputs) else ""

    return output_of


def compare(got: Any, due: Any, output_of: OutputOf, tolerance: Tolerance) -> list[Mismatch]:
    """Return one mismatch for each output that is not as due, in the order of ``due``."""
    if _agrees(got, due, tolerance):
        return []
    comparison = _Comparison(output_of, tolerance)
    comparison.compare(got, due)
    return list(comparison.found.values())


def _agrees(got: Any, due: Any, tolerance: Tolerance) -> bool:
    """Whether everything is plainly as due: what is right is most of what comes back.

    All numbers are compared at once; False only says that it takes a closer look.
    """
    pairs: dict[tuple[int, int], tuple[Array, Array]] = {}
    if not _pair(got, due, pairs):
        return False
    if not pairs:
        return True
    mine = np.concatenate([one.ravel() for one, _ in pairs.values()])
    theirs = np.concatenate([one.ravel() for _, one in pairs.values()])
    with np.errstate(all="ignore"):
        if tolerance.step_axis is None:
            bound = tolerance.bound(theirs)
        else:
            bound = np.concatenate([tolerance.bound(one).ravel() for _, one in pairs.values()])
        return bool((np.abs(mine - theirs) <= bound).all())


def _pair(got: Any, due: Any, pairs: dict[tuple[int, int], tuple[Array, Array]]) -> bool:
    """Pair the arrays of an answer with those due, each pair once; False where one has no other."""
    if isinstance(due, np.ndarray):
        if (
            type(got) is not np.ndarray
            or got.dtype != np.float64
            or due.dtype != np.float64
            or got.shape != due.shape
        ):
            return False
        pairs[id(got), id(due)] = got, due
        return True
    if isinstance(due, dict):
        return (
            isinstance(got, dict)
            and not (isinstance(due, Exactly) and len(got) != len(due))
            and all(key in got and _pair(got[key], item, pairs) for key, item in due.items())
        )
    if isinstance(due, (tuple, list)):
        return (
            isinstance(got, (tuple, list))
            and len(got) == len(due)
            and all(_pair(mine, item, pairs) for mine, item in zip(got, due, strict=True))
        )
    return due is ANYTHING


@dataclass
class _Comparison:
    """What is wrong so far, by output, in the order in which it came up."""

    output_of: OutputOf
    tolerance: Tolerance
    found: dict[str, Mismatch] = field(default_factory=dict)

    def compare(self, got: Any, due: Any, path: Path = ()) -> None:
        """Compare what came back in one place with what is due there, and all that is in it."""
        output = self.output_of(path)
        if output and output in self.found:
            self._also_in(got, due, path)
        elif due is ANYTHING:
            pass
        elif isinstance(due, Mapping):
            self._dict(got, due, path)
        elif isinstance(due, (tuple, list)):
            self._sequence(got, due, path)
        elif is_exact(due):
            self._numbers(got, due, path, compare_exactly(got, due, type_name(got)))
        else:
            self._numbers(got, due, path, compare_numbers(got, due, self.tolerance))

    def _wrong(self, got: Any, due: Any, path: Path, kind: str, facts: Mapping[str, Fact]) -> None:
        output = self.output_of(path)
        told = dict(facts)
        if part := _part(path, output, self.output_of):
            told["part"] = part
        by_key = {}
        if output and path and isinstance(path[0], str) and path[0] != output:
            told["keys"] = (path[0],)
            by_key = {path[0]: due}
        self.found.setdefault(output, Mismatch(Finding(kind, output, told), got, due, by_key))

    def _dict(self, got: Any, due: Mapping[Any, Any], path: Path) -> None:
        if not isinstance(got, dict):
            self._wrong(got, due, path, _instead(got), _type_facts(got, "dict"))
            return
        if isinstance(due, Exactly) and (extra := [key for key in got if key not in due]):
            self._wrong(got, due, path, "extra key", {"key": str(extra[0])[:_MOST_OF_A_KEY]})
        for key, item in due.items():
            if key in got:
                self.compare(got[key], item, (*path, key))
            else:
                name = self.output_of((*path, key)) or self.output_of(path)
                missing = Finding("missing key", name, {"key": key})
                self.found.setdefault(name, Mismatch(missing, got, due))

    def _sequence(self, got: Any, due: Sequence[Any], path: Path) -> None:
        if not isinstance(got, (tuple, list)):
            kind = "tuple" if isinstance(due, tuple) else "list"
            self._wrong(got, due, path, _instead(got), _type_facts(got, kind))
        elif len(got) != len(due):
            self._wrong(got, due, path, "length", {"length": len(got), "due": len(due)})
        elif (steps := _as_steps(got, due)) is not None:
            finding = compare_values(*steps, self.tolerance, time_axis=0)
            self._numbers(got, due, path, finding)
        else:
            for number, (mine, item) in enumerate(zip(got, due, strict=True)):
                self.compare(mine, item, (*path, number))

    def _numbers(self, got: Any, due: Any, path: Path, finding: Finding | None) -> None:
        if finding is not None:
            facts = _placed(finding, path, self.output_of(path), self.output_of)
            self._wrong(got, due, path, finding.kind, facts)

    def _also_in(self, got: Any, due: Any, path: Path) -> None:
        """Name one more key of what has wrong values in several, if it is wrong there too."""
        output = self.output_of(path)
        first = self.found[output]
        keys = first.finding.facts.get("keys")
        if first.finding.kind != "values" or not isinstance(keys, tuple):
            return
        if not isinstance(path[0], str) or path[0] in keys:
            return
        there = _Comparison(self.output_of, self.tolerance)
        there.compare(got, due, path)
        if there.found:
            facts = {**first.finding.facts, "keys": (*keys, path[0])}
            by_key = {**first.by_key, path[0]: there.found[output].due}
            finding = replace(first.finding, facts=facts)
            self.found[output] = replace(first, finding=finding, by_key=by_key)


def _as_steps(got: Sequence[Any], due: Sequence[Any]) -> tuple[Array, Array] | None:
    """Return two lists of arrays, one a time step, as one array each, where both are that."""
    if not isinstance(due, list) or not all(isinstance(item, np.ndarray) for item in due):
        return None
    if len({item.shape for item in due}) != 1:
        return None
    mine, theirs = as_array(got), np.array(due)
    return (mine, theirs) if isinstance(mine, np.ndarray) and mine.shape == theirs.shape else None


def _placed(finding: Finding, path: Path, output: str, output_of: OutputOf) -> Mapping[str, Fact]:
    """Return a finding's facts without the place where it is off, if that is but a part of it."""
    inner = any(isinstance(key, str) and key != output for key in path)
    if not inner and not (path and output_of(path[:-1]) == output):
        return finding.facts
    return {key: fact for key, fact in finding.facts.items() if key not in PLACE}


def _part(path: Path, output: str, output_of: OutputOf) -> str:
    """Return how code takes a part of an output out of it, as in "[1]"; "" for a whole one.

    The path is what is due, so that nothing of an answer is told.
    """
    begins = (at for at in range(len(path) + 1) if output_of(path[:at]) == output)
    inner = path[next(begins, len(path)) :] if output else ()
    return "".join(f"[{key}]" if isinstance(key, int) else f'["{key}"]' for key in inner)


def _instead(got: Any) -> str:
    if isinstance(got, Odd) and got.what in ODD_KINDS:
        return ODD_KINDS[got.what]
    return "returned nothing" if got is None else "type"


def _type_facts(got: Any, due: str) -> dict[str, Fact]:
    return {"type": type_name(got), "due": due} if _instead(got) == "type" else {}


def type_name(got: Any) -> str:
    """Name the type of an answer as the student knows it."""
    if isinstance(got, Odd):
        return got.what
    return "array" if isinstance(got, np.ndarray) else type(got).__name__
