"""Calls of the Linux kernel that Python has no function for.

Each raises OSError with the kernel's own reason.  Numbers are those of x86-64 and ARM64; the
newer calls have the same number everywhere.
"""

from __future__ import annotations

import ctypes
import os
import platform
from typing import Any

MACHINE = platform.machine()

_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_CAPSET = {"x86_64": 126, "aarch64": 91}
_CLOSE_RANGE, _MOUNT_SETATTR = 436, 442
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446

NEWNS, NEWUTS, NEWIPC, NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
NEWPID, NEWNET = 0x20000000, 0x40000000

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 22, 2

_libc = ctypes.CDLL(None, use_errno=True)


class Unsupported(OSError):
    """This kernel, or this processor, does not have the call."""


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _syscall(number: int | None, what: str, *arguments: Any) -> int:
    if number is None:
        raise Unsupported(0, f"{what} is not known on {MACHINE}")
    converted = [
        ctypes.c_long(item) if isinstance(item, int) and not isinstance(item, bool) else item
        for item in arguments
    ]
    return _checked(_libc.syscall(ctypes.c_long(number), *converted), what)


def _prctl(option: int, *arguments: int, what: str) -> None:
    padded = [*arguments, 0, 0, 0, 0][:4]
    _checked(_libc.prctl(option, *(ctypes.c_ulong(item) for item in padded)), what)


def die_with_parent() -> None:
    """Be killed when the thread that started this process ends."""
    _prctl(_PR_SET_PDEATHSIG, 9, what="parent-death signal")


def set_dumpable(yes: bool) -> None:
    """Let, or do not let, processes of the same user look into this one."""
    _prctl(_PR_SET_DUMPABLE, int(yes), what="dumpable")


def no_new_privileges() -> None:
    """Never gain rights again, not by a program that would give them either."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, what="no_new_privs")


def drop_capabilities() -> None:
    """Give up every capability, for good."""
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, *map(ctypes.c_ulong, (capability, 0, 0, 0))) < 0:
            break  # past the last one this kernel knows
    _libc.prctl(_PR_CAP_AMBIENT, *map(ctypes.c_ulong, (_PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)))
    version_3 = ctypes.create_string_buffer(bytes.fromhex("22050820") + bytes(4), 8)
    nothing = ctypes.create_string_buffer(24)
    _syscall(_CAPSET.get(MACHINE), "capset", version_3, nothing)


def unshare(flags: int) -> None:
    """Leave namespaces that are shared with the parent."""
    _checked(_libc.unshare(ctypes.c_int(flags)), "unshare")


def set_namespace(descriptor: int, kind: int) -> None:
    """Enter a namespace by its descriptor."""
    _checked(_libc.setns(ctypes.c_int(descriptor), ctypes.c_int(kind)), "setns")


def mount(
    source: str | None, target: str, kind: str | None, flags: int, data: str | None = None
) -> None:
    """Mount, as in mount(2)."""
    names = [None if name is None else os.fsencode(name) for name in (source, target, kind)]
    options = None if data is None else data.encode()
    _checked(_libc.mount(*names, ctypes.c_ulong(flags), options), f"mount {target}")


def unmount(target: str) -> None:
    """Detach a mount, at once and for all below it."""
    _checked(_libc.umount2(os.fsencode(target), 2), f"unmount {target}")


def make_read_only(path: str) -> None:
    """Make a mount and all below it read-only, without devices or set-uid programs."""
    attributes = ctypes.create_string_buffer((1 | 2 | 4).to_bytes(8, "little") + bytes(24), 32)
    recursive = 0x8000
    name = os.fsencode(path)
    _syscall(_MOUNT_SETATTR, f"mount_setattr {path}", -100, name, recursive, attributes, 32)


def pivot_root(new: str, old: str) -> None:
    """Make ``new`` the root and put the old one at ``old``."""
    _syscall(_PIVOT_ROOT.get(MACHINE), "pivot_root", os.fsencode(new), os.fsencode(old))


def close_from(first: int) -> None:
    """Close every descriptor from ``first`` on."""
    try:
        _syscall(_CLOSE_RANGE, "close_range", first, 0xFFFFFFFF, 0)
    except OSError:  # before Linux 5.9, or another system
        os.closerange(first, 4096)


def landlock_version() -> int:
    """Return the version of Landlock; raises OSError where there is none."""
    return _syscall(_LANDLOCK_CREATE, "landlock", None, 0, 1)


def landlock_abi() -> int:
    """Return the version of Landlock, 0 where there is none."""
    try:
        return landlock_version()
    except OSError:
        return 0


def landlock_create(attributes: bytes) -> int:
    """Return the descriptor of a new ruleset."""
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    return _syscall(_LANDLOCK_CREATE, "landlock_create_ruleset", buffer, len(attributes), 0)


def landlock_allow(ruleset: int, attributes: bytes) -> None:
    """Add a rule on what lies beneath a path."""
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    _syscall(_LANDLOCK_ADD, "landlock_add_rule", ruleset, 1, buffer, 0)


def landlock_restrict(ruleset: int) -> None:
    """Put this thread, and all it starts, under a ruleset."""
    _syscall(_LANDLOCK_RESTRICT, "landlock_restrict_self", ruleset, 0)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def load_seccomp(program: bytes) -> None:
    """Put this thread, and all it starts, under a system call filter of 8-byte instructions."""
    buffer = ctypes.create_string_buffer(program, len(program))
    head = _Program(len(program) // 8, ctypes.addressof(buffer))
    arguments = (_SECCOMP_MODE_FILTER, ctypes.addressof(head))
    _prctl(_PR_SET_SECCOMP, *arguments, what="seccomp")
