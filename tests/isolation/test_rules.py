"""What a worker may send: everything else is refused where it arrives, before it is made."""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgpack
import pytest

from grader.isolation.answers import Due, GroupAnswer, Raised, Stopped, Value, replies_of
from grader.isolation.groups import Group
from grader.isolation.lane import Lane
from grader.isolation.rules import (
    BROKEN,
    MAX_BYTES,
    MAX_DEPTH,
    MAX_PARTS,
    BrokenRuleError,
    ReplyReader,
    parts_of,
)
from grader.isolation.sandbox import Sandbox
from grader.phrases import Phrases
from grader.record import Finding
from grader.worker.wire import frame

DUE = Due(4, (0, 2, 3))
DETAILS: dict[str, Any] = {
    "type": "ValueError",
    "bases": ["ValueError", "Exception"],
    "importing": False,
    "frames": [["m.py", 3, "f"]],
    "text": "no",
    "name": "",
}


def framed(payload: bytes) -> bytes:
    """Forged bytes as a frame."""
    return struct.pack("<I", len(payload)) + payload


def packed(value: Any) -> bytes:
    """A message as msgpack writes it, without asking whether it may be sent."""
    return framed(msgpack.packb(value, use_bin_type=True))


def array(shape: tuple[int, ...], data: bytes) -> msgpack.ExtType:
    """An array of float64 as the wire has it."""
    head = struct.pack(f"<BB{len(shape)}q", 0, len(shape), *shape)
    return msgpack.ExtType(1, head + data)


def case(data: Any, step: Any = 0) -> Any:
    """The answer to a case of one call."""
    return ["case", [["value", step, data]]]


def raised(**details: Any) -> Any:
    """The answer of a case that ends in an exception."""
    return ["case", [["raised", 0, {**DETAILS, **details}]]]


VALUE = b"\x92\xa4case\x91\x93\xa5value\x00"
"""How the answer to a case begins, as bytes."""
MILLION = struct.pack(">I", 1 << 20)

FORGED = {
    "a case that is not asked for": ("turn", packed(case(1)) + packed(case(1))),
    "an end before the answer": ("turn", packed(["end"])),
    "two answers to one call": ("turn", packed(["case", [["value", 0, 1], ["value", 0, 1]]])),
    "no answer": ("turn", packed(["case", []])),
    "a call of what is not lent": ("turn", packed(["lent", "f", "", None, [], {}])),
    "an unknown message": ("turn", packed(["score", 100])),
    "an infinite step": ("form", packed(case(1, float("inf")))),
    "a step that is no number": ("form", packed(case(1, float("nan")))),
    "a negative step": ("form", packed(case(1, -1))),
    "a huge step": ("form", packed(case(1, 1 << 63))),
    "a step that is true": ("form", packed(case(1, True))),
    "a step beyond the script": ("form", packed(case(1, 1))),
    "a text as message": ("form", packed("end")),
    "a map as message": ("form", packed({"case": []})),
    "an empty message": ("form", packed([])),
    "an end with more": ("form", packed(case(1)) + packed(["end", 1])),
    "an unknown kind of reply": ("form", packed(["case", [["right", 0, 1]]])),
    "a kind that is a list": ("form", packed(["case", [[["value"], 0, 1]]])),
    "many frames": ("form", packed(raised(frames=[["m.py", 0, ""]] * 20_000))),
    "a line beyond any file": ("form", packed(raised(frames=[["m.py", 1 << 60, ""]]))),
    "a line that is a float": ("form", packed(raised(frames=[["m.py", 1e300, ""]]))),
    "a name of a megabyte": ("form", packed(raised(name="x" * (1 << 20)))),
    "a text of a megabyte": ("form", packed(raised(text="x" * (1 << 20)))),
    "a thousand classes": ("form", packed(raised(bases=["A"] * 1000))),
    "a detail too many": ("form", packed(raised(score=1))),
    "importing that is a number": ("form", packed(raised(importing=1))),
    "keys of bytes and of texts": ("kinds", packed(case({b"a": 1.0, "b": 2.0}))),
    "a key that is a number": ("kinds", packed(case({1: 2}))),
    "a key that is a list": ("kinds", framed(VALUE + b"\x81\x90\x01")),
    "a key that comes twice": (
        "kinds",
        framed(VALUE + b"\x82\xa1a\x01\xa1a\x02"),
    ),
    "bare bytes": ("kinds", packed(case(b"x"))),
    "a date": ("kinds", packed(case(msgpack.Timestamp(1)))),
    "half a character": ("kinds", framed(VALUE + b"\xa3\xed\xa0\x80")),
    "a constant of the judge": ("kinds", packed(case(msgpack.ExtType(4, bytes(4))))),
    "an earlier answer": ("kinds", packed(case(msgpack.ExtType(5, b"\x91\x00")))),
    "a network": ("kinds", packed(case(msgpack.ExtType(6, bytes(18))))),
    "an array that was never sent": ("kinds", packed(case(msgpack.ExtType(2, bytes(4))))),
    "an array without end": ("kinds", packed(case(array((0, 1 << 26), b"")))),
    "no message": ("frame", framed(b"")),
    "half a message": ("frame", framed(b"\x92\xa3end")),
    "a message and a half": ("frame", framed(b"\x91\xa3end\x91")),
    "a list of four thousand million": ("frame", framed(b"\xdd" + b"\xff" * 4)),
    "deep lists": ("depth", framed(b"\x91" * 480 + b"\x01")),
    "deep dicts": ("depth", framed(b"\x81\xa1a" * 300 + b"\x01")),
    "empty lists by the million": (
        "parts",
        framed(VALUE + b"\xdd" + MILLION + b"\x90" * (1 << 20)),
    ),
    "empty arrays by the thousand": ("parts", packed(case([array((0,), b"")] * (MAX_PARTS + 1)))),
    "one array again and again": (
        "bytes",
        packed(case([array((1 << 17,), bytes(1 << 20)), *[msgpack.ExtType(2, bytes(4))] * 20])),
    ),
    "a frame of impossible length": ("bytes", struct.pack("<I", MAX_BYTES + 1)),
    "bytes without end": ("bytes", struct.pack("<I", MAX_BYTES) + bytes(MAX_BYTES)),
}


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    """A lane without PyTorch."""
    if sys.platform != "linux":
        pytest.skip("a worker's socket is found by its number")
    with Sandbox.start(torch=False, weak=True) as sandbox:
        yield Lane(sandbox, timeout=20.0)


def asked(lane: Lane, said: bytes, *, recorded: bool = False) -> GroupAnswer:
    """What comes of a function whose process says so instead of answering."""
    source = f"""
import os, zlib
said = zlib.decompress({zlib.compress(said)!r})
def f():
    at = 0
    while at < len(said):
        at += os.write(3, said[at:])
    os._exit(0)
"""
    group = replace(Group.of("m", "f", [[["call", "f", [], True, {}]]]), recorded=recorded)
    with lane.open({"m.py": source.encode()}) as worker:
        (answer,) = worker.ask([group])
    return answer


@pytest.mark.parametrize("name", FORGED)
def test_forged(lane: Lane, name: str) -> None:
    """It breaks the rules: no answer, no exception of the judge, and a name for what was broken."""
    rule, said = FORGED[name]
    answer = asked(lane, said)
    assert answer.stopped == Stopped("broke rules", {"rule": rule})
    assert answer.replies == (None,)


MADE = packed(["made", {}])


@pytest.mark.parametrize(
    "said", [MADE + packed(case(1)), packed(case(1)) + MADE + MADE], ids=["before it", "twice"]
)
def test_what_a_recorded_case_made_is_said_after_it_and_once(lane: Lane, said: bytes) -> None:
    """Anything else breaks the rules; nothing of it is kept."""
    answer = asked(lane, said, recorded=True)
    assert answer.stopped == Stopped("broke rules", {"rule": "turn"})
    assert (answer.replies, answer.made) == ((None,), None)


def test_every_rule_has_a_sentence_of_its_own_in_every_language() -> None:
    """Seven different things are said of messages and processes, in each."""
    for language in ("en", "zh"):
        phrases = Phrases.load(language)
        said = {rule: phrases.what(Finding("broke rules", "", {"rule": rule})) for rule in BROKEN}
        assert len(set(said.values())) == len(BROKEN) - 2  # frame, kinds and form are one to people


def test_what_is_due_is_taken() -> None:
    """All replies in their order, or the first few and an exception."""
    values = [["value", step, None] for step in DUE.wanted]
    assert replies_of(values, DUE) == tuple(Value(step, None) for step in DUE.wanted)
    for count, step in ((0, 0), (1, 1), (1, 2), (2, 3)):
        replies = replies_of([*values[:count], ["raised", step, DETAILS]], DUE)
        assert [reply.step for reply in replies] == [*DUE.wanted[:count], step]
        assert isinstance(replies[-1], Raised)


@pytest.mark.parametrize(
    "said",
    [
        [["value", 0, None], ["value", 3, None], ["value", 2, None]],
        [["value", 0, None], ["value", 2, None]],
        [["raised", 0, DETAILS], ["value", 0, None], ["value", 2, None], ["value", 3, None]],
        [["raised", 0, DETAILS], ["raised", 1, DETAILS]],
        [["raised", 2, DETAILS]],
        [["value", 0, None], ["value", 2, None], ["raised", 2, DETAILS]],
    ],
)
def test_what_is_not_due_is_refused(said: Any) -> None:
    """Out of order, too few, after the end, or instead of an answer that came."""
    with pytest.raises(BrokenRuleError, match="turn"):
        replies_of(said, DUE)


def test_more_than_can_be_due_is_not_read() -> None:
    """A reply for every part that may arrive is refused before any of them is looked at."""
    with pytest.raises(BrokenRuleError, match="form"):
        replies_of([["value", 0, None]] * (len(DUE.wanted) + 2), DUE)


def test_parts_are_counted_without_being_made() -> None:
    """Every kind of part counts as one, whatever its length."""
    value = [None, True, -1, 2**40, 1.5, "x" * 300, {"k": [1, 2]}, [], {}]
    assert parts_of(msgpack.packb(value)) == 1 + len(value) + 4
    assert parts_of(msgpack.packb([array((2,), bytes(16))] * 3)) == 4
    assert parts_of(b"\x91" * (MAX_DEPTH - 1) + b"\xc0") == MAX_DEPTH


def test_a_function_begins_with_room_of_its_own() -> None:
    """What one function has sent is not counted against the next; within one it adds up."""
    reader = ReplyReader()
    large = frame("x" * (MAX_BYTES // 2 + 1))
    reader.feed(large)
    assert reader.next() is not None
    reader.begin()
    reader.feed(large)
    assert reader.next() is not None
    with pytest.raises(BrokenRuleError, match="bytes"):
        reader.feed(large)
    many = frame([None] * (MAX_PARTS // 2))
    for _ in range(2):
        reader.begin()
        reader.feed(many)
        assert reader.next() is not None
    reader.feed(many)
    with pytest.raises(BrokenRuleError, match="parts"):
        reader.next()
