"""Zip files: read like folders, and refused by name where they are dangerous."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.intake.archive import MAX_MEMBERS, MAX_ZIP, ArchiveProblem, open_zip, open_zip_in
from grader.intake.folders import FILE, FOLDER, LINK, DamagedDownload, DiskFolder, TooLarge
from grader.intake.names import original
from grader.intake.submission import Submission, read_folder, read_submission
from grader.phrases import Phrases
from tests.intake.making import CODE, TASK, doubled, locked, put, zipped, zipped_as
from tests.powerless import powerless

UUID = "-11111111-1111-1111-1111-111111111111"
KEPT = {"rnn_cell.py": CODE}


def test_a_zip_looks_like_a_folder(tmp_path: Path) -> None:
    """Folders are there whether or not they are listed, whichever slash was written."""
    names = ["a/b/x.py", "a\\c\\y.py", "./z.py", "empty/", "Zoë/é.py"]
    top = open_zip(zipped(tmp_path / "Class 1.ZIP", dict.fromkeys(names, CODE)))
    assert top.name == "Class 1"
    assert top.kinds() == {"Zoë": FOLDER, "a": FOLDER, "empty": FOLDER, "z.py": FILE}
    assert top.enter("a").kinds() == {"b": FOLDER, "c": FOLDER}
    inner = top.enter("a").enter("c")
    assert (inner.name, inner.origin) == ("c", f"{tmp_path}/Class 1.ZIP/a/c")
    assert inner.read("y.py", 100) == CODE
    assert top.enter("Zoë").kinds() == {"é.py": FILE}
    assert top.enter("empty").kinds() == {}


def test_names_in_utf8_that_do_not_say_so(tmp_path: Path) -> None:
    """Many programs write UTF-8 without the mark that says it; others write code page 437."""
    utf8 = zipped(tmp_path / "a.zip", {"Zo__.py": CODE})
    utf8.write_bytes(utf8.read_bytes().replace(b"Zo__.py", "Zoë.py".encode()))
    assert list(open_zip(utf8).kinds()) == ["Zoë.py"]
    old = zipped(tmp_path / "b.zip", {"Zo_.py": CODE})
    old.write_bytes(old.read_bytes().replace(b"Zo_.py", "Zoë.py".encode("cp437")))
    assert list(open_zip(old).kinds()) == ["Zoë.py"]


def test_links_in_a_zip_lead_nowhere(tmp_path: Path) -> None:
    """They are listed as links, and nothing follows them."""
    top = open_zip(zipped_as(tmp_path / "a.zip", "rnn_cell.py", 0o120777, b"/etc/passwd"))
    assert top.kinds() == {"rnn_cell.py": LINK}


def test_a_bomb_costs_nothing(tmp_path: Path) -> None:
    """A member is read up to the limit, whatever it says its size is."""
    path = zipped(tmp_path / "hw.zip", {"rnn_cell.py": bytes(200 * 2**20)})
    tracemalloc.start()
    with pytest.raises(TooLarge):
        open_zip(path).read("rnn_cell.py", 2**20)
    content = path.read_bytes()
    place = content.rfind(b"PK\x01\x02")
    for offset in (content.find(b"PK\x03\x04") + 22, place + 24):  # both say: 10 bytes
        content = content[:offset] + struct.pack("<L", 10) + content[offset + 4 :]
    path.write_bytes(content)
    with pytest.raises(OSError, match="damaged in the zip"):
        open_zip(path).read("rnn_cell.py", 2**20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * 2**20


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MAX_ZIP + 1)


def _truncated(path: Path) -> None:
    content = zipped(path, KEPT).read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _many(path: Path) -> None:
    zipped(path, {f"{number}.txt": b"" for number in range(MAX_MEMBERS + 1)}, zipfile.ZIP_STORED)


def _deep(path: Path) -> None:
    zipped(path, {"a/" * MAX_MEMBERS + "a/rnn_cell.py": CODE})


def _newer(path: Path) -> None:
    content = zipped(path, KEPT).read_bytes()
    place = content.rfind(b"PK\x01\x02") + 6  # the version needed to read it
    path.write_bytes(content[:place] + b"\xff" + content[place + 1 :])


def _nested(path: Path) -> None:
    inner = zipped(path.with_name("inner.bin"), KEPT)
    zipped(path, {"inner.zip": inner.read_bytes()})


def _listing(path: Path) -> None:
    """Say that the list of members is larger than is taken into memory."""
    content = bytearray(zipped(path, KEPT).read_bytes())
    struct.pack_into("<L", content, content.rfind(b"PK\x05\x06") + 12, 2**31)
    path.write_bytes(content)


REFUSED = [
    (lambda path: path.write_bytes(b""), "is damaged, or no archive at all."),
    (lambda path: path.write_bytes(b"hello"), "is damaged, or no archive at all."),
    (_truncated, "is damaged, or no archive at all."),
    (lambda path: locked(zipped(path, KEPT)), "is protected with a password."),
    (
        lambda path: zipped(path, {"../rnn_cell.py": CODE}),
        "has a member whose name leads out of the zip.",
    ),
    (
        lambda path: zipped(path, {"/etc/rnn_cell.py": CODE}),
        "has a member whose name leads out of the zip.",
    ),
    (
        lambda path: zipped(path, {"C:\\rnn_cell.py": CODE}),
        "has a member whose name leads out of the zip.",
    ),
    (
        lambda path: zipped(path, {"a\\..\\..\\rnn_cell.py": CODE}),
        "has a member whose name leads out of the zip.",
    ),
    (doubled, "holds two members of the same name."),
    (
        lambda path: zipped(path, {"a": CODE, "a/rnn_cell.py": CODE}),
        "holds two members of the same name.",
    ),
    (_many, "has more members than are read."),
    (_deep, "has more members than are read."),
    (_listing, "has more members than are read."),
    (_huge, "is larger than is read."),
    (
        lambda path: zipped(path, KEPT, zipfile.ZIP_LZMA),
        "is compressed in a way that is not read here.",
    ),
    (
        lambda path: zipped(path, KEPT, zipfile.ZIP_BZIP2),
        "is compressed in a way that is not read here.",
    ),
    (_newer, "is compressed in a way that is not read here."),
    (_nested, "holds another zip instead of the files."),
]


@pytest.mark.parametrize(("make", "sentence"), REFUSED)
def test_a_students_zip_that_is_refused(
    tmp_path: Path, make: Callable[[Path], object], sentence: str
) -> None:
    """One sentence says why; nothing of it is read, and nothing raised."""
    (tmp_path / "ann").mkdir()
    make(tmp_path / "ann" / "hw.zip")
    (tmp_path / "ann" / "inner.bin").unlink(missing_ok=True)
    submission = read_submission(tmp_path / "ann", "ann", TASK)
    assert dict(submission.files) == {}
    (problem,) = submission.problems
    assert Phrases.load().what(problem) == f"hw.zip {sentence}"


def test_a_long_list_of_members_is_not_hidden_by_a_second_record(tmp_path: Path) -> None:
    """Where the end of a zip looks like another end within it, the one that zipfile uses counts."""
    names = {f"{number:05}{'x' * 440}.txt": b"" for number in range(MAX_MEMBERS - 1)}
    path = zipped(tmp_path / "s" / "work.zip", names, zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    content[-6:-2] = b"PK\x05\x06"  # where the list begins, which zipfile works out for itself
    path.write_bytes(content)
    with pytest.raises(ArchiveProblem, match="has more members than are read"):
        open_zip_in(DiskFolder(tmp_path / "s"), "work.zip")


def test_a_zip_that_is_refused_hides_no_other(tmp_path: Path) -> None:
    """A student who handed in a bad zip and then a good one, or the files, loses nothing."""
    zipped(tmp_path / "a.zip", {"../x": b""})
    zipped(tmp_path / "b.zip", KEPT)
    submission = read_submission(tmp_path, "ann", TASK)
    assert dict(submission.files) == KEPT
    assert [Phrases.load().what(one) for one in submission.remarks] == [
        "a.zip has a member whose name leads out of the zip."
    ]


def _of_ann(top_path: Path) -> Submission:
    return read_folder(open_zip(top_path).enter("ann"), "ann", TASK)


def test_a_fault_in_the_zip_of_a_class_is_its_owners(tmp_path: Path) -> None:
    """A name that climbs out of one student's folder costs only that student's zip."""
    path = zipped(
        tmp_path / "class.zip",
        {"ann/rnn_cell.py": CODE, "bea/rnn_cell.py": CODE, "bea/../../x.py": CODE},
    )
    top = open_zip(path)
    assert dict(_of_ann(path).files) == KEPT
    with pytest.raises(ArchiveProblem) as problem:
        top.enter("bea").vet()
    assert str(problem.value) == (
        f'"{path}" has a member whose name leads out of the zip. Make the zip again.'
    )
    top.vet_outside([top.enter("ann"), top.enter("bea")])
    with pytest.raises(ArchiveProblem):
        top.vet_outside([top.enter("ann")])


def test_damage_in_a_class_is_found(tmp_path: Path) -> None:
    """A flipped bit is found by the checksum, and is no fault of whose member it is."""
    members = {"ann/rnn_cell.py": CODE, "bob/rnn_cell.py": b"flip = 1\n"}
    path = zipped(tmp_path / "class.zip", members, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"flip = 1", b"flap = 1"))
    assert dict(_of_ann(path).files) == KEPT
    with pytest.raises(DamagedDownload):
        open_zip(path).enter("bob").read("rnn_cell.py", 2**20)


def test_a_zip_without_permission(tmp_path: Path) -> None:
    """Of a student it is a fault to tell, of a class a sentence."""
    path = zipped(tmp_path / "hw.zip", KEPT)
    path.chmod(0)
    with powerless():
        with pytest.raises(ArchiveProblem) as problem:
            open_zip(path)
        with pytest.raises(ArchiveProblem):
            open_zip_in(DiskFolder(tmp_path), "hw.zip")
    assert str(problem.value) == f'"{path}" cannot be read. Check its permissions.'


def test_names_no_disk_would_take(tmp_path: Path) -> None:
    """Numbers too long to convert and names that match in countless ways cost no time."""
    names = [f"rnn_cell-{'9' * 5000}.py", f"rnn_cell{UUID * 22}x.py", "rnn_cell-7.py"]
    path = zipped(tmp_path / "hw.zip", dict.fromkeys(names, b"") | {"rnn_cell-7.py": CODE})
    assert read_submission(path, "ann", TASK).files["rnn_cell.py"] == CODE
    assert original(f"rnn_cell{UUID}.py") == "rnn_cell.py"
    assert original(f"rnn_cell{UUID * 6}.py") == "rnn_cell.py"
    assert original(f"rnn_cell{UUID * 7}.py") == f"rnn_cell{UUID * 7}.py"


def test_a_zip_is_never_unpacked(tmp_path: Path) -> None:
    """Reading leaves the disk as it was."""
    put(tmp_path / "ann" / "note.txt")
    zipped(tmp_path / "ann" / "hw.zip", {"hw/rnn_cell.py": CODE})
    before = sorted(tmp_path.rglob("*"))
    assert dict(read_submission(tmp_path / "ann", "ann", TASK).files) == KEPT
    assert sorted(tmp_path.rglob("*")) == before
