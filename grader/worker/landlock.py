"""Landlock: what of the file system a worker may read, where namespaces are refused too."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterable

from . import kernel

_READ_FILE, _READ_DIR = 1 << 2, 1 << 3


def ruleset(paths: Iterable[str]) -> int | None:
    """Return a ruleset that allows reading beneath some paths and nothing else.

    None where the kernel has no Landlock.  Everything its version can restrict is restricted:
    files from the first, TCP from the fourth, signals and abstract sockets from the sixth.
    """
    abi = kernel.landlock_abi()
    if abi < 1:
        return None
    files = (1 << 13) - 1
    for since, right in ((2, 13), (3, 14), (5, 15)):
        if abi >= since:
            files |= 1 << right
    network = 3 if abi >= 4 else 0
    scoped = 3 if abi >= 6 else 0
    length = 8 if abi < 4 else 16 if abi < 6 else 24
    rules = kernel.landlock_create(struct.pack("<QQQ", files, network, scoped)[:length])
    for path in paths:
        # what is not there cannot be read either
        with contextlib.suppress(FileNotFoundError):
            _allow(rules, path)
    return rules


def _allow(rules: int, path: str) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = _READ_FILE | _READ_DIR if os.path.isdir(path) else _READ_FILE
        kernel.landlock_allow(rules, struct.pack("=Qi", rights, descriptor))
    finally:
        os.close(descriptor)
