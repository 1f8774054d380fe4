"""Finds a course and its assignments, and reads what an assignment asks for.

A course is a folder with ``assignments/<name>/`` (what students receive), ``solutions/<name>/``
and hidden cases, which stand in ``hidden/<name>/`` or ``grader/hidden/<name>/`` of the course;
where it has neither, those that came with this program are taken.
"""

from __future__ import annotations

import functools
import hashlib
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import UsageProblem, did_you_mean, quoted

PACKAGE = Path(__file__).resolve().parent
POINTS_FILE = "assignment.toml"
TORCH_KIT = PACKAGE / "kit" / "torch_kit.py"
"""What an assignment's files in the worker import; it travels beside them."""
MOST_DATA = 20
"""Data files that an assignment lets in."""
FOLDERS = ("assignments", "solutions")
VERSIONS = ("python", "numpy")


@dataclass(frozen=True)
class Function:
    """One function of the contract, and the points each of its criteria is worth.

    ``never_lent`` names functions whose answers only the student's own code can read: those of
    a right one are of no use to this function, and are not given to its cases either.
    """

    name: str
    file: str
    outputs: Mapping[str, float]
    small: Mapping[str, float]
    never_lent: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """The most that can be earned."""
        return sum(self.outputs.values()) + sum(self.small.values())

    def may_be_given(self, neighbour: str) -> bool:
        """Whether its cases may be given, by value, what a right version of another answers."""
        return neighbour != self.name and neighbour not in self.never_lent


@dataclass(frozen=True)
class Assignment:
    """What an assignment asks for, and where its parts stand.

    ``language`` is its students'; ``python`` and ``numpy`` are the versions that they are told
    the grader runs, "" where the course does not say.  ``data`` are the names of files that are
    no Python and that students' code may read.
    """

    name: str
    title: str
    torch: bool
    functions: tuple[Function, ...]
    stubs: Path
    solutions: Path
    hidden: Path
    language: str = "en"
    python: str = ""
    numpy: str = ""
    data: tuple[str, ...] = ()

    @functools.cached_property
    def code(self) -> Mapping[str, str]:
        """What runs in a worker beside a submission, by file: probes, makers, what they import."""
        own = self._sources("probes.py", "makers.py")
        return {TORCH_KIT.name: TORCH_KIT.read_text("utf-8"), **own} if own else {}

    @functools.cached_property
    def witness(self) -> Mapping[str, bytes]:
        """What a witness runs in, by file: witness.py, and what it imports."""
        own = self._sources("witness.py")
        texts = {TORCH_KIT.name: TORCH_KIT.read_text("utf-8"), **own} if own else {}
        return {name: text.encode() for name, text in texts.items()}

    @property
    def known(self) -> Path:
        """The folder of submissions whose points are known, beside assignments and solutions."""
        return self.solutions.parents[1] / "known" / self.name

    @functools.cached_property
    def catalogue(self) -> Mapping[str, bytes]:
        """The modules of the catalogue of mistakes, by file; {} where there is none."""
        if not (self.hidden / "mistakes.py").exists():
            return {}
        return {path.name: path.read_bytes() for path in self.hidden.glob("mistake*.py")}

    def _sources(self, *names: str) -> dict[str, str]:
        paths = [self.hidden / name for name in names]
        return {path.name: path.read_text("utf-8") for path in paths if path.exists()}

    @property
    def files(self) -> tuple[str, ...]:
        """The contract's file names, in the order of their functions."""
        return tuple(dict.fromkeys(function.file for function in self.functions))

    @property
    def points(self) -> float:
        """The most that can be earned in the whole assignment."""
        return sum(function.points for function in self.functions)

    def fingerprint(self) -> str:
        """Return the SHA-256 of all that judges: hidden cases, points, solutions, this program.

        OSError where a file cannot be read.
        """
        digest = hashlib.sha256()
        for label, path in self._judging_files():
            content = path.read_bytes()
            digest.update(f"{label}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
            digest.update(content)
        return digest.hexdigest()

    def _judging_files(self) -> Iterator[tuple[str, Path]]:
        apart = {PACKAGE / "hidden", PACKAGE / "courseware"}
        own = (path for path in PACKAGE.rglob("*") if not apart & set(path.parents))
        for label, folder, paths in (
            ("hidden", self.hidden, self.hidden.rglob("*")),
            ("solutions", self.solutions, self.solutions.glob("*.py")),
            ("grader", PACKAGE, own),
        ):
            for path in sorted(paths):
                if path.suffix in (".py", ".toml") and path.is_file():
                    yield f"{label}/{path.relative_to(folder).as_posix()}", path


@dataclass(frozen=True)
class Course:
    """A folder with assignments, solutions and hidden cases."""

    folder: Path

    def names(self) -> list[str]:
        """Return the names of the course's assignments, sorted."""
        found: set[str] = set()
        for parent in FOLDERS:
            if (self.folder / parent).is_dir():
                found.update(
                    path.name
                    for path in (self.folder / parent).iterdir()
                    if path.is_dir() and not path.name.startswith((".", "__"))
                )
        return sorted(found)

    def assignment(self, name: str) -> Assignment:
        """Return the assignment of that name; UsageProblem says what is wrong with it."""
        names = self.names()
        if name not in names:
            hint = did_you_mean(name, names)
            if not hint:
                listed = ", ".join(names) or "none"
                hint = f" The assignments of {quoted(self.folder)} are: {listed}."
            raise UsageProblem(f"There is no assignment {quoted(name)}.{hint}")
        hidden = self._hidden(name)
        title, torch, functions, language, more = read_points(hidden / POINTS_FILE)
        return Assignment(
            name=name,
            title=title or name,
            torch=torch,
            functions=functions,
            stubs=self.folder / "assignments" / name,
            solutions=self.folder / "solutions" / name,
            hidden=hidden,
            language=language,
            **more,
        )

    def _hidden(self, name: str) -> Path:
        places = (
            self.folder / "hidden" / name,
            self.folder / "grader" / "hidden" / name,
            PACKAGE / "hidden" / name,
        )
        for place in places:
            if (place / POINTS_FILE).is_file():
                return place
        raise UsageProblem(
            f"The assignment {quoted(name)} has no {POINTS_FILE}. "
            f"Put its points and its hidden cases into {quoted(places[0])}."
        )


def find_course(start: Path | None = None) -> Course:
    """Return the course that a folder (default: where we are) is, or lies in."""
    folder = (start or Path.cwd()).absolute()
    if not folder.is_dir():
        raise UsageProblem(
            f"The course folder {quoted(folder)} is not there. Give another one with --course."
        )
    for candidate in (folder, *folder.parents):
        if any((candidate / name).is_dir() for name in FOLDERS):
            return Course(candidate)
    raise UsageProblem(
        f"Neither {quoted(folder)} nor a folder above it holds assignments/ or solutions/. "
        "Change into the course's folder, name it with --course, or make one with `grade init`."
    )


def read_points(path: Path) -> tuple[str, bool, tuple[Function, ...], str, dict[str, Any]]:
    """Return what an assignment.toml says.

    That is title, whether PyTorch is used, functions, language, and by name the versions of
    Python and NumPy that students are told of, and the data files that they may read.

    UsageProblem names the file, the key and what is wrong with it.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageProblem(
            f"{quoted(path)} cannot be read ({error.strerror}). Check its permissions."
        ) from error
    except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError are ValueErrors
        raise UsageProblem(
            f"{quoted(path)} is not valid TOML: {error}. Correct the file."
        ) from error
    reader = _Reader(path)
    reader.keys(table, "", ("title", "torch", "language", "data", *VERSIONS, "functions"))
    title = reader.value(table, "", "title", str, "a text", "")
    torch = reader.value(table, "", "torch", bool, "true or false", False)
    language = reader.value(table, "", "language", str, "a text", "en")
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
    versions = {name: reader.version(table, name) for name in VERSIONS}
    data = reader.value(table, "", "data", list, "a list of file names", [])
    for name in data:
        if not isinstance(name, str) or not _is_data(name) or len(data) > MOST_DATA:
            what = f'must be up to {MOST_DATA} file names such as "weights.npz", not {name!r}'
            raise reader.problem("data", what)
    return title, torch, read, language, {**versions, "data": tuple(data)}


def _is_data(name: str) -> bool:
    return bool(name.strip(" .")) and "/" not in name and "\\" not in name and name[-3:] != ".py"


class _Reader:
    """Takes values out of tables, and says in which file and key one does not fit."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def problem(self, key: str, what: str) -> UsageProblem:
        return UsageProblem(f"In {quoted(self._path)}, {quoted(key)} {what}.")

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
        outputs = self._criteria(table, where, "outputs")
        small = self._criteria(table, where, "small")
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

    def _criteria(self, table: Mapping[str, Any], where: str, key: str) -> dict[str, float]:
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
