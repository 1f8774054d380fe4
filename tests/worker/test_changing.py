"""A changed file, compiled part by part, does what the whole of it would."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

from grader.worker.changing import Changeable
from grader.worker.watched_code import TICK

FILE = '''"""Sums."""
from __future__ import annotations
KEEP = 2

def first(x: Unknown) -> Unknown:
    total = 0
    for one in x:
        total += one
    return KEEP * total

class Sum:
    unit = "é"
    def of(self, x):
        return first(x) + 1

AFTER = first([1, 2])
'''
CHANGES = {
    "in a function": ("total += one", "total -= one"),
    "in a class": ("first(x) + 1", "first(x)"),
    "beside both": ("KEEP = 2", "KEEP = 3"),
    "an end that is another": ("return KEEP * total", "return total\n\ndef second(): return 5"),
    "none": ("total = 0", "total = 0"),
}


def _names(parts: tuple[Any, ...]) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for code in parts:
        exec(code, names)
    values = {key: names[key] for key in ("__doc__", "KEEP", "AFTER")}
    return {**values, "first": names["first"]([3, 4]), "of": names["Sum"]().of([5])}


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_a_part_does_what_the_whole_does(
    monkeypatch: pytest.MonkeyPatch, old: str, new: str, line_end: str
) -> None:
    """What the parts define is what the changed text defines, and rounds are counted."""
    rounds: list[int] = []
    monkeypatch.setattr(builtins, TICK, lambda: rounds.append(1), raising=False)
    content = FILE.replace("\n", line_end).encode()
    old, new = (text.replace("\n", line_end) for text in (old, new))
    start = content.index(old.encode())
    changed = content.replace(old.encode(), new.encode())
    parts = Changeable(content, "sums.py").changed(start, start + len(old.encode()), new.encode())
    got = _names(parts)
    assert len(rounds) == 5
    assert got == _names((compile(changed, "sums.py", "exec", dont_inherit=True),))


def test_what_is_no_python_is_refused() -> None:
    """Whoever asks takes it for an empty file."""
    start = FILE.encode().index(b"total = 0")
    with pytest.raises(SyntaxError):
        Changeable(FILE.encode(), "sums.py").changed(start, start + 5, b"(")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "latin-1"])
def test_other_encodings_are_read_as_a_whole(encoding: str) -> None:
    """Their bytes are others than those a tree counts."""
    first = "# coding: latin-1\n" if encoding == "latin-1" else ""
    content = f"{first}def f(): return 'é', 1\n".encode(encoding)
    start = content.index(b"1\n", len(first))
    (code,) = Changeable(content, "a.py").changed(start, start + 1, b"2")
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["f"]() == ("é", 2)
