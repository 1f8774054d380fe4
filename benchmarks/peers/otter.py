"""otter-grader without its containers, one command per submission."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import ANY_CODE, run
from benchmarks.peers.notebooks import import_cells, write_notebook
from benchmarks.peers.peer import Outcome, Peer, together
from benchmarks.peers.recorded import FILES

TEST = """\
from otter.test_files import test_case

OK_FORMAT = False

name = "{name}"
points = 1


@test_case(hidden=True)
def test_{name}():
    from replay import check

    check("{name}")
"""


class Otter(Peer):
    """An autograder zip of seven hidden tests, one per function."""

    name = "otter-grader"
    requirements = ("otter-grader==7.0.0", "ipykernel")
    what = (
        "`otter run` on a zip of a notebook and the student's files, seven hidden tests, one per "
        "function; what is due read from a file; no isolation (`otter grade` adds a container)"
    )

    def prepare(self) -> None:
        """Generate the autograder's zip."""
        tests = self.place / "tests"
        tests.mkdir()
        self.copy_given(self.place)
        for name in self.functions:
            (tests / f"{name}.py").write_text(TEST.format(name=name), "utf-8")
        command = [self.bin / "otter", "generate", "-t", "tests", "-o", "autograder.zip", *FILES]
        run(command, self.place)

    def grade(self, submissions: Mapping[str, Path]) -> Outcome:
        """Run otter once per submission."""
        costs, right = [], {}
        for student, source in submissions.items():
            files = sorted(source.glob("*.py"))
            folder = self.place / "submissions" / student
            folder.mkdir(parents=True)
            with zipfile.ZipFile(folder / "submission.zip", "w") as archive:
                for path in files:
                    archive.write(path, path.name)
                cells = import_cells(path.stem for path in files)
                archive.writestr("rnn.ipynb", write_notebook(cells))
            command = [self.bin / "otter", "run", "--no-logo", "-a", self.place / "autograder.zip"]
            costs.append(run([*command, "-o", folder, folder / "submission.zip"], folder, ANY_CODE))
            told = folder / "results.json"
            right[student] = _right(told) if told.exists() else 0.0
        return Outcome(together(costs), right)


def _right(told: Path) -> float:
    tests = json.loads(told.read_text("utf-8"))["tests"]
    return float(sum(test.get("score", 0) or 0 for test in tests))
