"""A settled heap: what is allocated afterwards lies side by side."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, sys
from grader.worker import heap

libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
# every second chunk is freed again: holes all over
chunks = [libc.malloc(40 + 8 * (number % 90)) for number in range(60_000)]
for chunk in chunks[::2]:
    libc.free(chunk)
if sys.argv[1] == "settled":
    heap.settle()
places = [libc.malloc(16 + 24 * (number % 40)) for number in range(2_000)]
print(len({place >> 12 for place in places}))
"""


def pages(state: str) -> int:
    """Return how many pages 2,000 chunks lie on."""
    program = [sys.executable, "-c", PROGRAM, state]
    done = subprocess.run(program, capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="the C library is not glibc")
def test_what_is_allocated_lies_side_by_side() -> None:
    """2,000 chunks of 484 bytes on average fill some 240 pages; in holes they lie on many more."""
    assert pages("as it is") > 400
    assert pages("settled") < 260
