"""What a watched worker records, and where it ends what loops on."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Any

import pytest

from grader.worker.watched_code import RECORD, TICK
from grader.worker.watching import TooManyRoundsError, Watcher

COUNTS = b"""
def count(most):
    done = 0
    while done < most:
        done += 1
    return done
"""


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    """A watcher that is installed."""
    one = Watcher()
    one.install()
    yield one
    delattr(builtins, RECORD)
    delattr(builtins, TICK)


def test_a_changed_case_ends_after_not_many_more_rounds(watcher: Watcher) -> None:
    """It may take 20 times what it takes unchanged, and 2,000 more; another function's may more."""
    names: dict[str, Any] = {}
    exec(watcher.compile(COUNTS, "counting.py"), names)

    def count(most: int, *, record: bool) -> int:
        watcher.start({"record": record, "places": [], "values": []})
        done: int = names["count"](most)
        watcher.stop()
        return done

    assert count(40_000, record=False) == 40_000
    assert count(5, record=True) == 5
    assert count(2_100, record=False) == 2_100
    with pytest.raises(TooManyRoundsError):
        count(2_101, record=False)
    assert count(500, record=True) == 500
    assert count(12_000, record=False) == 12_000
    assert count(5, record=True) == 5
    watcher.forget()
    assert count(40_000, record=False) == 40_000
