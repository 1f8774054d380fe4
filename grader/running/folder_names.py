"""Names of students' folders: safe on every file system, and one name for one student.

Ordinary names stay as they are.  What a file system or a terminal could take for something else
is written as percent signs and hexadecimal bytes, as in web addresses, so that two students
never share a folder and ``student_of`` gives the name back.
"""

from __future__ import annotations

import hashlib
from urllib.parse import unquote

LONGEST = 200
"""Bytes in a folder's name; most file systems allow 255."""

_UNSAFE = frozenset('<>:"/\\|?*%~')
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(1, 10))]
)
"""Files of these names, whatever their suffix, cannot be made on Windows."""
_NOBODY = "%"
"""The folder of a student whose name is empty."""
_OURS = (".csv", ".html", ".json", ".md", ".tmp", ".zip")
"""Suffixes of the files about the whole class, which stand beside the students' folders."""


def folder_name(student: str) -> str:
    """Return the name of a student's folder; no two students have the same."""
    reserved = student.split(".")[0].rstrip().casefold() in _DEVICES
    if reserved or student.casefold().endswith(_OURS):
        return hex_name(student)
    last = len(student) - 1
    return _fitted(
        student,
        [
            _hex(one)
            if one in _UNSAFE
            or not one.isprintable()
            or (i == 0 and one in ".- ")
            or (i == last and one in ". ")
            else one
            for i, one in enumerate(student)
        ],
    )


def hex_name(student: str) -> str:
    """Return a name that differs from every other student's even where case is ignored."""
    return _fitted(student, [_hex(one) for one in student])


def student_of(folder: str) -> str | None:
    """Return whose folder it is, or None if its name does not tell: it was too long, or is not
    one of ours.
    """
    student = "" if folder == _NOBODY else unquote(folder, errors="surrogateescape")
    return student if folder in (folder_name(student), hex_name(student)) else None


def _hex(character: str) -> str:
    try:
        data = character.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a surrogate pair, from a JSON file or a zip
        data = character.encode("utf-8", "surrogatepass")
    return "".join(f"%{byte:02X}" for byte in data)


def _fitted(student: str, pieces: list[str]) -> str:
    if not pieces:
        return _NOBODY
    if len("".join(pieces).encode()) <= LONGEST:
        return "".join(pieces)
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    kept = ""
    for piece in pieces:
        if len((kept + piece).encode()) + len(digest) + 1 > LONGEST:
            break
        kept += piece
    return f"{kept}~{digest}"
