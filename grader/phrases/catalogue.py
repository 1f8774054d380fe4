"""The words for recognised mistakes, and an assignment's hints.

``mistakes.<language>.toml`` of an assignment, and before it ``mistakes/<language>.toml`` beside
this module for what all assignments have in common, hold a table for each mistake::

    [lost_keepdims]
    cause = "The sum over the examples dropped its axis."
    next = "look up keepdims in numpy.sum"
    hint = "Which shape has the bias itself?"     # for those who ask for more, optional
    note = "The commonest slip with dba."         # for the instructor, optional

``hints.<language>.toml`` holds the steps of the hint to each function, smallest first::

    softmax = ["first step", "second step"]

Students are shown ``cause`` and ``next``, and on request ``hint`` and the steps.  Notes are read
by ``load_notes`` alone, so that what renders a student's feedback cannot hold one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

KEYS = ("cause", "next", "hint", "note")


@dataclass(frozen=True)
class Mistake:
    """What a student is told of a recognised mistake."""

    cause: str
    next: str
    hint: str = ""


@dataclass(frozen=True)
class Catalogue:
    """Mistakes and hints by name, as students may see them."""

    mistakes: Mapping[str, Mistake] = field(default_factory=dict)
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, mistakes: Iterable[Path] = (), hints: Path | None = None) -> Self:
        """Read the files that are given; ValueError says what is wrong, in which file.

        Of a mistake that several files name, the last one's words hold.
        """
        known = {name: one for path in mistakes for name, one in _mistakes(path).items()}
        return cls(known, load_hints(hints) if hints else {})


def load_notes(paths: Iterable[Path]) -> dict[str, str]:
    """Return the instructor's notes by mistake, for those that have one; never for students."""
    return {
        name: _line(entry, "note", where)
        for path in paths
        for name, entry, where in _entries(_read(path), path)
        if "note" in entry
    }


def load_hints(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the steps of each function's hint; ValueError says what is wrong, in which file."""
    hints: dict[str, tuple[str, ...]] = {}
    for function, steps in _read(path).items():
        if not isinstance(steps, list) or not all(map(_is_text, steps)):
            raise ValueError(f"{path.name}: the hint to {function!r} must be a list of texts.")
        hints[function] = tuple(" ".join(step.split()) for step in steps)
    return hints


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _mistakes(path: Path) -> dict[str, Mistake]:
    return {
        name: Mistake(
            _line(entry, "cause", where),
            _line(entry, "next", where),
            _line(entry, "hint", where) if "hint" in entry else "",
        )
        for name, entry, where in _entries(_read(path), path)
    }


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name} is not valid TOML: {error}.") from error


def _entries(data: dict[str, Any], path: Path) -> Iterator[tuple[str, dict[str, Any], str]]:
    for name, entry in data.items():
        where = f"{path.name}: the mistake {name!r}"
        if not isinstance(entry, dict):
            raise ValueError(f"{where} must be a table with cause and next.")
        for key in entry:
            if key not in KEYS:
                known = f"{', '.join(KEYS[:-1])} and {KEYS[-1]}"
                raise ValueError(f"{where} has the key {key!r}; known are {known}.")
        yield name, entry, where


def _line(entry: dict[str, Any], key: str, where: str) -> str:
    text = entry.get(key)
    if not isinstance(text, str) or not _is_text(text):
        raise ValueError(f"{where} has no {key}; give it one sentence.")
    return " ".join(text.split())
