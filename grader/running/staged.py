"""Grades that would change and wait for a yes: a student's files beside those that stand.

They lie in ``.run/staged/`` of the results folder, each student's under the folder's own name,
results.json last, so that an interruption leaves what is whole or what counts as nothing.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from grader.running.stored_results import RECORD, read_json, students_in
from grader.whole_files import Access, make_folder, said, write_whole


class Staged:
    """The staged results of one results folder; ``folder_of`` names a student's folder in it."""

    def __init__(self, private: Path, access: Access) -> None:
        self.path = private / "staged"
        self._access = access

    def put(self, name: str, files: Mapping[str, str]) -> None:
        """Keep a student's files; NotJudgedProblem says what cannot be written."""
        with said(self.path):
            make_folder(self.path, self._access)
            make_folder(self.path / name, self._access)
        for file in sorted(files, key=lambda file: file == RECORD):
            with said(self.path / name / file):
                write_whole(self.path / name / file, files[file], self._access)

    def results(self, name: str) -> Any:
        """Return the staged results.json under a folder's name, None where there is none."""
        return read_json(self.path / name / RECORD)

    def files(self, name: str) -> dict[str, str]:
        """Return the staged files under a folder's name."""
        return {
            path.name: path.read_text("utf-8")
            for path in sorted((self.path / name).iterdir())
            if not path.name.startswith(".")
        }

    def names(self) -> Iterator[str]:
        """Yield the names of folders under which something is staged, sorted."""
        if self.path.is_dir():
            for path in sorted(self.path.iterdir()):
                if (path / RECORD).is_file():
                    yield path.name

    def drop(self, name: str) -> None:
        """Forget what is staged under a folder's name."""
        if (self.path / name).is_dir():
            with said(self.path / name):
                shutil.rmtree(self.path / name)


def waiting(out: Path) -> list[str]:
    """Return the students of a results folder whose changed grades wait for a yes, sorted."""
    place = out / ".run" / "staged"
    return sorted(students_in(place, set(os.listdir(place)))) if place.is_dir() else []
