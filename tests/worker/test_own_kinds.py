"""What is given in the place of a submission's own answers is of its own kind, where that works."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from grader.worker.own_kinds import OwnKinds
from grader.worker.reached import Reached

VALUE = {"dx": 1.5, "dy": 2.5}


def kinds(source: str, judged: str = "reads") -> tuple[OwnKinds, ModuleType]:
    """Return the kinds of a file, whose ``makes`` is lent to another function."""
    code = compile(source, "own.py", "exec")
    module = ModuleType("own")
    exec(code, module.__dict__)
    return OwnKinds([module], Reached([code]), judged, ["makes"]), module


def dict_of(body: str, made: str = "Own()", read: str = "makes().dx") -> Any:
    """Return what a dict is given as, where a class of its own is made by what is lent."""
    source = f"class Own(dict):\n    {body}\n\ndef makes():\n    return {made}\n"
    source += f"\ndef reads():\n    return {read}\n"
    return kinds(source)[0].answer("makes", dict(VALUE))


@pytest.mark.parametrize("made", ["Own()", "helps()", "(lambda: [Own()])()[0]"])
def test_a_class_that_its_own_makes(made: str) -> None:
    """Wherever its own code comes to it."""
    helps = "pass\n\ndef helps():\n    return Own()"
    assert type(dict_of(helps, made)).__name__ == "Own"
    assert dict_of(helps, made) == VALUE
    assert type(dict_of(helps, "{}")) is dict


@pytest.mark.parametrize("read", ['makes()["dx"]', 'makes().pop("dx")', "makes().keys()"])
def test_a_class_that_its_own_only_uses(read: str) -> None:
    """Who reads nothing that a dict has not is given one."""
    assert type(dict_of("def pop(self, key): raise KeyError", "Own().dx and {}", read)) is dict
    assert type(dict_of("def least(self): return 0", "Own()", "makes().least()")) is not dict


def test_a_class_beside_a_namespace() -> None:
    """What is made of other things on the way is not what is returned."""
    helps = "pass\n\nfrom types import SimpleNamespace"
    assert type(dict_of(helps, "SimpleNamespace(a=1) and Own()")).__name__ == "Own"


def test_a_base_of_another_class_is_one_as_well() -> None:
    """Only what is made counts, not what somebody else derives from it."""
    derived = "pass\n\nclass Other(Own):\n    pass"
    assert type(dict_of(derived)).__name__ == "Own"


@pytest.mark.parametrize(
    "body",
    [
        "def __init__(self, *a, **b): raise RuntimeError",
        "def __init__(self, *a, **b): pass",
        "def __new__(cls, *a, **b): return 3",
        "def __init__(self, *a): super().__init__(dx=0.0, dy=1.0)",
        "def __init__(self, a): a.clear()",
        "def __iter__(self): return iter('ab')",
        "def __getitem__(self, key): return self",
        "def __len__(self): return 1",
        "def items(self): return __import__('itertools').repeat((self, self))",
    ],
)
def test_a_class_that_makes_something_else(body: str) -> None:
    """What it is given stays as it is."""
    found = dict_of(body)
    assert type(found) is dict
    assert found == VALUE


def test_two_classes_that_may_be_meant() -> None:
    """Nobody guesses which of two dicts it is."""
    source = """
class One(dict):
    pass

class Two(dict):
    pass

def makes():
    return One(Two())
"""
    assert type(kinds(source)[0].answer("makes", dict(VALUE))) is dict


def test_a_tuple_that_does_not_fit() -> None:
    """A class whose properties need more entries than there are stands for none of so few."""
    source = """
class Own(tuple):
    last = property(lambda self: self[3])

def makes():
    return Own((1, 2, 3, 4))
"""
    found, module = kinds(source)
    assert type(found.like((1, 2))) is tuple
    assert type(found.like((1, 2, 3, 4))) is module.Own
    assert found.like((1, 2, 3, 4)).last == 4  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "body",
    [
        "def __iter__(self): return __import__('itertools').repeat(self)",
        "def __getitem__(self, index): return self",
        "def __len__(self): return 4",
    ],
)
@pytest.mark.parametrize("base", ["tuple", "namedtuple('Base', 'a b')"])
def test_a_tuple_that_hides_its_entries(base: str, body: str) -> None:
    """A right function would pay for that."""
    source = f"""
from collections import namedtuple

class Own({base}):
    {body}

def makes():
    return Own()
"""
    assert type(kinds(source)[0].like((1, 2))) is tuple


@pytest.mark.parametrize("judged", ["reads_first", "reads_second", "reads_both"])
def test_two_tuples_of_one_length(judged: str) -> None:
    """It has the names that are read, whichever of the two has them."""
    source = """
from collections import namedtuple
First = namedtuple("First", "a b")
Second = namedtuple("Second", "c d")

def makes():
    return First(1, 2), Second(1, 2)

def reads_first(x):
    return x.a + x.b

def reads_second(x):
    return x.c + x.d

def reads_both(x):
    return reads_first(x) + reads_second(x)
"""
    found, module = kinds(source, judged)
    assert vars(module)[judged](found.like((1, 2))) == (6 if judged == "reads_both" else 3)
