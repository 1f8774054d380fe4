"""One assignment: what it asks for, where its parts stand, and what they hold, each read once."""

from __future__ import annotations

import ast
import functools
import hashlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course.points import POINTS_FILE, Points
from grader.errors import UsageProblem, quoted

PACKAGE = Path(__file__).resolve().parents[1]
TORCH_KIT = PACKAGE / "kit" / "torch_kit.py"
"""What an assignment's files in the worker import; it travels beside them."""
_TORCH = ("torch", TORCH_KIT.stem)


@dataclass(frozen=True, kw_only=True)
class Assignment(Points):
    """What an assignment asks for, and where its parts stand.

    ``written`` is what it asked for before the course changed that, None where it has not.

    Its parts are files' texts by their names, read when they are first asked for; OSError where
    one cannot be read.
    """

    name: str
    stubs: Path
    solutions: Path
    hidden: Path
    written: Points | None = None

    @property
    def as_written(self) -> Assignment:
        """The same without what the course has changed of it."""
        return replace(self, **vars(self.written)) if self.written else self

    @functools.cached_property
    def solution(self) -> Mapping[str, bytes]:
        """The modules of the solution, by file."""
        return {path.name: path.read_bytes() for path in sorted(self.solutions.glob("*.py"))}

    @functools.cached_property
    def code(self) -> Mapping[str, str]:
        """What runs in a worker beside a submission, by file: probes, makers, what they import."""
        return self._with_kit("probes.py", "makers.py")

    @functools.cached_property
    def witness(self) -> Mapping[str, bytes]:
        """What a witness runs in, by file: witness.py, and what it imports."""
        return {name: text.encode() for name, text in self._with_kit("witness.py").items()}

    @functools.cached_property
    def catalogue(self) -> Mapping[str, bytes]:
        """The modules of the catalogue of mistakes, by file; {} where there is none."""
        if not (self.hidden / "mistakes.py").exists():
            return {}
        return {path.name: path.read_bytes() for path in self.hidden.glob("mistake*.py")}

    def _with_kit(self, *names: str) -> dict[str, str]:
        paths = [self.hidden / name for name in names]
        own = {path.name: path.read_text("utf-8") for path in paths if path.exists()}
        return {TORCH_KIT.name: TORCH_KIT.read_text("utf-8"), **own} if own else {}

    @property
    def handed_out(self) -> Path:
        """The folder of what is handed out, in the course's language, beside stubs and notebook."""
        return self.solutions / "handout"

    @property
    def public_tests(self) -> Path:
        """The public tests as the instructor keeps them."""
        kept = self.handed_out / "test_public.py"
        return kept if kept.is_file() else self.stubs / kept.name

    @property
    def known(self) -> Path:
        """The folder of submissions whose points are known, beside assignments and solutions."""
        return self.solutions.parents[1] / "known" / self.name

    @property
    def files(self) -> tuple[str, ...]:
        """The contract's file names, in the order of their functions."""
        return tuple(dict.fromkeys(function.file for function in self.functions))

    @property
    def points(self) -> float:
        """The most that can be earned in the whole assignment."""
        return sum(function.points for function in self.asked)

    def must_have_torch(self) -> None:
        """See that PyTorch is there where a part imports it; UsageProblem where it is not."""
        if self.torch:
            return
        parts: dict[str, str | bytes] = {**self.witness, **self.code}
        parts |= {file: text for file, text in self.solution.items() if file in self.files}
        for name in sorted(parts.keys() - {TORCH_KIT.name}):
            if imports_torch(parts[name]):
                raise UsageProblem(
                    f'In {quoted(self.hidden / POINTS_FILE)}, "torch" must be true: '
                    f"{name} imports PyTorch."
                )

    def fingerprint(self) -> str:
        """Return the SHA-256 of all that judges: hidden cases, points, solutions, this program.

        OSError where a file cannot be read.
        """
        digest = hashlib.sha256()
        for label, path in self._judging_files():
            content = path.read_bytes()
            digest.update(f"{label}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
            digest.update(content)
        digest.update(self.changes.encode())
        return digest.hexdigest()

    def _judging_files(self) -> Iterator[tuple[str, Path]]:
        for label, folder, paths in (
            ("hidden", self.hidden, self.hidden.rglob("*")),
            ("solutions", self.solutions, self.solutions.glob("*.py")),
            ("grader", PACKAGE, _own_files()),
        ):
            for path in sorted(paths):
                if path.suffix in (".py", ".toml") and path.is_file():
                    yield f"{label}/{path.relative_to(folder).as_posix()}", path


def _own_files() -> Iterator[Path]:
    """Yield the files of this program, but for those of its assignments."""
    for place, folders, names in os.walk(PACKAGE):  # a path for each would take most of the time
        apart = ("hidden", "courseware") if place == str(PACKAGE) else ()
        folders[:] = [one for one in folders if one not in ("__pycache__", *apart)]
        yield from (Path(place, one) for one in names if one.endswith((".py", ".toml")))


def imports_torch(source: bytes | str) -> bool:
    """Whether a file imports PyTorch, itself or by way of the kit."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # who runs it will say so
        return False
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(one.name.partition(".")[0] for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return not names.isdisjoint(_TORCH)
