"""Runs of an assignment's public tests in a folder of their own, as a student does it."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WARM = Path(__file__).with_name("warm_pytest.py")

# What a student does not have: this package, and other plugins of pytest.
ENVIRONMENT = {
    **os.environ,
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTEST_ADDOPTS": "",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    "COLUMNS": "100",
    "OMP_NUM_THREADS": "1",  # a process with threads must not fork
    "OPENBLAS_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Outcome:
    """How a run went: what each test failed with ("" where it passed), and all it printed."""

    code: int
    tests: dict[str, str]
    said: str

    @property
    def failed(self) -> list[str]:
        """The names of the tests that failed, in their order."""
        return [name for name, wrong in self.tests.items() if wrong]

    @property
    def progress(self) -> str:
        """The bar and what stands below it."""
        return self.said[self.said.rfind("\n[") + 1 :]


class Warm:
    """A process that has imported NumPy, pytest and PyTorch, and forks for each run."""

    def __init__(self, outputs: Path) -> None:
        self._outputs = outputs
        self._numbers = itertools.count()
        self._process = subprocess.Popen(
            [sys.executable, WARM],
            env=ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, folder: Path, *options: str) -> Outcome:
        """Run the public tests of a folder in a fork."""
        report = self._outputs / f"{next(self._numbers)}.xml"
        return read(*self.run_here(folder, *with_report(report, options)), report)

    def run_here(self, folder: Path, *options: str | Path, **environment: str) -> tuple[int, str]:
        """Run pytest in a folder, in a fork; the exit code and all that was printed."""
        output = self._outputs / f"{next(self._numbers)}.txt"
        asked = {"folder": folder, "options": options, "environment": environment, "output": output}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked, default=str) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return code, output.read_text("utf-8")

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=60)


def run_fresh(folder: Path, *options: str) -> Outcome:
    """Run the public tests of a folder in a process that has imported nothing yet."""
    report = folder.parent / "report.xml"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *with_report(report, options)],
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return read(done.returncode, done.stdout, report)


def with_report(report: Path, options: tuple[str, ...]) -> list[str]:
    """The options of a run that leaves a report and nothing else behind."""
    return ["-p", "no:cacheprovider", f"--junitxml={report}", *options]


def read(code: int, said: str, report: Path) -> Outcome:
    """Read a report; a run that broke off, or a test that could not be run, is an error."""
    assert report.exists(), said
    tests = {}
    for case in ElementTree.parse(report).iter("testcase"):
        assert not list(case.iter("error")), said
        assert not list(case.iter("skipped")), said
        tests[case.attrib["name"]] = "\n".join(one.text or "" for one in case.iter("failure"))
    report.unlink()
    assert code == (1 if any(tests.values()) else 0), said
    assert tests, said
    return Outcome(code, tests, said)


def hand_out(assignment: str, folder: Path) -> Path:
    """Put what a student receives into a folder."""
    shutil.copytree(
        ROOT / "assignments" / assignment,
        folder,
        ignore=shutil.ignore_patterns("__pycache__", ".*"),
    )
    return folder


def solve(assignment: str, folder: Path) -> Path:
    """Replace every stub in a folder by its solution."""
    for path in (ROOT / "solutions" / assignment).glob("*.py"):
        shutil.copy(path, folder / path.name)
    return folder


def change(folder: Path, file: str, right: str, wrong: str) -> None:
    """Replace one text of a file, which stands there once, by another."""
    source = (folder / file).read_text("utf-8")
    assert source.count(right) == 1, (file, right, source.count(right))
    (folder / file).write_text(source.replace(right, wrong), "utf-8")


def warm_process(outputs: Path) -> Iterator[Warm]:
    """Start a warm process, and end it afterwards: the body of a fixture."""
    warm = Warm(outputs)
    try:
        yield warm
    finally:
        warm.close()
