"""Folders on disk and put together: what is in them, and what reading them never does."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from grader.intake.folders import (
    DEVICE,
    FILE,
    FOLDER,
    LINK,
    LINK_OUT,
    PIPE,
    SOCKET,
    DiskFolder,
    GatheredFolder,
    TooLarge,
    shown,
    subfolders,
)
from grader.intake.searching import is_archive
from tests.intake.making import CODE, put
from tests.powerless import powerless


def test_what_each_entry_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kind is told apart without opening anything, in the order of the names."""
    here = put(tmp_path / "ann" / "file.py").parent
    put(tmp_path / "ann-2" / "other.py")
    (here / "folder").mkdir()
    os.mkfifo(here / "pipe")
    monkeypatch.chdir(here)  # a socket's path may have about 100 bytes
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("socket")
    for name, target in {
        "a broken link": "nothing",
        "a circle": "folder/..",
        "a link": "file.py",
        "a link to a folder": "folder",
        "a link to a pipe": "pipe",
        "a loop": "a loop",
        "out": "../ann-2",
        "out and in again": "../ann/file.py",
        "out by an absolute path": "/etc/passwd",
        "upwards": "..",
    }.items():
        (here / name).symlink_to(target)
    assert list(DiskFolder(here).kinds().items()) == [
        ("a broken link", LINK),
        ("a circle", LINK),
        ("a link", FILE),
        ("a link to a folder", FOLDER),
        ("a link to a pipe", PIPE),
        ("a loop", LINK),
        ("file.py", FILE),
        ("folder", FOLDER),
        ("out", LINK_OUT),
        ("out and in again", FILE),
        ("out by an absolute path", LINK_OUT),
        ("pipe", PIPE),
        ("socket", SOCKET),
        ("upwards", LINK_OUT),
    ]


def test_devices_are_recognised() -> None:
    """What would give bytes for ever is no file."""
    kinds = DiskFolder(Path("/dev")).kinds()
    assert (kinds["null"], kinds["zero"]) == (DEVICE, DEVICE)


def test_links_of_a_class_end_at_one_students_folder(tmp_path: Path) -> None:
    """A link to a classmate's file leads out as soon as the folder is one student's own."""
    put(tmp_path / "ann" / "rnn_cell.py")
    (tmp_path / "bea").mkdir()
    (tmp_path / "bea" / "rnn_cell.py").symlink_to("../ann/rnn_cell.py")
    inside_the_class = DiskFolder(tmp_path).enter("bea")
    assert inside_the_class.kinds() == {"rnn_cell.py": FILE}
    assert inside_the_class.alone().kinds() == {"rnn_cell.py": LINK_OUT}
    with pytest.raises(OSError, match="a link that leads out of the submission"):
        inside_the_class.alone().read("rnn_cell.py", 100)


def test_a_submission_may_itself_be_a_link(tmp_path: Path) -> None:
    """Who names a link means what it leads to."""
    put(tmp_path / "real" / "rnn_cell.py")
    (tmp_path / "ann").symlink_to("real")
    folder = DiskFolder(tmp_path / "ann")
    assert (folder.name, folder.kinds()) == ("ann", {"rnn_cell.py": FILE})
    assert folder.read("rnn_cell.py", 100) == CODE


def test_names_of_folders_without_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder we are in, and the one above, have the names they have elsewhere."""
    (tmp_path / "ann" / "bea").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "ann" / "bea")
    assert [DiskFolder(Path(name)).name for name in (".", "..")] == ["bea", "ann"]


def test_reading_has_a_limit(tmp_path: Path) -> None:
    """A file up to the limit is read whole; a larger one, however large, not at all."""
    put(tmp_path / "file.py", b"12345")
    assert DiskFolder(tmp_path).read("file.py", 5) == b"12345"
    with pytest.raises(TooLarge):
        DiskFolder(tmp_path).read("file.py", 4)
    os.truncate(tmp_path / "file.py", 2**40)  # sparse
    with pytest.raises(TooLarge):
        DiskFolder(tmp_path).read("file.py", 2**20)


def test_what_took_a_files_place_is_not_waited_for(tmp_path: Path) -> None:
    """A pipe, or a link out, that was exchanged for the file since it was listed is refused."""
    folder = DiskFolder(tmp_path)
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "link.py").symlink_to("/etc/passwd")
    (tmp_path / "folder.py").mkdir()
    with pytest.raises(OSError, match="not a regular file"):
        folder.read("pipe.py", 100)
    with pytest.raises(OSError, match="a link that leads out of the submission"):
        folder.read("link.py", 100)
    with pytest.raises(IsADirectoryError):
        folder.read("folder.py", 100)
    with pytest.raises(FileNotFoundError):
        folder.read("gone.py", 100)


def test_permissions_are_an_error_of_the_system(tmp_path: Path) -> None:
    """A file without permission cannot be read, a folder without it not listed."""
    put(tmp_path / "folder" / "file.py").chmod(0)
    folder = DiskFolder(tmp_path / "folder")
    with powerless():
        assert folder.kinds() == {"file.py": FILE}
        with pytest.raises(PermissionError):
            folder.read("file.py", 100)
        (tmp_path / "folder").chmod(0)
        with pytest.raises(PermissionError):
            folder.kinds()
    (tmp_path / "folder").chmod(0o700)


def test_a_gathered_folder(tmp_path: Path) -> None:
    """Files of a class's folder look like one student's, under names of their own."""
    put(tmp_path / "doe_1_2_rnn_cell.py")
    os.mkfifo(tmp_path / "doe_1_3_pipe.py")
    source = DiskFolder(tmp_path)
    members = {
        "rnn_cell.py": "doe_1_2_rnn_cell.py",
        "pipe.py": "doe_1_3_pipe.py",
        "x.py": "gone.py",
    }
    folder = GatheredFolder("doe", source, source.kinds(), members, newness={})
    assert folder.kinds() == {"rnn_cell.py": FILE, "pipe.py": PIPE, "x.py": LINK}
    assert folder.read("rnn_cell.py", 100) == CODE
    assert (folder.name, folder.origin) == ("doe", f"{tmp_path}/doe_1_2_rnn_cell.py")
    assert folder.alone() is folder


def test_folders_and_zips_that_are_looked_into() -> None:
    """Caches, hidden folders and what macOS adds hold nothing a student wrote."""
    kinds = {
        "src": FOLDER,
        ".git": FOLDER,
        "__pycache__": FOLDER,
        "__MACOSX": FOLDER,
        "node_modules": FOLDER,
        "file": FILE,
        "hw.zip": FILE,
        "HW.ZIP": FILE,
        "._hw.zip": FILE,
        "folder.zip": FOLDER,
        "link.zip": LINK_OUT,
    }
    assert subfolders(kinds) == ["src", "folder.zip"]
    archives = [name for name, kind in kinds.items() if kind == FILE and is_archive(name)]
    assert archives == ["hw.zip", "HW.ZIP"]


def test_names_that_can_be_stored() -> None:
    """Text stays; bytes that are not UTF-8 are written out."""
    assert shown("Zoë\n") == "Zoë\n"
    assert shown(os.fsdecode(b"Zo\xeb")) == r"Zo\xeb"
