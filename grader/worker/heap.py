"""Settles the zygote's heap, so that workers copy little of it.

A page that a fork writes to is copied first.  What it writes to most is what it allocates, and
the C library hands out the small holes that imports left behind, one on this page and one on
that.  With no hole left, all that a worker allocates lies side by side beyond the heap's end.
"""

from __future__ import annotations

import ctypes

_SIZES = (1 << 17, *(1 << power for power in range(16, 10, -1)), *range(1024, 16, -16))
"""Sizes of chunks, the largest first; 32 bytes are the smallest that glibc keeps."""

_HEAD = 8
"""Bytes of a chunk that whoever asks for it does not get."""

_MOST = 1 << 20
"""Chunks of one size; there were never as many as a hundredth of that."""


class _Usage(ctypes.Structure):
    """``struct mallinfo2``."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks"),
            *("uordblks", "fordblks", "keepcost"),
        )
    )


def settle() -> None:
    """Give whole free pages back to the system, and take all that is free in others for good.

    Does nothing where the C library is not glibc 2.33 or later.
    """
    libc = ctypes.CDLL(None)
    try:
        trim, usage = libc.malloc_trim, libc.mallinfo2
        take, free, end = libc.malloc, libc.free, libc.sbrk
    except AttributeError:
        return
    usage.restype, take.restype, end.restype = _Usage, ctypes.c_void_p, ctypes.c_void_p
    trim.argtypes = take.argtypes = [ctypes.c_size_t]
    free.argtypes, end.argtypes = [ctypes.c_void_p], [ctypes.c_ssize_t]
    trim(0)
    top = (end(0) or 0) - usage().keepcost
    beyond = []
    for size in _SIZES:
        for _ in range(_MOST):
            place = take(size - _HEAD)
            if place is None:
                break
            if place >= top:  # no hole of this size is left
                beyond.append(place)
                break
    for place in beyond:
        free(place)
