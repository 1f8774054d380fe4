"""Names of students' folders: safe everywhere, and one for each student."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.running.folder_names import LONGEST, folder_name, hex_name, student_of

NAMES = (
    st.text()
    | st.binary().map(os.fsdecode)
    | st.text(alphabet='aA.-~%/\\ \n"éß\u0308', max_size=12)
    | st.sampled_from(["", ".", "..", ".run", "grades.csv", "CON", "com1.txt"])
)
"""Names as systems and file systems give them, and such as mean something to either."""


@pytest.mark.parametrize(
    ("student", "folder"),
    [
        ("ann_lee", "ann_lee"),
        ("Ann Lee", "Ann Lee"),
        ("Zoë 李雷", "Zoë 李雷"),
        ("ann@x.org", "ann@x.org"),
        ("a-b.c", "a-b.c"),
        ("", "%"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        (".run", "%2Erun"),
        ("-rf", "%2Drf"),
        ("ann ", "ann%20"),
        ("ann.", "ann%2E"),
        ("a/b\\c", "a%2Fb%5Cc"),
        ("new\nline", "new%0Aline"),
        ("100%", "100%25"),
        ("~ann", "%7Eann"),
        ("\x1b[31m", "%1B[31m"),
        (os.fsdecode(b"\xff"), "%FF"),
        ("grades.csv", "%67%72%61%64%65%73%2E%63%73%76"),
        ("a.HTML", "%61%2E%48%54%4D%4C"),
        ("nul", "%6E%75%6C"),
        ("Com1.txt", "%43%6F%6D%31%2E%74%78%74"),
    ],
)
def test_folders_of_students(student: str, folder: str) -> None:
    """Ordinary names stay; what could mean something else is written as hexadecimal bytes."""
    assert folder_name(student) == folder
    assert student_of(folder) == student


@given(NAMES)
def test_the_name_comes_back(student: str) -> None:
    """A folder's name tells whose it is, unless it had to be cut."""
    for name in (folder_name(student), hex_name(student)):
        assert student_of(name) == (None if "~" in name else student)


@given(NAMES)
def test_every_name_is_safe(student: str) -> None:
    """No file system takes it for a path, an option, a hidden file or too long a name."""
    for name in (folder_name(student), hex_name(student)):
        assert 0 < len(os.fsencode(name)) <= LONGEST
        assert not set(name) & set('<>:"/\\|?*\0\n\r\t\x1b')
        assert name[0] not in ".- "
        assert name[-1] not in ". "
        assert Path(name).suffix.lower() not in (".csv", ".html", ".json", ".md", ".tmp", ".zip")


@given(NAMES, NAMES)
def test_no_two_students_share_a_folder(one: str, other: str) -> None:
    """Different students have different folders; hexadecimal ones even where case is ignored."""
    if one != other:
        folders = {make(student) for student in (one, other) for make in (folder_name, hex_name)}
        assert {folder_name(one), hex_name(one)}.isdisjoint({folder_name(other), hex_name(other)})
        assert hex_name(one).casefold() != hex_name(other).casefold()
        assert len(folders) >= 2


def test_long_names_are_cut_and_still_differ() -> None:
    """What they begin with stays readable, and no character is cut in two."""
    names = [f"{'ß' * 150}{end}" for end in ("a", "b")]
    folders = [folder_name(name) for name in names]
    assert folders[0] != folders[1]
    for folder in folders:
        start, digest = folder.split("~")
        assert start == "ß" * 83
        assert len(digest) == 32
        assert student_of(folder) is None


@pytest.mark.parametrize("folder", ["lost~found", "a%2fb", "%41bc", "a/b", ".run", "100%"])
def test_folders_that_are_none_of_ours(folder: str) -> None:
    """A name that would never have been given tells of no student."""
    assert student_of(folder) is None
