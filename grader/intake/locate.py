"""Finds the contract's files in what a student handed in, wherever an LMS or a zip put them.

A student's own zip, or a folder around the files, costs nobody points; neither does the number
that a system writes behind a name it has seen before (``rnn_cell-1.py``, ``rnn_cell (2).py``).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from grader.intake.archive import ArchiveProblem, ZipFolder, open_zip_in
from grader.intake.folders import FILE, GONE, Folder, subfolders, zips

MAX_DEPTH = 4
"""Folders around the files that are looked into."""
MAX_FOLDERS = 200
"""Folders that are looked through for the files of one student."""
MAX_ZIPS = 20
"""Zips of one student that are opened."""
LONGEST = 255
"""Characters of a name that a system may have written a number behind."""

_NUMBER = re.compile(r"(?:-\d+| ?\(\d+\)|-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})+$")
_DIGITS = re.compile(r"\d+")


def original(name: str) -> str:
    """Return the name a file had before a system wrote a number behind it."""
    if len(name) > LONGEST:  # only a zip can hold it; matching could take for ever
        return name
    stem, dot, ending = name.rpartition(".")
    return _NUMBER.sub("", stem) + dot + ending


def held(kinds: Mapping[str, str], files: Sequence[str]) -> dict[str, str]:
    """Return which of the files a folder holds, and the entry that each is.

    A file's own name counts first, then the highest number behind it.
    """
    found = {file: file for file in files if file in kinds}
    for name, kind in kinds.items():
        file = original(name)
        if file == name or kind != FILE or file not in files or file in kinds:
            continue
        if file not in found or _numbers(name, file) > _numbers(found[file], file):
            found[file] = name
    return found


def _numbers(name: str, file: str) -> list[int]:
    return [int(digits) for digits in _DIGITS.findall(name[len(file) - len(".py") :])]


def locate(folder: Folder, files: Sequence[str]) -> Folder:
    """Return the folder with the contract's files: this one, one below it, or one in a zip.

    The nearest folder counts, and of equally near ones that which holds most of the files; a
    zip is opened only where no folder holds any.  The folder itself is returned where none
    does.  ArchiveProblem says why a zip is not read, OSError that the folder cannot be listed.
    """
    seen = list(_below(folder))
    best = _best(seen, files)
    if best is not None:
        return best
    problem: ArchiveProblem | None = None
    opened: Folder | None = None
    every = ((place, name) for _, place, kinds in seen for name in zips(kinds))
    for place, name in itertools.islice(every, MAX_ZIPS):
        try:
            inner = open_zip_in(place, name)
            best = _best_in_zip(inner, files)
        except ArchiveProblem as error:
            problem = problem or error
            continue
        if best is not None:
            return best
        opened = opened or inner
    if problem is not None:
        raise problem
    return opened or folder


def _best_in_zip(top: ZipFolder, files: Sequence[str]) -> Folder | None:
    top.vet()
    seen = list(_below(top))
    best = _best(seen, files)
    if best is None and any(zips(kinds) for _, _, kinds in seen):
        raise top.problem("nested")
    return best


Seen = tuple[int, Folder, Mapping[str, str]]
"""How deep a folder lies, the folder, and what it holds."""


def _below(folder: Folder) -> Iterator[Seen]:
    """Yield a folder and those below it, the nearest first; one that cannot be listed is left."""
    seen = 0
    level: list[tuple[Folder, Mapping[str, str]]] = [(folder, folder.kinds())]
    for depth in range(MAX_DEPTH + 1):
        following: list[tuple[Folder, Mapping[str, str]]] = []
        for place, kinds in level:
            yield depth, place, kinds
            for name in subfolders(kinds):
                seen += 1
                if seen >= MAX_FOLDERS:
                    break
                inner = place.enter(name)
                try:
                    following.append((inner, inner.kinds()))
                except OSError as error:
                    if error.errno in GONE:
                        raise
                    continue
        level = following


def _best(seen: Sequence[Seen], files: Sequence[str]) -> Folder | None:
    counted = [(depth, -len(held(kinds, files)), place) for depth, place, kinds in seen]
    holding = [one for one in counted if one[1] < 0]
    return min(holding, key=lambda one: one[:2])[2] if holding else None
