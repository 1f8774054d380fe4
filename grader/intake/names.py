"""What the names of files say: the one asked for, one near it, an archive, a time."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence

from grader.intake.folders import FILE

LONGEST = 255
"""Characters of a name that a system may have written a number behind."""

READ_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
UNREAD_ARCHIVES = (".rar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".tar.zst", ".arj", ".lzh")
ARCHIVES = (*READ_ARCHIVES, *UNREAD_ARCHIVES)
"""How the names of archives end: those that are opened, and those that are only named."""

_NUMBER = re.compile(r"(?:-\d+| ?\(\d+\)|-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})+$")
_DIGITS = re.compile(r"\d+")
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T_](\d\d)[-:_.]?(\d\d)(?:[-:_.]?(\d\d))?)?")
_COPY = re.compile(
    r"(?i)(?:[ _-]+(?:copy|kopie|copie|copia|final|new|old|副本)(?:[ _-]*\(?\d*\)?)?)+$"
)
DOCUMENTS = (".docx", ".doc", ".odt", ".rtf", ".pdf", ".pages")
"""How the names of documents end, from which code has to be taken out by hand."""
_NO_CODE = (*ARCHIVES, *DOCUMENTS, ".pyc", ".png", ".jpg", ".jpeg", ".gif", ".svg", ".npy", ".npz")
_OF_CODE = (".py", ".py.txt", ".txt", ".pyw", ".py3", ".ipynb", ".pyi")
"""How the names of files end that may hold code under another name; others have to fit."""
_NEAR = 0.8
"""From this likeness on, as difflib measures it, a name may be meant for another."""


def original(name: str) -> str:
    """Return the name a file had before a system wrote a number behind it."""
    if len(name) > LONGEST:  # only a zip can hold it; matching could take for ever
        return name
    stem, dot, ending = name.rpartition(".")
    return _NUMBER.sub("", stem) + dot + ending


def endings_of(name: str) -> str:
    """Return how a name ends, in lower case: ".py", ".tar.gz", ".py.txt"; "" without a dot."""
    lower = name.lower()
    for ending in (*sorted(ARCHIVES, key=len, reverse=True), ".py.txt"):
        if lower.endswith(ending):
            return ending
    return f".{lower.rpartition('.')[2]}" if "." in lower else ""


def stem(name: str) -> str:
    """Return a name without its ending."""
    ending = endings_of(name)
    return name[: -len(ending)] if ending else name


def held(kinds: Mapping[str, str], files: Sequence[str]) -> dict[str, list[str]]:
    """Return which of the files a folder holds, and the entries that may be each, best first.

    A file's own name counts first, then the highest number behind it.
    """
    found: dict[str, list[str]] = {file: [file] for file in files if file in kinds}
    for name, kind in kinds.items():
        file = original(name)
        if file != name and kind == FILE and file in files:
            found.setdefault(file, []).append(name)
    for file, names in found.items():
        names.sort(key=lambda name: _numbers(name, file), reverse=True)
        names.sort(key=lambda name: name != file)
    return found


def _numbers(name: str, file: str) -> list[tuple[int, str]]:
    behind = name[len(file) - len(".py") :]
    digits = [one.lstrip("0") for one in _DIGITS.findall(behind)]
    return [(len(one), one) for one in digits]


def near(file: str, names: Iterable[str]) -> str:
    """Return the name that is most likely meant for a file asked for; "" where none is near.

    ``rnn_cell.py.txt``, ``RNN_Cell.py``, ``rnn-cell.py``, ``rnn_cell - Copy.py`` and
    ``Doe_Jane_rnn_cell.py`` are near ``rnn_cell.py``.
    """
    wanted = _plain(stem(file))
    scored: list[tuple[float, str]] = []
    for name in names:
        if len(name) > LONGEST or endings_of(name) in _NO_CODE:
            continue
        given = _plain(_COPY.sub("", stem(original(name))))
        if endings_of(name) not in _OF_CODE and given not in (wanted, f"{wanted}py"):
            continue
        if given == wanted:
            score = 2.0
        elif given.endswith(wanted) or given.startswith(wanted):
            score = 1.5 - len(given) / 1000
        else:
            score = difflib.SequenceMatcher(None, given, wanted).ratio()
        scored.append((score - 0.1 * (endings_of(name) != ".py"), name))
    best = max(scored, default=(0.0, ""), key=lambda one: (one[0], one[1]))
    return best[1] if best[0] >= _NEAR else ""


def _plain(name: str) -> str:
    return re.sub(r"[\s_.-]+", "", name).casefold()


def time_in(name: str) -> tuple[str, ...]:
    """Return the date and time that a name holds, as something that grows; () without one."""
    match = _TIME.search(name) if len(name) <= LONGEST else None
    return tuple(part or "" for part in match.groups()) if match else ()
