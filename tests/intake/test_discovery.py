"""Whose submissions there are, in every layout, and what is said of the rest."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from grader.intake.discovery import Found, discover
from tests.intake.making import CODE, TASK, put, zipped


def find(*paths: Path, submitted: Path = Path("nowhere"), students: Sequence[str] = ()) -> Found:
    """Find the submissions in some paths."""
    return discover(paths, TASK, submitted=submitted, students=students)


def students_in(*paths: Path) -> dict[str, list[str]]:
    """Return the names of each student's files, after a discovery without warnings."""
    found = find(*paths)
    assert found.warnings == []
    return {one.student: sorted(one.read().files) for one in found.submissions}


METADATA = b"""
submission_1:
  :submitters:
  - {":name": Ann Lee, ":sid": "007", ":email": a@x}
submission_2:
  :submitters:
  - {":name": Bea Ito, ":sid": "008", ":email": b@x}
  - {":name": Cem/Ay, ":sid": "009", ":email": c@x}
"""

LAYOUTS: dict[str, tuple[dict[str, bytes], dict[str, list[str]]]] = {
    "nbgrader": (
        {
            "ann/rnn_bptt/rnn_cell.py": CODE,
            "ann/rnn_bptt/timestamp.txt": b"",
            "ann/other/rnn_cell.py": b"",
            "bea/rnn_bptt/rnn_sequence.py": CODE,
            "cem/rnn_bptt/note.txt": b"",
        },
        {"ann": ["rnn_cell.py"], "bea": ["rnn_sequence.py"], "cem": []},
    ),
    "course": (
        {
            "solutions/rnn_bptt/rnn_cell.py": CODE,
            "assignments/rnn_bptt/rnn_cell.py": CODE,
            "submitted/ann/rnn_bptt/rnn_cell.py": CODE,
            "submitted/bea/rnn_bptt/rnn_cell.py": CODE,
        },
        {"ann": ["rnn_cell.py"], "bea": ["rnn_cell.py"]},
    ),
    "plain": (
        {"ann/rnn_cell.py": CODE, "bea/rnn_sequence.py": CODE},
        {"ann": ["rnn_cell.py"], "bea": ["rnn_sequence.py"]},
    ),
    "groups within a week": (
        {
            "week6/group_a/ann/rnn_cell.py": CODE,
            "week6/group_a/bea/rnn_cell.py": CODE,
            "week6/group_b/cem/rnn_cell.py": CODE,
        },
        {"ann": ["rnn_cell.py"], "bea": ["rnn_cell.py"], "cem": ["rnn_cell.py"]},
    ),
    "sections, one with a single student": (
        {
            "section 1/ann/rnn_cell.py": CODE,
            "section 1/bea/rnn_cell.py": CODE,
            "section 2/cem/rnn_cell.py": CODE,
        },
        {"ann": ["rnn_cell.py"], "bea": ["rnn_cell.py"], "cem": ["rnn_cell.py"]},
    ),
    "groups that handed in together": (
        {
            "group 1/src/rnn_cell.py": CODE,
            "group 2/rnn_cell.py": CODE,
            "group 3/src/rnn_sequence.py": CODE,
        },
        {
            "group 1": ["rnn_cell.py"],
            "group 2": ["rnn_cell.py"],
            "group 3": ["rnn_sequence.py"],
        },
    ),
    "one group within a week": (
        {
            "week6/group_a/ann/rnn_cell.py": CODE,
            "week6/group_a/bea/rnn_cell.py": CODE,
        },
        {"ann": ["rnn_cell.py"], "bea": ["rnn_cell.py"]},
    ),
    "Canvas": (
        {
            "leeann_12_300_rnn_cell.py": b"old = 1\n",
            "leeann_12_1000_rnn_cell-1.py": CODE,
            "itobea_LATE_13_302_rnn_cell.py": CODE,
            "itobea_LATE_13_303_my_helper_2.py": CODE,
            "aycem_14_text.html": b"",
            "anon_x7Kq2_400_rnn_cell.py": CODE,
        },
        {
            "leeann_12": ["rnn_cell.py"],
            "itobea_13": ["my_helper_2.py", "rnn_cell.py"],
            "aycem_14": [],
            "anon_x7Kq2": ["rnn_cell.py"],
        },
    ),
    "Canvas, the same name twice": (
        {"leeann_12_300_rnn_cell.py": CODE, "leeann_13_301_rnn_sequence.py": CODE},
        {"leeann_12": ["rnn_cell.py"], "leeann_13": ["rnn_sequence.py"]},
    ),
    "Moodle": (
        {
            "Ann Lee_12_assignsubmission_file/rnn_cell.py": CODE,
            "Ann Lee_12_assignsubmission_onlinetext/onlinetext.html": b"",
            "Bea Ito_13_assignsubmission_file_/hw/rnn_cell.py": CODE,
            "Cem Ay_14_assignsubmission_onlinetext/onlinetext.html": b"",
        },
        {"Ann Lee_12": ["rnn_cell.py"], "Bea Ito_13": ["rnn_cell.py"], "Cem Ay_14": []},
    ),
    "Moodle, without folders": (
        {
            "Ann Lee_12_assignsubmission_file_rnn_cell.py": CODE,
            "Ann Lee_12_assignsubmission_file_help.py": CODE,
            "Ann Lee_13_assignsubmission_file_rnn_cell.py": CODE,
        },
        {"Ann Lee_12": ["help.py", "rnn_cell.py"], "Ann Lee_13": ["rnn_cell.py"]},
    ),
    "Gradescope": (
        {
            "export/submission_metadata.yml": METADATA,
            "export/submission_1/rnn_cell.py": CODE,
            "export/submission_2/rnn_sequence.py": CODE,
        },
        {
            "Ann Lee_007": ["rnn_cell.py"],
            "Bea Ito_008": ["rnn_sequence.py"],
            "Cem_Ay_009": ["rnn_sequence.py"],
        },
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("where", ["folder", "zip", "zip with a folder around it"])
def test_layouts(tmp_path: Path, layout: str, where: str) -> None:
    """Each layout is recognised, in a folder or a zip, and each student's files are found."""
    members, expected = LAYOUTS[layout]
    place = tmp_path / "fall"
    if where == "folder":
        for name, content in members.items():
            put(place / name, content)
    else:
        around = "download/" if "around" in where else ""
        inside = {around + name: content for name, content in members.items()}
        zipped(place, {**inside, f"__MACOSX/{around}._rnn_cell.py": b"", ".DS_Store": b""})
    assert students_in(place) == expected
    contents = {
        name: one for sub in find(place).submissions for name, one in sub.read().files.items()
    }
    assert set(contents.values()) == {CODE}


def test_folders_within_folders_for_ever(tmp_path: Path) -> None:
    """However deep they lie, they are looked at in little time, and cost the others nothing."""
    deep = "/".join(["week"] * 400)
    members = {f"bea/{deep}/{one}/rnn_cell.py": CODE for one in ("x", "y")}
    place = zipped(tmp_path / "class.zip", {"ann/rnn_cell.py": CODE, **members})
    assert "ann" in [one.student for one in find(place).submissions]


@pytest.mark.parametrize("layout", ["nbgrader", "Canvas", "Moodle", "Gradescope", "plain"])
def test_a_students_own_zip(tmp_path: Path, layout: str) -> None:
    """A zip in the place of a file is opened, whatever system it went through."""
    inner = zipped(tmp_path / "hw.zip", {"hw/rnn_cell.py": CODE}).read_bytes()
    places = {
        "nbgrader": {"ann/rnn_bptt/hw.zip": inner},
        "Canvas": {"ann_1_2_hw.zip": inner},
        "Moodle": {"ann_1_assignsubmission_file/hw.zip": inner},
        "Gradescope": {
            "submission_metadata.yml": b"submission_1: {':submitters': [{':name': ann}]}",
            "submission_1/hw.zip": inner,
        },
        "plain": {"ann/rnn_bptt/hw.zip": inner, "bea/rnn_bptt/rnn_cell.py": CODE},
    }[layout]
    for name, content in places.items():
        put(tmp_path / "class" / name, content)
    name = {"Canvas": "ann_1", "Moodle": "ann_1", "Gradescope": "ann_submission_1"}.get(
        layout, "ann"
    )
    assert students_in(tmp_path / "class")[name] == ["rnn_cell.py"]
    assert students_in(zipped(tmp_path / "class.zip", places))[name] == ["rnn_cell.py"]


def test_one_submission_goes_by_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with the files, the assignment's folder around them, a zip, the current folder."""
    put(tmp_path / "ann" / "rnn_cell.py")
    put(tmp_path / "bea" / "rnn_bptt" / "rnn_cell.py")
    zipped(tmp_path / "cem.zip", {"rnn_cell.py": CODE})
    (tmp_path / "dee").mkdir()
    (tmp_path / "dee" / "rnn_cell.py").mkdir()
    found = [students_in(tmp_path / name) for name in ("ann", "bea", "cem.zip", "dee")]
    files = ["rnn_cell.py"]
    assert found == [{"ann": files}, {"bea": files}, {"cem": files}, {"dee": []}]
    monkeypatch.chdir(tmp_path / "ann")
    assert students_in(Path(".")) == {"ann": files}


def test_names_of_every_sort(tmp_path: Path) -> None:
    """Spaces, newlines, accents, signs and bytes that are no text are names like others."""
    names = ["ann lee", "new\nline", "Zoë", "李雷", "-rf", "100%", 'quo"te', "\x1b[31mred"]
    for name in [*names, os.fsdecode(b"\xff\xfe")]:
        put(tmp_path / name / "rnn_bptt" / "rnn_cell.py")
    found = students_in(tmp_path)
    assert set(found) == {*names, r"\xff\xfe"}
    assert all(files == ["rnn_cell.py"] for files in found.values())
    assert list(found) == sorted(found)
