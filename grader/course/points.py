"""Reads assignment.toml: the functions that an assignment asks for, and their points."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.course.late import Late
from grader.errors import UsageProblem, did_you_mean, quoted

POINTS_FILE = "assignment.toml"
MOST_DATA = 20
"""Data files that an assignment lets in."""
VERSIONS = ("python", "numpy")


@dataclass(frozen=True)
class Function:
    """One function of the contract, and the points each of its criteria is worth.

    ``never_lent`` names functions whose answers only the student's own code can read: those of
    a right one are of no use to this function, and are not given to its cases either.  One that
    a course has ``dropped`` is judged for the others' sake, and neither asked for nor shown.
    """

    name: str
    file: str
    outputs: Mapping[str, float]
    small: Mapping[str, float]
    never_lent: tuple[str, ...] = ()
    dropped: bool = False

    @property
    def points(self) -> float:
        """The most that can be earned."""
        return sum(self.outputs.values()) + sum(self.small.values())

    def may_be_given(self, neighbour: str) -> bool:
        """Whether its cases may be given, by value, what a right version of another answers."""
        return neighbour != self.name and neighbour not in self.never_lent


@dataclass(frozen=True)
class Points:
    """What an assignment.toml says.

    ``language`` is its students'; ``torch`` says whether PyTorch is used; ``python`` and
    ``numpy`` are the versions that students are told the grader runs, "" where nothing is said.
    ``data`` are the names of files that are no Python and that students' code may read.
    ``timeout`` is the processor time in seconds one function may take, ``tolerance`` how many times
    as far off as its cases say numbers may be, ``late`` what lateness costs where the course says
    so here.  ``changes`` tells what a course has changed that scores rest on, "" for nothing.
    """

    title: str
    torch: bool
    functions: tuple[Function, ...]
    language: str = "en"
    python: str = ""
    numpy: str = ""
    data: tuple[str, ...] = ()
    timeout: float = 10.0
    tolerance: float = 1.0
    late: Late | None = None
    changes: str = ""

    @property
    def asked(self) -> tuple[Function, ...]:
        """The functions that count."""
        return tuple(function for function in self.functions if not function.dropped)


def read_points(path: Path) -> Points:
    """Read an assignment.toml; UsageProblem names the file, the key and what is wrong with it."""
    table = read_table(path)
    reader = Reader(path)
    reader.keys(table, "", ("title", "torch", "language", "data", *VERSIONS, "functions"))
    return Points(
        title=reader.value(table, "", "title", str, "a text", ""),
        torch=reader.value(table, "", "torch", bool, "true or false", False),
        functions=_functions(reader, table),
        language=reader.value(table, "", "language", str, "a text", "en"),
        data=_data(reader, table),
        python=reader.version(table, "python"),
        numpy=reader.version(table, "numpy"),
    )


def read_table(path: Path) -> dict[str, Any]:
    """Return what a TOML file holds; UsageProblem says why it cannot be read."""
    try:
        if path.exists() and not path.is_file():  # a pipe would have it wait
            raise UsageProblem(f"{quoted(path)} is no file. Put a file in its place.")
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageProblem(
            f"{quoted(path)} cannot be read ({error.strerror}). Check its permissions."
        ) from error
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise UsageProblem(
            f"{quoted(path)} is not valid TOML: {error}. Correct the file."
        ) from error


def _functions(reader: Reader, table: Mapping[str, Any]) -> tuple[Function, ...]:
    functions = reader.value(table, "", "functions", dict, "a table", {})
    if not functions:
        raise reader.problem("functions", "must name at least one function, as [functions.NAME]")
    read = tuple(reader.function(name, functions[name]) for name in functions)
    for function in read:
        for neighbour in function.never_lent:
            if neighbour not in functions or neighbour == function.name:
                raise reader.problem(
                    f"functions.{function.name}.never_lent",
                    f"must name other functions of this file, not {neighbour!r}",
                )
    return read


def _data(reader: Reader, table: Mapping[str, Any]) -> tuple[str, ...]:
    data = reader.value(table, "", "data", list, "a list of file names", [])
    for name in data:
        if not isinstance(name, str) or not _is_data(name) or len(data) > MOST_DATA:
            what = f'must be up to {MOST_DATA} file names such as "weights.npz", not {name!r}'
            raise reader.problem("data", what)
    return tuple(data)


def _is_data(name: str) -> bool:
    return bool(name.strip(" .")) and "/" not in name and "\\" not in name and name[-3:] != ".py"


class Reader:
    """Takes values out of tables, and says in which file and key one does not fit."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def problem(self, key: str, what: str, hint: str = "") -> UsageProblem:
        return UsageProblem(f"In {quoted(self._path)}, {quoted(key)} {what}.{hint}")

    def keys(self, table: Mapping[str, Any], where: str, known: Iterable[str]) -> None:
        for key in table:
            if key not in known:
                hint = did_you_mean(key, known) or f" Known are: {', '.join(known)}."
                raise UsageProblem(
                    f"In {quoted(self._path)}, {quoted(where + key)} is not a known key.{hint}"
                )

    def value(
        self, table: Mapping[str, Any], where: str, key: str, kind: type, called: str, default: Any
    ) -> Any:
        value = table.get(key, default)
        if not isinstance(value, kind):
            raise self.problem(where + key, f"must be {called}, not {value!r}")
        return value

    def version(self, table: Mapping[str, Any], key: str) -> str:
        version: str = self.value(table, "", key, str, 'a version such as "3.11"', "")
        if version and not re.fullmatch(r"\d+\.\d+(\.\d+)?", version):
            raise self.problem(key, f'must be a version such as "3.11", not {version!r}')
        return version

    def function(self, name: str, table: object) -> Function:
        where = f"functions.{name}"
        self._check(where, name, str.isidentifier, "must be named like a Python function")
        if not isinstance(table, dict):
            raise self.problem(where, f"must be a table, not {table!r}")
        self.keys(table, f"{where}.", ("file", "outputs", "small", "never_lent"))
        file = self.value(table, f"{where}.", "file", str, "a file name", "")
        self._check(f"{where}.file", file, _is_module, 'must be a file name such as "rnn_cell.py"')
        outputs = self.criteria(table, where, "outputs")
        small = self.criteria(table, where, "small")
        if sum(outputs.values()) <= 0:
            raise self.problem(f"{where}.outputs", "must give points to at least one output")
        for criterion in small:
            if criterion in outputs:
                raise self.problem(f"{where}.small.{criterion}", "is the name of an output already")
        never_lent = self.value(table, f"{where}.", "never_lent", list, "a list of names", [])
        return Function(name, file, outputs, small, tuple(map(str, never_lent)))

    def _check(self, key: str, value: str, fits: Callable[[str], bool], what: str) -> None:
        if not fits(value):
            raise self.problem(key, f"{what}, not {value!r}")

    def criteria(self, table: Mapping[str, Any], where: str, key: str) -> dict[str, float]:
        criteria = self.value(table, f"{where}.", key, dict, "a table of points", {})
        for name, points in criteria.items():
            number = isinstance(points, int | float) and not isinstance(points, bool)
            if not number or not math.isfinite(points) or points < 0:
                raise self.problem(
                    f"{where}.{key}.{name}", f"must be a number of points from 0 up, not {points!r}"
                )
        return {name: float(points) for name, points in criteria.items()}


def _is_module(file: str) -> bool:
    return file.endswith(".py") and file.removesuffix(".py").isidentifier()
