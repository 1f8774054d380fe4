"""The system calls a worker may make: what Python, NumPy and PyTorch need to compute, no more.

Everything else is refused with EPERM.  A worker can therefore not start processes (only
threads), signal or trace anything, open sockets, create or change files, or have a descriptor
signal somebody else (``fcntl(F_SETOWN)``), with or without namespaces.
"""

from __future__ import annotations

import errno
import struct

from . import kernel

_ALLOWED = """
read 0 63              write 1 64              readv 19 65             writev 20 66
pread64 17 67          close 3 57              lseek 8 62              fstat 5 80
newfstatat 262 79      stat 4 -                lstat 6 -               statx 332 291
access 21 -            faccessat 269 48        faccessat2 439 439      readlink 89 -
readlinkat 267 78      open 2 -                openat 257 56           getdents64 217 61
getcwd 79 17           fadvise64 221 223       dup 32 23               dup2 33 -
dup3 292 24            poll 7 -                ppoll 271 73            select 23 -
pselect6 270 72        mmap 9 222              munmap 11 215           mprotect 10 226
mremap 25 216          madvise 28 233          brk 12 214              mincore 27 232
futex 202 98           set_robust_list 273 99  get_robust_list 274 100 rseq 334 293
membarrier 324 283     rt_sigaction 13 134     rt_sigprocmask 14 135   rt_sigreturn 15 139
rt_sigtimedwait 128 137 sigaltstack 131 132    clock_gettime 228 113   clock_getres 229 114
clock_nanosleep 230 115 gettimeofday 96 169    time 201 -              nanosleep 35 101
times 100 153          getrusage 98 165        sysinfo 99 179          uname 63 160
getrandom 318 278      getpid 39 172           getppid 110 173         gettid 186 178
getuid 102 174         geteuid 107 175         getgid 104 176          getegid 108 177
getresuid 118 148      getresgid 120 150       getgroups 115 158       umask 95 166
sched_yield 24 124     sched_getaffinity 204 123 getcpu 309 168        get_mempolicy 239 236
sched_getparam 143 121 sched_getscheduler 145 120 recvfrom 45 207      sendto 44 206
recvmsg 47 212         sendmsg 46 211          exit 60 93              exit_group 231 94
restart_syscall 219 128 getrlimit 97 163       arch_prctl 158 -        set_tid_address 218 96
getpgrp 111 -          getpgid 121 155         getsid 124 156          statfs 137 43
fstatfs 138 44         alarm 37 -              setitimer 38 103        getitimer 36 102
"""
"""Name, number on x86-64, number on ARM64; - where that processor has no such call."""

_FCNTL = (0, 1, 2, 3, 4, 1030)
"""Duplicating a descriptor and its flags; not F_SETOWN or F_SETSIG, which send signals."""
_IOCTL = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""Asking whether and how large a terminal is, bytes waiting, blocking, close-on-exec."""
_PRCTL = (15, 0x53564D41)
"""Naming a thread, and naming memory."""
_CLONE_THREAD = 0x10000

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Column of the table above, and the kernel's name of the processor."""
_FILTERED = {
    "clone": (56, 220),
    "clone3": (435, 435),
    "prlimit64": (302, 261),
    "fcntl": (72, 25),
    "ioctl": (16, 29),
    "prctl": (157, 167),
}
"""Calls that are allowed with some arguments only."""

_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000
_NUMBER, _ARCHITECTURE = 0, 4
_X32 = 0x40000000

Instruction = tuple[int, int, int, int]


def program(machine: str = kernel.MACHINE) -> bytes | None:
    """Return the filter for a processor, None for one whose system calls are not known here."""
    if machine not in _MACHINES:
        return None
    column, architecture = _MACHINES[machine]
    refuse = _return(_REFUSE | errno.EPERM)
    code = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        _return(_KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        code += [(_AT_LEAST, 0, 1, _X32), refuse]
    words = _ALLOWED.split()
    for numbers in zip(words[1::3], words[2::3], strict=True):
        if (number := numbers[column]) != "-":
            code += _on(int(number), [_return(_ALLOW)])
    call = {name: numbers[column] for name, numbers in _FILTERED.items()}
    thread = [(_LOAD, 0, 0, _low(0)), (_ANY_BIT, 0, 1, _CLONE_THREAD), _return(_ALLOW), refuse]
    code += _on(call["clone"], thread)
    # without clone3 the C library falls back to clone, whose flags can be read
    code += _on(call["clone3"], [_return(_REFUSE | errno.ENOSYS)])
    code += _on(call["prlimit64"], _zero(0) + _zero(2) + [_return(_ALLOW)])
    for name, commands in (("fcntl", _FCNTL), ("ioctl", _IOCTL)):
        code += _on(call[name], _one_of(1, commands))
    code += _on(call["prctl"], _one_of(0, _PRCTL))
    code.append(refuse)
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def _return(value: int) -> Instruction:
    return (_RETURN, 0, 0, value)


def _low(argument: int) -> int:
    """The place of an argument's lower half; both processors are little-endian."""
    return 16 + 8 * argument


def _on(number: int, then: list[Instruction]) -> list[Instruction]:
    return [(_EQUAL, 0, len(then), number), *then]


def _zero(argument: int) -> list[Instruction]:
    """Go on only if a whole argument is 0."""
    refuse = _return(_REFUSE | errno.EPERM)
    return [
        (_LOAD, 0, 0, _low(argument)),
        (_EQUAL, 1, 0, 0),
        refuse,
        (_LOAD, 0, 0, _low(argument) + 4),
        (_EQUAL, 1, 0, 0),
        refuse,
    ]


def _one_of(argument: int, values: tuple[int, ...]) -> list[Instruction]:
    found = [part for value in values for part in ((_EQUAL, 0, 1, value), _return(_ALLOW))]
    return [(_LOAD, 0, 0, _low(argument)), *found, _return(_REFUSE | errno.EPERM)]
