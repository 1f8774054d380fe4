"""Namespaces: a zygote and its workers see no other process, no network and few files.

The zygote enters them once, before it imports anything: ``unshare`` refuses a user namespace
to a process with threads.  Each worker then gets a process namespace of its own.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from . import kernel

_READ_ONLY, _NO_SUID, _NO_DEVICES, _REMOUNT, _BIND, _RECURSIVE, _PRIVATE = (
    1, 2, 4, 32, 4096, 16384, 1 << 18,
)  # fmt: skip

INNER_ID = 1000
"""The user and group a worker believes to be."""


def enter() -> int:
    """Enter new namespaces and become their first process; return the way back to its own pids.

    The process that called waits outside and ends as the one within ends.  Raises OSError where
    the system refuses.
    """
    uid, gid = os.geteuid(), os.getegid()
    kinds = kernel.NEWNS | kernel.NEWNET | kernel.NEWIPC | kernel.NEWUTS | kernel.NEWPID
    if uid == 0:
        kernel.unshare(kinds)
    else:
        kernel.unshare(kinds | kernel.NEWUSER)
        _map_ids(uid, gid)
    # nothing that is mounted from here on shows outside
    kernel.mount(None, "/", None, _RECURSIVE | _PRIVATE)
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    kernel.die_with_parent()
    return os.open("/proc/self/ns/pid_for_children", os.O_RDONLY | os.O_CLOEXEC)


def _map_ids(uid: int, gid: int) -> None:
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{INNER_ID} {uid} 1"),
        ("gid_map", f"{INNER_ID} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def fresh_pids(own: int) -> None:
    """Have the next child be the first process of a namespace of its own."""
    kernel.set_namespace(own, kernel.NEWPID)
    kernel.unshare(kernel.NEWPID)


def minimal_root(readable: Sequence[str], base: str = "/tmp") -> None:
    """Exchange the root for one that holds some folders and files, read-only, and nothing else."""
    sources = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in readable}
    kernel.mount("tmpfs", base, "tmpfs", _NO_SUID | _NO_DEVICES, "size=4m,mode=755")
    for path, source in sources.items():
        target = base + path
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.isdir(f"/proc/self/fd/{source}"):
            os.makedirs(target, exist_ok=True)
        else:
            open(target, "w").close()
        kernel.mount(f"/proc/self/fd/{source}", target, None, _BIND | _RECURSIVE)
        kernel.make_read_only(target)
        os.close(source)
    for name, target in _links(readable):
        os.symlink(target, base + name)
    os.mkdir(base + "/old")
    os.chdir(base)
    kernel.pivot_root(".", "old")
    os.chdir("/")
    kernel.unmount("/old")
    os.rmdir("/old")
    flags = _REMOUNT | _BIND | _READ_ONLY | _NO_SUID | _NO_DEVICES
    kernel.mount(None, "/", None, flags)


def _links(readable: Sequence[str]) -> list[tuple[str, str]]:
    """Return the root's own links to libraries, such as /lib to usr/lib."""
    shown = {path.split(os.sep)[1] for path in readable}
    return [
        (f"/{name}", os.readlink(f"/{name}"))
        for name in ("lib", "lib64")
        if os.path.islink(f"/{name}") and name not in shown
    ]
