"""pytest in a fresh process per submission."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import ANY_CODE, run
from benchmarks.peers.environments import PYTEST
from benchmarks.peers.peer import Outcome, Peer, copy_submission, together

TESTS = """\
import pytest
from replay import check_case, load

WORK = load()
CASES = [(function, case) for function, work in WORK.items() for case in work["cases"]]


@pytest.mark.parametrize(("function", "case"), CASES)
def test_case(function, case):
    check_case(WORK[function]["module"], case)
"""


class PlainPytest(Peer):
    """A test module with one test per hidden case, run beside the student's files."""

    name = "pytest, a fresh process each"
    requirements = (PYTEST,)
    what = (
        "`python -m pytest` in a copy of the submission, one test per hidden case, what is due "
        "read from a file; no isolation"
    )

    def prepare(self) -> None:
        """Nothing is needed beforehand."""

    def grade(self, submissions: Mapping[str, Path]) -> Outcome:
        """Run pytest once per submission."""
        costs, right = [], {}
        for student, source in submissions.items():
            folder = copy_submission(source, self.place / student)
            self.copy_given(folder)
            (folder / "test_hidden.py").write_text(TESTS, "utf-8")
            report = folder / "report.xml"
            command = [self.bin / "python", "-m", "pytest", "-q", f"--junitxml={report}"]
            costs.append(run([*command, "test_hidden.py"], folder, ANY_CODE))
            right[student] = _right(report, self.functions) if report.exists() else 0.0
        return Outcome(together(costs), right)


def _right(report: Path, functions: tuple[str, ...]) -> float:
    tests = list(ElementTree.parse(report).iter("testcase"))
    failed = {
        test.get("name", "").partition("[")[2].partition("-")[0]
        for test in tests
        if list(test)  # a failure or an error stands inside
    }
    return float(len(set(functions) - failed)) if tests else 0.0
