"""nbgrader autograde, as it comes: a notebook with a grade cell per function."""

from __future__ import annotations

import csv
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import ANY_CODE, run
from benchmarks.peers.notebooks import cell, write_notebook
from benchmarks.peers.peer import Outcome, Peer, copy_submission

GRADE_CELL = """\
from replay import check
### BEGIN HIDDEN TESTS
check("{name}")
### END HIDDEN TESTS
"""


class NbgraderAutograde(Peer):
    """A course of nbgrader's own, without our judge."""

    name = "nbgrader autograde"
    requirements = ("nbgrader==0.9.6", "ipykernel")
    what = (
        "`nbgrader autograde` of the class in one command: a notebook with seven grade cells, one "
        "per function, beside the student's files, run in a fresh kernel; what is due read from a "
        "file; no isolation"
    )

    def prepare(self) -> None:
        """Write the source notebook and generate the release."""
        source = self.place / "source" / "rnn"
        source.mkdir(parents=True)
        self.copy_given(source)
        cells = [
            cell(GRADE_CELL.format(name=name), nbgrader=_grade_cell(name))
            for name in self.functions
        ]
        (source / "rnn.ipynb").write_text(write_notebook(cells), "utf-8")
        run([self.bin / "nbgrader", "generate_assignment", "rnn"], self.place, env=self._path())

    def grade(self, submissions: Mapping[str, Path]) -> Outcome:
        """Autograde all submissions with one command."""
        for old in ("submitted", "autograded"):
            shutil.rmtree(self.place / old, ignore_errors=True)
        for student, source in submissions.items():
            folder = copy_submission(source, self.place / "submitted" / student / "rnn")
            shutil.copy(self.place / "release" / "rnn" / "rnn.ipynb", folder)
        command = [self.bin / "nbgrader", "autograde", "rnn", "--create", "--force"]
        cost = run(command, self.place, ANY_CODE, env=self._path())
        run([self.bin / "nbgrader", "export", "--to=grades.csv"], self.place, env=self._path())
        with open(self.place / "grades.csv", newline="", encoding="utf-8") as file:
            scores = {row["student_id"]: row["score"] for row in csv.DictReader(file)}
        return Outcome(cost, {one: float(scores.get(one) or 0) for one in submissions})

    def _path(self) -> dict[str, str]:
        return {"PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}"}


def _grade_cell(name: str) -> dict[str, object]:
    return {
        "grade": True,
        "grade_id": name,
        "locked": True,
        "points": 1,
        "schema_version": 3,
        "solution": False,
        "task": False,
        "cell_type": "code",
    }
