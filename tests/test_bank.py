"""The bank of wrong submissions: what an entry is, and what the grader makes of them."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from benchmarks import diagnosis
from benchmarks.bank import BANK, Entry, read_bank, read_bases, read_labels
from benchmarks.diagnosis import RIGHT, WRONG, counted, judge_all, misfits, page
from grader.course import find_course
from grader.diagnosis import exception_patterns, general_mistakes
from grader.diagnosis.catalogue import load_mistakes

ASSIGNMENT = "rnn_bptt"
TASK = find_course(Path(__file__).resolve().parents[1]).assignment(ASSIGNMENT)
ENTRIES = list(read_bank(ASSIGNMENT))
BASES = read_bases(ASSIGNMENT)
LABELS = read_labels(ASSIGNMENT)
PARTS = {"base", "wrong", "unseen", "missing", "broken"}

EVERY = 4
"""One of so many entries is judged here; ``python -m benchmarks.diagnosis`` judges them all."""


def said(entry: Entry) -> Mapping[str, object]:
    """Return what the author of an entry wrote down."""
    return tomllib.loads((BANK / ASSIGNMENT / entry.name / "entry.toml").read_text("utf-8"))


def test_the_bank_is_large() -> None:
    """At least 200 entries, every function among them, and mistakes that nobody catalogues."""
    assert len(ENTRIES) >= 200
    assert {name for one in ENTRIES for name in one.wrong} == {f.name for f in TASK.functions}
    assert sum(one.unseen for one in ENTRIES) >= 30


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda one: one.name)
def test_an_entry_is_well_formed(entry: Entry) -> None:
    """It names a base, wrong functions with labels, and files that differ from the base."""
    words = said(entry)
    assert words.keys() <= PARTS
    base = BASES[str(words["base"])]
    assert entry.wrong
    assert entry.wrong.keys() <= {function.name for function in TASK.functions}
    assert all(labels and set(labels) <= LABELS.keys() for labels in entry.wrong.values())
    assert entry.own
    for name in entry.own & entry.files.keys():
        if name in entry.broken:
            with pytest.raises(SyntaxError):
                ast.parse(entry.files[name])
        else:
            old = ast.dump(ast.parse(base.get(name, b"")))
            assert ast.dump(ast.parse(entry.files[name])) != old
    assert entry.own - entry.files.keys() <= base.keys()


def test_every_label_is_used_and_its_names_exist() -> None:
    """No label without an entry, and no name that nothing in the grader could give."""
    mistakes = load_mistakes(TASK)
    assert mistakes is not None
    own = {
        key for some in (mistakes.variants, mistakes.rules) for one in some.values() for key in one
    }
    names = own | exception_patterns.KEYS | general_mistakes.KEYS | diagnosis.PLAIN
    assert LABELS.keys() == {
        label for one in ENTRIES for labels in one.wrong.values() for label in labels
    }
    for label, keys in LABELS.items():
        assert set(keys) <= names, label


def test_bases_are_right() -> None:
    """What the entries are made from earns all points, so that their mistakes are their own."""
    bases = [
        Entry(f"base_{name}", files, frozenset(), {}, unseen=False, broken=frozenset())
        for name, files in BASES.items()
    ]
    run = judge_all(bases, seed=2)
    assert run == {base.name: {} for base in bases}


def test_causes_are_named_over_the_bank() -> None:
    """Rightly for 85 %, wrongly for under 1 %, and points drop where the mistakes are."""
    some = ENTRIES[::EVERY]
    run = judge_all(some, seed=3)
    assert list(misfits(some, run)) == []
    count = counted(some, run)["all entries"]
    assert count.total() == len(some)
    assert count[RIGHT] >= 0.85 * len(some)
    assert count[WRONG] < 0.01 * len(some)


def test_the_kept_figures_are_those_of_this_bank() -> None:
    """The run that is quoted judged every entry, kept to the same bounds, and has its page."""
    kept, first = diagnosis.read(diagnosis.LAST), diagnosis.read(diagnosis.FIRST)
    assert kept["entries"].keys() == {one.name for one in ENTRIES}, (
        "the bank has changed: run `python -m benchmarks.diagnosis --keep`"
    )
    assert list(misfits(ENTRIES, kept["entries"])) == []
    count = counted(ENTRIES, kept["entries"])["all entries"]
    assert count[RIGHT] >= 0.85 * len(ENTRIES)
    assert count[WRONG] < 0.01 * len(ENTRIES)
    assert diagnosis.PAGE.read_text("utf-8") == page(ENTRIES, first, kept)


TOLD = {"score": 1.0, "of": 2.0, "finding": "values", "mistakes": []}
KEYS = {"one": ("key", "other"), "two": ("second",)}


@pytest.mark.parametrize(
    ("mistakes", "finding", "how"),
    [
        (["key", "second"], "values", "rightly"),
        (["second"], "values", "in part"),
        ([], "values", "not named"),
        (["key", "second", "third"], "values", "wrongly"),
        (["third"], "values", "wrongly"),
        (["key", "second"], "not written yet", "wrongly"),
    ],
)
def test_how_an_entry_was_named(mistakes: list[str], finding: str, how: str) -> None:
    """Each label by a key of its own; one name too many is wrong."""
    entry = Entry(
        "one", {}, frozenset(), {"softmax": ("one", "two")}, unseen=False, broken=frozenset()
    )
    told = {"softmax": {**TOLD, "mistakes": mistakes, "finding": finding}}
    assert diagnosis.named(entry, told, KEYS) == how


def test_a_name_for_a_right_function_is_wrong() -> None:
    """A function that is right must not be told of a mistake, and loses no points."""
    entry = Entry("one", {}, frozenset(), {"softmax": ("one",)}, unseen=False, broken=frozenset())
    told = {"softmax": {**TOLD, "mistakes": ["key"]}, "rnn_forward": {**TOLD, "mistakes": ["key"]}}
    assert diagnosis.named(entry, told, KEYS) == "wrongly"
    assert list(misfits([entry], {"one": told})) == [
        "one: wrong ['softmax'], lost ['rnn_forward', 'softmax']"
    ]
