"""Opens what an instructor named: a folder, or a zip file."""

from __future__ import annotations

import re
import stat
import zipfile
from pathlib import Path

from grader.errors import UsageProblem, did_you_mean, quoted
from grader.intake.archive import ArchiveProblem, open_zip
from grader.intake.folders import DiskFolder, Folder

_TAR = re.compile(r"\.(tar(\.\w+)?|tgz|tbz2?|txz)$", re.IGNORECASE)


def open_place(path: Path) -> Folder:
    """Return the folder, or the top of the zip file; UsageProblem says why it is neither."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageProblem(f"{quoted(path)} is not there.{_meant(path)}") from error
    except OSError as error:
        raise unreadable(path, error) from error
    if stat.S_ISDIR(mode):
        return DiskFolder(path)
    try:
        if stat.S_ISREG(mode) and (path.suffix.lower() == ".zip" or zipfile.is_zipfile(path)):
            return open_zip(path)
    except ArchiveProblem as problem:
        raise UsageProblem(str(problem)) from problem
    if stat.S_ISREG(mode) and path.suffix == ".py":
        raise UsageProblem(f"{quoted(path)} is a single file. Name the folder it is in.")
    if stat.S_ISREG(mode) and _TAR.search(path.name):
        raise UsageProblem(f"{quoted(path)} is a tar file. Unpack it, and name the folder.")
    raise UsageProblem(f"{quoted(path)} is neither a folder nor a zip file. Name one of these.")


def unreadable(path: Path, error: OSError) -> UsageProblem:
    """Say that a path cannot be read, and why."""
    reason = error.strerror or type(error).__name__
    return UsageProblem(f"{quoted(path)} cannot be read ({reason}). Check its permissions.")


def _meant(path: Path) -> str:
    try:
        beside = [one.name for one in path.parent.iterdir() if one.is_dir() or one.suffix == ".zip"]
        near = did_you_mean(path.name, beside, path.with_name)
    except OSError:
        near = ""
    return near or " Name a folder or a zip file with submissions."
