"""Makes the files, folders and zips that students hand in, and worse ones."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

from grader.course import find_course

ROOT = Path(__file__).resolve().parents[2]
TASK = find_course(ROOT).assignment("rnn_bptt")
CODE = b"x = 1\n"


def put(path: Path, content: bytes = CODE) -> Path:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def put_all(folder: Path, *names: str) -> Path:
    """Write several files, each with its own name in it, and return their folder."""
    for name in names:
        put(folder / name, f"# {name}\n".encode())
    return folder


def zipped(path: Path, members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a zip file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def zipped_as(path: Path, name: str, mode: int, content: bytes = b"") -> Path:
    """Write a zip with one member of a Unix mode, such as a link."""
    item = zipfile.ZipInfo(name)
    item.external_attr = mode << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(item, content)
    return path


def locked(path: Path) -> Path:
    """Mark every member of a zip as protected with a password."""
    content = bytearray(path.read_bytes())
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(start)
        while place >= 0:
            (bits,) = struct.unpack_from("<H", content, place + flags)
            struct.pack_into("<H", content, place + flags, bits | 1)
            place = content.find(start, place + 4)
    path.write_bytes(content)
    return path


def doubled(path: Path) -> Path:
    """Write a zip with two members of the same name."""
    zipped(path, {"rnn_cell.py": CODE, "rnn_cell.pY": b"y = 2\n"})
    path.write_bytes(path.read_bytes().replace(b"rnn_cell.pY", b"rnn_cell.py"))
    return path
