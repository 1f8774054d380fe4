"""A course that lives in nbgrader, with its gradebook, for tests of the bridge."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.course import Course
from grader.nbgrader_bridge.layout import Layout, layout_of

ROOT = Path(__file__).resolve().parents[2]
Command = Callable[..., tuple[int, str]]


@pytest.fixture(autouse=True)
def nobodys_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No configuration of whoever runs the tests counts, and none is written."""
    for name, place in {
        "HOME": "home",
        "JUPYTER_CONFIG_DIR": "home/config",
        "JUPYTER_DATA_DIR": "home/data",
        "JUPYTER_RUNTIME_DIR": "home/runtime",
        "IPYTHONDIR": "home/ipython",
    }.items():
        monkeypatch.setenv(name, str(tmp_path / place))
    (tmp_path / "home").mkdir()


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A copy of the course in this repository, with an exchange of its own."""
    place = tmp_path / "course"
    for part in ("assignments", "solutions"):
        shutil.copytree(
            ROOT / part / "rnn_bptt",
            place / part / "rnn_bptt",
            ignore=shutil.ignore_patterns("__pycache__", ".*"),
        )
    (place / "submitted").mkdir()
    (tmp_path / "exchange").mkdir(mode=0o777)
    (tmp_path / "exchange").chmod(0o777)
    text = (ROOT / "nbgrader_config.py").read_text("utf-8")
    text += f'\nc.Exchange.root = "{tmp_path}/exchange"\nc.Exchange.cache = "{tmp_path}/cache"\n'
    (place / "nbgrader_config.py").write_text(text, "utf-8")
    return place


@pytest.fixture
def layout(course: Path) -> Layout:
    """The assignment of that course as nbgrader sees it."""
    home = Course(course)
    return layout_of(home, home.assignment("rnn_bptt"))


@pytest.fixture
def run(course: Path) -> Command:
    """A function that runs `nbgrader` or `grade` in the course; its exit code and all it says."""

    def ran(
        program: str, *arguments: str | Path, where: Path = course, **env: str
    ) -> tuple[int, str]:
        import os

        done = subprocess.run(
            [Path(sys.executable).parent / program, *arguments],
            cwd=where,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout

    return ran


def hand_in(
    course: Path, student: str, timestamp: str = "2026-03-01 10:00:00.000000 UTC", *solved: str
) -> Path:
    """Put a submission where nbgrader collects them: the stubs, some files of them solved."""
    place = course / "submitted" / student / "rnn_bptt"
    shutil.copytree(course / "assignments/rnn_bptt", place)
    for name in solved:
        shutil.copy(course / "solutions/rnn_bptt" / name, place)
    (place / "timestamp.txt").write_text(timestamp)
    (place / "submission_secret.txt").write_text(f"secret of {student}")
    return place
