"""What came in: a closing line, a list in the results folder, and the exit code."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.command import grade, hand_in, right, small_course


def test_what_came_in(tmp_path: Path) -> None:
    """What may be somebody's work and is not graded is named, and so is who handed in nothing."""
    course = small_course(tmp_path)
    hand_in(course, ann=right(course))
    submitted = course / "submitted"
    (submitted / "=eve.rar").write_bytes(b"Rar!")
    (submitted / "readme.txt").write_bytes(b"hello")
    roster = course / "roster.csv"
    roster.write_text("Student,ID,SIS Login ID,Section,leaky (1)\n    Points Possible,,,,10\n"
                      'A,1,ann,,\n"Doe, Jane",2,jane,,\n"Student, Test",3,,,\n')  # fmt: skip
    done = grade("run", "leaky", "--roster", roster, where=course)
    assert done.code == 3
    assert done.out.splitlines()[-1] == "3 entries: 1 graded, 1 not graded, 1 ignored"
    why = "it is an archive of a kind that is not read: unpack it, or zip it"
    assert done.err.splitlines() == [
        f'not graded: "{submitted}/=eve.rar": {why}',
        'handed in nothing: "Doe, Jane"',
    ]
    with (course / "graded/leaky/entries.csv").open(encoding="utf-8", newline="") as file:
        lines = {Path(line["entry"]).name: line for line in csv.DictReader(file)}
    assert {name: line["outcome"] for name, line in lines.items()} == {
        "ann": "graded",
        "=eve.rar": "not graded",
        "readme.txt": "ignored",
        "": "handed in nothing",
    }
    assert lines["=eve.rar"]["why"] == why
    (submitted / "=eve.rar").unlink()
    done = grade("run", "leaky", where=course)
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "2 entries: 1 graded, 0 not graded, 1 ignored"


def test_a_namesake_later_renames_nobody(tmp_path: Path) -> None:
    """A second download with another student of the same name leaves every line as it was."""
    course = small_course(tmp_path)
    download = course / "download"
    download.mkdir()
    (download / "leeann_12_300_leaky.py").write_text(right(course), "utf-8")
    assert grade("run", "leaky", download, where=course).code == 0
    table = course / "graded/leaky/grades.csv"
    first = table.read_text("utf-8").splitlines()
    (download / "leeann_13_301_leaky.py").write_text("x = 1\n", "utf-8")
    assert grade("run", "leaky", download, where=course).code == 0
    second = table.read_text("utf-8").splitlines()
    assert second[:2] == first
    assert [line.split(",")[0] for line in second] == ["student", "leeann_12", "leeann_13"]
