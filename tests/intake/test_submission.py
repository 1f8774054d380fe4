"""One submission, whatever it really is: what is read, and what is said of the rest."""

from __future__ import annotations

import gzip
import io
import os
import socket
import stat
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from grader.errors import UsageProblem
from grader.intake.archive import open_zip
from grader.intake.folders import Unavailable
from grader.intake.locate import MAX_FILE
from grader.intake.searching import MAX_ZIPS
from grader.intake.submission import Submission, read_folder, read_submission
from grader.intake.taking import MAX_BYTES, MAX_FILES, MAX_FOLDERS
from grader.phrases import Phrases
from tests.intake.making import CODE, TASK, put, put_all, zipped, zipped_as
from tests.powerless import powerless

PHRASES = Phrases.load()


def read(path: Path) -> Submission:
    """Read the submission in a folder or a zip."""
    return read_submission(path, "ann", TASK)


def said(submission: Submission) -> list[str]:
    """Return what the student is told of what was not read."""
    return [PHRASES.what(problem) for problem in submission.problems]


def remarks(submission: Submission) -> list[str]:
    """Return all that is said of the submission as a whole."""
    return [PHRASES.what(remark) for remark in submission.remarks]


def test_own_modules_are_read_and_what_was_handed_out_is_not(tmp_path: Path) -> None:
    """Contract files, helpers and packages are; public tests, caches, notes and venvs are not."""
    put_all(tmp_path, "rnn_cell.py", "helpers.py", "tools/__init__.py", "tools/maths.py")
    put_all(tmp_path, "test_public.py", "conftest.py", "README.md", ".hidden.py")
    put_all(tmp_path, "cell_test.py", "test_utils.py")  # of the student's own, whatever the name
    put_all(tmp_path, "__pycache__/old.py", ".venv/own.py", "env/pyvenv.cfg", "env/lib/numpy.py")
    submission = read(tmp_path)
    assert dict(submission.files) == {
        name: f"# {name}\n".encode()
        for name in (
            *("rnn_cell.py", "helpers.py", "tools/__init__.py", "tools/maths.py"),
            *("cell_test.py", "test_utils.py"),
        )
    }
    assert said(submission) == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "rnn_cell.py is empty."),
        (b"\xef\xbb\xbf \r\n\t\n", "rnn_cell.py is empty."),
        (b"x = 1\n\0", "rnn_cell.py is not a text file."),
        (
            "x = 1\n".encode("utf-16"),
            "rnn_cell.py is not UTF-8 text; the first line that is not is line 1.",
        ),
        (b"\x7fELF\x02\x01\0\0", "rnn_cell.py is not a text file."),
        (
            b"x = 1\n# caf\xe9\n",
            "rnn_cell.py is not UTF-8 text; the first line that is not is line 2.",
        ),
        (
            b"#" * (MAX_FILE + 1),
            "rnn_cell.py is larger than 1024 KiB, the most that is read.",
        ),
    ],
    ids=["empty", "blank", "NUL", "UTF-16", "binary", "not UTF-8", "huge"],
)
def test_a_file_that_is_no_python_text(tmp_path: Path, content: bytes, sentence: str) -> None:
    """It is left out and named in one sentence; the files beside it are read."""
    put(tmp_path / "rnn_cell.py", content)
    put(tmp_path / "rnn_sequence.py")
    submission = read(tmp_path)
    assert dict(submission.files) == {"rnn_sequence.py": CODE}
    assert said(submission) == [sentence]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfx = 1\r\n",
        "# -*- coding: latin-1 -*-\nx = 'é'\n".encode("latin-1"),
        "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '€'\n".encode("cp1252"),
        "x = 'é日本'\n".encode(),
        b"x = 1\n" + b"#" * (MAX_FILE - 6),
        b"def f(:\n",
    ],
    ids=["BOM", "latin-1", "cp1252", "Unicode", "largest", "syntax error"],
)
def test_a_file_that_python_may_read(tmp_path: Path, content: bytes) -> None:
    """A mark of the byte order, a named encoding, the largest size: Python itself is to judge."""
    put(tmp_path / "rnn_cell.py", content)
    assert dict(read(tmp_path).files) == {"rnn_cell.py": content}
    assert said(read(tmp_path)) == []


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path may have about 100 bytes
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


LINK_OUT = "rnn_cell.py is a link to something outside the submission; such links are not followed."
LINK_TO_NOTHING = "rnn_cell.py is a link that leads to no file."


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (Path.mkdir, "rnn_cell.py is a folder, not a file."),
        (os.mkfifo, "rnn_cell.py is a pipe, not a file."),
        (_socket, "rnn_cell.py is a socket, not a file."),
        (lambda path: path.symlink_to("nothing"), LINK_TO_NOTHING),
        (lambda path: path.symlink_to("rnn_cell.py"), LINK_TO_NOTHING),
        (lambda path: path.symlink_to("."), LINK_TO_NOTHING),
        (lambda path: path.symlink_to("/dev/zero"), LINK_OUT),
        (lambda path: path.symlink_to("../annex/rnn_cell.py"), LINK_OUT),
        (lambda path: path.symlink_to(".."), LINK_OUT),
    ],
    ids=["folder", "pipe", "socket", "broken", "loop", "circle", "device", "neighbour", "up"],
)
def test_something_else_of_a_files_name(
    tmp_path: Path, make: Callable[[Path], None], sentence: str
) -> None:
    """It is named, never opened or followed; the files beside it are read."""
    put(tmp_path / "annex" / "rnn_cell.py", b"secret = 1\n")
    put(tmp_path / "ann" / "rnn_sequence.py")
    make(tmp_path / "ann" / "rnn_cell.py")
    submission = read(tmp_path / "ann")
    assert dict(submission.files) == {"rnn_sequence.py": CODE}
    assert said(submission) == [sentence]


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        (stat.S_IFCHR | 0o666, "rnn_cell.py is a device, not a file."),
        (stat.S_IFBLK | 0o666, "rnn_cell.py is a device, not a file."),
        (stat.S_IFIFO | 0o666, "rnn_cell.py is a pipe, not a file."),
        (stat.S_IFLNK | 0o777, LINK_TO_NOTHING),
        (stat.S_IFDIR | 0o755, "rnn_cell.py is not an ordinary file."),
    ],
    ids=["character device", "block device", "pipe", "link", "claims to be a folder"],
)
def test_something_else_in_a_zip(tmp_path: Path, mode: int, sentence: str) -> None:
    """What a zip says a member is counts: a link's text is no program."""
    path = zipped_as(tmp_path / "hw.zip", "rnn_cell.py", mode, b"/etc/passwd")
    assert dict(read(path).files) == {}
    assert said(read(path)) == [sentence]


def test_links_inside_a_submission_are_followed(tmp_path: Path) -> None:
    """A link to the student's own file, or to a folder of them, is as good as the file."""
    put_all(tmp_path, "src/cell.py", "src/more/maths.py")
    (tmp_path / "rnn_cell.py").symlink_to("src/cell.py")
    (tmp_path / "own").symlink_to(tmp_path / "src" / "more")
    files = read(tmp_path).files
    assert files["rnn_cell.py"] == b"# src/cell.py\n"
    assert files["own/maths.py"] == b"# src/more/maths.py\n"
    assert said(read(tmp_path)) == []


@pytest.mark.parametrize("denied", ["rnn_cell.py", "helper.py", "deep", "deep/rnn_cell.py", "."])
def test_files_and_folders_without_permission(tmp_path: Path, denied: str) -> None:
    """They are no fault of the submission's, whatever else can be read."""
    put_all(tmp_path, "rnn_cell.py", "rnn_sequence.py", "helper.py", "deep/rnn_cell.py")
    (tmp_path / denied).chmod(0)
    with powerless(), pytest.raises(Unavailable) as fault:
        read(tmp_path)
    (tmp_path / denied).chmod(0o700)
    assert fault.value.message == (
        f'"{tmp_path / denied}" cannot be read: Permission denied. Change its permissions, or '
        "those of the folder that it is in, and run this again."
    )


def test_a_submission_without_anything(tmp_path: Path) -> None:
    """An empty folder is a submission without files, and no fault of reading."""
    submission = read(tmp_path)
    assert (dict(submission.files), submission.problems) == ({}, ())


def test_a_place_that_is_not_there(tmp_path: Path) -> None:
    """The path itself is the instructor's, and a nearby name is offered."""
    put(tmp_path / "ann" / "rnn_cell.py")
    with pytest.raises(UsageProblem) as problem:
        read(tmp_path / "anm")
    (tmp_path / "anm.txt").touch()
    meant = f'Did you mean "{tmp_path}/ann"?'
    assert problem.value.message == f'"{tmp_path}/anm" is not there. {meant}'


def test_a_misspelt_path_is_offered_as_it_can_be_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is offered for a relative path is relative, too."""
    put(tmp_path / "cls" / "rnn_cell.py")
    (tmp_path / "course").mkdir()
    monkeypatch.chdir(tmp_path / "course")
    with pytest.raises(UsageProblem) as problem:
        read(Path("../clss"))
    assert problem.value.message == '"../clss" is not there. Did you mean "../cls"?'


TOO_MANY = (
    "It holds more Python files than are read (200 files or 8192 KiB together); "
    "the rest is left out."
)


def _modules(folder: Path) -> None:
    for number in range(MAX_FILES + 50):
        put(folder / f"a{number:03}.py")


def _bytes(folder: Path) -> None:
    for number in range(MAX_BYTES // MAX_FILE + 1):
        put(folder / f"a{number:03}.py", b"#" * MAX_FILE)


def _broken(folder: Path) -> None:
    for number in range(MAX_FILES + 50):
        (folder / f"a{number:03}.py").symlink_to("nothing")


def _folders(folder: Path) -> None:
    for number in range(MAX_FOLDERS + 50):
        (folder / f"a{number:03}").mkdir()


@pytest.mark.parametrize("fill", [_modules, _bytes, _broken, _folders])
def test_more_than_is_read(tmp_path: Path, fill: Callable[[Path], None]) -> None:
    """The contract's files are read first; files, bytes, faults and folders have an end."""
    for file in TASK.files:
        put(tmp_path / file)
    fill(tmp_path)
    submission = read(tmp_path)
    assert set(TASK.files) <= set(submission.files)
    assert said(submission)[-1] == TOO_MANY
    assert said(submission).count(TOO_MANY) == 1
    assert len(submission.files) + len(submission.problems) <= MAX_FILES + 1
    assert sum(map(len, submission.files.values())) <= MAX_BYTES + len(TASK.files) * len(CODE)


def test_names_that_are_not_text_are_no_modules(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 cannot be imported; every other name is kept as it is."""
    put_all(tmp_path, "rnn_cell.py", "my helper.py", "é.py", "a\nb.py")
    put(tmp_path / os.fsdecode(b"\xff.py"))
    put(tmp_path / os.fsdecode(b"\xff") / "inner.py")
    submission = read(tmp_path)
    assert set(submission.files) == {"rnn_cell.py", "my helper.py", "é.py", "a\nb.py"}
    assert len(submission.digest) == 64


def test_a_system_may_write_a_number_behind_a_name(tmp_path: Path) -> None:
    """The highest counts, as a number; the plain name counts before any."""
    put_all(tmp_path, "rnn_cell-2.py", "rnn_cell-10.py", "rnn_cell-9.py")
    put_all(tmp_path, "rnn_sequence.py", "rnn_sequence (3).py", "numpy_vs_torch (1).py")
    files = read(tmp_path).files
    assert files["rnn_cell.py"] == b"# rnn_cell-10.py\n"
    assert files["rnn_sequence.py"] == b"# rnn_sequence.py\n"
    assert files["rnn_sequence (3).py"] == b"# rnn_sequence (3).py\n"
    assert files["numpy_vs_torch.py"] == b"# numpy_vs_torch (1).py\n"


def test_folders_and_zips_around_the_files_cost_nothing(tmp_path: Path) -> None:
    """Of versions that differ one outside of zips counts, then the nearest; the rest is told."""
    inner = zipped(tmp_path / "ann" / "work" / "hw.zip", {"hw/rnn_cell.py": b"zipped = 1\n"})
    assert dict(read(tmp_path / "ann").files) == {"rnn_cell.py": b"zipped = 1\n"}
    assert dict(read(inner).files) == {"rnn_cell.py": b"zipped = 1\n"}
    put(tmp_path / "ann" / "a" / "b" / "rnn_cell.py", b"far = 1\n")
    submission = read(tmp_path / "ann")
    assert dict(submission.files) == {"rnn_cell.py": b"far = 1\n"}
    assert remarks(submission) == [
        "rnn_cell.py is there more than once: a/b/rnn_cell.py was read, because it is in no "
        "archive, and work/hw.zip/hw/rnn_cell.py was left aside."
    ]
    put(tmp_path / "ann" / "a" / "b" / "rnn_sequence.py")
    put(tmp_path / "ann" / "z" / "rnn_cell.py", b"near = 1\n")
    submission = read(tmp_path / "ann")
    assert dict(submission.files) == {"rnn_cell.py": b"near = 1\n", "rnn_sequence.py": CODE}
    assert remarks(submission) == [
        "The files lie in several places and were put together: z/rnn_cell.py, "
        "a/b/rnn_sequence.py.",
        "rnn_cell.py is there more than once: z/rnn_cell.py was read, because it lies in fewer "
        "folders, and a/b/rnn_cell.py was left aside.",
        "rnn_cell.py is there more than once: z/rnn_cell.py was read, because it is in no "
        "archive, and work/hw.zip/hw/rnn_cell.py was left aside.",
    ]


STUB = (TASK.stubs / "rnn_cell.py").read_bytes()


@pytest.mark.parametrize(
    ("places", "read_from"),
    [
        ({"rnn_cell.py": STUB, "rnn_cell (1).py": CODE}, "rnn_cell (1).py"),
        ({"rnn_cell.py": STUB, "old/rnn_cell.py": CODE}, "old/rnn_cell.py"),
        ({"rnn_cell.py": b"", "old/rnn_cell.py": CODE}, "old/rnn_cell.py"),
        ({"rnn_cell.py": STUB + b"# mine\r\n", "hw.zip": CODE}, "hw.zip"),
        ({"backup/rnn_cell.py": STUB, "rnn_bptt/rnn_cell.py": CODE}, "rnn_bptt/rnn_cell.py"),
        ({"backup/rnn_cell.py": CODE, "rnn_bptt/rnn_cell.py": STUB}, "backup/rnn_cell.py"),
        ({"backup/rnn_cell.py": b"x = 2\n", "rnn_bptt/rnn_cell.py": CODE}, "rnn_bptt/rnn_cell.py"),
        ({"2026-01-01/rnn_cell.py": b"x = 2\n", "2026-01-02/rnn_cell.py": CODE}, "2026-01-02/"),
    ],
)
def test_which_of_two_versions_counts(
    tmp_path: Path, places: dict[str, bytes], read_from: str
) -> None:
    """Worked on before untouched, the assignment's folder before others, newer before older."""
    for name, content in places.items():
        if name.endswith(".zip"):
            zipped(tmp_path / name, {"hw/rnn_cell.py": content})
        else:
            put(tmp_path / name, content)
    assert read(tmp_path).files["rnn_cell.py"] == CODE, read_from


def test_names_that_are_near(tmp_path: Path) -> None:
    """What may be meant is named, with the kind of thing it is, and nothing of it is read."""
    put_all(tmp_path, "rnn_cell.py.txt", "RNN-Sequence.py", "hw.7z")
    submission = read(tmp_path)
    assert not set(TASK.files) & set(submission.files)
    assert remarks(submission) == [
        "rnn_cell.py is missing; rnn_cell.py.txt is there, which is another name.",
        "rnn_sequence.py is missing; RNN-Sequence.py is there, which is another name.",
        "numpy_vs_torch.py is missing; hw.7z is there, an archive of a kind that is not opened.",
    ]
    (tmp_path / "hw.7z").unlink()
    put_all(tmp_path, "rnn_cell.png", "numpy_vs_torch.docx")
    assert remarks(read(tmp_path))[-1] == (
        "numpy_vs_torch.py is missing; numpy_vs_torch.docx is there, and only .py files are read."
    )
    put_all(tmp_path, "numpy_vs_torch.py~")
    assert remarks(read(tmp_path))[-1] == (
        "numpy_vs_torch.py is missing; numpy_vs_torch.py~ is there, which is another name."
    )
    put(tmp_path / "rnn_cell.py", STUB)
    put(tmp_path / "rnn_cell - Copy.py")
    assert remarks(read(tmp_path))[-1] == (
        "rnn_cell.py is the stub as it was handed out; rnn_cell - Copy.py is there, which is "
        "another name and is not read."
    )


def test_archives_with_the_ending_of_another(tmp_path: Path) -> None:
    """What is in them decides."""
    zipped(tmp_path / "a.tar.gz", {"rnn_cell.py": CODE})
    with tarfile.open(tmp_path / "b.zip", "w:gz") as archive:
        item = tarfile.TarInfo("rnn_sequence.py")
        item.size = len(CODE)
        archive.addfile(item, io.BytesIO(CODE))
    submission = read(tmp_path)
    assert dict(submission.files) == {"rnn_cell.py": CODE, "rnn_sequence.py": CODE}
    assert submission.problems == ()


@pytest.mark.parametrize("mode", ["w:gz", "w", "w:bz2", "w:xz"])
def test_tar_files_are_read_in_memory(tmp_path: Path, mode: Literal["w:gz", "w"]) -> None:
    """Whatever they are compressed by; links in them lead nowhere."""
    path = tmp_path / "hw.tar.gz" if ":" in mode else tmp_path / "hw.tar"
    with tarfile.open(path, mode) as archive:
        for name, content in {"hw/rnn_cell.py": CODE, "hw/own.py": b"y = 1\n"}.items():
            item = tarfile.TarInfo(name)
            item.size = len(content)
            archive.addfile(item, io.BytesIO(content))
        link = tarfile.TarInfo("hw/rnn_sequence.py")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    submission = read(tmp_path)
    assert dict(submission.files) == {"rnn_cell.py": CODE, "own.py": b"y = 1\n"}
    assert said(submission) == ["rnn_sequence.py is a link that leads to no file."]


def test_tar_files_that_are_refused(tmp_path: Path) -> None:
    """A bomb, a name that climbs out, and damage cost nothing and are named."""
    bomb = gzip.compress(bytes(200 * 2**20), 9)
    for content, sentence in (
        (bomb, "hw.tgz is larger than is read."),
        (bomb[:1000], "hw.tgz is damaged, or no archive at all."),
        (b"\x1f\x8bhello", "hw.tgz is damaged, or no archive at all."),
    ):
        put(tmp_path / "hw.tgz", content)
        tracemalloc.start()
        assert said(read(tmp_path)) == [sentence]
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 100 * 2**20
    with tarfile.open(tmp_path / "hw.tgz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../rnn_cell.py"))
    assert said(read(tmp_path)) == ["hw.tgz has a member whose name leads out of the zip."]


def test_who_is_at_fault_for_a_damaged_member(tmp_path: Path) -> None:
    """The download where it is the zip of a class, and the student where it is that one's own."""
    path = zipped(tmp_path / "ann" / "all.zip", {"rnn_cell.py": CODE}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(CODE, b"x = 2\n"))
    assert said(read(path.parent)) == ["rnn_cell.py cannot be opened and read."]
    for whole in (path, zipped(tmp_path / "b.zip", {"ann/all.zip": CODE * 9}, zipfile.ZIP_STORED)):
        whole.write_bytes(whole.read_bytes().replace(CODE, b"x = 2\n"))
        with pytest.raises(Unavailable) as refused:
            read_folder(open_zip(whole), "ann", TASK)
        damaged = "rnn_cell.py" if whole == path else "ann/all.zip"
        assert refused.value.message == (
            f'"{whole}/{damaged}" is damaged in the zip that was given. '
            "Download that zip again, and run this again."
        )


def test_zips_of_one_student_have_an_end(tmp_path: Path) -> None:
    """Beyond a number of zips without any of the files no further one is opened."""
    for number in range(MAX_ZIPS):
        zipped(tmp_path / f"a{number:02}.zip", {"notes.txt": b""})
    zipped(tmp_path / "z.zip", {"rnn_cell.py": CODE})
    assert "rnn_cell.py" not in read(tmp_path).files
    (tmp_path / "a00.zip").unlink()
    assert "rnn_cell.py" in read(tmp_path).files


def test_the_digest_tells_submissions_apart(tmp_path: Path) -> None:
    """Same files, same digest, wherever they stand; any other file, name or fault changes it."""
    put(tmp_path / "a" / "rnn_cell.py")
    put(tmp_path / "b" / "hw" / "rnn_cell.py")
    zipped(tmp_path / "c.zip", {"rnn_cell.py": CODE})
    same = {read(tmp_path / name).digest for name in ("a", "b", "c.zip")}
    assert len(same) == 1
    put(tmp_path / "d" / "rnn_cell.py", b"x = 2\n")
    put_all(put(tmp_path / "e" / "rnn_cell.py").parent, "helper.py")
    os.mkfifo(put(tmp_path / "f" / "rnn_cell.py").parent / "rnn_sequence.py")
    put(put(tmp_path / "g" / "rnn_cell.py").with_name("rnn_sequence.py"), b"")
    put(put(tmp_path / "h" / "rnn_cell.py").with_name("rnn_sequence.py"), b"\0")
    others = {read(tmp_path / name).digest for name in "defgh"}
    assert len(others | same) == 6
