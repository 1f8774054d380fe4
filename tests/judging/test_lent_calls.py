"""What a lent function may be asked for: little, of the sizes that the cases have, for a while."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from grader.judging import lending
from grader.judging.lending import Lender
from grader.worker.wire import WireError, frame, unpack

ONE = np.ones((2, 3))
ONE.flags.writeable = False  # as what has travelled is


class Counter:
    """A class whose state grows with every call."""

    def __init__(self, start: Any) -> None:
        self.kept = [start]

    def add(self, more: Any) -> int:
        """Keep one more."""
        self.kept.append(more)
        return len(self.kept)


def loops(x: Any) -> Any:
    """Go on for many seconds."""
    for _ in range(300_000_000):
        pass
    return x


def burns(x: Any) -> Any:
    """Take a twentieth of a second of a core."""
    start = time.thread_time()
    while time.thread_time() - start < 0.05:
        pass
    return x


def outer(x: Any, times: int = 1) -> Any:
    """Give back more than came."""
    return np.tile(x, (times, 1))


def doubles(x: Any) -> Any:
    """Write into what it is given, as a solution's helper may."""
    x *= 2
    return x


REFERENCE = {
    "doubles": doubles,
    "double": lambda x: 2 * x,
    "loops": loops,
    "burns": burns,
    "outer": outer,
    "Counter": Counter,
    "odd": lambda x: object(),
}


def lender(largest: int = 10) -> Lender:
    """Everything is lent."""
    return Lender(REFERENCE, REFERENCE, largest)


def asked(to: Lender, name: str, *args: Any, method: str = "", state: Any = None) -> Any:
    """What goes back to a worker that asks."""
    answer = to.answer(["lent", name, method, state, list(args), {}])
    return unpack(answer[4:])


def test_what_is_right_is_answered() -> None:
    """Arrays of the cases' sizes and a few times that, up to the limit of calls."""
    with lender() as to:
        kind, value = asked(to, "double", ONE)
        assert kind == "value"
        np.testing.assert_array_equal(value, 2 * ONE)
        assert asked(to, "double", np.ones((40, 1)))[0] == "value"
        np.testing.assert_array_equal(asked(to, "doubles", ONE)[1], 2 * ONE)
        kind, (result, state) = asked(to, "Counter", ONE, method="add", state={"kept": [ONE]})
        assert (kind, result, len(state["kept"])) == ("value", 2, 2)


@pytest.mark.parametrize(
    "array", [np.zeros((0, 1, 3_000_000)), np.zeros((3, 0)), np.zeros((41, 1)), np.zeros(41)]
)
@pytest.mark.parametrize("inside", [False, True])
def test_a_size_that_no_case_has_is_refused(array: Any, inside: bool) -> None:
    """An array of no bytes may have any number of steps, and a long one a square of results."""
    with lender() as to:
        told = asked(to, "double", [(array,)] if inside else array)
        assert told == [
            "error",
            "RuntimeError",
            "double was given an array of a size that no case has",
        ]
        told = asked(to, "Counter", ONE, method="add", state={"kept": [array]})
        assert told[:2] == ["error", "RuntimeError"]


def test_arrays_of_more_dimensions_than_any_case_has_are_refused() -> None:
    """A product of them would take seconds in which nothing can stop it."""
    deep, deeper = np.ones((2, 1, 2)), np.ones((2, 1, 1, 2))
    with lender() as to:
        assert asked(to, "double", deep)[0] == "value"
        refused = "double was given an array of a size that no case has"
        assert asked(to, "double", deeper) == ["error", "RuntimeError", refused]
    with Lender(REFERENCE, REFERENCE, 10, 4) as to:
        assert asked(to, "double", deeper)[0] == "value"


def test_too_many_calls_are_refused() -> None:
    """The count is of one function that is judged, and begins again with the next."""
    to = lender()
    for _ in range(2):
        with to:
            for _ in range(lending.MAX_CALLS):
                assert asked(to, "double", 1.0) == ["value", 2.0]
            assert asked(to, "double", 1.0) == [
                "error",
                "RuntimeError",
                "double was called too often",
            ]


def test_a_result_that_is_too_large_stays_here() -> None:
    """What comes is small; what goes back need not be."""
    with lender() as to:
        times = lending.MAX_RESULT // ONE.nbytes
        assert asked(to, "outer", ONE, times + 1) == [
            "error", "RuntimeError", "outer gives back too much"
        ]  # fmt: skip
        many = [asked(to, "outer", ONE, times // 2)[0] for _ in range(10)]
    assert many == ["value"] * 7 + ["error"] * 3


def test_a_state_that_grows_comes_to_an_end() -> None:
    """It travels with every call, and its bytes are counted each time."""
    state: Any = {"kept": []}
    with lender() as to:
        for _ in range(60):
            answer = asked(to, "Counter", np.ones((40, 40)), method="add", state=state)
            if answer[0] == "error":
                break
            state = {**state, **answer[1][1]}
    assert answer == ["error", "RuntimeError", "Counter was given too much"]


def test_what_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """After that no call is answered; another function's calls are."""
    monkeypatch.setattr(lending, "MAX_SECONDS", 0.2)
    to = lender()
    for _ in range(2):
        with to:
            start = time.thread_time()
            assert asked(to, "loops", 1.0) == ["error", "RuntimeError", "loops takes too long"]
            assert time.thread_time() - start < 5
            assert asked(to, "double", 1.0)[0] == "error"


def test_time_adds_up_over_all_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is short enough, and no more than a few are answered."""
    monkeypatch.setattr(lending, "MAX_SECONDS", 0.2)
    with lender() as to:
        kinds = [asked(to, "burns", 1.0)[0] for _ in range(6)]
    assert (kinds[0], kinds[-1]) == ("value", "error")


@pytest.mark.parametrize(
    "request_",
    [
        ["lent"],
        ["lent", "double", "", None, []],
        ["lent", "double", "", None, [], {}, 1],
        ["lent", ["double"], "", None, [], {}],
        ["lent", {}, "", None, [], {}],
        ["lent", "print", "", None, [], {}],
        ["lent", "double", None, None, [], {}],
        ["lent", "double", "", None, {}, {}],
        ["lent", "double", "", None, [], []],
    ],
)
def test_what_is_no_call_is_refused(request_: Any) -> None:
    """It breaks the rules; the judge raises nothing else."""
    with lender() as to, pytest.raises(WireError):
        to.answer(request_)


@pytest.mark.parametrize(
    ("name", "method", "state", "args"),
    [
        ("Counter", "nothing", {}, [1]),
        ("Counter", "add", None, [1]),
        ("Counter", "add", {}, [1]),
        ("Counter", "__class__", {}, [1]),
        ("Counter", "__init__", {}, []),
        ("double", "", None, []),
        ("double", "", None, [{}]),
    ],
)
def test_what_makes_no_sense_goes_back_as_an_error(
    name: str, method: str, state: Any, args: list[Any]
) -> None:
    """As it would for the student's own."""
    with lender() as to:
        assert unpack(to.answer(["lent", name, method, state, args, {}])[4:])[0] == "error"


def test_what_is_no_data_is_named_by_its_type() -> None:
    """Nothing that the reference returns makes the judge fail."""
    with lender() as to:
        assert to.answer(["lent", "odd", "", None, [1], {}]) != frame(["value", None])
