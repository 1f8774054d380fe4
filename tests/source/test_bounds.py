"""Of a submission's text as much is read as any homework has, and each piece of it once."""

from __future__ import annotations

import tracemalloc

import pytest

from grader.source.parsing import MOST_BYTES, MOST_WORDS, Fault, Parsed
from grader.source.used_names import Reach

NAMES = [f"a{number}" for number in range(10_000)]

LONG = {
    "statements": "a;" * (1 << 19),
    "blank lines": "\n" * (MOST_BYTES + 1),
    "words": "a " * (MOST_WORDS + 1),
}

SQUARES = {
    "names by names": f"{','.join(NAMES)}={','.join(NAMES)}\n",
    "globals": "def f():\n global " + ",".join(NAMES) + "\n" + "".join(f" {n}=x\n" for n in NAMES),
    "attributes": "def f(x):\n" + "".join(f" x.{name}=y\n" for name in NAMES),
    "classes in classes": "".join(f"{' ' * n}class C{n}:\n" for n in range(90))
    + "".join(f"{' ' * 90}{name}=b\n" for name in NAMES[:2000]),
}


@pytest.mark.parametrize("name", LONG)
def test_what_is_longer_than_homework_is_not_read(name: str) -> None:
    """It is named; the others are read, and nobody can tell what they use."""
    files = Parsed({"long.py": LONG[name].encode(), "m.py": b"def f():\n    return g()\n"})
    assert files.unread == ("long.py",)
    assert (files.text("long.py"), files.tree("long.py").body) == ("", [])
    assert files.text("m.py").startswith("def f")
    assert list(files) == ["long.py", "m.py"]
    assert Reach(files).may_use(["f"], ["anything"])


def test_many_files_share_what_is_read() -> None:
    """The shortest come first."""
    files = {f"m{number}.py": ("a " * (20_000 + number)).encode() for number in range(5)}
    assert Parsed(files).unread == ("m2.py", "m3.py", "m4.py")


@pytest.mark.parametrize("name", SQUARES)
def test_no_text_is_kept_once_for_every_name(name: str) -> None:
    """Names that lead to the same share it: a square of them would take hundreds of MiB."""
    files = Parsed({"m.py": SQUARES[name].encode()})
    assert not files.unread
    files.tree("m.py")
    tracemalloc.start()
    try:
        reach = Reach(files)
        assert {"f", "a7", "C3"} <= reach.names(["f", "a7", "C3"])
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()


def test_a_class_within_leads_on() -> None:
    """To the methods of a class in a class in a function, and to what runs where it is made."""
    source = """
def judged(x):
    class A:
        started = begin()
        class B:
            def step(self, x):
                return softmax(x)
    return A.B().step(x)
"""
    reached = Reach(Parsed({"m.py": source.encode()})).names(["judged"])
    assert {"softmax", "begin"} <= reached


def test_no_code_is_made_of_what_makes_code_without_measure() -> None:
    """Python writes each finally out twice: of 20 within each other it makes a million."""
    text = "def f():\n"
    for depth in range(1, 15):
        text += f"{' ' * depth}try:\n{' ' * depth} pass\n{' ' * depth}finally:\n"
    nested = f"{text}{' ' * 15}x = 1\nreturn f\n"
    files = Parsed({"m.py": nested.encode(), "n.py": b"def f():\n    return 1\nreturn f\n"})
    assert files.not_compiled("m.py") is None
    assert files.not_compiled("n.py") == Fault(3, "'return' outside function")
