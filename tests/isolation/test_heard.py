"""A frame that was heard before is not read again, and counts as if it were."""

from __future__ import annotations

import numpy as np
import pytest

from grader.isolation.heard import Hearing
from grader.isolation.rules import MAX_PARTS, BrokenRuleError, ReplyReader
from grader.worker.wire import frame


def _read(hearing: Hearing, *frames: bytes) -> list[object]:
    """Return what one function's worker says in some frames."""
    reader, values = ReplyReader(hearing), []
    for one in frames:
        reader.feed(one)
        heard = reader.next()
        assert heard is not None
        values.append(heard.value)
    return values


def test_the_very_same_bytes_are_kept_from_the_second_time_on() -> None:
    """Whoever sends them; what differs in one bit of one number is another frame."""
    hearing = Hearing()
    (new,) = _read(hearing, frame(np.array([1.0, 2.0])))
    one, other = np.array([1.0, 2.0]), np.array([1.0, np.nextafter(2.0, 3.0)])
    (first,), (again, differs) = (
        _read(hearing, frame(one)),
        _read(hearing, frame(one), frame(other)),
    )
    assert again is first
    assert first is not new
    np.testing.assert_array_equal(differs, other)  # type: ignore[arg-type]


def test_its_parts_count_each_time() -> None:
    """A function may send no more of them for having been heard."""
    some = frame([None] * 30_000)
    hearing = Hearing()
    _read(hearing, some)
    _read(hearing, some)
    assert 3 * 30_001 < MAX_PARTS < 4 * 30_001
    with pytest.raises(BrokenRuleError, match="parts"):
        _read(hearing, *[some] * 4)


def test_its_bytes_count_each_time() -> None:
    """Arrays that are named again in it as well."""
    array = np.zeros(3000)
    some = frame([array] * 150)  # 3.6 MB
    hearing = Hearing()
    _read(hearing, some, some)
    with pytest.raises(BrokenRuleError, match="bytes"):
        _read(hearing, *[some] * 3)


def test_what_was_not_heard_for_longest_goes_first() -> None:
    """And what is long is not kept at all: nobody fills the memory of others."""
    hearing = Hearing()
    often, seldom, long = frame("often"), frame("seldom"), frame([0.0] * 5_000)
    for one in (often, seldom, long):
        _read(hearing, one)
    ((first,), (rare,), (much,)) = (_read(hearing, one) for one in (often, seldom, long))
    assert _read(hearing, seldom)[0] is rare
    assert _read(hearing, long)[0] is not much
    for number in range(400):
        for _ in range(2):
            _read(hearing, frame(f"{number}" + "x" * 30_000))
        assert _read(hearing, often)[0] is first
    assert _read(hearing, seldom)[0] is not rare
    assert _read(hearing, long)[0] is not much


def test_of_how_many_it_is_known_that_they_came_once() -> None:
    """Whoever sends ten thousand others takes that of a frame away, and no more memory."""
    hearing = Hearing()
    some = frame(["some"])
    _read(hearing, some)
    for number in range(10_000):
        _read(hearing, frame(number))
    (second,), (third,), (fourth,) = (_read(hearing, some) for _ in range(3))
    assert second is not third
    assert third is fourth
