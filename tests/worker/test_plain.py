"""What a function returned becomes plain data, or is named by its type."""

from __future__ import annotations

import collections
import enum
import itertools
from typing import Any

import numpy as np
import pytest

from grader.worker.plain import MAX_ANSWERS, plain
from grader.worker.wire import TOO_LARGE, Odd, pack, unpack


def test_object_arrays_and_pickles_do_not_travel() -> None:
    """Nothing is ever pickled: objects are named by their type, and stay behind."""

    class Bomb:
        def __reduce__(self) -> Any:
            raise AssertionError("pickled")

    assert plain(Bomb()) == Odd("Bomb")
    assert plain(np.array([Bomb()], dtype=object)) == Odd("array of object")
    with pytest.raises(TypeError):
        pack(Bomb())


def test_arrays_of_many_dimensions_do_not_travel() -> None:
    """Eight dimensions do, and nothing a course asks for has more."""
    eight = np.ones((1,) * 8)
    np.testing.assert_array_equal(unpack(pack(plain(eight))), eight)
    assert plain(np.ones((1,) * 9)) == Odd("array of 9 dimensions")


def test_a_key_is_what_finds_it() -> None:
    """A text of NumPy's, or of an enumeration, is found by its letters, unless it is not."""

    class Found(enum.StrEnum):
        dba = "dba"

    class Hidden(str):
        def __hash__(self) -> int:
            return 1

        def __repr__(self) -> str:
            return "here"

    class Lies(str):
        def __str__(self) -> str:
            raise AssertionError("asked")

    assert list(plain({np.str_("dba"): 1.0, Lies("dx"): 2.0})) == ["dba", "dx"]
    assert [type(key) for key in plain({np.str_("dba"): 1.0})] == [str]
    assert list(plain({Found.dba: 1.0})) == ["dba"]
    assert list(plain({Hidden("dba"): 1.0, 3: 2.0})) == ["Hidden here", "int 3"]


def test_a_list_that_holds_itself_ends() -> None:
    """A container that is a part of itself, however far down, is said to be; others stay."""
    endless: list[Any] = [1.0]
    endless.append(endless)
    loop: dict[str, Any] = {"a": [2.0, ()]}
    loop["a"].append({"b": (loop,)})
    assert plain(endless) == Odd("holds itself")
    assert plain({"first": endless, "second": 3.0, "third": loop}) == {
        "first": Odd("holds itself"),
        "second": 3.0,
        "third": Odd("holds itself"),
    }
    twice = [1.0]
    assert plain([twice, twice]) == [[1.0], [1.0]]


def test_what_has_no_end_ends() -> None:
    """Whatever gives parts for ever is cut; an output that is too large leaves the others."""

    class Endless(collections.UserDict[str, Any]):
        def items(self) -> Any:
            return ((str(number), [number]) for number in itertools.count())

    class Pretender(list[Any]):
        def __iter__(self) -> Any:
            return itertools.repeat(1.0)

    shared: list[Any] = [1.0]
    for _ in range(15):
        shared = [shared] * 9
    assert plain(Endless()) == Odd("too large")
    assert plain(Pretender([1.0, 2.0])) == [1.0, 2.0]
    assert plain(itertools.count()) == Odd("count")
    assert plain({"large": shared, "right": [1.0]}) == {"large": Odd("too large"), "right": [1.0]}
    large = plain((np.zeros(1 << 24), np.ones(2), np.empty((0, 1 << 30))))
    assert (large[0], large[2]) == (Odd("too large"), Odd("too large"))
    assert np.array_equal(large[1], np.ones(2))


def test_half_a_character_travels_as_a_question_mark() -> None:
    """Texts that no bytes can hold do not end the worker."""
    assert unpack(pack(plain(["\ud800x", {"\udfff": 1}]))) == ["?x", {"?": 1}]


def test_plain_keeps_what_is_right() -> None:
    """Subclasses, orders, views, long doubles and named tuples lose nothing that counts."""
    base = np.arange(12.0).reshape(3, 4)
    for array in (np.asfortranarray(base), base[::-1], base.T, base.view(np.matrix)):
        assert np.array_equal(plain(array), np.asarray(array))
    assert plain(base.astype(np.longdouble)).dtype == np.float64
    cache = collections.namedtuple("cache", "a b")(1.0, [base])
    first, (second,) = plain(cache)
    assert (type(plain(cache)), first) == (tuple, 1.0)
    assert np.array_equal(second, base)
    assert plain(collections.OrderedDict(dxt=1.0)) == {"dxt": 1.0}


@pytest.mark.parametrize(
    "array", [np.arange(6.0).reshape(2, 3), np.arange(6.0)[::2], np.array(2.0)]
)
def test_an_answer_is_what_it_was_when_it_was_given(array: np.ndarray[Any, Any]) -> None:
    """What is written into an array later, before the answer travels, does not reach it."""
    due = array.copy()
    answer = plain({"a": array, "same": array})
    array += 1
    assert np.array_equal(answer["a"], due)
    assert answer["a"].shape == due.shape
    assert answer["same"] is answer["a"]


def test_an_array_that_is_named_again_takes_room_again() -> None:
    """So that what the judge would have to hold is never sent: each is said to be too large."""
    large = np.zeros(MAX_ANSWERS // 16)
    answer = plain([large] * 4)
    assert [type(one) for one in answer] == [np.ndarray, np.ndarray, Odd, Odd]
    assert answer[2:] == [Odd(TOO_LARGE)] * 2
