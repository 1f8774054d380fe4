"""What catalogued mistakes answer to the public examples, as the checks at home compare with.

A public example is a call in ``EXAMPLES`` of the students' ``test_public.py``.  Each mistake is
run on it; what is kept are a few rounded numbers for each quantity, and only of mistakes that no
other one, and nothing general, answers alike.  No code is kept, and nothing of hidden cases: the
examples are the students' own.
"""

from __future__ import annotations

import ast
import base64
import bz2
import contextlib
import importlib
import importlib.util
import json
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from grader.course import PACKAGE, Assignment
from grader.diagnosis.catalogue import Mistakes, load_mistakes
from grader.diagnosis.exception_patterns import BY_TEXT
from grader.diagnosis.general_mistakes import CHANGES
from grader.errors import UsageProblem, not_importable
from grader.phrases import languages
from grader.phrases.catalogue import Catalogue

HANDOUT = PACKAGE / "handout"
KNOWN = "checks/known.txt"
"""Where the students find it."""


def known_answers(assignment: Assignment) -> str:
    """Return the text of known.txt; UsageProblem where the catalogue or the tests are broken."""
    kept = assignment.public_tests  # what is handed out may be yet to be built
    with public_tests(assignment, kept) as tests, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a mistake may divide by zero
        causes: Any = importlib.import_module("checks.causes")
        known: dict[str, Any] = {"right": {}, "answers": {}, "rests": {}, "exceptions": BY_TEXT}
        mistakes = load_mistakes(assignment)
        examples = getattr(tests, "EXAMPLES", {})
        if mistakes is not None:
            known["exceptions"] = [*mistakes.exceptions, *BY_TEXT]
            for name in (one.name for one in assignment.functions if one.name in examples):
                right, rows = _rows(mistakes, name, examples[name], causes)
                known["right"][name] = right
                known["answers"][name] = causes.unique(rows, right)
        # also of a function without an example: what it rests on may have one
        known["rests"] = {name: before for name, before in _rests(assignment).items() if before}
        known["words"] = _words(assignment, known)
        text: str = causes.encoded(known)
    return text


def strange_in(text: str, assignment: Assignment) -> str:
    """Say what a known.txt holds that it must not, "" if nothing.

    It may hold marks of answers, names of functions and mistakes, the patterns of exceptions,
    and the catalogue's own cause and next: nothing else, and so no code and no hidden case.
    """
    try:
        known = json.loads(bz2.decompress(base64.b64decode(text)))
        if known.keys() - {"right", "answers", "rests", "exceptions", "words"}:
            return "holds more than known answers"
        names = {function.name for function in assignment.functions}
        if (known["right"].keys() | known["answers"].keys() | known["rests"].keys()) - names:
            return "names a function that is not of the contract"
        if any(set(rests) - names for rests in known["rests"].values()):
            return "names a function that is not of the contract"
        rows = [row for keys in known["answers"].values() for some in keys.values() for row in some]
        if not all(_is_mark(mark) for row in [*rows, *known["right"].values()] for mark in row):
            return "holds more of an answer than its marks"
        if not {tuple(pair) for pair in known["exceptions"]} <= _patterns(assignment):
            return "holds patterns of exceptions that are not the catalogue's"
        if known["words"] != _words(assignment, known):
            return "holds words that are not the catalogue's"
    except (ValueError, TypeError, KeyError, AttributeError, OSError, EOFError):
        return "cannot be looked into"
    return ""


def _is_mark(mark: object) -> bool:
    return (
        isinstance(mark, list)
        and len(mark) == 3
        and isinstance(mark[0], int)
        and all(isinstance(one, int | float) or one == "inf" for one in mark[1:])
        and all(one == "inf" or float(f"{one:.6g}") == one for one in mark[1:])
    )


def _patterns(assignment: Assignment) -> set[tuple[str, str]]:
    mistakes = load_mistakes(assignment)
    return {*BY_TEXT, *(mistakes.exceptions if mistakes else ())}


@contextlib.contextmanager
def public_tests(assignment: Assignment, kept: Path | None = None) -> Iterator[ModuleType | None]:
    """Import the students' tests with the checks they are handed out with; None if there are none.

    Neither stays imported.  UsageProblem where they cannot be imported.
    """
    path = kept or assignment.stubs / "test_public.py"
    before = {name: sys.modules.pop(name) for name in list(sys.modules) if _is_checks(name)}
    sys.path.insert(0, str(HANDOUT))
    try:
        yield _imported(path) if path.is_file() else None
    finally:
        sys.path.remove(str(HANDOUT))
        for name in list(filter(_is_checks, sys.modules)):
            del sys.modules[name]
        sys.modules.update(before)


def _is_checks(name: str) -> bool:
    return name.partition(".")[0] == "checks"


def _imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("public_tests", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise not_importable(path, error) from error
    return module


def right_functions(mistakes: Mistakes, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the right version of each function, as the catalogue makes it."""
    return {name: mistakes.make(name, {}) for name in names}


def _rows(
    mistakes: Mistakes, name: str, example: Any, causes: Any
) -> tuple[Any, list[tuple[str, Any]]]:
    """Return the marks of the right answer, and of every mistake that answers at all."""
    standing_in = importlib.import_module("checks").standing_in
    functions = right_functions(mistakes, mistakes.variants)
    with standing_in(functions), np.errstate(all="ignore"):
        right = causes.marks_of(example)
        if right is None:
            raise UsageProblem(
                f"In test_public.py, EXAMPLES[{name!r}] raises, or answers no numbers, where "
                f"{name} is right. Have it return what load({name!r}, FILES) answers."
            )
        answer = example()
    rows = []
    for key, several in mistakes.variants.get(name, {}).items():
        for hooks in several:
            with standing_in({**functions, name: mistakes.make(name, hooks)}):
                marks = causes.marks_of(example)
            if marks is not None:
                rows.append((key, marks))
    return right, [*rows, *_general(answer, causes)]


def _general(answer: Any, causes: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a sign, a factor, or axes in disorder make of each quantity that is one array."""
    parts = answer if isinstance(answer, dict | list | tuple) else [answer]
    for at in list(parts) if isinstance(parts, dict) else range(len(parts)):
        if not isinstance(parts[at], np.ndarray):
            continue
        for key, changes in CHANGES.items():
            for change in changes:
                changed: Any = dict(parts) if isinstance(parts, dict) else list(parts)
                changed[at] = change(parts[at])
                marks = causes.marks_of(lambda changed=changed: changed)
                if marks is not None:
                    yield key, marks


def _rests(assignment: Assignment) -> dict[str, list[str]]:
    """Return the functions that each function's solution calls, directly or through others."""
    contract = [function.name for function in assignment.functions]
    calls: dict[str, set[str]] = {}
    for source in assignment.solution.values():
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
                calls.setdefault(node.name, set()).update(names - {node.name})
    rests = {}
    for name in contract:
        reached, waiting = set(), [name]
        while waiting:
            for one in calls.get(waiting.pop(), set()) & calls.keys():
                if one not in reached:
                    reached.add(one)
                    waiting.append(one)
        rests[name] = [one for one in contract if one in reached and one != name]
    return rests


def _words(assignment: Assignment, known: Mapping[str, Any]) -> dict[str, dict[str, list[str]]]:
    """Return cause and next of every mistake that is named, by language."""
    keys = {key for rows in known["answers"].values() for key in rows}
    keys |= {key for key, _ in known["exceptions"]}
    words = {}
    for language in languages():
        paths = (
            PACKAGE / "phrases" / "mistakes" / f"{language}.toml",
            assignment.hidden / f"mistakes.{language}.toml",
        )
        try:
            said = Catalogue.load([path for path in paths if path.exists()]).mistakes
        except ValueError as error:
            raise UsageProblem(str(error)) from error
        words[language] = {
            key: [said[key].cause, said[key].next] for key in sorted(keys) if key in said
        }
    return words
