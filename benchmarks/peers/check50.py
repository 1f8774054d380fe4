"""check50 on this machine, one command per submission."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import ANY_CODE, run
from benchmarks.peers.peer import Outcome, Peer, copy_submission, together
from benchmarks.peers.recorded import FILES

CONFIGURATION = """\
check50:
  checks: checks.py
  files:
    - !exclude "*"
    - !include "*.py"
"""
HEAD = """\
import sys

import check50


def judged(function):
    check50.include(*{files!r})
    sys.path.insert(0, "")
    from replay import check

    try:
        check(function)
    except Exception as error:
        raise check50.Failure(f"{{type(error).__name__}}: {{error}}")
"""
CHECK = '''

@check50.check()
def {name}():
    """{name} agrees in all cases"""
    judged("{name}")
'''


class Check50(Peer):
    """A package of checks, one per function, each of which check50 forks a process for."""

    name = "check50"
    requirements = ("check50==3.5.0",)
    what = (
        "`check50 --dev` on a package of seven checks, one per function, each in a process of its "
        "own; what is due read from a file; no isolation"
    )

    def prepare(self) -> None:
        """Write the package of checks."""
        self.checks = self.place / "checks"
        self.checks.mkdir()
        self.copy_given(self.checks)
        (self.checks / ".cs50.yaml").write_text(CONFIGURATION, "utf-8")
        checks = "".join(CHECK.format(name=name) for name in self.functions)
        (self.checks / "checks.py").write_text(HEAD.format(files=FILES) + checks, "utf-8")

    def grade(self, submissions: Mapping[str, Path]) -> Outcome:
        """Run check50 once per submission."""
        costs, right = [], {}
        for student, source in submissions.items():
            folder = copy_submission(source, self.place / "submissions" / student)
            told = self.place / f"{student}.json"
            command = [self.bin / "check50", "--dev", "--output", "json", "--output-file", told]
            costs.append(run([*command, self.checks], folder, ANY_CODE))
            right[student] = _right(told) if told.exists() else 0.0
        return Outcome(together(costs), right)


def _right(told: Path) -> float:
    results = json.loads(told.read_text("utf-8")).get("results", [])
    return float(sum(result["passed"] is True for result in results))
