"""A submission's files as Python reads them, each read once and only when it is asked for."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping


class Parsed:
    """The files of one submission, by name."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._texts: dict[str, str] = {}
        self._trees: dict[str, ast.Module | None] = {}
        self._too_deep = False

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def text(self, name: str) -> str:
        """Return a file's text, "" if there is none of that name."""
        if name not in self._texts:
            self._texts[name] = self._files.get(name, b"").decode("utf-8", "replace")
        return self._texts[name]

    def tree(self, name: str) -> ast.Module:
        """Return a file as a tree: an empty one where Python cannot read it, or there is none."""
        if name not in self._trees:
            self._trees[name] = self._read(self._files.get(name, b""))
        return self._trees[name] or ast.Module(body=[], type_ignores=[])

    def too_deep(self) -> bool:
        """Whether a file is nested too deeply to be read here, though Python might run it."""
        for name in self._files:
            self.tree(name)
        return self._too_deep

    def _read(self, content: bytes) -> ast.Module | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a student's "\\d" is nothing here
                return ast.parse(content)
        except (SyntaxError, ValueError):
            return None  # what Python cannot read is never run
        except (MemoryError, RecursionError):
            self._too_deep = True
            return None
