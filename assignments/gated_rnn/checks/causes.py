"""Tells what an answer to a public example, or an exception, is known to come from.

`known.txt` holds, for each function, numbers that wrong versions of it are known to answer to
the example of that function in test_public.py (EXAMPLES), and the words for each.
"""

from __future__ import annotations

import base64
import bz2
import copy
import json
import re
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from .loading import HERE, loaded

Mark = list[Any]
"""What is kept of one quantity: a number for its shapes, and two that weigh all its entries."""

KNOWN = HERE / "checks" / "known.txt"
_CLOSE = 1e-5


def marks_of(example: Callable[[], Any]) -> list[Mark] | None:
    """Return the marks of what an example answers, None where it raises or answers no numbers."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return list(map(_mark, _quantities(copy.deepcopy(example()))))
    except KeyboardInterrupt:
        raise
    except BaseException:  # whatever the function raises; what stops a test is no Exception
        return None


def _quantities(answer: Any) -> list[Any]:
    if isinstance(answer, dict):
        return [answer[key] for key in sorted(answer, key=str)] + [sorted(map(str, answer))]
    return list(answer) if isinstance(answer, tuple | list) else [answer]


def _mark(quantity: Any) -> Mark:
    forms: list[str] = []
    numbers = np.concatenate([np.zeros(0), *_leaves(quantity, forms)])
    places = np.arange(len(numbers))
    marks: Mark = [zlib.crc32(",".join(forms).encode())]
    for weights in (np.cos(1 + 1.7 * places), np.sin(2 + 2.3 * places)):
        total, size = float(weights @ numbers), float(np.abs(weights) @ np.abs(numbers))
        marks.append(_rounded(total) if abs(total) > 1e-9 * size else _rounded(0 * total))
    return marks


def _rounded(number: float) -> float | str:
    return float(f"{number:.6g}") if np.isfinite(number) else "inf"


def _leaves(value: Any, forms: list[str]) -> Iterator[Any]:
    if isinstance(value, dict):
        for key in sorted(value, key=str):
            forms.append(str(key))
            yield from _leaves(value[key], forms)
    elif isinstance(value, str) or value is None:
        forms.append(str(value))
    else:
        array = _as_array(value)
        if array is not None:
            forms.append(str(array.shape))
            yield array.ravel()
        elif isinstance(value, tuple | list):
            forms.append(f"[{len(value)}")
            for one in value:
                yield from _leaves(one, forms)
        else:
            forms.append(type(value).__name__)


def _as_array(value: Any) -> Any:
    try:
        return np.asarray(value, dtype=float)
    except (ValueError, TypeError):
        return None


def alike(one: list[Mark], other: list[Mark]) -> bool:
    """Tell whether marks are those of the same answer."""
    return len(one) == len(other) and all(map(_alike, one, other))


def _alike(one: Mark, other: Mark) -> bool:
    return one[0] == other[0] and all(
        mine == theirs
        or (
            not isinstance(mine, str)
            and not isinstance(theirs, str)
            and abs(mine - theirs) <= _CLOSE * max(abs(mine), abs(theirs))
        )
        for mine, theirs in zip(one[1:], other[1:], strict=True)
    )


def encoded(known: Mapping[str, Any]) -> str:
    """Return what is known as the text of known.txt."""
    data = json.dumps(known, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return base64.encodebytes(bz2.compress(data.encode())).decode()


def decoded(text: str) -> Any:
    """Return what the text of known.txt holds; ValueError where it is none."""
    try:
        return json.loads(bz2.decompress(base64.b64decode(text)).decode())
    except (OSError, EOFError) as error:
        raise ValueError(str(error)) from error


class Causes:
    """What is known of the homework's functions, with the examples to compare by."""

    def __init__(self, examples: Mapping[str, Callable[[], Any]], language: str) -> None:
        self._examples = examples
        self._language = language
        self._right: dict[str, bool] = {}
        try:
            self._known = decoded(KNOWN.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            self._known = {}

    def rests_on(self, function: str) -> str:
        """Return the first function that this one rests on and that is not right, or ""."""
        wrong = (one for one in self._of("rests", function) if not self._is_right(one))
        return next(wrong, "")

    def of_numbers(self, function: str) -> dict[str, str]:
        """Return Cause and Next, if what the function answers is known; {} if not."""
        example = self._examples.get(function)
        with loaded() as used:
            marks = marks_of(example) if example else None
        if marks is None or any(not self._is_right(one) for one in used - {function}):
            return {}
        found = {
            key
            for key, rows in self._of("answers", function).items()
            if any(alike(marks, row) for row in rows)
        }
        return self._words(found.pop()) if len(found) == 1 else {}

    def of_exception(self, error: BaseException) -> dict[str, str]:
        """Return Cause and Next of an exception whose words are known; {} if they are not."""
        text = str(error)
        for key, words in self._known.get("exceptions", ()):
            if re.fullmatch(words, text, re.DOTALL):
                return self._words(key)
        return {}

    def _of(self, part: str, function: str) -> Any:
        return self._known.get(part, {}).get(function, {})

    def _is_right(self, function: str) -> bool:
        if function not in self._right:
            due = self._of("right", function)
            self._right[function] = True  # a function whose example asks for itself
            marks = marks_of(self._examples[function]) if due else None
            self._right[function] = not due or (marks is not None and alike(marks, due))
        return self._right[function]

    def _words(self, key: str) -> dict[str, str]:
        words = self._known.get("words", {})
        said = words.get(self._language, {}).get(key) or words.get("en", {}).get(key)
        return dict(zip(("Cause", "Next"), said, strict=True)) if said else {}


def unique(
    answers: Iterable[tuple[str, list[Mark]]], right: list[Mark]
) -> dict[str, list[list[Mark]]]:
    """Return those answers by key that are not right, and that no other key gives as well."""
    wrong = [(key, marks) for key, marks in answers if not alike(marks, right)]
    kept: dict[str, list[list[Mark]]] = {}
    for key, marks in wrong:
        if any(other != key and alike(marks, theirs) for other, theirs in wrong):
            continue
        if not any(alike(marks, one) for one in kept.get(key, ())):
            kept.setdefault(key, []).append(marks)
    return kept
