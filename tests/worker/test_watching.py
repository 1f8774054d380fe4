"""What a watched worker records, and where it ends what loops on."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from grader.worker.watched_code import CLEAR, FILL, RECORD, TICK
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
    for name in (RECORD, TICK, CLEAR, FILL):
        delattr(builtins, name)


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
    watcher.forget()
    assert count(5, record=True) == 5
    assert count(2_100, record=False) == 2_100
    with pytest.raises(TooManyRoundsError):
        count(2_101, record=False)
    assert count(500, record=True) == 500
    assert count(12_000, record=False) == 12_000
    assert count(5, record=True) == 5
    watcher.forget()
    assert [count(50_000, record=False) for _ in range(6)] == [50_000] * 6
    with pytest.raises(TooManyRoundsError):  # all of one function's cases had so many
        count(1, record=False)


MAKES = b"""
import numpy as np

class Mine:
    def empty(self):
        return np.ones(2)

def make():
    made = np.empty((300, 300)), np.empty_like(np.ones(70_000)), np.empty(2, dtype=object)
    made[0][0, 0] = 1.0
    return (*made, Mine().empty())
"""


def test_what_was_in_memory_is_not_recorded(watcher: Watcher) -> None:
    """What NumPy leaves as it found it is zeros; other arrays stay what they are."""
    names: dict[str, Any] = {}
    exec(watcher.compile(MAKES, "making.py"), names)
    for _ in range(4):  # memory that was used before is given out again
        full = np.full((300, 300), 7.0), np.full(70_000, 7.0)
        del full
        first, second, objects, own = names["make"]()
        assert (first[0, 0], np.count_nonzero(first), np.count_nonzero(second)) == (1.0, 1, 0)
        assert (objects.tolist(), own.tolist()) == ([None, None], [1.0, 1.0])


HALF = b"""
def loss(x):
    return (x * 2).sum()
"""


def test_a_tensor_is_replaced_and_its_gradient_goes_on(watcher: Watcher) -> None:
    """It has other numbers then, and what it was made of gets the gradient that it would get."""
    import torch

    names: dict[str, Any] = {}
    exec(watcher.compile(HALF, "half.py"), names)
    x = torch.ones(3, dtype=torch.float64, requires_grad=True)
    watcher.start({"record": True, "places": [], "values": []})
    names["loss"](x)
    made = watcher.stop()
    assert made is not None
    places = [tuple(place) for place in made["places"][made["tensors"][:, 0]].tolist()]
    assert (0, 3, 12, 3, 17) in places
    watcher.start(
        {
            "record": False,
            "places": [["half.py", 3, 12, 3, 17]],
            "values": [[np.array([5.0, 6.0, 7.0])]],
        }
    )
    total = names["loss"](x)
    watcher.stop()
    watcher.start({"record": True, "places": [], "values": []})
    none = watcher.stop()
    assert none is not None
    assert none["tensors"].size == 0  # those of the case before are not of this one
    total.backward()
    assert (float(total.detach()), x.grad.tolist()) == (18.0, [2.0, 2.0, 2.0])  # type: ignore[union-attr]


FILLS = b"""
import numpy as np

def double(a, steps):
    made, rows, total = np.zeros((8, 9)), [], 0.0
    for i in range(8):
        row = []
        for j in range(9):
            made[i, j] = 2 * a[i, j]
            row.append(made[i, j])
        rows.append(row)
    for t in range(steps):
        step = np.ones(2)
        for i in range(8):
            made[i, 0] += 1
    return made + total, rows
"""


def test_what_loops_fill_is_recorded_behind_them(watcher: Watcher) -> None:
    """It is full there, or as full as after so many steps; each entry by itself is not kept."""
    names: dict[str, Any] = {}
    exec(watcher.compile(FILLS, "filling.py"), names)
    a = np.arange(72.0).reshape(8, 9)
    watcher.start({"record": True, "places": [], "values": []})
    names["double"](a, 2)
    found = watcher.stop()
    assert found is not None
    lines = found["places"][:, 1]
    shapes = found["shapes"][found["fills"][:, 1]]
    by_line = [
        (int(lines[place]), *shape[1 : 1 + shape[0]].tolist())
        for place, shape in zip(found["fills"][:, 0], shapes, strict=True)
    ]
    assert by_line == [(10, 9)] * 8 + [(9, 8, 9), (11, 8, 9)] + [(15, 8, 9)] * 3
    assert 9 in lines[found["busy"][:, 0]]
    assert 9 not in lines[found["events"][:, 0]]


def test_a_list_that_loops_fill_is_replaced_by_a_list(watcher: Watcher) -> None:
    """Its rows stay lists as well."""
    names: dict[str, Any] = {}
    exec(watcher.compile(FILLS, "filling.py"), names)
    new = np.full((8, 9), 3.0)
    place = ["filling.py", 11, 8, 11, 12]
    watcher.start({"record": False, "places": [place], "values": [[new]]})
    _, rows = names["double"](np.ones((8, 9)), 0)
    watcher.stop()
    assert rows == new.tolist()


OFTEN = b"""
def fill(times):
    for step in range(times):
        row = [0.0]
        for k in range(1):
            row[k] = float(step)
    return row
"""


def test_what_loops_fill_is_recorded_so_often_and_no_more(watcher: Watcher) -> None:
    """However often they go round."""
    names: dict[str, Any] = {}
    exec(watcher.compile(OFTEN, "fills.py"), names)
    recorded = []
    for times in (3, 700):
        watcher.start({"record": True, "places": [], "values": []})
        names["fill"](times)
        made = watcher.stop()
        assert made is not None
        recorded.append(len(made["fills"]))
    assert recorded == [3, 600]
