"""What an instructor is told where submissions are missing, doubled, or not to be read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import UsageProblem
from tests.intake.making import CODE, doubled, locked, put, put_all, zipped
from tests.intake.test_discovery import find
from tests.powerless import powerless


def refusal(*paths: Path, **options: object) -> str:
    """Return the sentence with which nothing is graded."""
    with pytest.raises(UsageProblem) as problem:
        find(*paths, **options)  # type: ignore[arg-type]
    assert problem.value.exit_code == 2
    return problem.value.message


def nothing_in(path: Path, said: str = "") -> str:
    """Return what is said of a place without submissions."""
    return (
        f'No submission of "rnn_bptt" was found in "{path}".{said} Name a folder that holds '
        "STUDENT/rnn_bptt/rnn_cell.py for each student, the folder of one submission with "
        "rnn_cell.py in it, a bulk download of Canvas, Moodle or Gradescope, or a zip file of any "
        "of these."
    )


def class_of(folder: Path, *students: str) -> Path:
    """Make an nbgrader tree and return its folder."""
    for student in students:
        put(folder / student / "rnn_bptt" / "rnn_cell.py")
    return folder


def warnings_of(*paths: Path) -> list[str]:
    """Return what is said beside the submissions that are graded."""
    return find(*paths).warnings


def test_nothing_collected_yet(tmp_path: Path) -> None:
    """Without a path the course's submitted/ is meant, and its absence said."""
    assert refusal(submitted=tmp_path / "submitted") == (
        f'"{tmp_path}/submitted" is not there. Collect submissions with nbgrader first, '
        "or name a folder or a zip file with submissions."
    )
    class_of(tmp_path / "submitted", "ann")
    assert [one.student for one in find(submitted=tmp_path / "submitted").submissions] == ["ann"]


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    """A near name is offered; otherwise what can be named."""
    (tmp_path / "submitted").mkdir()
    assert refusal(tmp_path / "submited") == (
        f'"{tmp_path}/submited" is not there. Did you mean "submitted"?'
    )
    assert refusal(tmp_path / "zzz" / "fall") == (
        f'"{tmp_path}/zzz/fall" is not there. Name a folder or a zip file with submissions.'
    )


@pytest.mark.parametrize(
    ("name", "make", "sentence"),
    [
        ("rnn_cell.py", put, "is a single file. Name the folder it is in."),
        ("a.txt", put, "is neither a folder nor a zip file. Name one of these."),
        ("a.zip", os.mkfifo, "is neither a folder nor a zip file. Name one of these."),
        ("a.zip", put, "is damaged, or no zip file at all. Make the zip again."),
        (
            "a.zip",
            lambda path: locked(zipped(path, {"ann/rnn_cell.py": CODE})),
            "is protected with a password. Make the zip again without one.",
        ),
        (
            "a.zip",
            lambda path: zipped(path, {"ann/rnn_cell.py": CODE, "../x": b""}),
            "has a member whose name leads out of the zip. Make the zip again.",
        ),
        (
            "a.zip",
            lambda path: zipped(path, {"ann/rnn_cell.py": CODE, "stray/../x": b""}),
            "has a member whose name leads out of the zip. Make the zip again.",
        ),
        ("a.zip", doubled, "holds two members of the same name. Make the zip again."),
        (
            "a.zip",
            lambda path: zipped(path, {"b.zip": b""}),
            "holds another zip instead of the files. Zip the files themselves.",
        ),
        (
            "loop",
            lambda path: path.symlink_to("loop"),
            "cannot be read (Too many levels of symbolic links). Check its permissions.",
        ),
    ],
)
def test_a_path_that_holds_no_class(
    tmp_path: Path, name: str, make: Callable[[Path], object], sentence: str
) -> None:
    """What it is instead is said in one sentence."""
    make(tmp_path / name)
    assert refusal(tmp_path / name) == f'"{tmp_path}/{name}" {sentence}'


def test_a_path_without_permission(tmp_path: Path) -> None:
    """Missing permission is not taken for an empty folder, nor for a missing one."""
    folder = class_of(tmp_path / "locked" / "submitted", "ann")
    why = "cannot be read (Permission denied). Check its permissions."
    folder.chmod(0)
    with powerless():
        assert refusal(folder) == f'"{folder}" {why}'
    folder.parent.chmod(0)
    with powerless():
        assert refusal(folder) == f'"{folder}" {why}'
        assert refusal(submitted=folder) == f'"{folder}" {why}'
    folder.parent.chmod(0o700)
    folder.chmod(0o700)


def test_no_submissions(tmp_path: Path) -> None:
    """An empty folder, other work, an empty zip: each is named, with what can be named instead."""
    (tmp_path / "empty").mkdir()
    put_all(tmp_path / "other", "ann/essay/text.md", "bea/essay/text.md")
    zipped(tmp_path / "empty.zip", {})
    for name in ("empty", "other", "empty.zip"):
        assert refusal(tmp_path / name) == nothing_in(tmp_path / name)


def test_a_class_of_nothing_but_links(tmp_path: Path) -> None:
    """Links that lead out are not followed, and that is why nobody is graded."""
    class_of(tmp_path / "elsewhere", "ann")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ann").symlink_to("../elsewhere/ann")
    said = (
        f' "{tmp_path}/class" holds 1 link out of the submissions; such links are not '
        'followed: "ann".'
    )
    assert refusal(tmp_path / "class") == nothing_in(tmp_path / "class", said)


@pytest.mark.parametrize("inner", ["rnn_bptt", "."])
def test_links_out_of_a_class(tmp_path: Path, inner: str) -> None:
    """In every layout a student who is a link is named, and the others are graded."""
    put(tmp_path / "class" / "ann" / inner / "rnn_cell.py")
    put(tmp_path / "elsewhere" / "rnn_cell.py")
    (tmp_path / "class" / "bea").symlink_to("../elsewhere")
    found = find(tmp_path / "class")
    assert [one.student for one in found.submissions] == ["ann"]
    assert found.warnings == [
        f'"{tmp_path}/class" holds 1 link out of the submissions; such links are not '
        'followed: "bea".'
    ]


def test_the_folder_of_an_assignment_may_be_a_link_out(tmp_path: Path) -> None:
    """A student's link to a classmate's folder is not followed."""
    folder = class_of(tmp_path, "ann")
    (folder / "bea").mkdir()
    (folder / "bea" / "rnn_bptt").symlink_to("../ann/rnn_bptt")
    assert warnings_of(folder) == [
        f'"{folder}" holds 1 link out of the submissions; such links are not followed: '
        '"bea/rnn_bptt".'
    ]


def test_students_who_handed_in_nothing(tmp_path: Path) -> None:
    """They are named, the first few of many; a student's locked folder is named too."""
    folder = class_of(tmp_path, "ann")
    for number in range(7):
        (folder / f"s{number}").mkdir()
    put(folder / "t" / "rnn_bptt")  # a file
    (folder / "u").mkdir(mode=0)
    with powerless():
        said = warnings_of(folder)
    (folder / "u").chmod(0o700)
    assert said == [
        f'"{folder}/u" cannot be read (Permission denied) and is not graded. '
        "Check its permissions.",
        f'8 students in "{folder}" handed in no folder "rnn_bptt" and are not graded: '
        '"s0", "s1", "s2", "s3", "s4" and 3 more.',
    ]


def test_names_that_look_the_same(tmp_path: Path) -> None:
    """Names that differ in case, or in how an accent is written, are both graded, and named."""
    folder = class_of(tmp_path, "bob", "Bob", "Zo\u00eb", "Zoe\u0308", "ann")
    found = find(folder)
    assert len(found.submissions) == 5
    assert found.warnings == [
        "2 students have names that differ only in upper and lower case or in how accents are "
        f"written: {names}. Each is graded."
        for names in ('"Bob", "bob"', '"Zoe\u0308", "Zo\u00eb"')
    ]


def test_a_student_who_is_there_twice(tmp_path: Path) -> None:
    """Nothing is graded until the instructor says which one counts."""
    class_of(tmp_path / "a", "ann", "bea")
    class_of(tmp_path / "b", "bea")
    assert refusal(tmp_path / "a", tmp_path / "b") == (
        f'The student "bea" is there twice, in "{tmp_path}/a/bea/rnn_bptt" and in '
        f'"{tmp_path}/b/bea/rnn_bptt". Name only one of them.'
    )
    inner = [tmp_path / name / "rnn_bptt" for name in ("a/ann", "a/bea")]
    assert refusal(*inner) == (
        f'The student "rnn_bptt" is there twice, in "{inner[0]}" and in "{inner[1]}". '
        "Name the folder that holds the students' folders."
    )


def test_several_paths_make_one_class(tmp_path: Path) -> None:
    """Folders and zips of different layouts are graded together, in the students' order."""
    class_of(tmp_path / "a", "bea", "dee")
    zipped(tmp_path / "b.zip", {"ann_1_2_rnn_cell.py": CODE})
    put(tmp_path / "cem" / "rnn_cell.py")
    found = find(tmp_path / "a", tmp_path / "b.zip", tmp_path / "cem")
    assert [one.student for one in found.submissions] == ["ann", "bea", "cem", "dee"]


def test_only_some_students(tmp_path: Path) -> None:
    """Names are exact, case included; a name that is not there is answered with a near one."""
    folder = class_of(tmp_path, "bob", "Bob", "ann")
    assert [one.student for one in find(folder, students=["Bob"]).submissions] == ["Bob"]
    both = find(folder, students=["bob", "ann", "bob"]).submissions
    assert [one.student for one in both] == ["ann", "bob"]
    assert refusal(folder, students=["ann", "anna"]) == (
        f'There is no submission of the student "anna" in "{folder}". Did you mean "ann"?'
    )
    assert refusal(folder, students=["x\ny"]) == (
        f'There is no submission of the student "x\\ny" in "{folder}". '
        '3 students are there: "Bob", "ann", "bob".'
    )


@pytest.mark.parametrize(
    ("students", "layout"),
    [
        ("ann_1_2_rnn_cell.py", "a download of Canvas"),
        ("ann_1_assignsubmission_file_rnn_cell.py", "a download of Moodle"),
        ("ann/rnn_cell.py", "a folder of submissions"),
    ],
)
def test_what_has_no_place_in_a_layout(tmp_path: Path, students: str, layout: str) -> None:
    """It is named, for it may be somebody's work; what systems leave behind is not."""
    put_all(tmp_path, students, "lost/work.py", "__MACOSX/x", ".DS_Store")
    assert warnings_of(tmp_path) == [
        f'1 entry of "{tmp_path}" does not belong to {layout} and is not read: "lost".'
    ]


def test_gradescope_without_its_list_of_names(tmp_path: Path) -> None:
    """Missing or unreadable metadata cost the names, not the grades."""
    folder = put(tmp_path / "submission_1" / "rnn_cell.py").parent.parent
    assert warnings_of(folder) == [
        f'"{folder}" looks like a download of Gradescope but has no '
        '"submission_metadata.yml": students go by the names of their folders.'
    ]
    unreadable = [
        f'"{folder}/submission_metadata.yml" cannot be read as YAML: '
        "students go by the names of their folders."
    ]
    for content in (b"a: [", b"- 1", b"\xff\xfe\x00", b""):
        put(folder / "submission_metadata.yml", content)
        found = find(folder)
        assert [one.student for one in found.submissions] == ["submission_1"]
        assert found.warnings == unreadable


def test_gradescope_names_nobody(tmp_path: Path) -> None:
    """A folder without a name keeps its own; an address does for a name, and text stays text."""
    folder = put(tmp_path / "submission_1" / "rnn_cell.py").parent.parent
    put(folder / "submission_2" / "rnn_cell.py")
    named = b"submission_1: {':submitters': [{':name': .., ':email': !!python/name:os.kill '007'}]}"
    put(folder / "submission_metadata.yml", named)
    found = find(folder)
    assert [one.student for one in found.submissions] == ["007", "submission_2"]
    assert found.warnings == [
        '"submission_metadata.yml" names nobody for 1 folder, graded under its own name: '
        '"submission_2".'
    ]
