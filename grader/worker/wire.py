"""The wire between the judge and a worker: frames of plain data, never code.

A frame is a four-byte little-endian length and that many bytes of msgpack.  Beyond
msgpack's own types it knows tuples, NumPy arrays and three marks that travel in their place.
Nothing is ever pickled.  The judge reads frames that student code may have forged, so
``unpack`` accepts a fixed list of dtypes, checks every size against the bytes that are
there, and never recurses through an extension type.

=====  =================  ==================================================================
 code  written by         meaning
=====  =================  ==================================================================
 1     both               an array: dtype code, number of dimensions, shape, bytes in C order
 2     both               the n-th array of this frame once more (caches repeat parameters)
 3     worker             something that is no data, by the name of its type
 4     judge              a constant of the plan, by number
 5     judge              the answer of an earlier call of the same case, and a path into it
=====  =================  ==================================================================

A tuple travels as a map with the single key "" and a list.
"""

from __future__ import annotations

import math
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgpack
import numpy as np

MAX_FRAME = 64 << 20
"""Bytes of one frame; a longer one is nonsense."""

READ_BYTES = 1 << 15
"""What is read at once: room for more would be mapped and unmapped every time."""

MAX_DIMENSIONS = 8
"""Of an array that travels; nothing a course asks for has more."""

TOO_LARGE, HOLDS_ITSELF, NOT_DETACHED = "too large", "holds itself", "not detached"
"""What an ``Odd`` says of what has no type to be named by: a list, an array, a tracked tensor."""

MAX_TEXT = 1000
"""Letters of a text that travels."""

MAX_KEY = 100
"""Letters of a key that travels."""

_MOST_OF_NOTHING = 1 << 20

THREADS_LEFT = 72
"""Exit status of a worker that ends because a thread of one group still runs at the next."""

_ARRAY, _SAME, _ODD, _CONSTANT, _EARLIER = 1, 2, 3, 4, 5
OF_WORKERS = frozenset({_ARRAY, _SAME, _ODD})
"""The marks that a worker may send."""

_DTYPES = tuple(
    np.dtype(name)
    for name in ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?", "c16", "c8")
)
DTYPE_CODES = {dtype.str: code for code, dtype in enumerate(_DTYPES)}
"""The dtypes that travel."""

HEADER = struct.Struct("<I")
"""What stands before a frame: how long it is."""


class WireError(ValueError):
    """Bytes that do not follow the protocol."""


@dataclass(frozen=True)
class Odd:
    """An answer, or a part of one, that is not data: what came instead, in a few words."""

    what: str


@dataclass(frozen=True)
class Constant:
    """Stands for the ``number``-th array of the plan; every use gets a fresh writable copy."""

    number: int


@dataclass(frozen=True)
class Earlier:
    """Stands for a part of what call ``call`` of the same case returned."""

    call: int
    path: tuple[int | str, ...] = ()


_NUMBER = struct.Struct("<I")
_HEADS = [struct.Struct(f"<BB{ndim}q") for ndim in range(MAX_DIMENSIONS + 1)]


def _extension(code: int, data: bytes) -> msgpack.ExtType:
    """Make an ExtType without its checks, which cost more than the rest."""
    made: msgpack.ExtType = tuple.__new__(msgpack.ExtType, (code, data))
    return made


def _pack_array(array: np.ndarray[Any, Any]) -> bytes:
    ndim = array.ndim
    code = 0 if array.dtype is _DTYPES[0] else DTYPE_CODES[array.dtype.str]
    return _HEADS[ndim].pack(code, ndim, *array.shape) + array.tobytes()


def _unpack_array(data: bytes) -> np.ndarray[Any, Any]:
    code, ndim = data[0], data[1]
    if code >= len(_DTYPES) or ndim > MAX_DIMENSIONS:
        raise WireError("an array of unknown kind")
    _, _, *shape = _HEADS[ndim].unpack_from(data)
    start = _HEADS[ndim].size
    count = 1
    for length in shape:
        if not 0 <= length <= MAX_FRAME:
            raise WireError("an array of impossible shape")
        count *= length
    if not count and not bearable(shape):
        raise WireError("an array of impossible shape")
    dtype = _DTYPES[code]
    if count * dtype.itemsize != len(data) - start:
        raise WireError("an array whose bytes do not fit its shape")
    return (
        np.frombuffer(data, dtype, count, start).reshape(shape) if count else np.empty(shape, dtype)
    )


def bearable(shape: Sequence[int]) -> bool:
    """Whether an array may travel that holds nothing: sums over it hold a number a place."""
    return math.prod(length or 1 for length in shape) <= _MOST_OF_NOTHING


def pack(value: Any) -> bytes:
    """Turn plain data into the bytes of one frame, without its length."""
    seen: dict[int, int] = {}
    keep: list[Any] = []  # an id is only good as long as its object lives

    def default(item: Any) -> Any:
        if isinstance(item, np.ndarray):
            number = seen.get(id(item))
            if number is not None:
                return _extension(_SAME, _NUMBER.pack(number))
            seen[id(item)] = len(seen)
            keep.append(item)
            return _extension(_ARRAY, _pack_array(item))
        if type(item) is tuple:
            return {"": list(item)}
        if type(item) is Odd:
            return msgpack.ExtType(_ODD, item.what.encode("utf-8", "replace")[:200])
        if type(item) is Constant:
            return msgpack.ExtType(_CONSTANT, struct.pack("<I", item.number))
        if type(item) is Earlier:
            return msgpack.ExtType(_EARLIER, msgpack.packb([item.call, *item.path]))
        raise TypeError(f"{type(item).__name__} cannot travel")

    packed = msgpack.packb(value, default=default, strict_types=True, use_bin_type=True)
    assert isinstance(packed, bytes)
    return packed


def unpack(
    data: bytes | memoryview,
    writable: bool = False,
    repeated: Callable[[int], None] | None = None,
) -> Any:
    """Read the bytes of one frame; ``writable`` arrays are copies.

    With ``repeated`` the frame is a worker's: marks that only the judge writes are refused, and
    it is told the bytes of every array that is named once more.  Raises WireError for anything
    that does not follow the protocol, whoever wrote it.
    """
    arrays: list[np.ndarray[Any, Any]] = []

    def extension(code: int, payload: bytes) -> Any:
        if repeated is not None and code not in OF_WORKERS:
            raise WireError("a mark that only the judge writes")
        if code == _ARRAY:
            array = _unpack_array(payload)
            arrays.append(array.copy() if writable else array)
            return arrays[-1]
        if code == _SAME:
            array = arrays[struct.unpack("<I", payload)[0]]
            if repeated is not None:
                repeated(array.nbytes)
            return array
        if code == _ODD:
            return Odd(payload.decode("utf-8", "replace")[:200])
        if code == _CONSTANT:
            return Constant(struct.unpack("<I", payload)[0])
        if code == _EARLIER:
            call, *path = msgpack.unpackb(payload)
            return Earlier(call, tuple(path))
        raise WireError(f"extension {code}")

    def mapping(pairs: list[tuple[Any, Any]]) -> Any:
        if len(pairs) == 1 and pairs[0][0] == "" and type(pairs[0][1]) is list:
            return tuple(pairs[0][1])
        made = dict(pairs)
        if len(made) < len(pairs):
            raise WireError("a key that comes twice")
        if not all(type(key) is str for key in made):
            raise WireError("a key that is no text")
        return made

    try:
        return msgpack.unpackb(
            data, ext_hook=extension, object_pairs_hook=mapping, strict_map_key=True, raw=False
        )
    except WireError:
        raise
    except Exception as error:  # msgpack's own errors share no base class
        raise WireError(f"not a frame: {type(error).__name__}") from error


def frame(value: Any) -> bytes:
    """Pack plain data and put its length in front."""
    data = pack(value)
    return HEADER.pack(len(data)) + data


class FrameReader:
    """Cuts a stream of bytes, however it arrives, into frames."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """Add the next bytes of the stream."""
        self._buffer += data

    def next(self) -> Any | None:
        """Return the next whole frame's value, or None if more bytes are needed."""
        data = self.next_data()
        return None if data is None else unpack(data)

    def next_data(self) -> bytes | None:
        """Return the next whole frame, packed as it came, or None if more bytes are needed."""
        if len(self._buffer) < HEADER.size:
            return None
        (length,) = HEADER.unpack_from(self._buffer)
        if length > MAX_FRAME:
            raise WireError("a frame of impossible length")
        end = HEADER.size + length
        if len(self._buffer) < end:
            return None
        data = bytes(self._buffer[HEADER.size : end])
        del self._buffer[:end]
        return data


class Channel:
    """A worker's blocking end of the wire."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._reader = FrameReader()

    def receive(self) -> Any:
        """Return the next frame's value; raises EOFError when the judge has hung up."""
        return unpack(self._next(), writable=True)

    def send(self, value: Any) -> None:
        """Send one frame."""
        self._connection.sendall(frame(value))

    def ask(self, request: Any, known: dict[bytes, bytes] | None = None) -> Any:
        """Send one frame and return the value of the next; one that is ``known`` by its request
        is not asked for again, and what is answered with a value is known from then on.
        """
        asked = frame(request)
        data = None if known is None else known.get(asked)
        if data is not None:
            return unpack(data, writable=True)
        self._connection.sendall(asked)
        data = self._next()
        value = unpack(data, writable=True)
        if known is not None and value[0] == "value":
            known[asked] = data
        return value

    def _next(self) -> bytes:
        while (data := self._reader.next_data()) is None:
            try:
                more = self._connection.recv(READ_BYTES)
            except BlockingIOError:  # student code has changed how the descriptor waits
                self._connection.setblocking(True)
                continue
            if not more:
                raise EOFError("the judge has hung up")
            self._reader.feed(more)
        return data
