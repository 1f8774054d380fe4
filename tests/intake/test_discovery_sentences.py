"""What an instructor is told where submissions are missing, doubled, or not to be read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import UsageProblem
from grader.intake.discovery import Found, Handle
from grader.intake.listing import GRADED, IGNORED, NOT_GRADED
from grader.record import Identity
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
        f'"{tmp_path}/submited" is not there. Did you mean "{tmp_path}/submitted"?'
    )
    assert refusal(tmp_path / "zzz" / "fall") == (
        f'"{tmp_path}/zzz/fall" is not there. Name a folder or a zip file with submissions.'
    )


@pytest.mark.parametrize(
    ("name", "make", "sentence"),
    [
        ("rnn_cell.py", put, "is a single file. Name the folder it is in."),
        ("a.txt", put, "is neither a folder nor a zip file. Name one of these."),
        ("a.tar.gz", put, "is a tar file. Unpack it, and name the folder."),
        ("a.zip", os.mkfifo, "is neither a folder nor a zip file. Name one of these."),
        ("a.zip", put, "is damaged, or no archive at all. Download it again, or make it again."),
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
            None,
        ),
        (
            "loop",
            lambda path: path.symlink_to("loop"),
            "cannot be read (Too many levels of symbolic links). Check its permissions.",
        ),
    ],
)
def test_a_path_that_holds_no_class(
    tmp_path: Path, name: str, make: Callable[[Path], object], sentence: str | None
) -> None:
    """What it is instead is said in one sentence."""
    make(tmp_path / name)
    if sentence is None:
        said = f' "{tmp_path}/a.zip/b.zip" is not graded: it is damaged, or no archive at all.'
        assert refusal(tmp_path / name) == nothing_in(tmp_path / name, said)
    else:
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
    for name in ("empty", "empty.zip"):
        assert refusal(tmp_path / name) == nothing_in(tmp_path / name)
    files = "rnn_cell.py, rnn_sequence.py, numpy_vs_torch.py"
    said = "".join(
        f' "{tmp_path}/other/{name}" is not graded: it holds none of the files ({files}).'
        for name in ("ann", "bea")
    )
    assert refusal(tmp_path / "other") == nothing_in(tmp_path / "other", said)


LINK = "it is a link out of the submissions, which is not followed"


def left(found: Found) -> dict[str, str]:
    """Return which entries may be somebody's work and are not graded, and why."""
    return {Path(line.entry).name: line.why for line in found.ledger if line.outcome == NOT_GRADED}


def ignored(found: Found) -> list[str]:
    """Return which entries are nobody's work."""
    return [Path(line.entry).name for line in found.ledger if line.outcome == IGNORED]


def test_a_class_of_nothing_but_links(tmp_path: Path) -> None:
    """Links that lead out are not followed, and that is why nobody is graded."""
    class_of(tmp_path / "elsewhere", "ann")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ann").symlink_to("../elsewhere/ann")
    said = f' "{tmp_path}/class/ann" is not graded: {LINK}.'
    assert refusal(tmp_path / "class") == nothing_in(tmp_path / "class", said)


@pytest.mark.parametrize("inner", ["rnn_bptt", "."])
def test_links_out_of_a_class(tmp_path: Path, inner: str) -> None:
    """In every layout a student who is a link is named, and the others are graded."""
    put(tmp_path / "class" / "ann" / inner / "rnn_cell.py")
    put(tmp_path / "elsewhere" / "rnn_cell.py")
    (tmp_path / "class" / "bea").symlink_to("../elsewhere")
    found = find(tmp_path / "class")
    assert [one.student for one in found.submissions] == ["ann"]
    assert left(found) == {"bea": LINK}


def test_the_folder_of_an_assignment_may_be_a_link_out(tmp_path: Path) -> None:
    """A student's link to a classmate's folder is not followed."""
    folder = class_of(tmp_path, "ann")
    (folder / "bea").mkdir()
    (folder / "bea" / "rnn_bptt").symlink_to("../ann/rnn_bptt")
    assert left(find(folder)) == {
        "bea": "its rnn_bptt is a link out of the submission, which is not followed"
    }


def test_students_who_handed_in_nothing(tmp_path: Path) -> None:
    """They are named, and why they are not graded; a student's locked folder is named too."""
    folder = class_of(tmp_path, "ann")
    for number in range(7):
        (folder / f"s{number}").mkdir()
    put(folder / "t" / "rnn_bptt")  # a file
    (folder / "u").mkdir(mode=0)
    with powerless():
        found = find(folder)
    (folder / "u").chmod(0o700)
    files = "rnn_cell.py, rnn_sequence.py, numpy_vs_torch.py"
    assert left(found) == {
        **{f"s{number}": "it is empty" for number in range(7)},
        "t": f"it holds none of the files ({files})",
        "u": "it cannot be read (Permission denied): check its permissions",
    }
    assert [line.outcome for line in found.ledger].count(GRADED) == 1


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
    assert [one.student for one in found.submissions] == ["ann_1", "bea", "cem", "dee"]


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
    "students",
    [
        "ann_1_2_rnn_cell.py",
        "ann_1_assignsubmission_file_rnn_cell.py",
        "submission_1/rnn_cell.py",
        "ann/rnn_cell.py",
        "ann/rnn_bptt/rnn_cell.py",
        "ann+rnn_bptt+2026-11-20 23:59:01 UTC/rnn_cell.py",
    ],
)
def test_every_entry_is_accounted_for(tmp_path: Path, students: str) -> None:
    """Beside students of any layout others are graded by what they hold; the rest is named."""
    put_all(tmp_path, students, "lost/work.py", "__MACOSX/x", ".DS_Store", "grades.csv", "eve.rar")
    put_all(tmp_path, "nested/src/rnn_cell.py", "rnn_sequence-frank.py", "gus/rnn_cell.py.txt")
    zipped(tmp_path / "zoe.zip", {"hw/rnn_cell.py": CODE})
    zipped(tmp_path / "bad.zip", {"../x": b""})
    put_all(tmp_path, "hal/other/timestamp.txt", "hal/other/rnn_cell.py", "rnn_bptt/rnn_cell.py")
    found = find(tmp_path)
    names = [one.student for one in found.submissions]
    (first,) = (one for one in names if one.startswith(("ann", "submission_1")))
    assert {one.student for one in found.submissions} == {first, "gus", "nested", "zoe"}
    files = "rnn_cell.py, rnn_sequence.py, numpy_vs_torch.py"
    assert left(found) == {
        "lost": f"it holds Python files, but none of those asked for ({files})",
        "eve.rar": "it is an archive of a kind that is not read: unpack it, or zip it",
        "rnn_sequence-frank.py": "it lies loose among the students: put it into a folder of its "
        "owner",
        "bad.zip": "it has a member whose name leads out of the zip",
        "rnn_bptt": "it is named like the assignment, not like a student",
    }
    assert sorted(ignored(found)) == [".DS_Store", "__MACOSX", "grades.csv", "hal"]
    assert len(found.ledger) == len(list(tmp_path.iterdir()))


def test_a_folder_of_zips(tmp_path: Path) -> None:
    """One zip for each student, in a folder or in a zip; a section's zip holds several."""
    for name in ("ann", "bea"):
        zipped(tmp_path / "class" / f"{name}.zip", {f"{name}_hw/rnn_cell.py": CODE})
    zipped(tmp_path / "class" / "b.zip", {"cem/rnn_cell.py": CODE, "dee/rnn_cell.py": CODE})
    names = ["ann", "bea", "cem", "dee"]
    assert [one.student for one in find(tmp_path / "class").submissions] == names
    inner = {path.name: path.read_bytes() for path in (tmp_path / "class").iterdir()}
    both = zipped(tmp_path / "all.zip", inner)
    assert [one.student for one in find(both).submissions] == names
    assert {tuple(one.read().files) for one in find(both).submissions} == {("rnn_cell.py",)}
    zipped(tmp_path / "outer" / "all.zip", inner)
    assert [one.student for one in find(tmp_path / "outer").submissions] == names


def test_who_a_nested_folder_is(tmp_path: Path) -> None:
    """A student's own folders are none: versions, times, a single zip; sections are none either."""
    put_all(tmp_path, "a/ann/v1/rnn_cell.py", "a/ann/v2/rnn_cell.py", "a/bea/rnn_cell.py")
    put_all(tmp_path, "a/cem/2026-11-20 10:00/rnn_bptt/rnn_cell.py")
    put_all(tmp_path, "a/cem/2026-11-21 10:00/rnn_bptt/rnn_cell.py")
    assert list(_by_student(tmp_path, "a")) == ["ann", "bea", "cem"]
    newest = _by_student(tmp_path, "a")["cem"].read().files["rnn_cell.py"]
    assert newest == b"# a/cem/2026-11-21 10:00/rnn_bptt/rnn_cell.py\n"
    zipped(tmp_path / "b" / "ann" / "hw.zip", {"rnn_cell.py": CODE})
    assert list(_by_student(tmp_path, "b")) == ["ann"]
    put_all(tmp_path, "c/s1/ann/rnn_cell.py", "c/s1/bea/rnn_cell.py", "c/s2/cem/rnn_cell.py")
    put_all(tmp_path, "c/s2/dee/rnn_cell.py")
    assert list(_by_student(tmp_path, "c")) == ["ann", "bea", "cem", "dee"]
    put_all(tmp_path, "d/bob/src/rnn_cell.py")
    assert list(_by_student(tmp_path, "d")) == ["bob"]


def test_a_folder_and_a_zip_of_one_student(tmp_path: Path) -> None:
    """What both hold is put together."""
    put(tmp_path / "ann" / "rnn_cell.py")
    put(tmp_path / "bea" / "rnn_cell.py")
    zipped(tmp_path / "ann.zip", {"rnn_sequence.py": CODE})
    ann, _ = find(tmp_path).submissions
    assert set(ann.read().files) == {"rnn_cell.py", "rnn_sequence.py"}


def test_attempts_in_an_exchange(tmp_path: Path) -> None:
    """The newest counts; the others and those of other assignments are named as such."""
    for time in ("2026-11-20 23:59:01 UTC", "2026-11-21 00:10:00 UTC"):
        put(tmp_path / f"ann+rnn_bptt+{time}+x1" / "rnn_cell.py", time.encode())
    put(tmp_path / "ann+other+2026-11-20 23:59:01 UTC" / "rnn_cell.py")
    found = find(tmp_path)
    (ann,) = found.submissions
    assert ann.read().files["rnn_cell.py"] == b"2026-11-21 00:10:00 UTC"
    (identity,) = ann.identities
    assert (identity.system, identity.login, identity.attempt) == ("nbgrader", "ann", 2)
    assert len(ignored(found)) == 2


def test_what_the_systems_say_of_a_student(tmp_path: Path) -> None:
    """Numbers, names, addresses, late markers and attempts are kept, as data."""
    put_all(tmp_path, "canvas/leeann_LATE_12_300_rnn_cell-1.py")
    put_all(tmp_path, "moodle/Ann Lee_12_assignsubmission_file_/rnn_cell.py")
    put_all(tmp_path, "gradescope/submission_7/rnn_cell.py", "clones/hw-ann/.git/config")
    put_all(tmp_path, "clones/hw-ann/rnn_cell.py", "clones/hw-bea/rnn_cell.py")
    put(
        tmp_path / "gradescope" / "submission_metadata.yml",
        b"submission_7: {':submitters': [{':name': Ann, ':sid': '007', ':email': a@x},"
        b" {':name': Bea, ':sid': '008', ':email': b@x}], ':history': [{':id': 1}]}",
    )
    ann = Identity("gradescope", "007", "7", "Ann", "a@x", attempt=2)
    bea = Identity("gradescope", "008", "7", "Bea", "b@x", attempt=2)
    assert {name: one.identities for name, one in _by_student(tmp_path, "gradescope").items()} == {
        "Ann_007": (ann, bea),
        "Bea_008": (bea, ann),
    }
    assert _by_student(tmp_path, "canvas")["leeann_12"].identities == (
        Identity("canvas", "12", "300", "leeann", late=True, attempt=2),
    )
    assert _by_student(tmp_path, "moodle")["Ann Lee_12"].identities == (
        Identity("moodle", "12", "", "Ann Lee"),
    )
    clones = _by_student(tmp_path, "clones")
    assert clones["hw-ann"].identities == (Identity("github", login="hw-ann"),)
    assert clones["hw-ann"].read().identities == clones["hw-ann"].identities
    assert clones["hw-bea"].identities == ()


def _by_student(folder: Path, name: str) -> dict[str, Handle]:
    return {one.student: one for one in find(folder / name).submissions}


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


def test_gradescope_names_somebody_without_a_folder(tmp_path: Path) -> None:
    """Somebody handed in, and it is not here: not graded, by name."""
    folder = put(tmp_path / "submission_1" / "rnn_cell.py").parent.parent
    table = "".join(
        f"submission_{n}: {{':submitters': [{{':name': {name}}}]}}\n"
        for n, name in ((1, "Ann"), (2, "Bea"))
    )
    put(folder / "submission_metadata.yml", table.encode())
    (line,) = [one for one in find(folder).ledger if one.outcome == NOT_GRADED]
    assert line.entry == f"{folder}/submission_2"
    assert line.why == 'its folder is not there ("Bea_submission_2")'
