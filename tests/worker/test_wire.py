"""The wire carries data, and nothing that a forged frame holds can do harm."""

from __future__ import annotations

import struct
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.worker.wire import (
    MAX_FRAME,
    Constant,
    Earlier,
    FrameReader,
    Odd,
    WireError,
    frame,
    pack,
    unpack,
)

DTYPES = ("f8", "f4", "i8", "u1", "?", "c16")

data = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(min_size=1), inner)
    ),
    max_leaves=20,
)


def same(one: Any, other: Any) -> bool:
    """Whether two pieces of data are the same, NaN included."""
    if isinstance(one, float):
        return isinstance(other, float) and (one == other or (one != one and other != other))
    if isinstance(one, (list, tuple)):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and bool(one == other)


@given(data)
def test_data_comes_back(value: Any) -> None:
    """Whatever is plain data travels unchanged, tuples as tuples."""
    assert same(unpack(pack(value)), value)


@given(st.sampled_from(DTYPES).flatmap(lambda d: arrays.arrays(d, arrays.array_shapes(min_side=0))))
def test_arrays_come_back(array: np.ndarray[Any, Any]) -> None:
    """Arrays keep dtype, shape and every bit."""
    back = unpack(pack([array]))[0]
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    assert back.tobytes() == array.tobytes()


def test_one_array_travels_once() -> None:
    """Caches repeat their parameters; the frame does not."""
    array = np.ones((50, 50))
    once, often = len(pack([array])), len(pack([array] * 20))
    assert often < once + 300
    assert all(np.array_equal(one, array) for one in unpack(pack([array] * 20)))


@pytest.mark.parametrize(
    "mark",
    [Odd("a generator"), Constant(3), Earlier(2, (0, "dxt"))],
)
def test_marks_come_back(mark: Any) -> None:
    """The judge's own marks travel too."""
    assert unpack(pack([mark])) == [mark]


@given(st.binary())
def test_nonsense_is_refused(forged: bytes) -> None:
    """Any bytes are data or a WireError, never another exception."""
    try:
        unpack(forged)
    except WireError:
        return


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        bytes([0]),
        bytes([200, 0]),
        bytes([0, 9]) + bytes(72),
        bytes([0, 1]) + struct.pack("<q", -1),
        bytes([0, 1]) + struct.pack("<q", 2**62),
        bytes([0, 2]) + struct.pack("<2q", 2**32, 2**32),
        bytes([0, 1]) + struct.pack("<q", 2) + bytes(8),
        bytes([0, 1]) + struct.pack("<q", 0) + bytes(8),
    ],
)
def test_forged_arrays_are_refused(payload: bytes) -> None:
    """Unknown dtypes, impossible shapes, and bytes that do not fit the shape."""
    with pytest.raises(WireError):
        unpack(msgpack.packb([msgpack.ExtType(1, payload)]))


def test_nesting_does_not_overflow_the_stack() -> None:
    """A deeply nested frame is refused, not followed."""
    deep = b"\x91" * 100_000 + b"\xc0"
    with pytest.raises(WireError):
        unpack(deep)


def test_the_reader_cuts_frames_however_they_arrive() -> None:
    """Byte by byte, or several at once."""
    stream = frame([1]) + frame({"a": 2.0})
    reader = FrameReader()
    found = []
    for byte in stream:
        reader.feed(bytes([byte]))
        while (value := reader.next()) is not None:
            found.append(value)
    assert found == [[1], {"a": 2.0}]


def test_a_frame_of_impossible_length_is_refused_at_once() -> None:
    """Its length is read before its bytes are waited for."""
    reader = FrameReader()
    reader.feed(struct.pack("<I", MAX_FRAME + 1))
    with pytest.raises(WireError):
        reader.next()
