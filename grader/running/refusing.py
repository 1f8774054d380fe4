"""Why a results folder cannot be had, in one sentence."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import NoReturn

from grader.errors import NotJudgedProblem, UsageProblem, quoted
from grader.running.folder_names import folder_name
from grader.running.sharing import owner
from grader.whole_files import FULL


def refuse_mixing(out: Path, sources: Collection[Path], students: Iterable[str]) -> None:
    """Raise UsageProblem if results would land among the submissions they are about."""
    place = Path(os.path.realpath(out))
    submissions = [Path(os.path.realpath(source)) for source in sources if source.is_dir()]
    folders = {place / folder_name(student) for student in students}
    for source in submissions:
        if source == place or source in place.parents or source in folders:
            raise UsageProblem(
                f"Results in {quoted(out)} would lie among the submissions in {quoted(source)}. "
                "Choose another folder with --out."
            )


def refuse(path: Path, error: OSError) -> NoReturn:
    """Raise why nothing can be written into a folder; NotJudgedProblem where it is full."""
    if error.errno in FULL:
        raise NotJudgedProblem(
            f"No results can be written into {quoted(path)}: {error.strerror}. "
            "Make room, or choose another folder with --out."
        ) from error
    place = Path(error.filename) if isinstance(error.filename, str | Path) else path
    other = next(filter(None, map(owner, (place, path / ".run", path))), "")
    if error.errno in (errno.EACCES, errno.EPERM) and other:
        raise UsageProblem(
            f"{quoted(place)} belongs to {quoted(other)} and is not shared with you. Have them "
            "run `grade run` with --group and a group that both of you are in, or choose another "
            "folder with --out."
        ) from error
    raise UsageProblem(
        f"No results can be written into {quoted(path)}: {error.strerror}. "
        "Choose another folder with --out."
    ) from error
