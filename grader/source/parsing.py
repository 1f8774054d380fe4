"""A submission's files as Python reads them, each read once and only when it is asked for.

A tree is some thousand times the size of the text that makes it, so that only so much text is
read here as any homework has.  What lies beyond is run and judged like all else: what is not
said is only what would have to be read for it.
"""

from __future__ import annotations

import ast
import itertools
import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from grader.decoding import as_utf8, text_of

MOST_WORDS = 60_000
"""Names, numbers and signs of all files of a submission together; homework has some thousand."""

MOST_BYTES = 300_000
"""Bytes of one file, blanks and comments among them."""

_WORD = re.compile(rb"\w+|[^\w\s]")


_NAME = re.compile(r"[^\W\d]\w*")
_NUMBER = re.compile(r"\b[0-9]{1,2}\b")
_MOST_NUMBER = 64


class Fault(NamedTuple):
    """Why Python cannot read a file: the line, from 1, or 0, and Python's own words on it."""

    line: int
    text: str


class Parsed:
    """The files of one submission, by name; ``unread`` are those that are too long to be read."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        room = MOST_WORDS
        self._files: dict[str, bytes] = {}
        unread = []
        for name, content in sorted(files.items(), key=lambda item: len(item[1])):
            words = _words(content, room)
            if words > room:
                unread.append(name)
            else:
                self._files[name] = content
                room -= words
        self.unread = tuple(sorted(unread))
        self._names = list(files)
        self._texts: dict[str, str] = {}
        self._lines: dict[str, list[str]] = {}
        self._trees: dict[str, ast.Module | None] = {}
        self._faults: dict[str, Fault] = {}
        self._too_deep = False

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def text(self, name: str) -> str:
        """Return a file's text, "" if there is none of that name, or it is not read."""
        if name not in self._texts:
            self._texts[name] = text_of(self._files.get(name, b""))
        return self._texts[name]

    def in_utf8(self, name: str) -> bytes:
        """Return a file in UTF-8, whatever it declares; b"" if it is not read."""
        return as_utf8(self._files.get(name, b""))

    def lines(self, name: str) -> list[str]:
        """Return a file's lines as Python counts them; none where the file is not read."""
        if name not in self._lines:
            self._lines[name] = re.split("\r\n|\r|\n", self.text(name))
        return self._lines[name]

    @cached_property
    def names(self) -> frozenset[str]:
        """All that could be a name in any file: what is said of it reveals nothing else."""
        return frozenset(one for file in self._files for one in _NAME.findall(self.text(file)))

    @cached_property
    def imported(self) -> frozenset[str]:
        """The names that any file imports from another module."""
        nodes = (node for file in self._files for node in ast.walk(self.tree(file)))
        found = (node.names for node in nodes if isinstance(node, ast.ImportFrom))
        return frozenset(one.name for names in found for one in names)

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The small whole numbers that stand in any file, as sizes do that are written down."""
        found = (one for file in self._files for one in _NUMBER.findall(self.text(file)))
        return frozenset(number for one in found if (number := int(one)) <= _MOST_NUMBER)

    def fault(self, name: str) -> Fault | None:
        """Return why Python cannot read a file, None where it can, or where nobody tried."""
        self.tree(name)
        return self._faults.get(name)

    def not_compiled(self, name: str) -> Fault | None:
        """Return why Python makes no code of a file that it can read: a return outside a function.

        None where it can, or where it is not to be found out here: a few nested finally make code
        without measure, for Python writes them out once for each way through them.
        """
        if any(getattr(node, "finalbody", ()) for node in ast.walk(self.tree(name))):
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compile(self._files.get(name, b""), name, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            return _fault(error)
        except (MemoryError, RecursionError):
            return None
        return None

    def tree(self, name: str) -> ast.Module:
        """Return a file as a tree: an empty one where Python cannot read it, or there is none."""
        if name not in self._trees:
            self._trees[name] = self._read(name, self._files.get(name, b""))
        return self._trees[name] or ast.Module(body=[], type_ignores=[])

    def readable(self, name: str) -> bool:
        """Whether a file is one that Python can read; one that is too long to be read is not."""
        self.tree(name)
        return self._trees[name] is not None and name not in self.unread

    def too_deep(self) -> bool:
        """Whether a file is too long or too deep to be read here, though Python might run it."""
        for name in self._files:
            self.tree(name)
        return self._too_deep or bool(self.unread)

    def _read(self, name: str, content: bytes) -> ast.Module | None:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a student's "\\d" is nothing here
                return ast.parse(content)
        except (SyntaxError, ValueError) as error:  # what Python cannot read is never run
            self._faults[name] = _fault(error)
            return None
        except (MemoryError, RecursionError):
            self._too_deep = True
            return None


def _fault(error: Exception) -> Fault:
    line, words = getattr(error, "lineno", None), getattr(error, "msg", error)
    return Fault(line or 0, re.sub(r"\s+", " ", str(words))[:120])


def _words(content: bytes, most: int) -> int:
    """Count the words of a file, no further than one beyond ``most``."""
    if len(content) > MOST_BYTES:
        return most + 1
    return sum(1 for _ in itertools.islice(_WORD.finditer(content), most + 1))
